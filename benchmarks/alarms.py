"""Two rules that everybody knows, beside which ours stands: three standard deviations, and a moving average."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.invented_days import LEARNING, Days
from feedback.grouping.surges import LEAST_FLAGS, QUIET_DAYS

# So many flags a week are wanted of these too, as ours wants them; without that they alarm at a single flag.
WINDOW: Final = 7
NEVER: Final = -9.0

Score = Callable[[Days], Days]


def three_sigma(counts: Days) -> Days:
    """How many standard deviations a day lies above the mean of the 28 before it."""
    score = np.zeros_like(counts)
    for day in range(counts.shape[1]):
        before = counts[:, max(0, day - 28) : max(1, day)]
        score[:, day] = (counts[:, day] - before.mean(axis=1)) / np.maximum(before.std(axis=1), 0.5)
    return score


def moving_average(counts: Days, weight: float = 0.3) -> Days:
    """EWMA: how far the weighted mean of the last days lies above that of the month before."""
    score, smooth = np.zeros_like(counts), counts[:, :14].mean(axis=1)
    for day in range(counts.shape[1]):
        before = counts[:, max(0, day - 35) : max(1, day - 3)]
        mean = before.mean(axis=1)
        deviation = np.sqrt(np.maximum(before.var(axis=1), np.maximum(mean, 0.05)))
        smooth = weight * counts[:, day] + (1 - weight) * smooth
        score[:, day] = (smooth - mean) / (deviation * np.sqrt(weight / (2 - weight)))
    return score


def enough(score: Days, counts: Days) -> Days:
    total = np.cumsum(np.pad(counts, ((0, 0), (WINDOW, 0))), axis=1)
    return np.where(total[:, WINDOW:] - total[:, :-WINDOW] >= LEAST_FLAGS, score, NEVER)


def alarms(score: Days, threshold: float) -> NDArray[np.int64]:
    """For each pattern how often it alarms after the learning, quiet for a week after each alarm."""
    found, last = np.zeros(len(score), np.int64), np.full(len(score), -2 * QUIET_DAYS)
    for day in range(LEARNING, score.shape[1]):
        above = score[:, day] >= threshold
        found += above & (day - last > QUIET_DAYS)
        last = np.where(above, day, last)
    return found


def calibrated(scores: list[Days], wanted: float) -> float:
    """The threshold with so many alarms a series on average, in the series where there is nothing to find."""
    low, high = 0.5, 40.0
    for _ in range(30):
        middle = (low + high) / 2
        many = np.mean(np.concatenate([alarms(score, middle) for score in scores])) > wanted
        low, high = (middle, high) if many else (low, middle)
    return high
