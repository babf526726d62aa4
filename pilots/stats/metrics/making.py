"""From arrays to a figure with its interval. Shares: Wilson. Means and medians: whole people drawn again."""

from typing import Final

import numpy as np

from pilots.stats.forecast.observed import USUAL_ICC
from pilots.stats.metrics.catalogue import ABOUT
from pilots.stats.metrics.figure import Figure
from pilots.stats.metrics.observations import Codes, Numbers, Truths, numbered, summed
from pilots.stats.metrics.resampling import interval, median_draws, ratio_draws
from pilots.stats.rates import wilson

ONE_PERSON: Final = "One person: no interval."


def figure(
    code: str,
    value: float | None,
    n: int,
    people: int | None = None,
    between: tuple[float, float] | None = None,
    note: str = "",
) -> Figure:
    low, high = between if between and value is not None else (None, None)
    return Figure(code, value, low, high, n, people, ABOUT[code].unit, note.strip())


def nothing(code: str, note: str = "", people: int | None = None) -> Figure:
    return figure(code, None, 0, people, note=note or "Not measured.")


def effective(n: float, people: float) -> float:
    """How many independent tasks so many of so few people are worth: Kish 1965."""
    return n / (1 + max(n / people - 1, 0) * USUAL_ICC)


def share(code: str, part: int, n: int, people: int | None = None, per: float = 100, note: str = "") -> Figure:
    """`part` of `n` for each `per`. Without `people`, each counts as one of its own."""
    if n < 1:
        return nothing(code, note, people)
    value = per * part / n
    if people == 1:
        return figure(code, value, n, people, note=f"{ONE_PERSON} {note}")
    worth = effective(n, people) if people else float(n)
    found = wilson(part / n * worth, worth)
    assert found is not None
    return figure(code, value, n, people, (found.low * per, found.high * per), note)


def share_of(code: str, mask: Truths, person: Codes, note: str = "") -> Figure:
    """Of tasks, which people did."""
    return share(code, int(mask.sum()), len(mask), numbered(person)[1], note=note)


def ratio(code: str, top: Numbers, bottom: Numbers, n: int, note: str = "") -> Figure:
    """Σ top / Σ bottom of the sums of each person. `n`: of how many tasks, weeks or ratings."""
    below, people = float(bottom.sum()), len(top)
    if below <= 0:
        return nothing(code, note, people)
    value = float(top.sum()) / below
    if people == 1:
        return figure(code, value, n, people, note=f"{ONE_PERSON} {note}")
    return figure(code, value, n, people, interval(ratio_draws(top, bottom), value), note)


def mean(code: str, values: Numbers, person: Codes, note: str = "") -> Figure:
    """Of what is said: nan is left out."""
    said = ~np.isnan(values)
    who, people = numbered(person[said])
    return ratio(code, summed(who, people, values[said]), summed(who, people), int(said.sum()), note)


def median(code: str, values: Numbers, person: Codes, note: str = "") -> Figure:
    said = ~np.isnan(values)
    known = values[said]
    who, people = numbered(person[said])
    if not people:
        return nothing(code, note, 0)
    value = float(np.median(known))
    if people == 1:
        return figure(code, value, len(known), people, note=f"{ONE_PERSON} {note}")
    return figure(code, value, len(known), people, interval(median_draws(known, who, people), value), note)
