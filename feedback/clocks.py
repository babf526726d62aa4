"""By when a flag is read and what went out corrected: the promise of each severity as a moment. Pure.

The promise is a day for the reporter. Inside it a clock of working hours says when the next person is called.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from feedback.taxonomy import SEVERITIES, Severity

# Working days until somebody has read it; 0 is the same day.
READ_WITHIN: Final[dict[Severity, int]] = {
    Severity.HAZARD: 5,
    Severity.CAUGHT: 5,
    Severity.PASSED_ON: 2,
    Severity.AFFECTED: 0,
    Severity.SERIOUS: 0,
}
assert READ_WITHIN.keys() == SEVERITIES.keys()

OPENS, CLOSES = time(9), time(17)
SATURDAY: Final = 5
# By severity, the lowest first: working hours until somebody has looked at it, and hours until what went out is
# corrected. A pilot may set less and never more.
READ_HOURS: Final = (40, 40, 16, 4, 1)
CORRECT_HOURS: Final = (120, 120, 72, 24, 8)
# From this level on the clock does not wait for the morning.
AROUND_THE_CLOCK: Final = Severity.SERIOUS
assert len(READ_HOURS) == len(CORRECT_HOURS) == len(SEVERITIES)


@dataclass(frozen=True)
class Clocks:
    """Those of one pilot."""

    read_hours: Sequence[int] = READ_HOURS
    correct_hours: Sequence[int] = CORRECT_HOURS


STANDARD: Final = Clocks()


def read_by(reported_at: datetime, severity: int, zone: tzinfo) -> date:
    """The last day on which the promise is still kept. Saturdays and Sundays do not count, holidays do."""
    day = reported_at.astimezone(zone).date()
    left = READ_WITHIN[Severity(severity)]
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


def months_before(at: datetime, months: int) -> datetime:
    """The same day so many months earlier; the last of the month where that has no such day."""
    years, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=years, month=month + 1, day=min(at.day, monthrange(years, month + 1)[1]))


def is_overdue(reported_at: datetime, severity: int, at: datetime, zone: tzinfo) -> bool:
    return at.astimezone(zone).date() > read_by(reported_at, severity, zone)


def after_working_hours(start: datetime, hours: float, zone: tzinfo) -> datetime:
    """`hours` of work after `start`: Monday to Friday from nine to five, holidays not known."""
    moment, left = start.astimezone(zone), timedelta(hours=hours)
    while True:
        opens, closes = _at(moment, OPENS), _at(moment, CLOSES)
        works = moment.weekday() < SATURDAY and moment < closes
        if works:
            begun = max(moment, opens)
            if begun + left <= closes:
                return begun + left
            left -= closes - begun
        moment = _at(moment + timedelta(days=1), time(0))


def look_by(waits_since: datetime, severity: int, zone: tzinfo, clocks: Clocks = STANDARD) -> datetime:
    """When the clock runs out: after the working hours of its level, and never later than the promised day ends."""
    hours = clocks.read_hours[severity]
    if severity >= AROUND_THE_CLOCK:
        return waits_since + timedelta(hours=hours)
    ends = datetime.combine(read_by(waits_since, severity, zone) + timedelta(days=1), time(0), zone)
    return min(after_working_hours(waits_since, hours, zone), ends)


def call_manager_by(waits_since: datetime, severity: int, zone: tzinfo, clocks: Clocks = STANDARD) -> datetime:
    """Who stands in had the same time again."""
    if severity >= AROUND_THE_CLOCK:
        return waits_since + 2 * timedelta(hours=clocks.read_hours[severity])
    return after_working_hours(look_by(waits_since, severity, zone, clocks), clocks.read_hours[severity], zone)


def correct_by(opened_at: datetime, severity: int, clocks: Clocks = STANDARD) -> datetime:
    """By the hours of the day and night: whoever was misled does not wait for office hours."""
    return opened_at + timedelta(hours=clocks.correct_hours[severity])


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _at(moment: datetime, clock: time) -> datetime:
    return datetime.combine(moment.date(), clock, moment.tzinfo)
