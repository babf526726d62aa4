"""Before a stage opens its patterns are fixed or carried, decisions are not overdue and reporters were told."""

from datetime import timedelta
from typing import Any

import pytest

from feedback.actions import patterns as decide
from feedback.actions.reviews import open_review, set_review_schedule
from feedback.models import Pattern, ReviewSchedule
from feedback.summaries.owed import late_feedback
from governance.evidence import evaluate
from pilots.clock import now
from pilots.models import Notification, Pilot
from tests.cast import People
from tests.factories.feedback import CorrectionFactory, FlagFactory, PatternFactory

CODES = ("severe_pattern", "decisions_in_time", "review_in_time", "corrections_in_time", "reporters_told")


@pytest.fixture
def reviewed(governed: Pilot, people: People) -> Pilot:
    """With a standing review, so that nothing of the loop is open."""
    set_review_schedule(pilot=governed, weekday=1, every_weeks=2, chair=people.pm, version=0, by=people.pm, at=now())
    return governed


def open_at(pilot: Pilot, days: float = 0) -> dict[str, Any]:
    """Codes of the loop that are open at the first stage so many days from now, with their detail."""
    evaluation = next(one for one in evaluate(pilot, now() + timedelta(days=days)) if one.gate.stage)
    found = {f.code: f for f in evaluation.findings if f.code in CODES and f.state == "open"}
    return {code: finding.detail for code, finding in found.items()}


def test_a_pilot_whose_reviews_nobody_set_opens_no_stage(governed: Pilot) -> None:
    assert open_at(governed) == {"review_in_time": "Nobody has set on which day patterns are reviewed"}


def test_with_a_review_and_nothing_owed_nothing_is_open(reviewed: Pilot) -> None:
    assert open_at(reviewed) == {}


def test_no_phase_gate_reads_any_of_it(governed: Pilot, people: People) -> None:
    PatternFactory.create(pilot=governed, state="confirmed", worst=4)
    assert not {f.code for one in evaluate(governed, now()) if not one.gate.stage for f in one.findings} & set(CODES)


def test_time_alone_makes_a_review_late(reviewed: Pilot) -> None:
    assert open_at(reviewed, days=9)["review_in_time"].startswith("Overdue: the review of ")


def test_one_that_is_not_closed_is_late_after_three_days(reviewed: Pilot, people: People) -> None:
    open_review(pilot=reviewed, attendees=[people.pm], by=people.pm, at=now())
    ReviewSchedule.objects.update(next_on=now().date() + timedelta(days=30))
    assert open_at(reviewed, days=2) == {}
    assert open_at(reviewed, days=4) == {"review_in_time": "Overdue: review 1, which is not closed"}


def test_a_decision_past_its_day_holds_the_stage_and_names_who_owes_it(reviewed: Pilot, people: People) -> None:
    due = now().date() + timedelta(days=2)
    PatternFactory.create(
        pilot=reviewed, number=7, state="acting", action="prompt", owner=people.integration, due_on=due
    )
    ReviewSchedule.objects.update(next_on=due + timedelta(days=30))
    assert open_at(reviewed) == {}
    assert open_at(reviewed, days=4) == {"decisions_in_time": "Overdue: P-7"}


def test_a_late_correction_holds_the_stage(reviewed: Pilot, people: People) -> None:
    pattern = PatternFactory.create(pilot=reviewed)
    CorrectionFactory.create(pilot=reviewed, number=2, pattern=pattern, owner=people.change, opened_by=people.pm)
    assert open_at(reviewed, days=1.5)["corrections_in_time"] == "Overdue: C-2"


def test_a_reporter_who_was_told_nothing_holds_the_stage(reviewed: Pilot, people: People) -> None:
    pattern = PatternFactory.create(pilot=reviewed, number=1, state="confirmed", size=2)
    before = now() - timedelta(hours=1)
    FlagFactory.create(pilot=reviewed, pattern=pattern, reporter=people.member, reported_at=before)
    FlagFactory.create(pilot=reviewed, pattern=pattern, reporter=None, reported_at=before)
    how = {"by": people.triage, "at": now()}
    decide.fix_pattern(pattern=pattern, fixed_from=now(), reason="Mended.", version=1, **how)
    assert open_at(reviewed) == {}
    Notification.objects.filter(user=people.member).delete()
    assert open_at(reviewed) == {"reporters_told": "1 flag without an answer"}


def test_a_flag_of_an_older_output_that_came_after_the_fix_is_owed_an_answer(reviewed: Pilot, people: People) -> None:
    pattern = PatternFactory.create(
        pilot=reviewed, state="fixed", fixed_from=now() - timedelta(days=1), reason="Mended."
    )
    FlagFactory.create(pilot=reviewed, pattern=pattern, made_at=now() - timedelta(days=2))
    assert open_at(reviewed) == {"reporters_told": "1 flag without an answer"}


def test_a_severe_pattern_holds_the_stage(reviewed: Pilot, people: People) -> None:
    pattern = PatternFactory.create(pilot=reviewed, number=4, state="acknowledged", worst=3)
    assessed = {"state": "carried", "assessed_severity": 3, "assessed_at": now(), "assessed_by": people.triage}
    carried = {"carried_at": now(), "carried_by": people.triage, "carry_reason": "Known."}
    FlagFactory.create(pilot=reviewed, pattern=pattern, severity=3, **assessed, **carried)
    assert list(open_at(reviewed)) == ["severe_pattern"]


def test_leadership_sees_the_longest_overdue_first(people: People, letters: Pilot) -> None:
    acting = {"state": "acting", "action": "prompt", "owner": people.owner}
    for days in (3, 20):
        PatternFactory.create(due_on=now().date() - timedelta(days=days), **acting)
    paused = PatternFactory.create(due_on=now().date() - timedelta(days=50), **acting).pilot
    Pilot.objects.filter(pk=paused.pk).update(
        state="paused", paused_at=now(), paused_by=people.pm, pause_reason="Rests."
    )
    assert Pattern.objects.count() == 3
    found = late_feedback(now(), most=5)
    assert [(row.decisions, row.reviews, row.corrections) for row in found] == [(1, 0, 0), (1, 0, 0)]
    assert found[0].since < found[1].since
