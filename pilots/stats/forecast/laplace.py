"""The posterior of the effects for given spreads, as a normal distribution about its mode.

Newton's method on fixed effects b and users' own w together. The block of the users is diagonal, so it is eliminated
(the Schur complement) and each step solves a system as wide as the design alone, however many users there are.
Rue, Martino and Chopin 2009 call this the inner Laplace approximation (J. R. Statist. Soc. B 71, 319-392).
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from scipy.special import ndtr, ndtri

from pilots.stats.forecast.observed import LOGISTIC_SD, Observed
from pilots.stats.forecast.terms import USER_SPREAD, Numbers, Terms

_STEPS: Final = 50
# Newton's steps double the digits: after one that gained this little of log density there is nothing left to gain,
# and the curvature where it began is that of the mode.
_CLOSE_ENOUGH: Final = 1e-3
# Entries of a design: nearly all are nought, which is worth knowing of many and costs more than it saves with few.
_MANY: Final = 40_000
_CENTRING_STEPS: Final = 2
# Of scores: beyond, a spread is none at all or several times what its prior says.
_RANGE: Final = (-5.0, 8.0)


@dataclass(frozen=True, eq=False)
class Mode:
    """`log_density`: of the spreads, up to a constant, with the effects integrated out.

    `effects` are b and `factor` the Cholesky factor (lower) of their precision; `users` are w, `precision` the diagonal
    of theirs, and `share` how a user's mean moves with b.
    """

    log_density: float
    effects: Numbers
    factor: Numbers
    users: Numbers
    precision: Numbers
    share: Numbers
    scores: Numbers
    spreads: Numbers
    residual: float


@dataclass(frozen=True, eq=False)
class _Prior:
    """For given spreads: precision of each effect, of each user, and the standard deviation of a single outcome."""

    effects: Numbers
    user: float
    residual: float


@dataclass(frozen=True, eq=False)
class _At:
    """A point of the search: effects, users, predictor of each sum, log posterior."""

    effects: Numbers
    users: Numbers
    eta: Numbers
    height: float


@dataclass(frozen=True, eq=False)
class _Curvature:
    """Cholesky factor of the precision of b with w eliminated; the precision of w; how w moves with b."""

    factor: Numbers
    precision: Numbers
    share: Numbers


class Laplace:
    """Spreads are given as `scores`: of the blocks, then of the users, then (continuous) of single outcomes.

    A spread's score is the standard normal deviate that its half-normal prior turns into it: where the evidence says
    little the scores are as normal as the cloud of points that is drawn about them. That of single outcomes is the
    logarithm of their share in the standard deviation of all, with a standard normal prior too.
    """

    def __init__(self, observed: Observed, terms: Terms) -> None:
        self.observed, self.terms = observed, terms
        dense = terms.matrix(observed.cells)
        self.design: Any = sparse.csr_array(dense) if dense.size > _MANY else dense
        self.scales = np.array([block.spread for block in terms.blocks] + [USER_SPREAD] * bool(observed.users))
        means, sds = terms.fixed
        self.prior_mean = np.concatenate([means, np.zeros(terms.width - len(means))])
        self.fixed_precision = 1 / sds**2
        # Where the sums of each user begin: they stand in the order of users.
        self._first = np.searchsorted(observed.user, np.arange(observed.users + 1))

    @property
    def unknowns(self) -> int:
        return len(self.scales) + (self.observed.kind == "continuous")

    def begin(self) -> tuple[Numbers, Numbers]:
        effects = np.zeros(self.terms.width)
        effects[0] = self.observed.start()
        return effects, np.zeros(self.observed.users)

    def spreads(self, scores: Numbers) -> Numbers:
        """Standard deviations of the blocks and of the users."""
        found: Numbers = -self.scales * ndtri(ndtr(-scores[: len(self.scales)].clip(*_RANGE)) / 2)
        return found

    def mode(self, scores: Numbers, begin: tuple[Numbers, Numbers]) -> Mode:
        prior = self._prior(scores)
        at = self._at(*begin, prior)
        for _ in range(_STEPS):
            before = at.height
            at, there = self._step(at, prior)
            if at.height - before < _CLOSE_ENOUGH:
                break
        log_det = 2 * np.log(np.diag(there.factor)).sum() + np.log(there.precision).sum()
        log_prior = 0.5 * (np.log(prior.effects).sum() + (len(at.users) * np.log(prior.user) if len(at.users) else 0))
        density = at.height + log_prior - 0.5 * log_det - 0.5 * float(scores @ scores)
        return self._told(density, at.effects, at.users, there, scores)

    def centred(self, mode: Mode) -> Mode:
        """Moved from the mode to where the slope is level on average over the normal distribution, which takes its
        curvature from there too: the normal distribution that is nearest to the posterior, which is skewed.

        Opper and Archambeau 2009, Neural Computation 21, 786-792.
        """
        if self.observed.kind == "continuous":
            return mode
        prior = self._prior(mode.scores)
        effects, users, there = mode.effects, mode.users, _Curvature(mode.factor, mode.precision, mode.share)
        variance = self._variance(there)
        for _ in range(_CENTRING_STEPS):
            at = self._at(effects, users, prior)
            slope, weight = self.observed.mean_pull(at.eta, variance)
            there = self._curvature(weight, prior)
            move, moved = self._newton(at, slope, there, prior)
            effects, users = effects + move, users + moved
        return self._told(mode.log_density, effects, users, there, mode.scores)

    def _told(self, density: float, effects: Numbers, users: Numbers, there: _Curvature, scores: Numbers) -> Mode:
        sds, residual = self.spreads(scores), self._residual(scores)
        return Mode(density, effects, there.factor, users, there.precision, there.share, scores, sds, residual)

    def _prior(self, scores: Numbers) -> _Prior:
        sds = self.spreads(scores)
        effects = np.concatenate([self.fixed_precision, np.zeros(self.terms.width - len(self.fixed_precision))])
        for block, sd in zip(self.terms.blocks, sds, strict=False):
            effects[block.columns] = sd**-2
        of_user = float(sds[-1] ** -2) if self.observed.users else 0.0
        return _Prior(effects, of_user, self._residual(scores))

    def _residual(self, scores: Numbers) -> float:
        return LOGISTIC_SD * float(np.exp(scores[-1].clip(*_RANGE))) if self.observed.kind == "continuous" else 1.0

    def _at(self, effects: Numbers, users: Numbers, prior: _Prior) -> _At:
        eta = (self.design @ effects)[self.observed.cell]
        if len(users):
            eta = eta + users[self.observed.user]
        off = effects - self.prior_mean
        log_prior = -0.5 * float(prior.effects @ off**2 + prior.user * (users @ users))
        return _At(effects, users, eta, self.observed.log_likelihood(eta, prior.residual) + log_prior)

    def _step(self, at: _At, prior: _Prior) -> tuple[_At, _Curvature]:
        """One step of Newton's, halved until it leads upwards, and the curvature that it was taken with."""
        slope, weight = self.observed.pull(at.eta, prior.residual)
        curvature = self._curvature(weight, prior)
        move, moved = self._newton(at, slope, curvature, prior)
        length = 1.0
        while True:
            there = self._at(at.effects + length * move, at.users + length * moved, prior)
            if there.height >= at.height - 1e-9 or length < 1e-4:
                return there, curvature
            length /= 2

    def _newton(self, at: _At, slope: Numbers, there: _Curvature, prior: _Prior) -> tuple[Numbers, Numbers]:
        uphill = self.design.T @ self._by_cell(slope) - prior.effects * (at.effects - self.prior_mean)
        if not self.observed.users:
            return cho_solve((there.factor, True), uphill, check_finite=False), at.users
        of_users = self._by_user(slope) - prior.user * at.users
        move = cho_solve((there.factor, True), uphill - there.share.T @ of_users, check_finite=False)
        return move, of_users / there.precision - there.share @ move

    def _curvature(self, weight: Numbers, prior: _Prior) -> _Curvature:
        # A matrix times its own transpose takes half the work of any other product.
        weighed = self.design * np.sqrt(self._by_cell(weight))[:, None]
        whole = _dense(weighed.T @ weighed)
        whole[np.diag_indices_from(whole)] += prior.effects
        precision, share = np.ones(0), np.zeros((0, self.terms.width))
        if self.observed.users:
            precision = self._by_user(weight) + prior.user
            shape = (self.observed.users, self.design.shape[0])
            both = _dense(sparse.csr_array((weight, self.observed.cell, self._first), shape=shape) @ self.design)
            share = both / precision[:, None]
            weighed = both / np.sqrt(precision)[:, None]
            whole -= weighed.T @ weighed
        factor, _ = cho_factor(whole, lower=True, check_finite=False)
        return _Curvature(np.tril(factor), precision, share)

    def _variance(self, there: _Curvature) -> Numbers:
        """Of the predictor of each sum, under the normal distribution: that of b in its cell, less what it shares with
        w, and that of w."""
        cell, user = self.observed.cell, self.observed.user
        cover = cho_solve((there.factor, True), np.eye(self.terms.width), check_finite=False)
        alone: Numbers = _row_sums(self.design, self.design @ cover)[cell]
        if not self.observed.users:
            return alone
        shared = there.share @ cover
        of_users = _row_sums(there.share, shared) + 1 / there.precision
        found: Numbers = alone - 2 * _row_sums(self.design[cell], shared[user]) + of_users[user]
        return found

    def _by_cell(self, values: Numbers) -> Numbers:
        return np.asarray(np.bincount(self.observed.cell, values, len(self.observed.cells)), float)

    def _by_user(self, values: Numbers) -> Numbers:
        return np.asarray(np.bincount(self.observed.user, values, self.observed.users), float)


def _dense(matrix: Any) -> Numbers:
    found: Numbers = matrix.toarray() if sparse.issparse(matrix) else matrix
    return found


def _row_sums(matrix: Any, other: Numbers) -> Numbers:
    """Of their products, element by element."""
    if sparse.issparse(matrix):
        return np.asarray(matrix.multiply(other).sum(axis=1), float).ravel()
    found: Numbers = np.einsum("ij,ij->i", matrix, other)
    return found
