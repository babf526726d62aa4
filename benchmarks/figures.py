"""Figures beside their bars, and ratios of two things measured in turn on one machine."""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final

ROUNDS: Final = 5


@dataclass(frozen=True)
class Figure:
    """Where less is better (times), `floor` and `aim` are the most it may be."""

    name: str
    value: float
    floor: float
    aim: float
    unit: str = ""
    less_is_better: bool = False

    @property
    def judged(self) -> str:
        if self._missed(self.floor):
            return "BELOW THE FLOOR"
        return "above the floor" if self._missed(self.aim) else "aim reached"

    def _missed(self, bar: float) -> bool:
        return self.value > bar if self.less_is_better else self.value < bar

    def __str__(self) -> str:
        value, floor, aim = (f"{number:,.4g}" if number < 1000 else f"{number:,.0f}" for number in self._numbers)
        return f"{self.name:<58} {value:>9}{self.unit}  floor {floor}{self.unit}, aim {aim}{self.unit}: {self.judged}"

    @property
    def _numbers(self) -> tuple[float, float, float]:
        return self.value, self.floor, self.aim


def in_turn(one: Callable[[], float], other: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, ...]:
    """Medians of `one`, of `other` and of their ratio round by round: a busy minute falls on both alike."""
    seen = []
    for turn in range(rounds):
        # Who begins changes, so that neither always finds what the other left warm.
        first = one() if turn % 2 == 0 else None
        second = other()
        seen.append((first if first is not None else one(), second))
    return (
        median(a for a, _ in seen),
        median(b for _, b in seen),
        median(a / b for a, b in seen),
    )


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def conclude(figures: Iterable[Figure]) -> int:
    """Exit status 1 when a floor is missed. The load says how quiet the machine was."""
    missed = 0
    for figure in figures:
        say(str(figure))
        missed += figure.judged.isupper()
    load = " ".join(f"{part:.2f}" for part in os.getloadavg())
    say(f"Load over 1, 5 and 15 minutes: {load}, on {os.cpu_count()} processors.")
    return 1 if missed else 0
