"""Readings of use as a table: week by segment, each read, not measured, or of too few people to be shown."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import numpy as np

from pilots.models import Segment, Stage, StageCell, UseReading
from pilots.stats.metrics.observations import Numbers
from pilots.stats.metrics.suppression import hidden
from pilots.stats.rates import Interval, wilson

# Each is a part of the one before it, and a share of all who are eligible.
STEPS: Final = ("licensed", "tried", "active", "habitual")
_WEEK: Final = timedelta(weeks=1)
_COUNTS: Final = ("eligible", *STEPS)


class Known(StrEnum):
    READ = "measured"
    NOT_MEASURED = "not measured"
    TOO_FEW = "not enough data"


@dataclass(frozen=True)
class Funnel:
    """People at the end of a week."""

    eligible: int
    licensed: int
    tried: int
    active: int
    habitual: int

    def share(self, step: str) -> Interval | None:
        """Of all eligible people, with its 95 % interval."""
        return wilson(getattr(self, step), self.eligible)


@dataclass(frozen=True)
class Line:
    """One segment, or all of them where it is None; `weeks` has one entry a week."""

    segment: Segment | None
    weeks: tuple[tuple[Known, Funnel | None], ...]

    @property
    def name(self) -> str:
        return self.segment.name if self.segment else "All eligible people"

    @property
    def last(self) -> Funnel | None:
        return next((one for _, one in reversed(self.weeks) if one), None)

    @property
    def last_place(self) -> int:
        return max((place for place, (_, one) in enumerate(self.weeks) if one), default=-1)

    @property
    def state(self) -> Known:
        if self.last:
            return Known.READ
        return Known.TOO_FEW if any(known == Known.TOO_FEW for known, _ in self.weeks) else Known.NOT_MEASURED

    def counts(self, step: str) -> Numbers:
        return np.array([getattr(one, step) if one else np.nan for _, one in self.weeks], float)


@dataclass(frozen=True)
class Table:
    """`weeks` are Mondays, from that of the opening on."""

    weeks: tuple[date, ...]
    whole: Line
    segments: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return (self.whole, *self.segments)

    @property
    def unmeasured(self) -> list[str]:
        return [line.name for line in self.segments if line.state == Known.NOT_MEASURED]


def table_of(stage: Stage, at: datetime) -> Table:
    """Two queries. The whole of a week is told only where every segment and site that was ever read is in it."""
    readings = list(UseReading.objects.counting().filter(stage=stage).select_related("segment"))
    cells = StageCell.objects.filter(stage=stage).select_related("cell__segment")
    segments = {one.cell.segment_id: one.cell.segment for one in cells}
    segments |= {one.segment_id: one.segment for one in readings}
    order = sorted(segments, key=lambda key: (segments[key].name, key))
    weeks = _weeks(stage, readings, at)
    sums = _sums(readings, weeks)
    shown, whole = _shown([[sums[key].get(week) for key in order] for week in weeks])
    lines = (
        Line(segments[key], tuple(_entry(sums[key].get(week), show) for week in weeks))
        for key, show in zip(order, shown, strict=True)
    )
    return Table(weeks, Line(None, tuple(_entry(_added(sums, week), whole) for week in weeks)), tuple(lines))


def _weeks(stage: Stage, readings: list[UseReading], at: datetime) -> tuple[date, ...]:
    """Full weeks only: the one that is not over is no week that nobody measured."""
    read = [one.week for one in readings]
    if stage.opened_at is None and not read:
        return ()
    opened = stage.opened_at.date() if stage.opened_at else min(read)
    first = min([opened - timedelta(days=opened.weekday()), *read])
    ended = (stage.closed_at or at).date()
    last = max([ended - timedelta(days=ended.weekday()) - _WEEK, *read])
    return tuple(first + number * _WEEK for number in range((last - first).days // 7 + 1))


def _sums(readings: list[UseReading], weeks: tuple[date, ...]) -> dict[UUID, dict[date, Funnel]]:
    """By segment, the weeks in which all its sites were read that had been read before."""
    by_part: dict[UUID, dict[str, dict[date, UseReading]]] = defaultdict(lambda: defaultdict(dict))
    for one in readings:
        by_part[one.segment_id][one.site][one.week] = one
    found: dict[UUID, dict[date, Funnel]] = defaultdict(dict)
    for segment, sites in by_part.items():
        for week in weeks:
            due = [read for read in sites.values() if min(read) <= week]
            if due and all(week in read for read in due):
                found[segment][week] = Funnel(*(sum(getattr(read[week], name) for read in due) for name in _COUNTS))
    return found


def _added(sums: dict[UUID, dict[date, Funnel]], week: date) -> Funnel | None:
    due = [read for read in sums.values() if read and min(read) <= week]
    if not due or not all(week in read for read in due):
        return None
    return Funnel(*(sum(getattr(read[week], name) for read in due) for name in _COUNTS))


def _shown(rows: list[list[Funnel | None]]) -> tuple[list[bool], bool]:
    """Of each segment, and of the whole, whether it is told at all: what is hidden in one week is in every week, or
    one week would give away another."""
    many = len(rows[0]) if rows else 0
    off = np.zeros(many + 1, np.bool_)
    for row in rows:
        if any(row):
            off |= hidden(np.array([[one.eligible if one else 0] for one in row]))[:, 0]
    return [not one for one in off[:-1]], not off[-1]


def _entry(found: Funnel | None, show: bool) -> tuple[Known, Funnel | None]:
    if found is None:
        return Known.NOT_MEASURED, None
    return (Known.READ, found) if show else (Known.TOO_FEW, None)
