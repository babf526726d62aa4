"""Evidence as sums: of each user in each cell how many outcomes, and what they came to."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.special import expit, log_expit, logit

from pilots.stats.forecast.terms import Codes, Numbers

Kind = Literal["binary", "continuous"]
# How much alike two outcomes of one user are taken to be where nobody says which outcome is whose.
USUAL_ICC: Final = 0.10
# Standard deviation of the logistic distribution: minutes in such units have effects as large as those of a logit.
LOGISTIC_SD: Final = 1.81
# Gauss and Hermite's rule: the mean over a standard normal variable.
NODES, _RAW = hermegauss(9)
NODE_WEIGHTS: Final = _RAW / _RAW.sum()


@dataclass(frozen=True, eq=False)
class Observed:
    """`cells`: codes of the levels of each cell (C, factors). The other arrays have one entry a sum: its cell, its user
    (empty where users have one outcome each), how many outcomes, their mean and the squares about it. They
    stand in the order of users.

    `centre` and `unit` turn numbers back into minutes; of binary outcomes they are 0 and 1. `alike`: how much outcomes
    of one user are taken to be where nobody says whose is whose.
    """

    kind: Kind
    cells: Codes
    cell: NDArray[np.int64]
    user: NDArray[np.int64]
    count: Numbers
    mean: Numbers
    squares: Numbers
    centre: float = 0.0
    unit: float = 1.0
    alike: float = 0.0

    @property
    def users(self) -> int:
        return int(self.user.max()) + 1 if len(self.user) else 0

    @property
    def total(self) -> float:
        return float(self.count.sum())

    @property
    def figure(self) -> float:
        """The mean of all outcomes as they were measured: what a naive forecast repeats."""
        return self.centre + self.unit * float(self.count @ self.mean) / self.total

    def start(self) -> float:
        """Where the search for the intercept begins."""
        if self.kind == "continuous":
            return float(self.count @ self.mean) / self.total
        return float(logit((self.count @ self.mean + 1) / (self.total + 2)))

    @property
    def spread(self) -> float:
        """Standard deviation of all outcomes about their mean."""
        about = self.count @ (self.mean - self.count @ self.mean / self.total) ** 2 + self.squares.sum()
        return float(np.sqrt(max(about / max(self.total - 1, 1), 1e-6)))

    def log_likelihood(self, eta: Numbers, spread: float) -> float:
        if self.kind == "binary":
            good = self.count * self.mean
            return float(good @ log_expit(eta) + (self.count - good) @ log_expit(-eta))
        off = float(self.count @ (self.mean - eta) ** 2) + float(self.squares.sum())
        return -0.5 * (off / spread**2 + self.total * np.log(2 * np.pi * spread**2))

    def pull(self, eta: Numbers, spread: float) -> tuple[Numbers, Numbers]:
        """Slope of the log-likelihood in `eta`, and its curvature with the sign turned."""
        if self.kind == "binary":
            chance = expit(eta)
            return self.count * (self.mean - chance), self.count * chance * (1 - chance) + 1e-10
        return self.count * (self.mean - eta) / spread**2, self.count / spread**2

    def mean_pull(self, eta: Numbers, variance: Numbers) -> tuple[Numbers, Numbers]:
        """The same, averaged over a predictor that is normal with this variance. Of shares only."""
        chance = expit(eta[:, None] + np.sqrt(variance)[:, None] * NODES)
        slope = self.count * (self.mean - chance @ NODE_WEIGHTS)
        return slope, self.count * ((chance * (1 - chance)) @ NODE_WEIGHTS) + 1e-10


def observe(codes: Codes, outcomes: Numbers, users: NDArray[Any] | None = None, kind: Kind = "binary") -> Observed:
    """One row an outcome. Without `users` each outcome is taken to be of another person."""
    outcomes = np.asarray(outcomes, float)
    if kind == "binary" and not np.isin(outcomes, (0, 1)).all():
        raise ValueError("A binary outcome is 0 or 1.")
    return summed(codes, np.ones(len(outcomes)), outcomes, np.zeros(len(outcomes)), users, kind)


def summed(
    codes: Codes,
    count: Numbers,
    total: Numbers,
    squares: Numbers,
    users: NDArray[Any] | None = None,
    kind: Kind = "binary",
) -> Observed:
    """One row so many outcomes, none of them none: what they came to, and their squares about the mean of the row."""
    of_row = total / count
    centre, unit = 0.0, 1.0
    if kind == "continuous":
        # Where all are alike nobody knows how much they differ: perhaps by as much as they are.
        whole = float(count.sum())
        centre = float(total.sum()) / whole
        about = float(count @ (of_row - centre) ** 2 + squares.sum())
        unit = (float(np.sqrt(about / whole)) or abs(centre) or 1.0) / LOGISTIC_SD
        of_row, squares = (of_row - centre) / unit, squares / unit**2
    cells, cell = np.unique(np.asarray(codes, np.int64), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    people = np.zeros(0, np.int64) if users is None else np.unique(users, return_inverse=True)[1]
    keys = cell if users is None else people * len(cells) + cell
    first, group = np.unique(keys, return_index=True, return_inverse=True)[1:]
    counts = np.asarray(np.bincount(group, count), float)
    mean = np.bincount(group, count * of_row) / counts
    about_mean = np.asarray(np.bincount(group, squares + count * (of_row - mean[group]) ** 2), float)
    owner = people[first] if users is not None else people
    return Observed(kind, cells, cell[first], owner, counts, mean, about_mean, centre, unit)


def counted(codes: Codes, good: Numbers, tried: Numbers, users: Numbers) -> Observed:
    """Counts of cells in which so many users took part and nobody knows whose outcome is whose: they weigh as fewer.

    Kish 1965: n / (1 + (n / users - 1) · ICC).
    """
    tried, users = np.asarray(tried, float), np.asarray(users, float)
    if (users <= 0).any():
        raise ValueError("Say how many users each count comes from: without it nobody knows how much it weighs.")
    worth = tried / (1 + np.maximum(tried / users - 1, 0) * USUAL_ICC)
    cells, cell = np.unique(np.asarray(codes, np.int64), axis=0, return_inverse=True)
    none = np.zeros(0, np.int64)
    mean, squares = np.asarray(good, float) / tried, np.zeros(len(tried))
    return Observed("binary", cells, cell.reshape(-1), none, worth, mean, squares, alike=USUAL_ICC)
