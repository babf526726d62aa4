"""How right a forecast was: proper scores, which nobody improves by saying other than what they believe.

Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102, 359-378. Lower is better, in the units of the figure.
"""

import numpy as np
from numpy.typing import NDArray

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
