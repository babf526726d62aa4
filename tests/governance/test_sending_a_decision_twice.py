"""A double click where scripts are off: the same person’s same decision is one, and is answered as done."""

from datetime import datetime, timedelta

import pytest

from governance.actions.answers import Link, confirm_answer, propose_answer, return_answer
from governance.actions.doubts import raise_doubt
from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Answer, Doubt, Item, Waiver
from pilots.errors import Conflict
from pilots.models import AuditEvent, Pilot
from tests.cast import People
from tests.factories.governance import accept, item_of, propose


@pytest.fixture
def item(governed: Pilot) -> Item:
    return item_of(governed, "DEM-01")


def rows(verb: str) -> int:
    return AuditEvent.objects.filter(verb=verb).count()


def test_an_answer_is_written_once(item: Item, people: People, at: datetime) -> None:
    link = [Link("Note", "https://records.example.org/note")]
    for _ in range(2):
        propose_answer(
            item=item, by=people.evaluator, at=at, kind="answered", text="Forty.", links=link, version=item.version
        )
    assert (Answer.objects.count(), rows("answer.proposed")) == (1, 1)
    with pytest.raises(Conflict):
        propose_answer(item=item, by=people.evaluator, at=at, kind="answered", text="Fifty.", version=item.version)


def test_an_answer_is_sent_back_once(item: Item, people: People, at: datetime) -> None:
    waiting = propose(item, people.evaluator, at)
    for _ in range(2):
        return_answer(item=waiting, by=people.change, at=at, comment="Which weeks?", version=waiting.version)
    assert rows("answer.returned") == 1
    with pytest.raises(Conflict):
        return_answer(item=waiting, by=people.owner, at=at, comment="Which weeks?", version=waiting.version)


def test_an_answer_is_doubted_and_confirmed_once(item: Item, people: People, at: datetime) -> None:
    accepted = accept(propose(item, people.evaluator, at), people.change, at)
    for _ in range(2):
        raise_doubt(item=accepted, by=people.triage, at=at, reason="Flags.", version=accepted.version)
    doubted = item_of(item.pilot, "DEM-01")
    for _ in range(2):
        confirm_answer(item=doubted, by=people.change, at=at, comment="It holds.", version=doubted.version)
    assert (Doubt.objects.count(), rows("answer.doubted"), rows("answer.confirmed")) == (1, 1, 1)


def test_a_waiver_is_asked_and_decided_once(item: Item, people: People, at: datetime) -> None:
    ends_at = at + timedelta(days=9)
    asked = [ask_waiver(item=item, by=people.pm, at=at, reason="Late", ends_at=ends_at) for _ in range(2)]
    for waiver in asked:
        decide_waiver(waiver=waiver, by=people.sponsor, at=at, approve=True, comment="Go")
    assert (Waiver.objects.count(), rows("waiver.asked"), rows("waiver.approved")) == (1, 1, 1)
