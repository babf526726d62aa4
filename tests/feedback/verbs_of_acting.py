"""Verbs of the trail about acting on patterns, as `tests/test_actions_and_the_trail.py` takes them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from feedback.actions import corrections, reviews, rota
from feedback.actions.patterns import act_on_pattern
from feedback.clocks import monday_of
from pilots.actions import limits
from pilots.models import Pilot, UseCase
from tests.cast import People
from tests.factories.feedback import CorrectionFactory, FlagFactory, PatternFactory, ReviewFactory
from tests.factories.pilots import UseCaseFactory

Before = Callable[[Pilot, People, datetime], object] | None
Done = Callable[[Any, Pilot, People, datetime], object]

VERBS: dict[str, tuple[Before, Done]] = {
    "review.opened": (
        None,
        lambda _, pilot, people, at: reviews.open_review(pilot=pilot, attendees=[people.pm], by=people.pm, at=at),
    ),
    "review.scheduled": (
        None,
        lambda _, pilot, people, at: reviews.set_review_schedule(
            pilot=pilot, weekday=1, every_weeks=2, chair=people.pm, version=0, by=people.pm, at=at
        ),
    ),
    "review.closed": (
        lambda pilot, people, at: ReviewFactory.create(pilot=pilot, opened_by=people.pm),
        lambda review, pilot, people, at: reviews.close_review(review=review, version=1, by=people.pm, at=at),
    ),
    "pattern.acted_on": (
        lambda pilot, people, at: PatternFactory.create(
            pilot=pilot, state="confirmed", title=str(UseCaseFactory.create(pilot=pilot))
        ),
        lambda pattern, pilot, people, at: act_on_pattern(
            pattern=pattern,
            action="human_only",
            owner=people.owner,
            due_on=at.date(),
            use_cases=UseCase.objects.filter(pilot=pilot),
            version=1,
            by=people.triage,
            at=at,
        ),
    ),
    "use_case.limited": (
        lambda pilot, people, at: UseCaseFactory.create(pilot=pilot),
        lambda use_case, pilot, people, at: limits.limit_use_case(
            use_case=use_case, kind="human_only", reason="Wrong dates", by=people.pm, at=at
        ),
    ),
    "correction.opened": (
        lambda pilot, people, at: FlagFactory.create(pilot=pilot, severity=3),
        lambda flag, pilot, people, at: corrections.open_correction(
            pilot=pilot, flag=flag, went_out="Letters", audience="team", owner=people.change, by=people.pm, at=at
        ),
    ),
    "correction.told": (
        lambda pilot, people, at: CorrectionFactory.create(
            pilot=pilot, flag=FlagFactory.create(pilot=pilot), owner=people.change, opened_by=people.pm
        ),
        lambda row, pilot, people, at: corrections.note_told(correction=row, told="All", by=people.change, at=at),
    ),
    "rota.set": (
        None,
        lambda _, pilot, people, at: rota.set_rota(
            pilot=pilot, weeks={monday_of(at.date()): (people.triage, None)}, by=people.pm, at=at
        ),
    ),
    "clocks.set": (
        None,
        lambda _, pilot, people, at: rota.set_clocks(
            pilot=pilot, read_hours=[1] * 5, correct_hours=[1] * 5, version=0, by=people.pm, at=at
        ),
    ),
}
