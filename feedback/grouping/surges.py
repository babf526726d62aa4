"""A pattern that rises against the amount of use: Gamma-Poisson, with a memory that fades by 2 % a day.

The rate is known as A flags in B normal days of use; what a window of 1, 3 or 7 days should hold is then negative
binomial (Heard et al. 2010 do the same for networks). Growing use, weekends and quiet weeks are no surges.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

MEMORY: Final = 0.98
WINDOWS: Final = (1, 3, 7)
ALARM: Final = 5e-4
QUIET_DAYS: Final = 7
LEAST_FLAGS, LEAST_REPORTERS = 3, 2
# Half a flag in one normal day is known beforehand.
PRIOR_FLAGS, PRIOR_USE = 0.5, 1.0
# A day of alarm counts as the most that was to be expected, so that a surge does not become what is normal at once.
LIKELY: Final = 0.995
LEAST_USE: Final = 0.05
# Of the spread: so many flags are imagined that scatter as chance has it; what lies above the most is a surge itself.
IMAGINED_FLAGS, MOST_SPREAD = 50.0, 3.0

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Surge:
    """On the day with index `day` the last `window` days held `count` flags; `p` is corrected for the three windows."""

    day: int
    window: int
    count: int
    expected: float
    p: float


@dataclass(frozen=True)
class Known:
    """Flags and use so far, older ones faded."""

    flags: float = 0.0
    use: float = 0.0

    def expected(self, use: float) -> float:
        return (self.flags + PRIOR_FLAGS) / (self.use + PRIOR_USE) * use

    def at_least(self, count: int, use: float, spread: float) -> float:
        """The probability of `count` flags or more."""
        if count < 1:
            return 1.0
        weight = (self.use + PRIOR_USE) / spread
        return float(betainc(count, (self.flags + PRIOR_FLAGS) / spread, use / (weight + use)))

    def likely(self, count: int, use: float, spread: float) -> int:
        """`count`, or the predictive 99.5 % where that is less."""
        rare = bisect_left(range(count + 1), True, key=lambda y: self.at_least(y, use, spread) <= 1 - LIKELY)
        return min(count, rare - 1)

    def after(self, flags: float, use: float) -> "Known":
        return Known(MEMORY * self.flags + flags, MEMORY * self.use + use)


def surges(counts: Numbers, exposure: Numbers, reporters: Numbers | None = None, *, spread: float = 1.0) -> list[Surge]:
    """Of one pattern's days, in order. `exposure` is 1.0 on a normal day; see `scaled_exposure`.

    A series that begins with days before the first flag knows that there was nothing then: that finds what just
    appeared.
    `reporters`: how many on each day, or exactly how many in each window (days, 3) from `reporters_in_windows`.
    """
    flags = np.concatenate([[0], np.cumsum(counts)])
    use = np.concatenate([[0.0], np.cumsum(np.maximum(exposure, LEAST_USE))])
    people = _in_windows(np.asarray(reporters if reporters is not None else counts))
    known, found, quiet_until = [Known()], [], -1
    for day in range(len(counts)):
        seen = []
        for number, window in enumerate(WINDOWS):
            start = max(0, day + 1 - window)
            count, during = int(flags[day + 1] - flags[start]), float(use[day + 1] - use[start])
            if window <= day + 1 and count >= LEAST_FLAGS and people[day, number] >= LEAST_REPORTERS:
                p = min(1.0, len(WINDOWS) * known[start].at_least(count, during, spread))
                seen.append(Surge(day, window, count, known[start].expected(during), p))
        surge = min(seen, key=lambda one: one.p, default=None)
        today, used = int(flags[day + 1] - flags[day]), float(use[day + 1] - use[day])
        if surge is not None and surge.p <= ALARM:
            today = known[day].likely(today, used, spread)
            if day > quiet_until:
                found.append(surge)
                quiet_until = day + QUIET_DAYS
        known.append(known[day].after(today, used))
    return found


def _in_windows(reporters: Numbers) -> Numbers:
    """Where only the number of each day is known, the sum of a window's days: somebody may count on several of them."""
    if reporters.ndim == 2:
        return reporters
    total = np.concatenate([np.zeros(max(WINDOWS)), np.cumsum(reporters)])
    ends = np.arange(len(reporters)) + max(WINDOWS)
    return np.stack([total[ends] - total[ends - window] for window in WINDOWS], axis=1)


def reporters_in_windows(days: Sequence[Iterable[object]]) -> Numbers:
    """How many different people flagged in the 1, 3 and 7 days that end with each day (days, 3)."""
    people = [set(day) for day in days]
    found = [
        [len(set().union(*people[max(0, day + 1 - window) : day + 1])) for window in WINDOWS]
        for day in range(len(people))
    ]
    return np.array(found, np.int64).reshape(len(people), len(WINDOWS))


def scaled_exposure(exposure: Numbers) -> NDArray[np.float64]:
    """So that 1.0 is the median of the days with any use. Flags on a day without use show that the measure misses
    something, so no day is quite zero."""
    use = np.asarray(exposure, np.float64)
    if not (use > 0).any():
        return np.ones_like(use)
    scaled: NDArray[np.float64] = np.maximum(use / np.median(use[use > 0]), LEAST_USE)
    return scaled


def pooled_spread(series: Sequence[tuple[Numbers, Numbers]]) -> float:
    """How much more the days of all patterns scatter than chance has it (φ): 1 to 3.

    From each day to the next, so that what rises or falls slowly is not taken for scatter.
    """
    scatter = chance = IMAGINED_FLAGS
    for counts, exposure in series:
        flags, use = np.asarray(counts, np.float64), np.maximum(exposure, LEAST_USE)
        one, other, used, then = flags[:-1], flags[1:], use[:-1], use[1:]
        scatter += float(((one * then - other * used) ** 2 / (used * then)).sum())
        chance += float((one + other).sum())
    return float(np.clip(scatter / chance, 1.0, MOST_SPREAD))
