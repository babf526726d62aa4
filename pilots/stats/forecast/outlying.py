"""Minutes have long tails, and a long tail is part of the truth: it is said how much hangs on it, never cut."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pilots.stats.forecast.fitting import fit
from pilots.stats.forecast.observed import Observed, observe
from pilots.stats.forecast.projecting import Drawn, project
from pilots.stats.forecast.rollout import Rollout
from pilots.stats.forecast.terms import Codes, Numbers, Terms

TOP: Final = 0.01
# Of the 80 % interval: by more than this no single record may move the forecast unmentioned.
MOST_MOVED: Final = 0.25


def share_of_the_longest(minutes: Numbers, top: float = TOP) -> float:
    """Of the variance, how much is due to the `top` share of records (at least one) that are farthest from the mean."""
    squares = np.sort((minutes - minutes.mean()) ** 2)
    many = max(round(top * len(squares)), 1)
    whole = float(squares.sum())
    return float(squares[-many:].sum()) / whole if whole > 0 else 0.0


@dataclass(frozen=True)
class Outlying:
    """`place` of the record that is farthest from the mean, and by how much the median moves without it, in parts of
    the 80 % interval: the narrower of both, since such a record also widens the one that it is in."""

    place: int
    moved: float
    share_of_top: float

    @property
    def warns(self) -> bool:
        return abs(self.moved) > MOST_MOVED


def outlying(
    drawn: Drawn, codes: Codes, minutes: Numbers, users: NDArray[Any] | None, terms: Terms, rollout: Rollout, seed: int
) -> Outlying:
    """`drawn` is the forecast from all of them; the fit is made once more without the farthest."""
    place = int(np.abs(minutes - minutes.mean()).argmax())
    rest = np.delete(np.arange(len(minutes)), place)
    without = observe(codes[rest], minutes[rest], None if users is None else users[rest], "continuous")
    return Outlying(place, moved(drawn, without, terms, rollout, seed), share_of_the_longest(minutes))


def moved(drawn: Drawn, without: Observed, terms: Terms, rollout: Rollout, seed: int) -> float:
    """By how much the median of `drawn` is another than that of a forecast `without` something, in parts of an
    interval."""
    again = project(fit(without, terms, seed=seed), rollout, seed=seed)
    width = min(high - low for low, high in (drawn.interval(0.8), again.interval(0.8)))
    return (drawn.median - again.median) / width
