"""How well the loop from a flag to an answer runs: M22 to M25 as functions over rows. Pure.

A figure over nothing is None, which is shown as “not measured” and never as zero. No row says who anybody is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import median
from typing import Final

HOUR: Final = 3600.0
DAY: Final = 24 * HOUR


@dataclass(frozen=True)
class FlagSteps:
    """When what happened to one flag; None: not yet. `told`: its reporter read or was sent what became of it."""

    severity: int
    reported_at: datetime
    looked_at: datetime | None
    decided_at: datetime | None
    live_at: datetime | None
    closed: bool
    told: bool
    elsewhere: bool


@dataclass(frozen=True)
class PatternSteps:
    """`action` is empty while nothing is decided; a dated action or “no change because” is a decision, “noted” none."""

    raised_at: datetime
    decided_at: datetime | None
    action: str


@dataclass(frozen=True)
class Spread:
    """Of `n` that got there, out of `of`; hours. `waiting`: those that did not, so far."""

    n: int
    of: int
    median: float | None
    ninetieth: float | None

    @property
    def waiting(self) -> int:
        return self.of - self.n


@dataclass(frozen=True)
class Share:
    n: int
    of: int

    @property
    def percent(self) -> float | None:
        return 100 * self.n / self.of if self.of else None


@dataclass(frozen=True)
class TriageTimes:
    severity: int | None
    look: Spread
    decision: Spread
    live: Spread


def spread(hours: Sequence[float], of: int) -> Spread:
    """The 90th percentile by nearest rank: a time that somebody really waited."""
    if not hours:
        return Spread(0, of, None, None)
    ranked = sorted(hours)
    return Spread(len(ranked), of, median(ranked), ranked[ceil(0.9 * len(ranked)) - 1])


def triage_times(rows: Iterable[FlagSteps]) -> list[TriageTimes]:
    """M22, for all first and then for each severity that there is. The clock does not stop at “acknowledged”."""
    found = list(rows)
    levels = sorted({row.severity for row in found}, reverse=True)
    return [_times(None, found), *(_times(level, [row for row in found if row.severity == level]) for level in levels)]


def _times(severity: int | None, rows: Sequence[FlagSteps]) -> TriageTimes:
    def step(moment: Callable[[FlagSteps], datetime | None]) -> Spread:
        reached = [(row.reported_at, moment(row)) for row in rows]
        hours = [max((end - start).total_seconds(), 0) / HOUR for start, end in reached if end is not None]
        return spread(hours, len(rows))

    return TriageTimes(
        severity, step(lambda row: row.looked_at), step(lambda row: row.decided_at), step(lambda row: row.live_at)
    )


def loop_closure(rows: Iterable[FlagSteps]) -> Share:
    """M23: of the flags that were decided, those whose reporter was told. A receipt is no answer."""
    decided = [row for row in rows if row.closed]
    return Share(sum(row.told for row in decided), len(decided))


@dataclass(frozen=True)
class PatternToAction:
    share: Share
    days: Spread
    by_action: tuple[tuple[str, int], ...]


def pattern_to_action(rows: Iterable[PatternSteps]) -> PatternToAction:
    """M24: of the patterns raised, those with a dated action or a recorded “no change because”; days until then."""
    found = list(rows)
    decided = [row for row in found if row.decided_at is not None and row.action]
    days = [(row.decided_at - row.raised_at).total_seconds() / DAY for row in decided if row.decided_at is not None]
    counted: dict[str, int] = {}
    for row in decided:
        counted[row.action] = counted.get(row.action, 0) + 1
    by_action = tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
    return PatternToAction(Share(len(decided), len(found)), spread(days, len(found)), by_action)


def detected_elsewhere(rows: Iterable[FlagSteps]) -> Share:
    """M25: of all problems, those first heard of through a complaint, an audit or the press."""
    found = list(rows)
    return Share(sum(row.elsewhere for row in found), len(found))
