"""Rates of what is counted, with the interval that chance alone would give.

Counts against use are Poisson: the exact interval (Garwood 1936). A share is binomial: Clopper and Pearson 1934. Both
cover at least what they say, also for a count of none, where the formula with the normal distribution says nothing.
Where the count is worth less than it says, since few people made it, it is no whole number: Wilson's (1927) takes it.
"""

from dataclasses import dataclass
from typing import Final

from scipy.special import betaincinv, gammaincinv, ndtri

CERTAIN: Final = 0.95


@dataclass(frozen=True)
class Interval:
    value: float
    low: float
    high: float

    def times(self, factor: float) -> "Interval":
        return Interval(self.value * factor, self.low * factor, self.high * factor)


def count_interval(count: int, certain: float = CERTAIN) -> Interval:
    """For the mean of a Poisson count."""
    tail = (1 - certain) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return Interval(float(count), low, float(gammaincinv(count + 1, 1 - tail)))


def rate(count: int, use: float, per: float = 1.0, certain: float = CERTAIN) -> Interval | None:
    """`count` for each `per` of `use`; None where there was no use to measure it against."""
    return count_interval(count, certain).times(per / use) if use > 0 else None


def share(part: float, whole: int, certain: float = CERTAIN) -> Interval | None:
    """`part` is a count, or the sum of parts of 1, such as shares of several forecasts of each pilot: such a sum varies
    less than a count (Hoeffding 1963), so the interval is if anything too wide."""
    if whole < 1:
        return None
    tail = (1 - certain) / 2
    low = float(betaincinv(part, whole - part + 1, tail)) if part else 0.0
    high = float(betaincinv(part + 1, whole - part, 1 - tail)) if part < whole else 1.0
    return Interval(part / whole, low, high)


def wilson(part: float, whole: float, certain: float = CERTAIN) -> Interval | None:
    """Of a share: Wilson 1927, J. Am. Stat. Assoc. 22, 209-212. Neither number needs to be whole."""
    if whole <= 0:
        return None
    value, z = part / whole, float(ndtri(1 - (1 - certain) / 2))
    centre = (value + z**2 / (2 * whole)) / (1 + z**2 / whole)
    half = z / (1 + z**2 / whole) * (value * (1 - value) / whole + z**2 / (4 * whole**2)) ** 0.5
    return Interval(value, min(value, max(0.0, centre - half)), max(value, min(1.0, centre + half)))


def share_difference(one: tuple[int, int], other: tuple[int, int], certain: float = CERTAIN) -> Interval | None:
    """Of the shares of two groups, each (part, whole): Newcombe 1998, Stat. Med. 17, 873-890, method 10."""
    first, second = wilson(*one, certain), wilson(*other, certain)
    if first is None or second is None:
        return None
    value = first.value - second.value
    below = ((first.value - first.low) ** 2 + (second.high - second.value) ** 2) ** 0.5
    above = ((first.high - first.value) ** 2 + (second.value - second.low) ** 2) ** 0.5
    return Interval(value, value - below, value + above)


def rate_ratio(before: int, use_before: float, after: int, use_after: float) -> Interval | None:
    """How many times as often after as before: given the sum of both, the count after is binomial (exact).

    None where a side has no use, or nothing was counted at all. `high` is infinite when nothing was counted before.
    """
    if use_before <= 0 or use_after <= 0 or before + after == 0:
        return None
    found = share(after, before + after)
    assert found is not None
    scale = use_before / use_after
    value, low, high = (
        float("inf") if part >= 1 else part / (1 - part) * scale for part in (found.value, found.low, found.high)
    )
    return Interval(value, low, high)
