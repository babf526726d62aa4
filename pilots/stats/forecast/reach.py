"""How far the evidence reaches: on which share of a rollout's workload a forecast rests on what, if on anything.

    direct      this very cell was seen, without help
    modelled    each of its levels was seen, if not together
    none        a level of it was not: there the forecast is its prior

Seen by enough: 5 tasks of 2 people. What was seen with help at hand is never direct evidence of a rollout without it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pilots.stats.forecast.observed import Observed
from pilots.stats.forecast.rollout import Rollout
from pilots.stats.forecast.terms import Codes, Numbers

ENOUGH_TASKS, ENOUGH_PEOPLE = 5, 2
# With more of the workload than this without evidence there is no headline, only the interval.
MOST_WITHOUT: Final = 0.5


class Evidence(StrEnum):
    DIRECT = "direct"
    MODELLED = "modelled"
    NONE = "none"


@dataclass(frozen=True, eq=False)
class Seen:
    """Tasks and people behind each of `cells`, and behind each level of each factor."""

    cells: Codes
    tasks: Numbers
    people: Numbers
    tasks_of: tuple[Numbers, ...]
    people_of: tuple[Numbers, ...]

    @property
    def enough(self) -> NDArray[np.bool_]:
        """Of each cell."""
        return (self.tasks >= ENOUGH_TASKS) & (self.people >= ENOUGH_PEOPLE)

    def enough_of(self, factor: int, levels: Codes) -> NDArray[np.bool_]:
        """Of each of `levels`; those beyond the last that was seen were not."""
        many = int(levels.max(initial=-1)) + 1
        tasks, people = (_padded(of[factor], many) for of in (self.tasks_of, self.people_of))
        found: NDArray[np.bool_] = ((tasks >= ENOUGH_TASKS) & (people >= ENOUGH_PEOPLE))[levels]
        return found


def seen(observed: Observed) -> Seen:
    """Without users each outcome is another person's."""
    cells, cell, count = observed.cells, observed.cell, observed.count
    each = np.ones(len(cell)) if observed.users else count
    levels = [codes[cell] for codes in cells.T]
    return Seen(
        cells,
        tasks=_sums(cell, count),
        people=_sums(cell, each),
        tasks_of=tuple(_sums(level, count) for level in levels),
        people_of=tuple(_people(observed, level) for level in levels),
    )


def _people(observed: Observed, level: Codes) -> Numbers:
    """Whoever was seen at one level in several cells is one person."""
    if not observed.users:
        return _sums(level, observed.count)
    pairs = np.unique(np.column_stack([level, observed.user]), axis=0)
    return np.bincount(pairs[:, 0]).astype(float)


def seen_in_counts(codes: Codes, tried: Numbers, users: Numbers) -> Seen:
    """Where nobody knows who is behind which count: a level has at least as many people as its fullest cell."""
    cells, cell = np.unique(np.asarray(codes, np.int64), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    levels = [row[cell] for row in cells.T]
    return Seen(
        cells,
        tasks=_sums(cell, tried),
        people=_fullest(cell, users),
        tasks_of=tuple(_sums(level, tried) for level in levels),
        people_of=tuple(_fullest(level, users) for level in levels),
    )


def _sums(group: Codes, values: Numbers) -> Numbers:
    return np.asarray(np.bincount(group, values), float)


def _fullest(group: Codes, users: Numbers) -> Numbers:
    found = np.zeros(int(group.max(initial=-1)) + 1)
    np.maximum.at(found, group, users)
    return found


def _padded(counts: Numbers, many: int) -> Numbers:
    return np.pad(counts, (0, max(many - len(counts), 0)))


@dataclass(frozen=True)
class Unseen:
    """A level that nothing, or too little, is known of; `share` of the workload meets it."""

    factor: int
    level: int
    share: float


@dataclass(frozen=True, eq=False)
class Reach:
    """`direct` (C,): this very cell. `known` (C,): this cell or all its levels. `unseen`: the largest share first."""

    weights: Numbers
    direct: NDArray[np.bool_]
    known: NDArray[np.bool_]
    unseen: tuple[Unseen, ...]

    @property
    def shares(self) -> dict[Evidence, float]:
        """Of the workload; they sum to 1."""
        direct, known = (float(self.weights[which].sum()) for which in (self.direct, self.known))
        return {Evidence.DIRECT: direct, Evidence.MODELLED: known - direct, Evidence.NONE: 1 - known}

    @property
    def of_cells(self) -> list[Evidence]:
        return [
            Evidence.DIRECT if direct else Evidence.MODELLED if known else Evidence.NONE
            for direct, known in zip(self.direct, self.known, strict=True)
        ]

    @property
    def is_projectable(self) -> bool:
        return self.shares[Evidence.NONE] <= MOST_WITHOUT


def reach(seen: Seen, rollout: Rollout, *, helped: tuple[int, int] | None = None) -> Reach:
    """`helped`: the place of the factor that says whether help was at hand, and its level for yes.

    If nothing was seen without help, nothing is known of a rollout at all.
    """
    thin = list(_thin(seen, rollout.cells))
    known = ~np.any(thin, axis=0)
    direct = known & _among(rollout.cells, seen.cells[seen.enough])
    if helped is not None:
        place, level = helped
        direct &= rollout.cells[:, place] != level
        alone = np.delete(np.arange(max(len(seen.tasks_of[place]), level + 1)), level)
        if not seen.enough_of(place, alone).any():
            known, direct = np.zeros_like(known), np.zeros_like(direct)
    found = _unseen(thin, rollout)
    return Reach(rollout.weights, direct, known, tuple(sorted(found, key=lambda one: -one.share)))


def _thin(seen: Seen, cells: Codes) -> Iterator[NDArray[np.bool_]]:
    """Of each factor which cells stand at a level of it that too few saw."""
    for factor, levels in enumerate(cells.T):
        yield ~seen.enough_of(factor, levels)


def _unseen(thin: list[NDArray[np.bool_]], rollout: Rollout) -> Iterator[Unseen]:
    for factor, (which, levels) in enumerate(zip(thin, rollout.cells.T, strict=True)):
        for level in np.unique(levels[which]):
            yield Unseen(factor, int(level), float(rollout.weights[levels == level].sum()))


def _among(cells: Codes, others: Codes) -> NDArray[np.bool_]:
    """Which of `cells` are one of `others`."""
    same = np.unique(np.concatenate([cells, others]), axis=0, return_inverse=True)[1].reshape(-1)
    return np.isin(same[: len(cells)], same[len(cells) :])
