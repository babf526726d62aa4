"""By when a flag is read: the promise of each severity as a day. Pure."""

from calendar import monthrange
from datetime import date, datetime, timedelta, tzinfo
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


def read_by(reported_at: datetime, severity: int, zone: tzinfo) -> date:
    """The last day on which the promise is still kept. Saturdays and Sundays do not count, holidays do."""
    day = reported_at.astimezone(zone).date()
    left = READ_WITHIN[Severity(severity)]
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def months_before(at: datetime, months: int) -> datetime:
    """The same day so many months earlier; the last of the month where that has no such day."""
    years, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    return at.replace(year=years, month=month + 1, day=min(at.day, monthrange(years, month + 1)[1]))


def is_overdue(reported_at: datetime, severity: int, at: datetime, zone: tzinfo) -> bool:
    return at.astimezone(zone).date() > read_by(reported_at, severity, zone)
