"""A user’s flags, a pattern, a question in doubt, a gate that is shut again: the whole chain."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from feedback.actions.patterns import confirm_pattern, fix_pattern
from feedback.actions.reopening import reopen_flag
from feedback.actions.taking_back import take_back_return
from feedback.models import Flag, Pattern
from governance.actions.answers import confirm_answer
from governance.actions.upkeep import absorb_changes
from governance.models import Doubt, Gate, Item
from pilots.clock import now
from pilots.models import AuditEvent, Pilot, User
from tests.cast import People
from tests.factories.governance import gate_of, item_of
from tests.feedback.flagging import INVENTED, SLOW, flags_saying, group

SignIn = Callable[[User], Client]


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


@pytest.fixture
def doubted(severe: Pattern, governed: Pilot, people: People) -> Pattern:
    confirm_pattern(pattern=severe, version=severe.version, by=people.triage, at=now())
    absorb_changes(governed, now())
    return severe


def test_the_question_shows_the_chain_from_the_flags_to_its_gate(
    doubted: Pattern, people: People, sign_in: SignIn
) -> None:
    html = sign_in(people.pm).get("/pilots/letters/questions/DEM-01/").content.decode()
    assert doubted.reference in html and "in doubt" in html
    assert "4 flags" in html and "Leave demonstration: shut" in html


def test_the_gate_shows_it_to_leadership_without_a_way_to_the_flags(
    doubted: Pattern, people: People, sign_in: SignIn
) -> None:
    html = sign_in(people.leader).get("/pilots/letters/gates/demonstration/").content.decode()
    assert "From what people flagged to this gate" in html and doubted.title in html
    assert "/pilots/letters/patterns/" not in html


def test_the_pattern_tells_what_it_put_in_doubt_and_what_not(doubted: Pattern, people: People, sign_in: SignIn) -> None:
    html = sign_in(people.triage).get(f"/pilots/letters/chains/{doubted.number}/").content.decode()
    assert "1 answer put in doubt" in html and "DEM-01 in doubt" in html


def test_a_doubt_that_was_answered_stays_in_the_chain(
    doubted: Pattern, governed: Pilot, people: People, sign_in: SignIn
) -> None:
    item = item_of(governed, "DEM-01")
    confirm_answer(item=item, version=item.version, comment="Checked all of them again.", by=people.change, at=now())
    html = sign_in(people.triage).get(f"/pilots/letters/chains/{doubted.number}/").content.decode()
    assert "Confirmed: the answer still holds" in html and "shut" not in html.split("Confirmed: the answer")[1][:200]


def test_a_pattern_that_doubts_nothing_says_why(severe: Pattern, people: People, sign_in: SignIn) -> None:
    html = sign_in(people.triage).get(f"/pilots/letters/chains/{severe.number}/").content.decode()
    assert "Nothing yet" in html and "the pattern is not confirmed" in html


def fixed(pattern: Pattern, people: People) -> Pattern:
    held = Pattern.objects.get(pk=pattern.pk)
    return fix_pattern(
        pattern=held, fixed_from=now(), reason="Mended.", version=held.version, by=people.triage, at=now()
    )


def click_and_take_back(pattern: Pattern, pilot: Pilot, people: People) -> None:
    flag = Flag.objects.filter(pattern=pattern, reporter=people.member, state="closed").select_related("pilot")[0]
    minute = timedelta(minutes=1)
    reopened = reopen_flag(flag=flag, at=now() + minute)
    absorb_changes(pilot, now() + 2 * minute)
    assert item_of(pilot, "DEM-01").state == Item.State.IN_DOUBT
    take_back_return(flag=reopened, at=now() + 3 * minute)
    absorb_changes(pilot, now() + 4 * minute)


def test_a_return_that_is_taken_back_takes_its_doubt_back(
    doubted: Pattern, governed: Pilot, people: People, sign_in: SignIn
) -> None:
    item = item_of(governed, "DEM-01")
    confirm_answer(item=item, version=item.version, comment="Checked all of them again.", by=people.change, at=now())
    fixed(doubted, people)
    absorb_changes(governed, now())
    click_and_take_back(doubted, governed, people)
    assert item_of(governed, "DEM-01").state == Item.State.ACCEPTED and gate_of(governed).open_blocking == 0
    withdrawn = Doubt.objects.get(resolution="withdrawn")
    assert withdrawn.resolved_by is None and "came back after it was fixed" in withdrawn.reason
    assert AuditEvent.objects.filter(verb="answer.doubt_withdrawn").count() == 1
    html = sign_in(people.triage).get(f"/pilots/letters/chains/{doubted.number}/").content.decode()
    assert "Withdrawn: what had raised it is gone" in html


def test_a_doubt_from_before_the_return_stays(doubted: Pattern, governed: Pilot, people: People) -> None:
    fixed(doubted, people)
    absorb_changes(governed, now())
    click_and_take_back(doubted, governed, people)
    assert item_of(governed, "DEM-01").state == Item.State.IN_DOUBT
    assert not AuditEvent.objects.filter(verb="answer.doubt_withdrawn").exists()
