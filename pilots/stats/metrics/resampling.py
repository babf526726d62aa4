"""Intervals by drawing whole people again: a person's tasks are alike, so that people and not tasks are the chance.

Percentiles of 2,000 draws from a fixed seed: the same rows give the same interval. Efron and Tibshirani 1993, ch. 13;
whole clusters: Davison and Hinkley 1997, section 3.8.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.stats.metrics.observations import Numbers
from pilots.stats.rates import CERTAIN

DRAWS: Final = 2_000
SEED: Final = 20_261
_BLOCK: Final = 250
# Steps of the scale on which the median of a draw is looked up, and cells of the table of people by steps at most.
_STEPS, _TABLE = 512, 10_000_000


def resamples(people: int) -> Iterator[NDArray[np.float32]]:
    """How often each person comes in each draw, (block of draws, people). The same for as many people, so that two
    figures of the same people are drawn together."""
    chance = np.random.default_rng(SEED)
    offsets = np.arange(_BLOCK)[:, None] * people
    for _ in range(DRAWS // _BLOCK):
        drawn = chance.integers(0, people, (_BLOCK, people), dtype=np.int32)
        times = np.bincount((drawn + offsets).ravel(), minlength=_BLOCK * people)
        yield times.reshape(_BLOCK, people).astype(np.float32)


def ratio_draws(top: Numbers, bottom: Numbers) -> Numbers:
    """Σ top / Σ bottom in each draw, from the sums of each person; nan where a draw has nothing below the line."""
    sums = np.column_stack([top, bottom])
    drawn = np.concatenate([times @ sums for times in resamples(len(top))])
    empty = drawn[:, 1] <= 0
    return np.where(empty, np.nan, drawn[:, 0] / np.where(empty, 1, drawn[:, 1]))


def median_draws(values: Numbers, who: NDArray[np.intp], people: int) -> Numbers:
    """The median of all tasks of the people drawn; nan where none of them has one. `who` is 0 to people - 1.

    Looked up on 512 steps about the median: exact where fewer values than that stand there, else to a thirtieth of a
    standard error. No draw ends outside: the window is eight standard errors wide on either side.
    """
    ordered = np.sort(values)
    each = np.bincount(who, minlength=people)
    half = min(0.5, 4 * float(np.sqrt((each.astype(float) ** 2).sum())) / len(values))
    steps = max(64, min(_STEPS, _TABLE // people))
    ranks = np.linspace((0.5 - half) * (len(values) - 1), (0.5 + half) * (len(values) - 1), steps)
    scale = np.unique(ordered[np.rint(ranks).astype(np.intp)] if len(values) > steps else ordered)
    level = np.searchsorted(scale, values)
    wide = len(scale) + 1
    counted = np.bincount(who * wide + level, minlength=people * wide).reshape(people, wide).astype(np.float32)
    return np.concatenate([_medians(times @ counted, scale) for times in resamples(people)])


def _medians(counts: NDArray[np.float32], scale: Numbers) -> Numbers:
    """`counts` of values up to each of the scale, the last of those above it, (draws, steps + 1)."""
    up_to = counts.cumsum(axis=1)
    middle = up_to[:, -1:] / 2
    lower, upper = (up_to < middle).sum(axis=1), (up_to <= middle).sum(axis=1)
    last = len(scale) - 1
    found = (scale[np.minimum(lower, last)] + scale[np.minimum(upper, last)]) / 2
    return np.where(middle[:, 0] > 0, found, np.nan)


def interval(draws: Numbers, value: float) -> tuple[float, float]:
    """Percentiles; of few people they may miss the figure itself, which a reader expects inside."""
    tail = 100 * (1 - CERTAIN) / 2
    known = draws[~np.isnan(draws)]
    if not len(known):
        return value, value
    low, high = np.percentile(known, [tail, 100 - tail])
    return min(value, float(low)), max(value, float(high))
