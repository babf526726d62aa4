"""How right a programme's forecasts have been, pilot after pilot.

The pilot is the unit: its own forecasts are averaged first (`of_pilot`), since one pilot's miss in success is a miss in
overrides too. A pilot counts once all its forecasts are scored, and pilots stand in that order.
"""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum

import numpy as np

from pilots.stats.metrics.observations import Numbers
from pilots.stats.rates import Interval, share
from pilots.stats.scoring import ALARM, crps, evidence_of_skill, optimism, overconfidence, standardised


@dataclass(frozen=True)
class Score:
    """Of one forecast, each 0 or 1: whether its 80 and 95 % intervals held, and whether it scored better than the naive
    figure. Of a pilot: the parts of its forecasts. `miss` in standard deviations, below nought where it came worse."""

    held80: float
    held95: float
    better: float
    miss: float


class Told(StrEnum):
    TOO_FEW = "too few to tell"
    NOT_SHOWN = "not shown"
    SHOWN = "shown"


@dataclass(frozen=True)
class Hits:
    """`times` of `pilots`, never as a bare percentage; `share` with Clopper and Pearson's interval."""

    times: float
    pilots: int
    share: Interval | None

    def __str__(self) -> str:
        return f"{self.times:.3g} of {self.pilots}"


@dataclass(frozen=True)
class Evidence:
    """`now`: after the last pilot. `shown_after` so many pilots it came to the alarm, which stays; None: never.
    `fewest`: pilots that could bring it there if all of them spoke for it."""

    now: float
    shown_after: int | None
    pilots: int
    fewest: int

    @property
    def told(self) -> Told:
        if self.shown_after is not None:
            return Told.SHOWN
        return Told.NOT_SHOWN if self.pilots >= self.fewest else Told.TOO_FEW


@dataclass(frozen=True)
class Record:
    """`overconfident`: fewer than 80 % of the 80 % intervals hold. `skilled`: better than the naive figure more often
    than by luck. `optimism`: mean miss, below nought where rollouts come worse than forecast."""

    held80: Hits
    held95: Hits
    better: Hits
    overconfident: Evidence
    skilled: Evidence
    optimism: Interval | None


def score(draws: Numbers, naive: Numbers, actual: float) -> Score:
    """Of one forecast, from its locked draws. `naive`: draws of what repeats the pilot's figure, or that figure alone.
    No better than that is not better."""
    low95, low80, median, high80, high95 = np.quantile(draws, (0.025, 0.1, 0.5, 0.9, 0.975))
    return Score(
        held80=float(low80 <= actual <= high80),
        held95=float(low95 <= actual <= high95),
        better=float(crps(draws, actual) < crps(naive, actual)),
        miss=standardised(actual, float(low80), float(median), float(high80)),
    )


def of_pilot(scores: Sequence[Score]) -> Score:
    if not scores:
        raise ValueError("A pilot without a scored forecast has no score.")
    return Score(*map(float, np.mean([astuple(score) for score in scores], axis=0)))


def record(pilots: Sequence[Score]) -> Record:
    """Of pilots in the order in which they were scored."""
    held = [score.held80 for score in pilots]
    better = [score.better for score in pilots]
    return Record(
        held80=_hits(held),
        held95=_hits([score.held95 for score in pilots]),
        better=_hits(better),
        overconfident=_evidence(overconfidence, held, speaks_for=0),
        skilled=_evidence(evidence_of_skill, better, speaks_for=1),
        optimism=optimism(np.array([score.miss for score in pilots], float)),
    )


def _hits(parts: Sequence[float]) -> Hits:
    return Hits(sum(parts), len(parts), share(sum(parts), len(parts)))


def _evidence(test: Callable[[float, int], float], parts: Sequence[float], speaks_for: int) -> Evidence:
    after = [test(float(sum(parts[:many])), many) for many in range(len(parts) + 1)]
    shown = next((many for many, evidence in enumerate(after) if evidence >= ALARM), None)
    return Evidence(after[-1], shown, len(parts), _fewest(test, speaks_for))


def _fewest(test: Callable[[float, int], float], speaks_for: int) -> int:
    many = 1
    while test(many * speaks_for, many) < ALARM:
        many += 1
    return many
