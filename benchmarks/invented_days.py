"""Flags by day as nobody reported them: working weeks, growing use, and the scatter that people bring."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

DAYS: Final = 240
# Alarms count from here on; before that every rule is still learning what is normal.
LEARNING: Final = 42
STEP: Final = 150
WEEK: Final = np.array([1, 1, 1, 1, 0.95, 0.4, 0.35])
# Of the logarithm of use, from the first day to the last.
GROWTH: Final = 0.5
# Variance over mean: whoever flags tells a colleague.
SCATTER: Final = 1.3

Days = NDArray[np.float64]


def use(crowded: bool = False) -> Days:
    """`crowded`: from `STEP` on everybody uses everything 2.5 times as much, for ten days."""
    days = np.resize(WEEK, DAYS) * np.exp(np.linspace(0, GROWTH, DAYS))
    if crowded:
        days[STEP : STEP + 10] *= 2.5
    return days


def flags(random: np.random.Generator, rate: float, exposure: Days, patterns: int, times: Days | None = None) -> Days:
    """(patterns, days) for `rate` flags on a normal day, multiplied by `times` (patterns, days) where it is given."""
    mean = np.tile(rate * exposure / WEEK.mean(), (patterns, 1)) * (1.0 if times is None else times)
    size = np.maximum(mean / (SCATTER - 1), 1e-9)
    return random.negative_binomial(size, 1 / SCATTER).astype(np.float64)


def steps(
    random: np.random.Generator, patterns: int, factor: float, before: float = 1.0
) -> tuple[NDArray[np.int64], Days]:
    """On which day each pattern's rate changes from `before` to `factor` times, and the factors by day."""
    start = STEP + random.integers(0, len(WEEK), patterns)
    return start, np.where(np.arange(DAYS) >= start[:, None], factor, before)
