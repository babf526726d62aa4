"""Forecasts beside what came true, and beside the naive figure, which repeats what the pilot measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Final

import numpy as np

from pilots.stats.forecast import Observed, Rollout, Terms, fit, project
from pilots.stats.scoring import interval_score

QUANTILES: Final = (0.025, 0.1, 0.5, 0.9, 0.975)
# Between the quantiles 10 and 50 of a normal distribution, in its standard deviations.
_FROM_10_TO_50: Final = 1.2816


@dataclass(frozen=True)
class Judged:
    """One pilot's forecast: whether its intervals held, how far it and the naive figure were off, and 80 % interval
    scores of both; processor seconds of fit and projection."""

    in95: bool
    in80: bool
    off: float
    naive: float
    score: float
    naive_score: float
    seconds: float


def judged(observed: Observed, terms: Terms, rollout: Rollout, actual: float, seed: int) -> Judged:
    begun = process_time()
    drawn = project(fit(observed, terms, seed=seed), rollout, seed=seed)
    seconds = process_time() - begun
    low95, low80, median, high80, high95 = drawn.quantiles(list(QUANTILES))
    naive, half = observed.figure, _FROM_10_TO_50 * _standard_error(observed)
    return Judged(
        in95=bool(low95 <= actual <= high95),
        in80=bool(low80 <= actual <= high80),
        off=float(median - actual),
        naive=float(naive - actual),
        score=interval_score(low80, high80, actual, 0.8),
        naive_score=interval_score(naive - half, naive + half, actual, 0.8),
        seconds=seconds,
    )


def _standard_error(observed: Observed) -> float:
    """As who repeats the pilot's figure would say: every outcome by itself, whoever it comes from."""
    if observed.kind == "binary":
        return float(np.sqrt(max(observed.figure * (1 - observed.figure), 1e-4) / observed.total))
    return float(observed.unit * observed.spread / np.sqrt(observed.total))


class Tally:
    def __init__(self, rows: Iterable[Judged]) -> None:
        self.rows: Sequence[Judged] = list(rows)

    def mean(self, name: str) -> float:
        return float(np.mean([getattr(row, name) for row in self.rows]))

    def rmse(self, name: str) -> float:
        return float(np.sqrt(np.mean([getattr(row, name) ** 2 for row in self.rows])))

    @property
    def rmse_ratio(self) -> float:
        return self.rmse("off") / self.rmse("naive")

    @property
    def score_ratio(self) -> float:
        return self.mean("score") / self.mean("naive_score")

    @property
    def summary(self) -> dict[str, float]:
        found = {
            "rmse_ratio": self.rmse_ratio,
            "coverage95": self.mean("in95"),
            "coverage80": self.mean("in80"),
            "interval_score_ratio": self.score_ratio,
            "median_bias": self.mean("off"),
            "seconds_per_fit": self.mean("seconds"),
        }
        return {name: round(value, 4) for name, value in found.items()} | {"pilots": len(self.rows)}
