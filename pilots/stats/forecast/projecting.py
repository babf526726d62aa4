"""Draws of a rollout's figure: new users, the rollout's own mix of cells, and what no factor sees."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import expit, logit

from pilots.stats.forecast.fitting import Fitted
from pilots.stats.forecast.laplace import Mode
from pilots.stats.forecast.observed import NODE_WEIGHTS, NODES, Kind
from pilots.stats.forecast.reach import Reach, Unseen
from pilots.stats.forecast.rollout import Rollout
from pilots.stats.forecast.terms import Numbers

DRAWS, KEPT = 4000, 1000
# Cells times draws of one projection: some seconds.
MOST_RATES: Final = 16_000_000
# Of the logit: who volunteers differs in more than any factor says.
DISCREPANCY: Final = 0.3
_CLIP: Final = 1e-6
# Of the table that averaged rates are read from: between two lines of it they are off by 1e-6 at most.
_STEP: Final = 0.01


@dataclass(frozen=True, eq=False)
class Drawn:
    """`truth`: the rate over everybody; `measured`: what a measurement of so many tasks and users will show.

    `by_cell` (C, 3): each cell's low, median and high, an 80 % interval, or each part's. `known`: what `measured` would
    be over the cells that there is evidence of, and `share_known` how much of the workload they are. `unseen`: of each
    level that nobody saw the draws of what it alone adds to the predictor.
    """

    kind: Kind
    truth: Numbers
    measured: Numbers
    by_cell: Numbers
    known: Numbers
    share_known: float
    unseen: dict[Unseen, Numbers]

    def quantiles(self, at: Numbers | list[float]) -> Numbers:
        found: Numbers = np.quantile(self.measured, at)
        return found

    @property
    def median(self) -> float:
        return float(np.median(self.measured))

    def interval(self, certain: float) -> tuple[float, float]:
        """As much of the draws lies outside on the left as on the right."""
        low, high = self.quantiles([(1 - certain) / 2, (1 + certain) / 2])
        return float(low), float(high)

    @property
    def percentiles(self) -> Numbers:
        """1 to 99 %."""
        return self.quantiles(np.arange(1, 100) / 100)

    @property
    def kept(self) -> Numbers:
        """The draws that a locked forecast is scored by: every so manieth, so that all points keep their weight."""
        return self.measured[:: max(len(self.measured) // KEPT, 1)][:KEPT]

    @property
    def bounds(self) -> tuple[float, float] | None:
        """If all cells without evidence were as bad, and as good, as can be; None of minutes, which know no worst.

        Manski 1990, Am. Econ. Rev. 80, 319-323: what the evidence alone can say, without any prior of the rest. With
        evidence of every cell they are the 80 % interval, with none 0 and 1.
        """
        if self.kind == "continuous":
            return None
        low, high = np.quantile(self.known, (0.1, 0.9)) * self.share_known
        return float(low), float(high + 1 - self.share_known)


def project(
    fitted: Fitted,
    rollout: Rollout,
    *,
    reach: Reach | None = None,
    draws: int = DRAWS,
    discrepancy: float = DISCREPANCY,
    seed: int = 0,
    parts: Any = None,
) -> Drawn:
    """Without `reach` there is taken to be evidence of every cell.

    `parts` (P, C): the cells' weights in each part that is told of by itself, which sum to 1; without it each cell is.
    """
    chance = np.random.default_rng(seed)
    known = np.ones(len(rollout.cells), bool) if reach is None else reach.known
    share = float(rollout.weights[known].sum())
    sums = np.column_stack([rollout.weights, rollout.weights * known / (share or 1.0)]).T
    design = fitted.terms.matrix(rollout.cells)
    unseen = () if reach is None else reach.unseen
    alone = np.array([_alone(fitted, one, design, rollout) for one in unseen]).reshape(len(unseen), fitted.terms.width)
    chosen = _chosen(fitted, draws, chance)
    figures, effects, cells = [], [], []
    every, at = max(draws // KEPT, 1), 0
    for mode, many in chosen:
        drawn = _effects(fitted, mode, many, chance)
        rates = _rates(fitted, mode, design @ drawn)
        figures.append(sums @ rates)
        effects.append(alone @ drawn)
        thinned = rates[:, -at % every :: every]
        cells.append((thinned if parts is None else parts @ thinned).astype(np.float32))
        at += many
    truth, of_known = _apart(fitted, np.concatenate(figures, axis=1), chance.standard_normal(draws) * discrepancy)
    noise = _noise(fitted, truth, chosen, rollout) * chance.standard_normal(draws)
    return Drawn(
        fitted.observed.kind,
        truth=truth,
        measured=_within(fitted, truth + noise),
        by_cell=np.quantile(np.concatenate(cells, axis=1), (0.1, 0.5, 0.9), axis=1).T.astype(float),
        known=_within(fitted, of_known + noise),
        share_known=share,
        unseen=dict(zip(unseen, np.concatenate(effects, axis=1), strict=True)),
    )


def affordable(draws: int, cells: int, least: int) -> int:
    """Fewer draws of a rollout with very many cells, in multiples of `least`, so that time and memory stay bounded:
    what is random in single cells averages out over them."""
    return min(draws, MOST_RATES // max(cells, 1)) // least * least or min(least, draws)


def what_to_test_next(drawn: Drawn) -> list[tuple[Unseen, float]]:
    """The levels that nobody saw, each with the share of the forecast's variance that its own effect explains: the
    squared correlation of their draws. Most first."""
    found = [(one, _explained(effect, drawn.truth)) for one, effect in drawn.unseen.items()]
    return sorted(found, key=lambda pair: -pair[1])


def _explained(effect: Numbers, figure: Numbers) -> float:
    together = np.cov(effect, figure)
    spread = together[0, 0] * together[1, 1]
    return float(together[0, 1] ** 2 / spread) if spread > 0 else 0.0


def _alone(fitted: Fitted, one: Unseen, design: Numbers, rollout: Rollout) -> Numbers:
    """What turns effects into what this level adds, averaged over the workload that meets it: its steps, its own
    effect, and those of the pairs that it is in."""
    terms, weights = fitted.terms, rollout.weights * (rollout.cells[:, one.factor] == one.level)
    found: Numbers = (weights @ design) / (weights.sum() or 1.0) * terms.columns_of(one.factor)
    if adverse := terms.factors[one.factor].adverse:
        found[1] = adverse[one.level]
    return found


def _chosen(fitted: Fitted, draws: int, chance: np.random.Generator) -> list[tuple[Mode, int]]:
    """How many draws each point gives: systematic resampling, which adds as little noise as can be."""
    marks = (np.arange(draws) + chance.random()) / draws
    place = np.searchsorted(np.cumsum(fitted.weights), marks).clip(0, len(fitted.modes) - 1)
    counts = np.bincount(place, minlength=len(fitted.modes))
    return [(mode, int(many)) for mode, many in zip(fitted.modes, counts, strict=True) if many]


def _effects(fitted: Fitted, mode: Mode, draws: int, chance: np.random.Generator) -> Numbers:
    normal = chance.standard_normal((fitted.terms.width, draws))
    away: Numbers = solve_triangular(mode.factor, normal, lower=True, trans="T", check_finite=False)
    return mode.effects[:, None] + away


def _rates(fitted: Fitted, mode: Mode, eta: Numbers) -> Numbers:
    """Of each cell and draw, for a user who was not there: averaged over users, not that of a typical one."""
    if fitted.observed.kind == "continuous":
        found: Numbers = fitted.observed.centre + fitted.observed.unit * eta
        return found
    if not fitted.observed.users:
        return expit(eta)
    # Users' spread is one number here, so the average is a curve in eta alone: a table of it saves most of the work.
    table = np.arange(eta.min() - _STEP, eta.max() + 2 * _STEP, _STEP)
    averaged = expit(table[:, None] + mode.spreads[-1] * NODES) @ NODE_WEIGHTS
    return np.interp(eta, table, averaged)


def _apart(fitted: Fitted, figures: Numbers, shift: Numbers) -> Numbers:
    if fitted.observed.kind == "continuous":
        return figures + shift * fitted.observed.unit
    return expit(logit(figures.clip(_CLIP, 1 - _CLIP)) + shift)


def _noise(fitted: Fitted, truth: Numbers, chosen: list[tuple[Mode, int]], rollout: Rollout) -> Numbers:
    """Standard error of what will be measured, by draw: outcomes of one user are alike, so they say less than as many
    of different users do."""
    many = [count for _, count in chosen]
    alike = np.repeat([_alikeness(fitted, mode) for mode, _ in chosen], many)
    if fitted.observed.kind == "continuous":
        residual = np.repeat([mode.residual for mode, _ in chosen], many) * fitted.observed.unit
        single = residual**2 / (1 - alike)
    else:
        single = truth * (1 - truth)
    inflated = 1 + np.maximum(rollout.tasks / rollout.users - 1, 0) * alike
    found: Numbers = np.sqrt(single / rollout.tasks * inflated)
    return found


def _alikeness(fitted: Fitted, mode: Mode) -> float:
    """The intraclass correlation, 0 to 1; on the logit scale an outcome alone varies by π²/3."""
    if not fitted.observed.users:
        return fitted.observed.alike
    between = float(mode.spreads[-1] ** 2)
    within = mode.residual**2 if fitted.observed.kind == "continuous" else np.pi**2 / 3
    return between / (between + within)


def _within(fitted: Fitted, figure: Numbers) -> Numbers:
    return figure if fitted.observed.kind == "continuous" else figure.clip(0, 1)
