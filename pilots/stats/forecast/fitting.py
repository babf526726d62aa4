"""The posterior of the spreads, as a weighted handful of points, each with its normal posterior of the effects.

EM finds the region, a few Newton steps by coordinate its top, and a cloud of Sobol points about it is weighted by how
much its density there differs from the one that it was drawn from (importance sampling with a t distribution: its
tails are heavier than what they have to cover).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.linalg import cho_solve
from scipy.special import logsumexp
from scipy.stats import qmc, t

from pilots.stats.forecast.laplace import Laplace, Mode
from pilots.stats.forecast.observed import Observed
from pilots.stats.forecast.terms import Numbers, Terms

POINTS: Final = 128
MOST_POINTS: Final = 1024
FEWEST_THAT_COUNT: Final = 10.0
_EM_STEPS: Final = 20
_NEWTON_STEPS: Final = 3
# Of a half-normal spread's logarithm: without any evidence its posterior is about as wide.
_WIDEST: Final = 1.3
_WIDER: Final = 1.05
_TAILS: Final = 8


@dataclass(frozen=True, eq=False)
class Fitted:
    """`weights` of `modes` sum to 1; `counting`: how many equally weighted points they are worth."""

    observed: Observed
    terms: Terms
    modes: list[Mode]
    weights: Numbers
    counting: float


def fit(observed: Observed, terms: Terms, *, seed: int = 0) -> Fitted:
    if observed.total <= 0:
        raise ValueError("Nothing was observed.")
    search = _Search(Laplace(observed, terms))
    spreads = search.climb(search.by_em())
    points = POINTS
    while True:
        modes, weights = search.cloud(spreads, points, seed)
        counting = float(1 / (weights**2).sum())
        if counting >= FEWEST_THAT_COUNT or points >= MOST_POINTS:
            return Fitted(observed, terms, modes, weights, counting)
        points *= 2


class _Search:
    def __init__(self, laplace: Laplace) -> None:
        self.laplace = laplace
        self.here = laplace.begin()

    def _mode(self, spreads: Numbers) -> Mode:
        """Begun where the last one ended: spreads that are close have modes that are close."""
        mode = self.laplace.mode(spreads, self.here)
        self.here = (mode.effects, mode.users)
        return mode

    def by_em(self) -> Numbers:
        observed, scales = self.laplace.observed, self.laplace.scales
        spreads = np.log(scales * 0.5)
        if observed.kind == "continuous":
            about = observed.count @ (observed.mean - observed.start()) ** 2 + observed.squares.sum()
            spreads = np.append(spreads, 0.5 * np.log(max(about / max(observed.total - 1, 1), 1e-6)))
        for _ in range(_EM_STEPS):
            after = self._em_step(spreads)
            moved = np.abs(after - spreads).max()
            spreads = after
            if moved < 0.01:
                break
        return spreads

    def _em_step(self, spreads: Numbers) -> Numbers:
        laplace, observed = self.laplace, self.laplace.observed
        mode = self._mode(spreads)
        cover = cho_solve((mode.factor, True), np.eye(laplace.terms.width), check_finite=False)
        variance = np.diag(cover)
        of_users = 1 / mode.precision + np.einsum("ij,jk,ik->i", mode.share, cover, mode.share)
        squares = [float((mode.effects[b.columns] ** 2 + variance[b.columns]).sum()) for b in laplace.terms.blocks]
        sizes = [block.size for block in laplace.terms.blocks]
        if observed.users:
            squares.append(float((mode.users**2 + of_users).sum()))
            sizes.append(observed.users)
        # Where the posterior of a spread with a half-normal prior is highest, given its effects' expected squares.
        fewer, scale = np.array(sizes) - 1.0, laplace.scales**2
        best = (-fewer + np.sqrt(fewer**2 + 4 * np.array(squares) / scale)) * scale / 2
        after = 0.5 * np.log(np.maximum(best, 1e-6))
        if observed.kind != "continuous":
            return after
        return np.append(after, self._residual(mode, variance, of_users))

    def _residual(self, mode: Mode, variance: Numbers, of_users: Numbers) -> float:
        """Of single outcomes, from what is left and the degrees of freedom that the effects used up."""
        laplace, observed = self.laplace, self.laplace.observed
        eta = (laplace.design @ mode.effects)[observed.cell]
        used = float(laplace.terms.width)
        for block, sd in zip(laplace.terms.blocks, mode.spreads, strict=False):
            used -= float(variance[block.columns].sum()) / sd**2
        if observed.users:
            eta = eta + mode.users[observed.user]
            used += observed.users - float(of_users.sum()) / mode.spreads[-1] ** 2
        left = observed.count @ (observed.mean - eta) ** 2 + observed.squares.sum()
        return float(0.5 * np.log(max(left / max(observed.total - used, 1), 1e-6)))

    def climb(self, spreads: Numbers) -> Numbers:
        height = self._mode(spreads).log_density
        for _ in range(_NEWTON_STEPS):
            slope, bend = self._shape(spreads, height, 0.25)
            step = np.clip(slope / np.maximum(bend, 0.5), -1, 1)
            there = self._mode(spreads + step).log_density
            if there <= height + 0.02:
                break
            spreads, height = spreads + step, there
            if np.abs(step).max() < 0.1:
                break
        return spreads

    def _shape(self, spreads: Numbers, height: float, step: float) -> tuple[Numbers, Numbers]:
        """Slope of the log density in each spread, and its curvature with the sign turned."""
        ahead = np.empty(len(spreads))
        behind = np.empty(len(spreads))
        for place in range(len(spreads)):
            aside = np.zeros(len(spreads))
            aside[place] = step
            ahead[place] = self._mode(spreads + aside).log_density
            behind[place] = self._mode(spreads - aside).log_density
        return (ahead - behind) / (2 * step), -(ahead + behind - 2 * height) / step**2

    def cloud(self, spreads: Numbers, points: int, seed: int) -> tuple[list[Mode], Numbers]:
        top = self._mode(spreads)
        _, bend = self._shape(spreads, top.log_density, 0.4)
        wide = 1 / np.sqrt(np.clip(bend, _WIDEST**-2, None))
        if self.laplace.observed.kind == "continuous":
            wide[-1] = min(wide[-1], 2 / np.sqrt(2 * max(self.laplace.observed.total, 2)))
        uniform = qmc.Sobol(self.laplace.unknowns, scramble=True, seed=seed).random(points)
        steps = t.ppf(np.clip(uniform, 1e-6, 1 - 1e-6), _TAILS)
        drawn_from = t.logpdf(steps, _TAILS).sum(axis=1)
        modes = []
        for step in steps:
            self.here = (top.effects, top.users)
            modes.append(self._mode(spreads + step * wide * _WIDER))
        log_weights = np.array([mode.log_density for mode in modes]) - drawn_from
        return modes, np.exp(log_weights - logsumexp(log_weights))
