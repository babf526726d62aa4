"""The short form that starts a pilot."""

from datetime import datetime

import pytest

from governance.actions.pilots import start_pilot
from pilots.actions import pilots as actions
from pilots.errors import Refused
from pilots.models import Pilot
from tests.cast import People

FIELDS = {"name": "Letters", "tool": "Drafter", "profile": "full"}


def test_two_clicks_that_find_the_same_address_free_start_one_pilot(
    governed: Pilot, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_free_slug", lambda name: governed.slug)
    with pytest.raises(Refused) as refusal:
        start_pilot(by=people.pm, at=at, fields=FIELDS)
    assert (refusal.value.code, refusal.value.field) == ("just_started", "name")
    assert Pilot.objects.count() == 1


def test_another_pilot_of_the_same_name_gets_an_address_of_its_own(
    governed: Pilot, people: People, at: datetime
) -> None:
    assert start_pilot(by=people.pm, at=at, fields=FIELDS).slug == "letters-2"
