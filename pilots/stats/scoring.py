"""How right a forecast was: proper scores, which nobody improves by saying other than what they believe.

Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359-378. Lower is better, in the units of the figure.

And how right a programme's forecasts are. There the pilot is the unit: what is counted or averaged has one entry a
pilot.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from pilots.stats.e_values import evidence_above
from pilots.stats.forecast.projecting import DISCREPANCY
from pilots.stats.rates import CERTAIN, Interval

# Between the quantiles 10 and 90 of a normal distribution, in its standard deviations.
_FROM_10_TO_90 = 2.563


def interval_score(low: float, high: float, actual: float, certain: float) -> float:
    """How wide the interval is, and 2/(1 - certain) times by how much it was missed."""
    missed = max(low - actual, 0.0) + max(actual - high, 0.0)
    return (high - low) + 2 / (1 - certain) * missed


def crps(draws: NDArray[np.float64], actual: float) -> float:
    """Continuous ranked probability score of the distribution that puts equal weight on each draw."""
    ordered = np.sort(draws)
    many = len(ordered)
    apart = float(ordered @ (2 * np.arange(1, many + 1) - many - 1)) / many**2
    return float(np.abs(ordered - actual).mean()) - apart


def probability_below(draws: NDArray[np.float64], actual: float) -> float:
    """The probability integral transform: over many forecasts it is uniform where they are calibrated."""
    return float((draws < actual).mean() + (draws == actual).mean() / 2)


def standardised(actual: float, low10: float, median: float, high90: float) -> float:
    """By how many standard deviations of the forecast the figure was missed, with its sign."""
    return (actual - median) * _FROM_10_TO_90 / (high90 - low10)


def brier(said: float, happened: bool) -> float:
    """Of a yes or no, such as “it meets the floor”."""
    return (said - happened) ** 2


def skill(score: float, naive: float) -> float:
    """1 for a perfect forecast, 0 for one as good as repeating the pilot's figure, less for a worse one."""
    return 1 - score / naive


# Evidence as strong as this raises an alarm: if all is well it ever comes to that in at most one of 20 programmes.
ALARM: Final = 20.0
# Of outcomes outside 80 % intervals, and of forecasts that beat the naive figure by luck alone.
_OUTSIDE, _BY_LUCK = 0.2, 0.5
# With fewer scored pilots nobody can say how much they differ from their forecasts, nor ever that they hardly do.
_PILOTS_TO_LEARN_FROM, _LEAST_DISCREPANCY = 8, 0.15


def overconfidence(held: float, pilots: int) -> float:
    """Evidence that fewer than 80 % of the 80 % intervals hold."""
    return evidence_above(pilots - held, held, _OUTSIDE)


def evidence_of_skill(better: float, pilots: int) -> float:
    """That forecasts beat the naive figure more often than a coin would. Eight pilots can prove it, five cannot."""
    return evidence_above(better, pilots - better, _BY_LUCK)


def optimism(misses: NDArray[np.float64], certain: float = CERTAIN) -> Interval | None:
    """Mean of pilots' standardised misses, with Student's interval: below nought, rollouts come worse than forecast."""
    many = len(misses)
    if many < 2:
        return None
    mean = float(misses.mean())
    half = float(stdtrit(many - 1, (1 + certain) / 2) * misses.std(ddof=1) / np.sqrt(many))
    return Interval(mean, mean - half, mean + half)


def discrepancy(misses: NDArray[np.float64], variances: NDArray[np.float64]) -> float:
    """What no factor sees, for the next forecast: of scored pilots how far the logit of the figure was off, and the
    variance that the model alone gave it."""
    if len(misses) < _PILOTS_TO_LEARN_FROM:
        return DISCREPANCY
    left = float((misses**2).mean() - variances.mean())
    return max(float(np.sqrt(max(left, 0.0))), _LEAST_DISCREPANCY)
