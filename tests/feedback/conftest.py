from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from feedback.actions.flags import HandedIn, hand_in_flag
from feedback.forms.flags import new_ticket
from pilots.models import Pilot

Typed = dict[str, Any]


@pytest.fixture
def open_letters(letters: Pilot) -> Pilot:
    """The pilot `letters`, whose form anyone may use who has the link."""
    letters.flag_access = Pilot.FlagAccess.PUBLIC
    letters.save()
    return letters


@pytest.fixture
def typed() -> Callable[..., Typed]:
    """What a person types into the form that they opened a minute ago."""

    def fill(**other: Any) -> Typed:
        opened = datetime.now(UTC) - timedelta(minutes=1)
        return {
            "categories": ["WRONG"],
            "severity": "1",
            "output": "The refund is due within 90 days.",
            "ticket": new_ticket(opened),
            **other,
        }

    return fill


@pytest.fixture
def hand_in(open_letters: Pilot) -> Callable[..., HandedIn]:
    """Through the action, without a name unless `by` is given."""

    def do(**other: Any) -> HandedIn:
        how = {"categories": ["WRONG"], "severity": 1, "output": "90 days", "by": None, "submission": uuid4()}
        return hand_in_flag(**{"pilot": open_letters, "at": datetime.now(UTC), **how, **other})

    return do


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in."""
    return Client()
