from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from feedback.clocks import is_overdue, read_by

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
