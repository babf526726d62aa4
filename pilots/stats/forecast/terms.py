"""The linear predictor of a cell and the priors of its parts, all on the logit scale.

    η = α + γ·A + Σ δ_f·s_f + Σ b_f[level] + Σ v_fg[level, level]        A = Σ s_f

s_f counts the steps from what the pilot liked (a volunteer, an enthusiast, a curated case, with help at hand) towards
what a rollout meets. γ is shared by all of them: whoever meets one adverse condition says something of the others too.
Of all priors that were tried that alone stayed calibrated over worlds with no penalty, a mild one and a harsh one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]

INTERCEPT_SD: Final = 2.0
# One step away from what the pilot liked, whatever the step: mean and standard deviation.
STEP_MEAN, STEP_SD = -0.2, 0.4
# How much a step of one factor differs from that; a factor of two levels has one step only.
OWN_STEP_SD, OWN_STEP_SD_OF_TWO = 0.25, 0.35
# Scales of half-normal priors on the spread of levels.
ORDERED_SPREAD, NOMINAL_SPREAD, PAIR_SPREAD, USER_SPREAD = 0.3, 1.0, 0.3, 0.6


@dataclass(frozen=True)
class Factor:
    """`adverse`: steps from what the pilot liked, by level; empty where levels have no order (a site, a use case)."""

    name: str
    levels: int
    adverse: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.adverse and len(self.adverse) != self.levels:
            raise ValueError(f"{self.name} has {self.levels} levels and {len(self.adverse)} steps.")


@dataclass(frozen=True)
class Block:
    """Columns whose effects share one spread, and the scale of the half-normal prior of that."""

    columns: slice
    spread: float

    @property
    def size(self) -> int:
        return int(self.columns.stop - self.columns.start)


@dataclass(frozen=True)
class Terms:
    """`pairs`: places of factors whose combinations have an effect of their own. `bad_when_high`: an outcome such as
    overrides, which adverse conditions raise."""

    factors: tuple[Factor, ...]
    pairs: tuple[tuple[int, int], ...] = ()
    bad_when_high: bool = False

    @cached_property
    def ordered(self) -> tuple[int, ...]:
        return tuple(place for place, factor in enumerate(self.factors) if factor.adverse)

    @cached_property
    def fixed(self) -> tuple[Numbers, Numbers]:
        """Prior means and standard deviations of intercept, shared step and own steps."""
        means, sds = [0.0], [INTERCEPT_SD]
        if self.ordered:
            means.append(-STEP_MEAN if self.bad_when_high else STEP_MEAN)
            sds.append(STEP_SD)
        for place in self.ordered:
            means.append(0.0)
            sds.append(OWN_STEP_SD_OF_TWO if self.factors[place].levels == 2 else OWN_STEP_SD)
        return np.array(means), np.array(sds)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        at = len(self.fixed[0])
        for factor in self.factors:
            yield Block(slice(at, at + factor.levels), ORDERED_SPREAD if factor.adverse else NOMINAL_SPREAD)
            at += factor.levels
        for a, b in self.pairs:
            size = self.factors[a].levels * self.factors[b].levels
            yield Block(slice(at, at + size), PAIR_SPREAD)
            at += size

    @property
    def width(self) -> int:
        return int(self.blocks[-1].columns.stop) if self.blocks else len(self.fixed[0])

    def columns_of(self, factor: int) -> NDArray[np.bool_]:
        """Those that are about this factor alone: its own step, its levels, and the pairs that it is in."""
        found = np.zeros(self.width, bool)
        if factor in self.ordered:
            found[2 + self.ordered.index(factor)] = True
        about = [factor == place for place in range(len(self.factors))] + [factor in pair for pair in self.pairs]
        for block, is_about in zip(self.blocks, about, strict=True):
            found[block.columns] |= is_about
        return found

    def matrix(self, codes: Codes) -> Numbers:
        """One row for each row of `codes`, whose columns are the factors and whose numbers are their levels."""
        rows = np.arange(len(codes))
        found = np.zeros((len(codes), self.width))
        found[:, 0] = 1
        if self.ordered:
            steps = np.column_stack([np.array(self.factors[f].adverse)[codes[:, f]] for f in self.ordered])
            found[:, 1] = steps.sum(axis=1)
            found[:, 2 : 2 + len(self.ordered)] = steps
        for block, column in zip(self.blocks, self._columns(codes), strict=True):
            found[rows, block.columns.start + column] = 1
        return found

    def _columns(self, codes: Codes) -> Iterator[Any]:
        """Of each block the column that each row belongs to."""
        yield from codes.T
        for a, b in self.pairs:
            yield codes[:, a] * self.factors[b].levels + codes[:, b]
