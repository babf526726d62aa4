"""The posterior of the spreads, as a weighted handful of points, each with its normal posterior of the effects.

Newton's method by coordinate finds the top, and a cloud of Sobol points about it is weighted by how much its density
there differs from the one that it was drawn from (importance sampling with a t distribution: its tails are heavier than
what they have to cover).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import logsumexp
from scipy.stats import qmc, t

from pilots.stats.forecast.laplace import Laplace, Mode
from pilots.stats.forecast.observed import Observed
from pilots.stats.forecast.terms import Numbers, Terms

POINTS: Final = 64
MOST_POINTS: Final = 1024
FEWEST_THAT_COUNT: Final = 24.0
_NEWTON_STEPS: Final = 6
# Less than this of log density is no climb; a step that is this short, in parts of the density's width, is the last.
_CLIMBED, _NEAR = 0.02, 0.2
# Without any evidence a score is standard normal: its posterior is taken to be no wider than a little more than that.
_WIDEST: Final = 1.1
_WIDER: Final = 1.05
_TAILS: Final = 8
# Of weights: in 4,000 draws such a point is not met.
_NEGLIGIBLE: Final = 1e-4


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
    laplace = Laplace(observed, terms)
    cloud = _Cloud(laplace, *_Search(laplace).top(), seed)
    cloud.grow(POINTS)
    while cloud.counting < FEWEST_THAT_COUNT and len(cloud.modes) < MOST_POINTS:
        cloud.grow(len(cloud.modes))
    weights = cloud.weights
    modes = [
        laplace.centred(mode) if weight > _NEGLIGIBLE else mode
        for mode, weight in zip(cloud.modes, weights, strict=True)
    ]
    return Fitted(observed, terms, modes, weights, cloud.counting)


class _Search:
    def __init__(self, laplace: Laplace) -> None:
        self.laplace = laplace
        self.here = laplace.begin()

    def _mode(self, scores: Numbers) -> Mode:
        """Begun where the last one ended: scores that are close have modes that are close."""
        mode = self.laplace.mode(scores, self.here)
        self.here = (mode.effects, mode.users)
        return mode

    def climb(self) -> tuple[Numbers, Numbers]:
        """From the priors' medians upwards, looking about by half of what the density is wide, as far as that is
        known: what was too far to look is looked at again from nearer."""
        scores = np.zeros(self.laplace.unknowns)
        height, wide = self._mode(scores).log_density, np.full(len(scores), 1.0)
        for _ in range(_NEWTON_STEPS):
            looked = wide
            slope, wide = self._shape(scores, height, looked / 2)
            step = np.clip(slope * wide**2, -1, 1)
            there = self._mode(scores + step).log_density
            if there > height + _CLIMBED:
                scores, height = scores + step, there
            elif (looked < 2 * wide).all():
                break
            if (np.abs(step) / wide).max() < _NEAR:
                break
        return scores, wide

    def _shape(self, scores: Numbers, height: float, steps: Numbers) -> tuple[Numbers, Numbers]:
        """Slope of the log density in each score, and the standard deviation of a normal density as curved."""
        ahead = np.empty(len(scores))
        behind = np.empty(len(scores))
        for place, aside in enumerate(np.diag(steps)):
            ahead[place] = self._mode(scores + aside).log_density
            behind[place] = self._mode(scores - aside).log_density
        bend = -(ahead + behind - 2 * height) / steps**2
        return (ahead - behind) / (2 * steps), 1 / np.sqrt(np.clip(bend, _WIDEST**-2, None))

    def top(self) -> tuple[Mode, Numbers]:
        """Where the density is highest, and how wide it is in each score."""
        scores, wide = self.climb()
        top = self._mode(scores)
        return top, self._shape(scores, top.log_density, wide)[1] * _WIDER


class _Cloud:
    """Points about the top; a larger cloud keeps those of the smaller one."""

    def __init__(self, laplace: Laplace, top: Mode, wide: Numbers, seed: int) -> None:
        self.laplace, self.top, self.wide = laplace, top, wide
        self.sobol = qmc.Sobol(laplace.unknowns, scramble=True, seed=seed)
        self.modes: list[Mode] = []
        self.log_weights: list[float] = []

    def grow(self, points: int) -> None:
        steps = t.ppf(np.clip(self.sobol.random(points), 1e-6, 1 - 1e-6), _TAILS)
        drawn_from = t.logpdf(steps, _TAILS).sum(axis=1)
        begin = (self.top.effects, self.top.users)
        for step, density in zip(steps, drawn_from, strict=True):
            mode = self.laplace.mode(self.top.scores + step * self.wide, begin)
            self.modes.append(mode)
            self.log_weights.append(mode.log_density - density)

    @property
    def weights(self) -> Numbers:
        found: Numbers = np.exp(np.array(self.log_weights) - logsumexp(self.log_weights))
        return found

    @property
    def counting(self) -> float:
        return float(1 / (self.weights**2).sum())
