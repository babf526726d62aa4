"""At which share of people first use will level off, and an alarm that it will below the target, weeks before the
curve is flat.

A cure model: a share K of the people with access begin one day, after a time with a Weibull distribution; the rest
never do. Boag 1949, J. R. Stat. Soc. B 11, 15-53; Farewell 1982, Biometrics 38, 1041-1046. First use hides who stops
again: `still_active` among those who began is a guardrail of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.stats.metrics.observations import Codes, Numbers, summed

# The grid: K, evenly; the Weibull's scale in weeks, log-normal; its shapes, evenly.
CEILINGS: Final = np.linspace(0.01, 0.99, 99)
_SCALES: Final = np.exp(np.linspace(np.log(0.7), np.log(26), 28))
_SHAPES: Final = np.array([0.7, 1.0, 1.4, 2.0])
_USUAL_SCALE, _SPREAD_OF_SCALES = 4.0, 0.8

# The alarm: this sure in so many weeks running, none of them before that week.
SURE: Final = 0.95
WEEKS_RUNNING: Final = 2
FIRST_WEEK: Final = 3
# Tables are made for whole quarters, so that few of them are.
_QUARTER: Final = 13
_LEAST_CHANCE: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Starts:
    """By week of each person's own access, the last axis: `began[w]` first used it in week w, 0 being the first;
    `waiting[w]` have had access for w full weeks and not begun."""

    began: Numbers
    waiting: Numbers


@dataclass(frozen=True, eq=False)
class Ceiling:
    """`chances` of each of CEILINGS, the last axis."""

    chances: Numbers

    def below(self, target: float) -> Numbers:
        return np.asarray(self.chances[..., target - 1e-9 > CEILINGS].sum(axis=-1))

    def quantile(self, part: float) -> Numbers:
        reached = self.chances.cumsum(axis=-1) >= part - 1e-12
        return np.asarray(CEILINGS[reached.argmax(axis=-1)])

    def interval(self, certain: float = 0.8) -> tuple[Numbers, Numbers]:
        return self.quantile((1 - certain) / 2), self.quantile((1 + certain) / 2)


def count_starts(weeks_of_access: Codes, first_week: Codes) -> Starts:
    """One entry a person: full weeks of access, and the week of it in which use began, negative where it has not.
    Who began in the week that is not over is counted as waiting until it is."""
    has_begun = (first_week >= 0) & (first_week < weeks_of_access)
    weeks = int(weeks_of_access.max(initial=0)) + 1
    began = summed(np.asarray(first_week[has_begun], np.intp), weeks)
    return Starts(began, summed(np.asarray(weeks_of_access[~has_begun], np.intp), weeks))


def ceiling(starts: Starts) -> Ceiling:
    weeks = starts.waiting.shape[-1]
    begins, is_waiting = _logarithms(-(-weeks // _QUARTER) * _QUARTER)
    by_time = starts.began @ begins[: starts.began.shape[-1]] - _off_the_usual()
    by_both = (starts.waiting @ is_waiting[:weeks]).reshape(*by_time.shape[:-1], len(CEILINGS), -1)
    by_ceiling = starts.began.sum(axis=-1)[..., None] * np.log(CEILINGS)
    likely = by_both + by_time[..., None, :] + by_ceiling[..., None]
    chances = np.exp(likely - likely.max(axis=(-2, -1), keepdims=True)).sum(axis=-1)
    return Ceiling(chances / chances.sum(axis=-1, keepdims=True))


def alarm_week(below: Numbers) -> NDArray[np.int64]:
    """`below`: the chance that the ceiling is under the target, of week 1 and after; weeks are the last axis. The week
    in which the alarm was first raised; 0: in none."""
    sure = below > SURE
    sure[..., : FIRST_WEEK - 1] = False
    running = np.lib.stride_tricks.sliding_window_view(sure, WEEKS_RUNNING, axis=-1).all(axis=-1)
    return np.where(running.any(axis=-1), running.argmax(axis=-1) + WEEKS_RUNNING, 0)


def alarm(below: Sequence[float]) -> int | None:
    """Of one stage: the week, or None."""
    return int(alarm_week(np.array(below))) or None if len(below) >= WEEKS_RUNNING else None


def _off_the_usual() -> Numbers:
    """What the prior takes from each pair of scale and shape."""
    off = ((np.log(_SCALES) - np.log(_USUAL_SCALE)) / _SPREAD_OF_SCALES) ** 2 / 2
    return np.repeat(off, len(_SHAPES))


@lru_cache(maxsize=8)
def _logarithms(weeks: int) -> tuple[Numbers, Numbers]:
    """Of the chance to begin in each week, if ever (weeks, scales · shapes), and not to have begun after so many weeks
    (weeks, ceilings · scales · shapes)."""
    time = np.arange(weeks + 1)[:, None, None] / _SCALES[:, None]
    have_begun = (1 - np.exp(-(time**_SHAPES))).reshape(weeks + 1, -1)
    begins = np.log(np.maximum(np.diff(have_begun, axis=0), _LEAST_CHANCE))
    is_waiting = np.log1p(-CEILINGS[:, None] * have_begun[:-1, None, :])
    return begins, is_waiting.reshape(weeks, -1)
