"""One click says that it came back, and one more that it did not: without a word typed, and for an hour."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from feedback.actions import patterns as decide
from feedback.actions.reopening import reopen_flag
from feedback.actions.taking_back import WITHIN, take_back_return
from feedback.actions.triage import assess_flag, close_flag
from feedback.models import Escalation, Flag, Pattern, PatternDecision, Reply
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.feedback import HandIn, SignIn

KEPT = ("state", "assessed_severity", "assessed_at", "assessed_by", "recurrences", "recurrence", "recurred_at")


@pytest.fixture
def closed(hand_in: HandIn, people: People) -> Callable[..., Any]:
    def make(**other: Any) -> Any:
        sent = hand_in(**other)
        flag = assess_flag(flag=sent.flag, severity=1, version=1, by=people.triage, at=now())
        close_flag(flag=flag, resolution="fixed", answer="Mended.", version=2, by=people.triage, at=now())
        return sent

    return make


def standing(flag: Flag) -> dict[str, Any]:
    return Flag.objects.values(*KEPT).get(pk=flag.pk)


def test_one_click_from_the_link_and_one_that_takes_it_back(closed: Callable[..., Any], visitor: Client) -> None:
    sent = closed()
    before, receipt = standing(sent.flag), f"/flag/receipt/{sent.token}/"
    assert "It came back</button>" in visitor.get(receipt).content.decode()
    page = visitor.post(f"{receipt}reopen/", follow=True).content.decode()
    assert "take it back" in page and standing(sent.flag)["state"] == "new"
    page = visitor.post(f"{receipt}take-back/", follow=True).content.decode()
    assert "the answer stands as before" in page and "That was a mistake" not in page
    assert standing(sent.flag) == before


def test_from_ones_own_list_and_the_api(closed: Callable[..., Any], people: People, sign_in: SignIn) -> None:
    flag = closed(by=people.member).flag
    before, own = standing(flag), f"/my-flags/{flag.reference}/"
    browser = sign_in(people.member)
    assert "It came back" in browser.get("/my-flags/").content.decode()
    browser.post(f"{own}reopen/")
    assert sign_in(people.pm).post(f"{own}take-back/").status_code == 404
    browser.post(f"{own}take-back/")
    assert standing(flag) == before
    caller = Caller(people.member, READ_AND_WRITE)
    caller.post(f"my-flags/{flag.reference}/reopen/", {})
    told = caller.post(f"my-flags/{flag.reference}/take-back/").json()
    assert told["state"] == "closed" and told["replies"][-1]["step"] == "return"
    assert caller.post(f"my-flags/{flag.reference}/take-back/").status_code == 422


def test_what_somebody_has_read_since_is_not_taken_back(closed: Callable[..., Any], people: People) -> None:
    flag = reopen_flag(flag=closed().flag, at=now())
    assess_flag(flag=flag, severity=1, version=flag.version, by=people.triage, at=now())
    with pytest.raises(Refused, match="Somebody works on it"):
        take_back_return(flag=flag, at=now())


def test_after_an_hour_it_stands(closed: Callable[..., Any]) -> None:
    flag = reopen_flag(flag=closed().flag, at=now())
    with pytest.raises(Refused, match="over an hour"):
        take_back_return(flag=flag, at=now() + WITHIN + timedelta(minutes=1))


def test_a_second_return_is_taken_back_alone(closed: Callable[..., Any], people: People) -> None:
    sent = closed()
    flag = reopen_flag(flag=sent.flag, note="First", at=now())
    flag = assess_flag(flag=flag, severity=1, version=flag.version, by=people.triage, at=now())
    close_flag(flag=flag, resolution="fixed", answer="Again.", version=flag.version, by=people.triage, at=now())
    before = standing(flag)
    reopen_flag(flag=flag, at=now())
    take_back_return(flag=flag, at=now())
    assert standing(flag) == before and before["recurrence"] == "First"


@pytest.fixture
def fixed(letters: Pilot, people: People, at: datetime) -> Pattern:
    pattern = PatternFactory.create(pilot=letters, size=1)
    FlagFactory.create(pilot=letters, pattern=pattern, reporter=people.member, reported_at=at - timedelta(days=2))
    pattern = decide.confirm_pattern(pattern=pattern, version=1, by=people.triage, at=at)
    return decide.fix_pattern(
        pattern=pattern, fixed_from=at, reason="Mended.", version=pattern.version, by=people.triage, at=at
    )


def test_its_pattern_is_fixed_again_too(fixed: Pattern, at: datetime) -> None:
    flag, later = Flag.objects.get(), at + timedelta(minutes=1)
    reopen_flag(flag=flag, at=later)
    fixed.refresh_from_db()
    assert fixed.state == "regressed"
    take_back_return(flag=flag, at=later + timedelta(minutes=5))
    before = fixed.fixed_from
    fixed.refresh_from_db()
    assert (fixed.state, fixed.fixed_from) == ("fixed", before)
    assert PatternDecision.objects.filter(verb="return_taken_back").count() == 1
    assert "took back" in Reply.objects.last().text


def test_a_pattern_that_somebody_else_saw_again_too_is_fixed_once_both_took_it_back(
    fixed: Pattern, people: People, at: datetime
) -> None:
    flag, minute = Flag.objects.get(), timedelta(minutes=1)
    other = FlagFactory.create(
        pilot=fixed.pilot, pattern=fixed, reporter=people.stranger, state="closed", resolution="fixed",
        answer="Mended.", closed_at=at, closed_by=people.triage,
    )  # fmt: skip
    reopen_flag(flag=flag, at=at + minute)
    reopen_flag(flag=other, at=at + 2 * minute)
    take_back_return(flag=flag, at=at + 3 * minute)
    fixed.refresh_from_db()
    assert fixed.state == "regressed"
    take_back_return(flag=other, at=at + 4 * minute)
    fixed.refresh_from_db()
    assert fixed.state == "fixed"


def test_a_severe_flag_that_came_since_keeps_its_pattern_back(fixed: Pattern, people: People, at: datetime) -> None:
    flag = Flag.objects.get()
    reopen_flag(flag=flag, at=at)
    FlagFactory.create(pilot=fixed.pilot, pattern=fixed, reporter=people.stranger, severity=3)
    take_back_return(flag=flag, at=at)
    fixed.refresh_from_db()
    assert fixed.state == "regressed"


def test_nobody_waits_any_more_for_the_judgement_that_the_click_asked_for(
    closed: Callable[..., Any], people: People
) -> None:
    flag = closed(by=people.member, categories=["JUDGE"]).flag
    Escalation.objects.filter(flag=flag).update(state="gave_up", gave_up=now())
    reopen_flag(flag=flag, at=now())
    assert Escalation.objects.open().filter(flag=flag).exists()
    take_back_return(flag=flag, at=now())
    assert not Escalation.objects.open().filter(flag=flag).exists()


def test_a_pattern_that_was_decided_about_since_is_left_alone(fixed: Pattern, people: People, at: datetime) -> None:
    flag = Flag.objects.get()
    reopen_flag(flag=flag, at=at)
    fixed.refresh_from_db()
    decide.act_on_pattern(
        pattern=fixed, action="prompt", owner=people.integration, due_on=at.date(), version=fixed.version,
        by=people.triage, at=at,
    )  # fmt: skip
    take_back_return(flag=flag, at=at)
    fixed.refresh_from_db()
    assert fixed.state == "acting"
