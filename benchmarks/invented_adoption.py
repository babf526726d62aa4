"""Invented stages in which people begin to use a tool, one after the other, up to a ceiling that is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.stats.adoption import Starts, alarm_week, ceiling

Numbers = NDArray[np.float64]

WEEKS: Final = 26
TARGET: Final = 0.6
# Access is given over so many weeks. The shape of the times is none that the model's grid has.
_STAGGER, _SHAPE = 4, 1.2
# The rule of the eye: below the target, and in two weeks risen by less than this.
_FLAT: Final = 0.02


@dataclass(frozen=True)
class World:
    """`half`: weeks of access after which half of those have begun who ever will."""

    ceiling: float
    half: float
    people: int

    def weeks(self, stages: int, seed: int) -> Iterator[Starts]:
        """After each week: counts (stages, weeks of access)."""
        chance = np.random.default_rng([seed, self.people, int(100 * self.ceiling), int(10 * self.half)])
        shape = (stages, self.people)
        access = chance.integers(0, _STAGGER, shape)
        times = np.floor(self.half / np.log(2) ** (1 / _SHAPE) * chance.weibull(_SHAPE, shape))
        first = np.where(chance.random(shape) < self.ceiling, times, np.inf)
        for week in range(1, WEEKS + 1):
            exposure = np.maximum(week - access, 0)
            began = first < exposure
            counted = [
                [(mask & (at == value)).sum(axis=1) for value in range(week + 1)]
                for mask, at in ((began, first), (~began, exposure))
            ]
            yield Starts(*(np.array(one, float).T for one in counted))


@dataclass(frozen=True)
class Seen:
    """`alarm`: the week of it for each stage, 0 where there was none; `by_eye` the same of the rule of the eye; `held`:
    the part of K's 80 % intervals in week 8 that hold."""

    alarm: NDArray[np.int64]
    by_eye: NDArray[np.int64]
    held: float

    def alarmed(self, by: int = WEEKS) -> float:
        return float(((self.alarm > 0) & (self.alarm <= by)).mean())


def watch(world: World, stages: int, seed: int) -> Seen:
    below, begun, held = [], [], 0.0
    for week, starts in enumerate(world.weeks(stages, seed), start=1):
        found = ceiling(starts)
        below.append(found.below(TARGET))
        begun.append(starts.began.sum(axis=1) / world.people)
        if week == 8:
            low, high = found.interval()
            held = float(((low <= world.ceiling + 1e-9) & (world.ceiling - 1e-9 <= high)).mean())
    return Seen(alarm_week(np.array(below).T), _flat(np.array(begun)), held)


def _flat(begun: Numbers) -> NDArray[np.int64]:
    """(weeks, stages)."""
    is_flat = np.zeros(begun.shape, bool)
    is_flat[3:] = (begun[3:] < TARGET) & (begun[3:] - begun[1:-2] < _FLAT)
    return np.where(is_flat.any(axis=0), is_flat.argmax(axis=0) + 1, 0)
