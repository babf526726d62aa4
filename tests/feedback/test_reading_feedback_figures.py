"""M22 to M25: how long flags wait, who was told, what patterns lead to, what was first heard of elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from feedback.actions import patterns as decide
from feedback.actions.triage import assess_flag, close_flag
from feedback.loop_figures import (
    FlagSteps,
    PatternSteps,
    detected_elsewhere,
    loop_closure,
    pattern_to_action,
    spread,
    triage_times,
)
from feedback.loop_rows import loop_figures_of
from feedback.models import Flag
from pilots.clock import now
from pilots.models import Notification, Pilot, User
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory

SignIn = Callable[[User], Client]
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def steps(severity: int = 1, look: float | None = None, decision: float | None = None, **how: Any) -> FlagSteps:
    """Hours after it came in."""

    def after(hours: float | None) -> datetime | None:
        return None if hours is None else START + timedelta(hours=hours)

    rest: dict[str, Any] = {"live_at": None, "closed": False, "told": False, "elsewhere": False, **how}
    return FlagSteps(severity, START, after(look), after(decision), **rest)


def test_times_by_severity_say_how_many_are_still_waiting() -> None:
    rows = [steps(1, look=2), steps(1, look=4), steps(3, look=1, decision=5), steps(1)]
    everything, severe, caught = triage_times(rows)
    assert (everything.severity, severe.severity, caught.severity) == (None, 3, 1)
    assert (everything.look.median, everything.look.ninetieth, everything.look.waiting) == (2, 4, 1)
    assert (caught.look.n, caught.look.of, caught.decision.median) == (2, 3, None)
    assert severe.decision.median == 5


def test_over_nothing_nothing_is_said() -> None:
    (nothing,) = triage_times([])
    assert (nothing.look.n, nothing.look.median) == (0, None)
    assert loop_closure([]).percent is None
    assert detected_elsewhere([]).percent is None
    assert pattern_to_action([]).share.percent is None


@given(st.lists(st.floats(0, 5000), min_size=1, max_size=200))
def test_nine_of_ten_waited_no_longer_than_the_ninetieth(hours: list[float]) -> None:
    found = spread(hours, len(hours))
    assert found.median is not None and found.ninetieth is not None
    assert found.ninetieth in hours
    assert 10 * sum(hour <= found.ninetieth for hour in hours) >= 9 * len(hours)
    assert min(hours) <= found.median <= max(hours)


def test_a_decision_that_nobody_was_told_of_is_no_closed_loop() -> None:
    rows = [steps(closed=True, told=True), steps(closed=True), steps(told=True)]
    assert loop_closure(rows).percent == 50


def test_watching_is_no_action() -> None:
    rows = [
        PatternSteps(START, START + timedelta(days=4), "Adjust the prompt"),
        PatternSteps(START, START + timedelta(days=2), "No change, because"),
        PatternSteps(START, None, ""),
    ]
    found = pattern_to_action(rows)
    assert (found.share.n, found.share.of, found.days.median) == (2, 3, 3)


@pytest.fixture
def handled(letters: Pilot, people: People) -> Flag:
    """Read after an hour, answered after three; its reporter was told."""
    at = now()
    flag = FlagFactory.create(pilot=letters, reporter=people.member, reported_at=at - timedelta(hours=3))
    flag = assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=at - timedelta(hours=2))
    return close_flag(flag=flag, resolution="fixed", answer="Mended.", version=2, by=people.triage, at=at)


def figures(letters: Pilot) -> Any:
    return loop_figures_of(letters, now() - timedelta(days=90), now())


def test_the_clock_is_that_of_what_people_did(handled: Flag, letters: Pilot) -> None:
    (everything, _) = figures(letters).times
    assert everything.look.median == pytest.approx(1)
    assert (everything.decision.median, everything.live.median) == (pytest.approx(3), pytest.approx(3))
    assert figures(letters).closure.percent == 100


def test_reading_it_again_does_not_move_the_first_look(letters: Pilot, people: People) -> None:
    at = now()
    flag = FlagFactory.create(pilot=letters, reported_at=at - timedelta(hours=9))
    flag = assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=at - timedelta(hours=8))
    assess_flag(flag=flag, severity=2, note="Worse.", version=2, by=people.triage, at=at)
    assert figures(letters).times[0].look.median == pytest.approx(1)


def test_a_reporter_whom_nobody_told_shows(handled: Flag, letters: Pilot) -> None:
    Notification.objects.filter(event__contains=":closed:").delete()
    assert figures(letters).closure.percent == 0


def test_what_was_decided_about_its_pattern_was_decided_about_the_flag(letters: Pilot, people: People) -> None:
    at = now()
    pattern = PatternFactory.create(pilot=letters, state="confirmed", began_at=at - timedelta(days=2))
    FlagFactory.create(pilot=letters, pattern=pattern, reported_at=at - timedelta(hours=5))
    how = {"owner": people.owner, "due_on": at.date(), "version": 1, "by": people.triage}
    decide.act_on_pattern(pattern=pattern, action="rule", at=at, **how)
    found = figures(letters)
    assert found.times[0].decision.median == pytest.approx(5)
    assert found.times[0].live.n == 0
    assert found.to_action.by_action == (("Change a rule", 1),)
    assert found.to_action.days.median == pytest.approx(2)


def test_what_a_complaint_told_first_was_detected_elsewhere(handled: Flag, letters: Pilot) -> None:
    FlagFactory.create(pilot=letters, source="complaint", known_at=now())
    FlagFactory.create(pilot=letters, source="complaint", known_at=now(), is_drill=True)
    assert figures(letters).elsewhere.percent == 50


def test_an_empty_window_says_not_measured(letters: Pilot, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.change).get("/pilots/letters/feedback-figures/").content.decode()
    assert page.count("Not measured") == 1 and "Address of the form" in page


def test_what_nothing_was_done_about_yet_is_said_and_is_not_red(
    letters: Pilot, people: People, sign_in: SignIn
) -> None:
    FlagFactory.create(pilot=letters)
    page = sign_in(people.change).get("/pilots/letters/feedback-figures/").content.decode()
    assert "None of 1 flag has been looked at yet" in page
    assert page.count("None yet") == 6 and page.split("</h2>", 1)[1].count("tone-blocked") == 1


def test_the_page_and_the_api_show_them(handled: Flag, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.change).get("/pilots/letters/feedback-figures/?days=30").content.decode()
    assert "100 %" in page and "n = 1" in page
    found = Caller(people.change, READ_AND_WRITE).get("pilots/letters/feedback-figures/?days=30").json()
    assert found["closure"] == {"n": 1, "of": 1, "percent": 100.0}
    assert found["times"][0]["look"]["median"] == pytest.approx(1)


def test_many_flags_cost_the_queries_of_one(
    handled: Flag, letters: Pilot, people: People, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    browser = sign_in(people.change)
    with django_assert_num_queries(20, exact=False) as first:
        browser.get("/pilots/letters/feedback-figures/")
    FlagFactory.create_batch(20, pilot=letters)
    with django_assert_num_queries(len(first)):
        browser.get("/pilots/letters/feedback-figures/")
