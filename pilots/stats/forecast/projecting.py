"""Draws of a rollout's figure: new users, the rollout's own mix of cells, and what no factor sees."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.special import expit, logit

from pilots.stats.forecast.fitting import Fitted
from pilots.stats.forecast.laplace import Mode
from pilots.stats.forecast.terms import Codes, Numbers

DRAWS: Final = 4000
# Of the logit: who volunteers differs in more than any factor says.
DISCREPANCY: Final = 0.3
_NODES, _RAW = hermegauss(9)
_NODE_WEIGHTS: Final = _RAW / _RAW.sum()
_CLIP: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Rollout:
    """`cells`: codes (C, factors); `weights`: shares of the workload, which sum to 1. `tasks` by `users` people will be
    measured: with few of them the measured figure differs from the true one by chance alone."""

    cells: Codes
    weights: Numbers
    tasks: float
    users: float

    def __post_init__(self) -> None:
        if not np.isclose(self.weights.sum(), 1) or (self.weights < 0).any():
            raise ValueError(f"The weights of the cells sum to {self.weights.sum():.6g}, not to 1.")


@dataclass(frozen=True, eq=False)
class Drawn:
    """`truth`: the rate over everybody; `measured`: what a measurement of so many tasks and users will show.

    `by_cell` (C,): each cell's median and 80 % interval, as rows low, median, high.
    """

    truth: Numbers
    measured: Numbers
    by_cell: NDArray[np.float64]

    def quantiles(self, at: Numbers | list[float]) -> Numbers:
        found: Numbers = np.quantile(self.measured, at)
        return found


def project(
    fitted: Fitted, rollout: Rollout, *, draws: int = DRAWS, discrepancy: float = DISCREPANCY, seed: int = 0
) -> Drawn:
    chance = np.random.default_rng(seed)
    design = fitted.terms.matrix(rollout.cells)
    truth, cells = [], []
    alike = []
    for mode, many in _chosen(fitted, draws, chance):
        rates = _rates(fitted, mode, design, many, chance)
        truth.append(rollout.weights @ rates)
        cells.append(np.quantile(rates, (0.1, 0.5, 0.9), axis=1).T * many)
        alike.append(np.full(many, _alikeness(fitted, mode)))
    figure = _apart(fitted, np.concatenate(truth), chance.standard_normal(draws) * discrepancy)
    measured = _measured(fitted, figure, np.concatenate(alike), rollout, chance)
    return Drawn(figure, measured, np.sum(cells, axis=0) / draws)


def _chosen(fitted: Fitted, draws: int, chance: np.random.Generator) -> list[tuple[Mode, int]]:
    """How many draws each point gives: systematic resampling, which adds as little noise as can be."""
    marks = (np.arange(draws) + chance.random()) / draws
    place = np.searchsorted(np.cumsum(fitted.weights), marks).clip(0, len(fitted.modes) - 1)
    counts = np.bincount(place, minlength=len(fitted.modes))
    return [(mode, int(many)) for mode, many in zip(fitted.modes, counts, strict=True) if many]


def _rates(fitted: Fitted, mode: Mode, design: Numbers, draws: int, chance: np.random.Generator) -> Numbers:
    """Of each cell and draw, for a user who was not there: averaged over users, not that of a typical one."""
    normal = chance.standard_normal((fitted.terms.width, draws))
    effects = mode.effects[:, None] + solve_triangular(mode.factor, normal, lower=True, trans="T", check_finite=False)
    eta = design @ effects
    if fitted.observed.kind == "continuous":
        found: Numbers = fitted.observed.centre + fitted.observed.unit * eta
        return found
    if not fitted.observed.users:
        return expit(eta)
    at_nodes = expit(eta[..., None] + mode.spreads[-1] * _NODES)
    averaged: Numbers = at_nodes @ _NODE_WEIGHTS
    return averaged


def _apart(fitted: Fitted, figure: Numbers, shift: Numbers) -> Numbers:
    if fitted.observed.kind == "continuous":
        return figure + shift * fitted.observed.unit
    return expit(logit(figure.clip(_CLIP, 1 - _CLIP)) + shift)


def _alikeness(fitted: Fitted, mode: Mode) -> float:
    """How alike two outcomes of one user are, 0 to 1; on the logit scale an outcome alone varies by π²/3."""
    if not fitted.observed.users:
        return 0.0
    between = float(mode.spreads[-1] ** 2)
    within = mode.residual**2 if fitted.observed.kind == "continuous" else np.pi**2 / 3
    return between / (between + within)


def _measured(
    fitted: Fitted, figure: Numbers, alike: Numbers, rollout: Rollout, chance: np.random.Generator
) -> Numbers:
    if fitted.observed.kind == "continuous":
        alone = np.mean([mode.residual**2 for mode in fitted.modes]) * fitted.observed.unit**2 / (1 - alike)
    else:
        alone = figure * (1 - figure)
    inflated = 1 + np.maximum(rollout.tasks / rollout.users - 1, 0) * alike
    found = figure + chance.standard_normal(len(figure)) * np.sqrt(alone / rollout.tasks * inflated)
    return found if fitted.observed.kind == "continuous" else found.clip(0, 1)
