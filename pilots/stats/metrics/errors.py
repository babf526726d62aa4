"""Errors that reach others, and the checks that should have caught them (M07, M08)."""

from dataclasses import replace
from typing import Final, Literal

import numpy as np

from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.making import median, nothing, share, share_of
from pilots.stats.metrics.observations import Codes, Numbers, Truths

SEVERITIES: Final = 5
# A check that took less than this part of the time allowed for it is flagged.
VERY_SHORT: Final = 0.25
Beside = Literal["above", "below", "either", "no tolerance", "not measured"]


def escapes(wrong: Truths, severity: Codes, tolerance: float | None = None) -> tuple[Figure, ...]:
    """Of items looked at downstream: M07, then each severity from 0 to 4. `tolerance`: errors in 100 that the recipient
    bears. `severity` -1: not said."""
    found = share("M07", int(wrong.sum()), len(wrong))
    words = {
        "above": f"More than the recipient bears, {tolerance} in 100.",
        "below": f"Within what the recipient bears, {tolerance} in 100.",
        "either": f"The recipient bears {tolerance} in 100: too few were looked at to say.",
        "no tolerance": "The recipient has not said how many they bear.",
        "not measured": "Not measured.",
    }
    unrated = int((wrong & (severity < 0)).sum())
    more = f" Severity is not said of {unrated}." if unrated else ""
    levels = (
        share(f"M07.s{level}", int((wrong & (severity == level)).sum()), len(wrong)) for level in range(SEVERITIES)
    )
    return (replace(found, note=words[beside(found, tolerance)] + more), *levels)


def beside(found: Figure, tolerance: float | None) -> Beside:
    """On which side of what the recipient bears the interval lies."""
    if found.value is None or found.low is None or found.high is None:
        return "not measured"
    if tolerance is None:
        return "no tolerance"
    if found.low > tolerance:
        return "above"
    return "below" if found.high <= tolerance else "either"


def reviews(person: Codes, has_trace: Truths, minutes: Numbers, allowed: float | None = None) -> tuple[Figure, ...]:
    """Of outputs that had to be checked. `minutes` of each check, nan where nobody timed it; `allowed` for one."""
    done = has_trace & ~np.isnan(minutes)
    time = median("M08.minutes", minutes[done], person[done], f"{allowed:g} min are allowed." if allowed else "")
    if allowed:
        short = share_of("M08.short", minutes[done] < VERY_SHORT * allowed, person[done])
    else:
        short = nothing("M08.short", "Nobody said how long a check may take.")
    return share_of("M08", has_trace, person), time, short
