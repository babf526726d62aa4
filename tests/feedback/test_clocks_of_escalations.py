"""Hours of cover: a clock that runs only while somebody has promised to be there. Pure."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from feedback.cover import Cover

OFFICE = Cover(time(9), time(17), weekends=False, zone=UTC)
# 2026-11-27 is a Friday.
FRIDAY = datetime(2026, 11, 27, tzinfo=UTC)


def on(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begun", "hours", "ends"),
    [
        (on(26, 10), 4, on(26, 14)),
        (on(26, 15), 4, on(27, 11)),
        (on(26, 7), 1, on(26, 10)),
        (on(26, 17), 1, on(27, 10)),
        (on(27, 16), 2, on(30, 10)),
        (on(28, 12), 8, on(30, 17)),
        (on(26, 9), 24, on(30, 17)),
    ],
)
def test_it_stands_still_at_night_and_on_weekends(begun: datetime, hours: int, ends: datetime) -> None:
    assert OFFICE.after(begun, hours) == ends


def test_round_the_clock_an_hour_is_an_hour() -> None:
    always = Cover(time(0), time(0), weekends=True, zone=UTC)
    assert always.after(on(28, 23), 3) == on(29, 2)


def test_the_night_in_which_clocks_go_back_has_an_hour_more() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    always = Cover(time(0), time(0), weekends=True, zone=berlin)
    begun = datetime(2026, 10, 25, 0, 30, tzinfo=berlin)
    assert always.after(begun, 4).astimezone(UTC) == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
