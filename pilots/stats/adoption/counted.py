"""The same from counts alone, where nobody's own weeks are known: a reading a week of how many are eligible and how
many have ever tried it."""

import numpy as np

from pilots.stats.adoption.plateau import Starts, alarm, ceiling
from pilots.stats.metrics.observations import Numbers


def starts_of_counts(eligible: Numbers, tried: Numbers) -> Starts:
    """One entry for each full week since it was opened, nan where nobody counted.

    Who began in weeks that nobody counted is spread evenly over them. Who came later is taken to be among those who
    wait: a short time of waiting says little, so newcomers never raise an alarm.
    """
    known = np.flatnonzero(~np.isnan(tried))
    weeks = int(known[-1]) + 1
    began = np.zeros(weeks + 1)
    grown = np.maximum.accumulate(tried[known])
    began[:weeks] = np.diff(np.interp(np.arange(1, weeks + 1), np.r_[0, known + 1], np.r_[0, grown]), prepend=0)
    people = np.interp(np.arange(weeks), known, eligible[known])
    left = max(float(people[-1]) - float(grown[-1]), 0.0)
    waiting = np.zeros(weeks + 1)
    for week in range(weeks - 1, 0, -1):
        waiting[weeks - week] = min(max(people[week] - people[week - 1], 0.0), left)
        left -= waiting[weeks - week]
    waiting[weeks] = left
    return Starts(began, waiting)


def levels_off(eligible: Numbers, tried: Numbers) -> tuple[float, float]:
    """The 80 % interval of the share of all eligible people who will ever try it."""
    low, high = ceiling(starts_of_counts(eligible, tried)).interval()
    return float(low), float(high)


def alarm_of_counts(eligible: Numbers, tried: Numbers, target: float) -> int | None:
    """The week in which the alarm was first raised; a week that nobody counted speaks for none."""
    below: list[float] = []
    for week in range(1, len(tried) + 1):
        if not np.isnan(tried[week - 1]):
            found = ceiling(starts_of_counts(eligible[:week], tried[:week]))
            below.append(float(found.below(target)))
        else:
            below.append(0.0)
    return alarm(below)
