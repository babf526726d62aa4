"""A user’s flags, a pattern, a question in doubt, a gate that is shut again: the whole chain."""

from datetime import datetime

import pytest

from feedback.actions.patterns import confirm_pattern
from feedback.models import Pattern
from governance.actions.upkeep import absorb_changes
from governance.models import Doubt, Gate, Item
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People
from tests.factories.governance import gate_of, item_of
from tests.feedback.flagging import INVENTED, SLOW, flags_saying, group


@pytest.fixture
def severe(ready_gate: Gate, governed: Pilot, people: People) -> Pattern:
    """Of the category that the first question names, and severe; its gate was ready before."""
    flags_saying(governed, INVENTED, [people.member, people.owner], categories=["MADEUP"], severity=3)
    return group(governed)[0]


def test_confirming_a_severe_pattern_puts_the_question_in_doubt_and_shuts_the_gate(
    severe: Pattern, governed: Pilot, people: People, at: datetime
) -> None:
    assert gate_of(governed).open_blocking == 0
    confirm_pattern(pattern=severe, version=severe.version, by=people.triage, at=now())
    absorb_changes(governed, now())
    assert item_of(governed, "DEM-01").state == Item.State.IN_DOUBT
    assert item_of(governed, "DEM-02").state == Item.State.ACCEPTED
    assert gate_of(governed).open_blocking > 0
    assert f"{severe.reference} “{severe.title}” was confirmed" in Doubt.objects.get().reason


def test_an_unconfirmed_one_doubts_nothing(severe: Pattern, governed: Pilot, at: datetime) -> None:
    absorb_changes(governed, now())
    assert not Doubt.objects.exists()


def test_the_same_news_twice_is_one_doubt(severe: Pattern, governed: Pilot, people: People) -> None:
    confirm_pattern(pattern=severe, version=severe.version, by=people.triage, at=now())
    absorb_changes(governed, now())
    absorb_changes(governed, now())
    assert Doubt.objects.count() == 1


def test_a_mild_pattern_is_no_reason_to_doubt(ready_gate: Gate, governed: Pilot, people: People) -> None:
    flags_saying(governed, SLOW, [people.member, people.owner], categories=["NOTHING"], severity=1)
    (mild,) = group(governed)
    confirm_pattern(pattern=mild, version=mild.version, by=people.triage, at=now())
    absorb_changes(governed, now())
    assert not Doubt.objects.exists()


def test_the_question_shows_the_pattern_that_speaks_against_it(
    severe: Pattern, governed: Pilot, people: People, sign_in: object
) -> None:
    confirm_pattern(pattern=severe, version=severe.version, by=people.triage, at=now())
    absorb_changes(governed, now())
    html = sign_in(people.pm).get("/pilots/letters/questions/DEM-01/").content.decode()  # type: ignore[operator]
    assert severe.reference in html and "in doubt" in html
