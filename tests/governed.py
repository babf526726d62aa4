"""The pilot `letters` with questions and gates."""

from datetime import datetime

import pytest

from governance.models import Gate
from pilots.clock import now
from pilots.models import Pilot, Workflow
from tests.cast import People
from tests.factories.governance import clear_gate, govern


@pytest.fixture
def at(db: None) -> datetime:
    return now()


@pytest.fixture
def governed(letters: Pilot, workflow: Workflow, at: datetime) -> Pilot:
    """`letters` under a small catalogue (tests/factories/governance.py), its first gate blocked by two questions."""
    return govern(letters, at)


@pytest.fixture
def ready_gate(governed: Pilot, people: People, at: datetime) -> Gate:
    """The first gate of `letters` with nothing open: sign-off can be asked."""
    return clear_gate(
        governed, at, authors=(people.evaluator, people.owner), accepter=people.change, assigner=people.pm
    )
