"""A pattern rises or not according to how much the tool was used, and says what it was measured against."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.actions.sorting import begin_pattern
from feedback.actions.surging import find_surges
from feedback.grouping.exposure import filled, measure_of
from feedback.models import Flag, Pattern
from pilots.actions.use import DayOfUse, record_use
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People
from tests.feedback.flagging import INVENTED, flags_saying, group

TODAY = date(2026, 11, 27)


def days(n: int, use: int = 100) -> dict[date, int]:
    return {TODAY - timedelta(k): use for k in range(n)}


@pytest.mark.parametrize(
    ("known", "measure"),
    [
        ({"outputs": days(20), "active_users": days(20)}, "outputs"),
        ({"outputs": days(9), "active_users": days(20)}, "active_users"),
        ({"outputs": days(20, use=0), "active_users": days(5)}, "flags"),
        ({"outputs": {day - timedelta(14): n for day, n in days(30).items()}}, "flags"),
        ({}, "flags"),
    ],
)
def test_outputs_are_taken_where_they_are_known_well_enough_then_people_then_other_flags(
    known: dict[str, dict[date, int]], measure: str
) -> None:
    assert measure_of(known, TODAY) == measure


def test_a_day_that_nobody_recorded_is_like_the_same_day_of_other_weeks() -> None:
    monday = date(2026, 11, 23)
    known = {monday: 100, monday - timedelta(7): 200, monday + timedelta(1): 50}
    wanted = [monday - timedelta(14), monday, monday + timedelta(8), monday + timedelta(5)]
    assert filled(known, wanted).tolist() == [150, 100, 50, 0]


@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.integers(0, 10**6), min_size=1))
def test_what_is_known_stands_as_it_is_known(known: dict[date, int]) -> None:
    wanted = [date(2026, 1, 1) + timedelta(n) for n in range(60)]
    found = filled(known, wanted)
    assert all(found[n] == known[day] for n, day in enumerate(wanted) if day in known)
    assert np.isfinite(found).all() and (found >= 0).all()


def rising(pilot: Pilot, people: People) -> Pattern:
    """Two a week for two months, then eight in a day."""
    who = [people.member, people.owner, people.change]
    for week in range(8):
        flags_saying(pilot, INVENTED[:2], who, at=now() - timedelta(days=10 + 7 * week))
    flags_saying(pilot, INVENTED * 2, who, at=now() - timedelta(hours=3))
    group(pilot)
    everything = list(Flag.objects.filter(pilot=pilot).select_related("pilot"))
    return begin_pattern(flags=everything, title="Invented cases", by=people.triage, at=now())


def surge_with(pilot: Pilot, people: People, today: int | None) -> Pattern:
    pattern = rising(pilot, people)
    if today is not None:
        use = [DayOfUse(now().date() - timedelta(n), outputs=100 if n else today) for n in range(70)]
        record_use(pilot=pilot, days=use, source="api", by=people.evaluator, at=now())
    find_surges(pilot=pilot, at=now())
    pattern.refresh_from_db()
    return pattern


def test_eight_in_a_day_of_ordinary_use_are_a_surge(letters: Pilot, people: People) -> None:
    pattern = surge_with(letters, people, today=100)
    assert pattern.surging_since is not None and pattern.surge["measure"] == "outputs"


def test_eight_in_a_day_of_forty_times_the_use_are_none(letters: Pilot, people: People) -> None:
    assert surge_with(letters, people, today=4000).surging_since is None


def test_without_use_the_surge_says_that_other_flags_stood_for_it(letters: Pilot, people: People) -> None:
    assert surge_with(letters, people, today=None).surge["measure"] == "flags"
