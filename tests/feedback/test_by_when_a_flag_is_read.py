from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.clocks import (
    CLOSES,
    OPENS,
    READ_HOURS,
    Clocks,
    after_working_hours,
    call_manager_by,
    correct_by,
    is_overdue,
    look_by,
    read_by,
)
from feedback.taxonomy import Severity

FRIDAY = datetime(2026, 3, 6, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("severity", "day"),
    [
        (0, date(2026, 3, 13)),
        (1, date(2026, 3, 13)),
        (2, date(2026, 3, 10)),
        (3, date(2026, 3, 6)),
        (4, date(2026, 3, 6)),
    ],
)
def test_the_promise_counts_working_days(severity: int, day: date) -> None:
    assert read_by(FRIDAY, severity, UTC) == day


def test_the_day_is_the_readers_day() -> None:
    assert read_by(FRIDAY, 3, ZoneInfo("Pacific/Auckland")) == date(2026, 3, 7)


def test_the_last_day_itself_is_not_late() -> None:
    assert not is_overdue(FRIDAY, 2, datetime(2026, 3, 10, 23, 59, tzinfo=UTC), UTC)
    assert is_overdue(FRIDAY, 2, datetime(2026, 3, 11, 0, 1, tzinfo=UTC), UTC)


MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001
zones = st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")])
severities = st.sampled_from(list(Severity))


@pytest.mark.parametrize(
    ("start", "hours", "ends"),
    [
        (MONDAY.replace(hour=10), 4, MONDAY.replace(hour=14)),
        (MONDAY.replace(hour=6), 1, MONDAY.replace(hour=10)),
        (MONDAY.replace(hour=16), 4, MONDAY.replace(day=3, hour=12)),
        # Friday afternoon: three hours are left, and the last comes on Monday.
        (MONDAY.replace(day=6, hour=14), 4, MONDAY.replace(day=9, hour=10)),
        (MONDAY.replace(day=7, hour=12), 8, MONDAY.replace(day=9, hour=17)),
    ],
)
def test_working_hours_skip_nights_and_weekends(start: datetime, hours: int, ends: datetime) -> None:
    assert after_working_hours(start, hours, UTC) == ends


def working_hours_between(start: datetime, end: datetime, zone: tzinfo) -> float:
    """Counted the other way round: day by day."""
    moment, last = start.astimezone(zone), end.astimezone(zone)
    spent = timedelta(0)
    while moment < last:
        opens, closes = (datetime.combine(moment.date(), hour, zone) for hour in (OPENS, CLOSES))
        if moment.weekday() < 5:
            spent += max(min(last, closes) - max(moment, opens), timedelta(0))
        moment = datetime.combine(moment.date() + timedelta(days=1), time(0), zone)
    return spent / timedelta(hours=1)


@given(moments, st.integers(0, 200), zones)
def test_so_many_working_hours_lie_between_a_moment_and_that_many_after_it(
    start: datetime, hours: int, zone: tzinfo
) -> None:
    end = after_working_hours(start, hours, zone)
    assert end >= start
    # The local clock counts: a night in which it is put forward has no working hours.
    assert working_hours_between(start, end, zone) == pytest.approx(hours)


@given(moments, st.integers(1, 100), st.integers(1, 100), zones)
def test_hours_add_up(start: datetime, first: int, then: int, zone: tzinfo) -> None:
    at_once = after_working_hours(start, first + then, zone)
    assert after_working_hours(after_working_hours(start, first, zone), then, zone) == at_once


@given(moments, severities, zones)
def test_no_clock_runs_longer_than_the_promise_to_the_reporter(
    start: datetime, severity: Severity, zone: tzinfo
) -> None:
    ends = look_by(start, severity, zone)
    assert start < ends
    if severity < Severity.SERIOUS:
        assert ends.astimezone(zone) <= datetime.combine(
            read_by(start, severity, zone) + timedelta(days=1), datetime.min.time(), zone
        )
    assert call_manager_by(start, severity, zone) >= ends


@given(moments, severities, zones)
def test_a_faster_pilot_is_never_later(start: datetime, severity: Severity, zone: tzinfo) -> None:
    faster = Clocks(read_hours=tuple(max(hours // 2, 1) for hours in READ_HOURS))
    assert look_by(start, severity, zone, faster) <= look_by(start, severity, zone)


def test_what_is_serious_does_not_wait_for_monday() -> None:
    saturday = MONDAY.replace(day=7, hour=23)
    assert look_by(saturday, 4, UTC) == saturday + timedelta(hours=1)
    assert call_manager_by(saturday, 4, UTC) == saturday + timedelta(hours=2)


def test_what_affected_somebody_on_a_saturday_is_looked_at_on_saturday() -> None:
    assert look_by(MONDAY.replace(day=7, hour=10), 3, UTC) == MONDAY.replace(day=8)


def test_whoever_was_misled_does_not_wait_for_office_hours() -> None:
    assert correct_by(MONDAY.replace(day=7, hour=10), 3) == MONDAY.replace(day=8, hour=10)
