"""One-sided bounds on a mean that hold at every look.

Asymptotic confidence sequences: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Annals of Statistics 52(6),
doi 10.1214/24-AOS2408. The unit is the user, whose tasks are alike. Theirs is a stream of units that are each seen
once; our users keep adding tasks, so that it holds here rests on simulation (`make bench-stages`).

Arrays may have one stage to a row: users are the last axis.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilots.stats.metrics.observations import Numbers


@dataclass(frozen=True, eq=False)
class Mean:
    """ΣS / ΣN and its standard error between users. `value` and `error` mean nothing where `users` is under two."""

    value: Numbers
    error: Numbers
    users: NDArray[np.int64]
    tasks: Numbers


def mean_of_users(sums: Numbers, counts: Numbers, least_variance: float = 0.0) -> Mean:
    """`sums` and `counts` of each user; who has no tasks is no user yet.

    `least_variance` of a single task: few users who happen to be alike are not certain for that.
    """
    tasks, users = counts.sum(axis=-1), (counts > 0).sum(axis=-1)
    at_least_one = np.maximum(tasks, 1)
    value = sums.sum(axis=-1) / at_least_one
    apart = ((sums - np.asarray(value)[..., None] * counts) ** 2).sum(axis=-1)
    variance = users / np.maximum(users - 1, 1) * apart / at_least_one**2
    error = np.sqrt(np.maximum(variance, least_variance / at_least_one))
    return Mean(np.asarray(value), np.asarray(error), np.asarray(users), np.asarray(tasks))


def half_width(mean: Mean, planned: int, alpha: float) -> Numbers:
    """How far the true mean may lie on one side, at all looks together but for a chance of `alpha`.

    Narrowest when `planned` users have come; that only tunes it, it need not come true.
    """
    tune = (-2 * np.log(2 * alpha) + np.log(1 - 2 * np.log(2 * alpha))) / planned
    users = np.maximum(mean.users, 1)
    grown = users * tune + 1
    stretch = np.sqrt(2 * grown / (users**2 * tune) * np.log1p(np.sqrt(grown) / (2 * alpha)))
    return np.asarray(mean.error * np.sqrt(users) * stretch)
