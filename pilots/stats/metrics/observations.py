"""Observations as columns: what every figure of tasks is worked out from."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.integer[Any]]
Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]
NOT_SAID = -1
# A table of all codes between the lowest and the highest is made where it is no larger than this; else they are sorted.
_DENSE = 20_000_000


class Outcome(IntEnum):
    SUCCESS = 0
    WRONG = 1
    NO_OUTPUT = 2
    BELOW_BAR = 3
    NEEDS_HUMAN = 4
    OUT_OF_SCOPE = 5


class UseMade(IntEnum):
    AS_IT_WAS = 0
    EDITED = 1
    OVERRIDDEN = 2


class Attitude(IntEnum):
    ENTHUSIAST = 0
    NEUTRAL = 1
    SCEPTIC = 2


class Route(IntEnum):
    VOLUNTEERED = 0
    NOMINATED = 1
    ASSIGNED = 2


def numbered(labels: Codes) -> tuple[NDArray[np.intp], int]:
    """The same labels as 0 to k - 1 in their order, and k."""
    if not len(labels):
        return np.zeros(0, np.intp), 0
    lowest = int(labels.min())
    span = int(labels.max()) - lowest + 1
    if span > _DENSE:
        distinct, codes = np.unique(labels, return_inverse=True)
        return codes, len(distinct)
    seen = np.zeros(span, np.bool_)
    seen[labels - lowest] = True
    return (np.cumsum(seen) - 1)[labels - lowest], int(seen.sum())


@dataclass(frozen=True, eq=False)
class Rows:
    """One entry a task in each column, all as long. Codes are those of the enums above; -1 and nan: not said.

    `day` is datetime64[D]; `trained` is 1, 0 or -1; `quality` on the standard's scale; all else that is a number in
    minutes. `attitude` and `route` are those of the person who did the task.
    """

    person: Codes
    use_case: Codes
    segment: Codes
    day: NDArray[np.datetime64]
    supported: Truths
    trained: Codes
    outcome: Codes
    use_made: Codes
    baseline: Numbers
    with_tool: Numbers
    learning: Numbers
    correcting: Numbers
    quality: Numbers
    reviewer_attitude: Codes
    attitude: Codes
    route: Codes

    def __post_init__(self) -> None:
        if len({len(getattr(self, field.name)) for field in fields(self)}) > 1:
            raise ValueError("Columns of observations differ in length.")

    def __len__(self) -> int:
        return len(self.person)

    def where(self, mask: Truths) -> "Rows":
        return Rows(**{field.name: getattr(self, field.name)[mask] for field in fields(self)})

    @cached_property
    def people(self) -> int:
        return numbered(self.person)[1]

    @cached_property
    def week(self) -> NDArray[np.int64]:
        """Weeks from Monday to Sunday, counted from that of 1 January 1970, a Thursday."""
        return (self.day.astype("datetime64[D]").astype(np.int64) + 3) // 7


def summed(who: NDArray[np.intp], people: int, values: Numbers | None = None) -> Numbers:
    """Of each of 0 to people - 1: the sum of its values, or how many entries it has."""
    return np.asarray(np.bincount(who, values, people), float)


def distinct_pairs(first: Codes, second: Codes, firsts: int) -> Numbers:
    """Of each of `first` (0 to firsts - 1), with how many of `second` it comes."""
    if not len(first):
        return np.zeros(firsts)
    codes, seconds = numbered(second)
    pairs = np.unique(np.asarray(first, np.int64) * seconds + codes)
    return summed(pairs // seconds, firsts)


def active_weeks(rows: Rows) -> int:
    """User-weeks in which somebody did a task with the tool."""
    who, people = numbered(rows.person)
    return int(distinct_pairs(who, rows.week, people).sum())


def joined(several: Sequence[Rows]) -> Rows:
    """One set of rows of several, such as all cells of a segment."""
    return Rows(
        **{field.name: np.concatenate([getattr(rows, field.name) for rows in several]) for field in fields(Rows)}
    )
