"""Whether a fix did anything: the rate of a pattern's flags after it against the rate before, with its interval.

Given how many flags there were in all, those after the fix are binomial with p = r·e₂ / (e₁ + r·e₂), where r is the
ratio of the rates and e the amount of use. The exact (Clopper-Pearson) interval of p is thus an exact one of r
(Przyborowski and Wilenski 1940). It is wider than any approximation, and right with three flags as with three hundred.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final

from scipy.special import betaincinv

LEVEL: Final = 0.95


class Verdict(StrEnum):
    FEWER = "fewer"
    MORE = "more"
    # The interval holds “as before”: nothing is shown either way.
    TOO_EARLY = "too_early"
    # Nothing to compare with: no use before, none after, or no flag at all.
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True)
class Effect:
    """`ratio` is after / before: 0.2 is a fifth of what it was. `low` and `high` bound it at 95 %."""

    before: int
    after: int
    use_before: float
    use_after: float
    ratio: float | None
    low: float
    high: float
    verdict: Verdict


def effect(before: int, use_before: float, after: int, use_after: float, level: float = LEVEL) -> Effect:
    """Counts of flags, and how much the tool was used in the same time in any unit that is the same for both."""
    if before + after == 0 or use_before <= 0 or use_after <= 0:
        return Effect(before, after, use_before, use_after, None, 0.0, inf, Verdict.NOT_MEASURED)
    share = use_before / use_after
    low, high = (_odds(p) * share for p in _clopper_pearson(after, before + after, level))
    ratio = after / before * share if before else None
    verdict = Verdict.FEWER if high < 1 else Verdict.MORE if low > 1 else Verdict.TOO_EARLY
    return Effect(before, after, use_before, use_after, ratio, low, high, verdict)


def _clopper_pearson(successes: int, trials: int, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else float(betaincinv(successes, trials - successes + 1, tail))
    high = 1.0 if successes == trials else float(betaincinv(successes + 1, trials - successes, 1 - tail))
    return low, high


def _odds(p: float) -> float:
    return inf if p >= 1 else p / (1 - p)
