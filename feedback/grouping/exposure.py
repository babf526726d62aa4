"""What flags are measured against: outputs served, else active users, else all other flags. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Final

import numpy as np

from feedback.grouping.surges import Numbers

# The first that is known well enough is used; the last resort is "flags".
MEASURES: Final = ("outputs", "active_users")
OTHER_FLAGS: Final = "flags"
# Known well enough: on so many days of the last four weeks, and within the last two.
WINDOW, LEAST_DAYS, FRESH = timedelta(days=28), 10, timedelta(days=14)

Known = Mapping[date, int]


def measure_of(known: Mapping[str, Known], today: date) -> str:
    for name in MEASURES:
        days = [day for day in known.get(name, {}) if today - WINDOW < day <= today]
        if len(days) >= LEAST_DAYS and max(days) > today - FRESH and any(known[name][day] for day in days):
            return name
    return OTHER_FLAGS


def filled(known: Known, days: Sequence[date]) -> Numbers:
    """A day that nobody recorded is like the same day of other weeks; a weekday that is never recorded has no use."""
    by_weekday: dict[int, list[int]] = {}
    for day, use in known.items():
        by_weekday.setdefault(day.weekday(), []).append(use)
    usual = {weekday: float(median(uses)) for weekday, uses in by_weekday.items()}
    return np.array([float(known[day]) if day in known else usual.get(day.weekday(), 0.0) for day in days], np.float64)
