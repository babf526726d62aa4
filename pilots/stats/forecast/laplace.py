"""The posterior of the effects for given spreads, as a normal distribution about its mode.

Newton's method on fixed effects b and users' own w together. The block of the users is diagonal, so it is eliminated
(the Schur complement) and each step solves a system as wide as the design alone, however many users there are.
Rue, Martino and Chopin 2009 call this the inner Laplace approximation (J. R. Statist. Soc. B 71, 319-392).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve

from pilots.stats.forecast.observed import Observed
from pilots.stats.forecast.terms import USER_SPREAD, Numbers, Terms

_STEPS: Final = 50
_CLOSE_ENOUGH: Final = 1e-6


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
    spreads: Numbers
    residual: float


@dataclass(frozen=True, eq=False)
class _At:
    """A point of the search: effects, users, predictor of each sum, log posterior."""

    effects: Numbers
    users: Numbers
    eta: Numbers
    height: float


class Laplace:
    """`spreads`: standard deviations of the blocks, then of the users, then of single outcomes, as logarithms."""

    def __init__(self, observed: Observed, terms: Terms) -> None:
        self.observed, self.terms = observed, terms
        self.design = terms.matrix(observed.cells)
        self.scales = np.array([block.spread for block in terms.blocks] + [USER_SPREAD] * bool(observed.users))
        means, sds = terms.fixed
        self.prior_mean = np.concatenate([means, np.zeros(terms.width - len(means))])
        self.fixed_precision = 1 / sds**2
        # Where the sums of each user begin: they stand in the order of users.
        self._first = np.searchsorted(observed.user, np.arange(observed.users + 1))

    def _by_cell(self, values: Numbers) -> Numbers:
        return np.asarray(np.bincount(self.observed.cell, values, len(self.observed.cells)), float)

    def _by_user(self, values: Numbers) -> Numbers:
        return np.asarray(np.bincount(self.observed.user, values, self.observed.users), float)

    @property
    def unknowns(self) -> int:
        return len(self.scales) + (self.observed.kind == "continuous")

    def begin(self) -> tuple[Numbers, Numbers]:
        effects = np.zeros(self.terms.width)
        effects[0] = self.observed.start()
        return effects, np.zeros(self.observed.users)

    def mode(self, spreads: Numbers, begin: tuple[Numbers, Numbers]) -> Mode:
        sds = np.exp(spreads[: len(self.scales)])
        residual = float(np.exp(spreads[-1])) if self.observed.kind == "continuous" else 1.0
        prior = np.concatenate([self.fixed_precision, np.zeros(self.terms.width - len(self.fixed_precision))])
        for block, sd in zip(self.terms.blocks, sds, strict=False):
            prior[block.columns] = sd**-2
        of_user = float(sds[-1] ** -2) if self.observed.users else 0.0
        at = self._at(*begin, prior, of_user, residual)
        for _ in range(_STEPS):
            before = at.height
            at = self._step(at, prior, of_user, residual)
            if at.height - before < _CLOSE_ENOUGH:
                break
        factor, precision, share = self._curvature(at.eta, prior, of_user, residual)
        log_det = 2 * np.log(np.diag(factor)).sum() + np.log(precision).sum()
        log_prior = 0.5 * (np.log(prior).sum() + (self.observed.users * np.log(of_user) if of_user else 0))
        # Half-normal priors of the spreads, and the Jacobian of their logarithms.
        of_spreads = float((-0.5 * (sds / self.scales) ** 2 + np.log(sds)).sum())
        density = at.height + log_prior - 0.5 * log_det + of_spreads
        return Mode(density, at.effects, factor, at.users, precision, share, sds, residual)

    def _at(self, effects: Numbers, users: Numbers, prior: Numbers, of_user: float, residual: float) -> _At:
        eta = (self.design @ effects)[self.observed.cell]
        if len(users):
            eta = eta + users[self.observed.user]
        off = effects - self.prior_mean
        height = self.observed.log_likelihood(eta, residual) - 0.5 * float(prior @ off**2 + of_user * (users @ users))
        return _At(effects, users, eta, height)

    def _step(self, at: _At, prior: Numbers, of_user: float, residual: float) -> _At:
        """One step of Newton's, halved until it leads upwards."""
        slope, _ = self.observed.pull(at.eta, residual)
        factor, precision, share = self._curvature(at.eta, prior, of_user, residual)
        uphill = self.design.T @ self._by_cell(slope) - prior * (at.effects - self.prior_mean)
        if not self.observed.users:
            move, moved = cho_solve((factor, True), uphill, check_finite=False), at.users
        else:
            of_users = self._by_user(slope) - of_user * at.users
            move = cho_solve((factor, True), uphill - share.T @ of_users, check_finite=False)
            moved = of_users / precision - share @ move
        length = 1.0
        while True:
            there = self._at(at.effects + length * move, at.users + length * moved, prior, of_user, residual)
            if there.height >= at.height - 1e-9 or length < 1e-4:
                return there
            length /= 2

    def _curvature(
        self, eta: Numbers, prior: Numbers, of_user: float, residual: float
    ) -> tuple[Numbers, Numbers, Numbers]:
        """Cholesky factor of the precision of b with w eliminated; the precision of w; how w moves with b."""
        _, weight = self.observed.pull(eta, residual)
        whole = self.design.T @ (self.design * self._by_cell(weight)[:, None])
        whole[np.diag_indices_from(whole)] += prior
        precision, share = np.ones(0), np.zeros((0, self.terms.width))
        if self.observed.users:
            precision = self._by_user(weight) + of_user
            shape = (self.observed.users, len(self.design))
            both = sparse.csr_array((weight, self.observed.cell, self._first), shape=shape) @ self.design
            share = both / precision[:, None]
            whole -= both.T @ share
        factor, _ = cho_factor(whole, lower=True, check_finite=False)
        return np.tril(factor), precision, share
