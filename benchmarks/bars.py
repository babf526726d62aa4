"""Figures beside the bounds that the design sets them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from benchmarks.figures import say


@dataclass(frozen=True)
class Bar:
    """`number`: of the bar in the design. Without a bound the figure is for the reader's information."""

    number: int
    name: str
    value: float
    low: float = -inf
    high: float = inf

    @property
    def is_met(self) -> bool:
        return self.low <= self.value <= self.high

    @property
    def bound(self) -> str:
        if self.low == -inf:
            return f"at most {self.high:.4g}"
        return f"at least {self.low:.4g}" if self.high == inf else f"{self.low:.4g} to {self.high:.4g}"

    def __str__(self) -> str:
        judged = "" if (self.low, self.high) == (-inf, inf) else f"{self.bound}: {'met' if self.is_met else 'missed'}"
        return f"{self.number}  {self.name:<66} {self.value:>9.4g}  {judged}".rstrip()


def conclude(bars: Iterable[Bar]) -> int:
    """Exit status 1 when a bar is missed."""
    missed = 0
    for bar in bars:
        say(str(bar))
        missed += not bar.is_met
    say(f"{missed} missed." if missed else "All met.")
    return 1 if missed else 0
