"""Intervals by drawing whole people again: a person's tasks are alike, so that people and not tasks are the chance.

Percentiles of 2,000 draws from a fixed seed: the same rows give the same interval. Efron and Tibshirani 1993, ch. 13;
whole clusters: Davison and Hinkley 1997, section 3.8.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.stats.metrics.observations import Numbers
from pilots.stats.rates import CERTAIN

DRAWS: Final = 2_000
SEED: Final = 20_261
_BLOCK: Final = 250
# Draws of more people than these are made anew for each figure.
_KEPT: Final = 20_000
# Steps of the scale on which medians are looked up, first over all values and then over where they were found; and the
# most entries that its table of people by steps may have.
_STEPS: Final = (64, 384)
_TABLE: Final = 20_000_000


def resamples(people: int, seed: int = SEED) -> Iterator[NDArray[np.float32]]:
    """How often each person comes in each draw, (block of draws, people). The same for as many people, so that two
    figures of the same people are drawn together; those of different people take seeds of their own."""
    make = _block if people <= _KEPT else _block.__wrapped__
    for number in range(DRAWS // _BLOCK):
        yield make(people, seed, number).astype(np.float32)


@lru_cache(maxsize=2 * DRAWS // _BLOCK)
def _block(people: int, seed: int, number: int) -> NDArray[np.uint8]:
    drawn = np.random.default_rng((seed, number)).integers(0, people, (_BLOCK, people), dtype=np.int32)
    offsets = np.arange(_BLOCK)[:, None] * people
    return np.bincount((drawn + offsets).ravel(), minlength=_BLOCK * people).reshape(_BLOCK, people).astype(np.uint8)


def ratio_draws(top: Numbers, bottom: Numbers) -> Numbers:
    """Σ top / Σ bottom in each draw, from the sums of each person; nan where a draw has nothing below the line."""
    sums = np.column_stack([top, bottom])
    drawn = np.concatenate([times @ sums for times in resamples(len(top))])
    empty = drawn[:, 1] <= 0
    return np.where(empty, np.nan, drawn[:, 0] / np.where(empty, 1, drawn[:, 1]))


def median_draws(values: Numbers, who: NDArray[np.intp], people: int) -> Numbers:
    """The median of all tasks of the people drawn; nan where none of them has one. `who` is 0 to people - 1.

    Looked up twice, the second time on a scale between the lowest and the highest draw: exact where no more values than
    its steps stand there, else to a few hundredths of the width of the interval.
    """
    ordered = np.sort(values)
    lowest, highest = ordered[0], ordered[-1]
    found = np.zeros(0)
    for steps in _STEPS:
        first, last = np.searchsorted(ordered, lowest), np.searchsorted(ordered, highest, "right") - 1
        ranks = np.linspace(first, last, min(last - first + 1, max(64, min(steps, _TABLE // people))))
        scale = np.unique(ordered[np.rint(ranks).astype(np.intp)])
        lower, upper = _places(values, who, people, scale)
        found = (scale[lower] + scale[upper]) / 2
        lowest, highest = scale[max(int(lower.min(where=lower >= 0, initial=len(scale))) - 1, 0)], scale[upper.max()]
        found[lower < 0] = np.nan
    return found


def _places(
    values: Numbers, who: NDArray[np.intp], people: int, scale: Numbers
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where on the scale the two middle values of each draw are; -1 where it has none."""
    wide = len(scale) + 1
    table = np.bincount(who * wide + np.searchsorted(scale, values), minlength=people * wide)
    counted = table.reshape(people, wide).astype(np.float32)
    lower, upper = np.empty(DRAWS, np.intp), np.empty(DRAWS, np.intp)
    for number, times in enumerate(resamples(people)):
        up_to = (times @ counted).cumsum(axis=1)
        middle, block = up_to[:, -1:] / 2, slice(number * _BLOCK, (number + 1) * _BLOCK)
        lower[block] = np.where(middle[:, 0] > 0, (up_to < middle).sum(axis=1), -1)
        upper[block] = np.where(middle[:, 0] > 0, (up_to <= middle).sum(axis=1), -1)
    return lower, upper


def interval(draws: Numbers, value: float) -> tuple[float, float]:
    """Percentiles; of few people they may miss the figure itself, which a reader expects inside."""
    tail = 100 * (1 - CERTAIN) / 2
    known = draws[~np.isnan(draws)]
    if not len(known):
        return value, value
    low, high = np.percentile(known, [tail, 100 - tail])
    return min(value, float(low)), max(value, float(high))
