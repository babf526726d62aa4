"""A figure with how much stands behind it, and what is said of every figure of its kind."""

from dataclasses import dataclass
from typing import Literal

Better = Literal["low", "high", ""]


@dataclass(frozen=True)
class Figure:
    """`value` None: nothing was measured, which is never 0. `low` to `high` is the 95 % interval, None where there is
    none. `n` counts what the value rests on; `people` who did it, None where nobody can be told from it."""

    code: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    people: int | None
    unit: str
    note: str = ""


@dataclass(frozen=True)
class About:
    """`better`: which way is good, empty where neither is. `concerns_people`: hidden under ten of them."""

    code: str
    name: str
    unit: str
    question: str
    better: Better
    trap: str
    concerns_people: bool
