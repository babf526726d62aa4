"""Why a forecast is another figure than the demonstration's: what the other mix of each factor makes. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pilots.stats.forecast.basis import Basis, Sums
from pilots.stats.forecast.fitting import Fitted
from pilots.stats.forecast.projecting import affordable, project
from pilots.stats.forecast.rollout import Rollout
from pilots.stats.forecast.terms import Numbers
from pilots.stats.metrics.suppression import LEAST

# Both projections have the same draws, so that few of them tell what parts them.
DRAWS: Final = 500
LEAST_DRAWS: Final = 100
# Of the workload: a mix that differs by less is the same.
SAME: Final = 0.01
# Per cent, or minutes: less than this is told with the rest.
LEAST_POINTS: Final = 0.1


@dataclass(frozen=True)
class Difference:
    """`was` and `will`: shares of the level that was commonest in the demonstration, there and in the rollout."""

    factor: str
    level: str
    was: float
    will: float
    points: float

    @property
    def words(self) -> str:
        level = self.level[:1].upper() + self.level[1:]
        return f"{level}: {100 * self.was:.0f} % of the demonstration, {100 * self.will:.0f} % of the rollout"


def differences(fitted: Fitted, basis: Basis, sums: Sums, scale: float, seed: int) -> list[Difference]:
    """The largest first. Left out where few people are at a level: their mix is nobody's business."""
    found = [one for one in _differences(fitted, basis, sums, scale, seed) if abs(one.points) >= LEAST_POINTS]
    return sorted(found, key=lambda one: -abs(one.points))


def _differences(fitted: Fitted, basis: Basis, sums: Sums, scale: float, seed: int) -> Iterator[Difference]:
    early = sums.early_count > 0
    middle = _middle(fitted, basis.rollout, seed)
    for place, levels in enumerate(basis.levels):
        many = len(levels.words)
        was = np.bincount(sums.codes[:, place], sums.early_count, many) / sums.early_count.sum()
        will = np.bincount(basis.rollout.cells[:, place], basis.rollout.weights, many)
        if np.abs(was - will).sum() / 2 < SAME:
            continue
        if levels.of_people and _tells_of_few(sums, place, early):
            continue
        points = scale * (middle - _middle(fitted, with_mix(basis.rollout, place, was), seed))
        top = int(was.argmax())
        yield Difference(levels.name, list(levels.words.values())[top], float(was[top]), float(will[top]), points)


def _tells_of_few(sums: Sums, place: int, early: Any) -> bool:
    people = [sums.people(early & (sums.codes[:, place] == level)) for level in np.unique(sums.codes[early, place])]
    return any(count < LEAST for count in people)


def _middle(fitted: Fitted, rollout: Rollout, seed: int) -> float:
    draws = affordable(DRAWS, len(rollout.cells), LEAST_DRAWS)
    return float(np.median(project(fitted, rollout, draws=draws, discrepancy=0, seed=seed).truth))


def with_mix(rollout: Rollout, place: int, mix: Numbers) -> Rollout:
    """The same rollout with other shares of one factor's levels, independent of all others."""
    rest, of_rest = np.unique(np.delete(rollout.cells, place, axis=1), axis=0, return_inverse=True)
    weights = np.bincount(of_rest.reshape(-1), rollout.weights)
    levels = np.flatnonzero(mix)
    cells = np.insert(np.repeat(rest, len(levels), axis=0), place, np.tile(levels, len(rest)), axis=1)
    shares = np.outer(weights, mix[levels] / mix[levels].sum()).reshape(-1)
    return Rollout(cells, shares, rollout.tasks, rollout.users)
