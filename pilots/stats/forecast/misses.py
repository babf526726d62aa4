"""Why a rollout's figure was not what had been forecast.

Kitagawa 1955, J. Am. Stat. Assoc. 50, 1168-1194; in economics named after Oaxaca and Blinder (1973). Of the two ways
to weigh the parts the symmetric one is taken: it leaves no interaction over that nobody can explain.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pilots.stats.forecast.terms import Numbers


@dataclass(frozen=True)
class Miss:
    """The parts sum to measured - forecast.

    `mix`: other cells than planned were met. `known`: where there had been evidence people behaved in another way, and
    `unknown` where there had been none. `rest`: the forecast's figure was not the mean of its own cells.
    """

    mix: float
    known: float
    unknown: float
    rest: float

    @property
    def whole(self) -> float:
        return self.mix + self.known + self.unknown + self.rest


def explain_miss(
    forecast: float,
    *,
    planned: Numbers,
    met: Numbers,
    said: Numbers,
    measured: Numbers,
    known: NDArray[np.bool_],
) -> Miss:
    """By cell: shares of the workload as `planned` and as `met`, rates as `said` and as `measured`, and whether there
    had been evidence. A rate is NaN where nobody said or measured one: such a cell counts as mix alone."""
    for shares in (planned, met):
        if not np.isclose(shares.sum(), 1):
            raise ValueError(f"The weights of the cells sum to {shares.sum():.6g}, not to 1.")
    if np.isnan(said[planned > 0]).any() or np.isnan(measured[met > 0]).any():
        raise ValueError("A cell that was planned has a rate that was said, and one that was met a measured rate.")
    before = np.nan_to_num(np.where(np.isnan(said), measured, said))
    after = np.nan_to_num(np.where(np.isnan(measured), said, measured))
    behaved = (after - before) * (planned + met) / 2
    return Miss(
        mix=float((met - planned) @ (before + after) / 2),
        known=float(behaved[known].sum()),
        unknown=float(behaved[~known].sum()),
        rest=float(planned @ before) - forecast,
    )
