"""Where a forecast is headed: the counted workload, and the people in its segments, spread over the levels of factors.

Nobody helps in a rollout and everybody is assigned. What nobody knows of a segment is spread evenly over all levels.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, Final
from uuid import UUID

from pilots.forecast_inputs.assumed import Assumed
from pilots.models import Cell, Pilot, Segment, UseCase
from pilots.stats.forecast.levels import (
    ATTITUDE,
    COMFORT,
    KIND,
    OF_PEOPLE,
    OF_TASKS,
    ROUTE,
    SUPPORT,
    TRAINED,
    WORKLOAD,
    Levels,
    roles,
    use_cases,
)

Mix = list[tuple[int, float]]
# Of segments, and what it is called in a sentence.
OF_SEGMENTS: Final = {ATTITUDE: "the attitude", WORKLOAD: "the workload", COMFORT: "the ease with new tools"}


@dataclass(eq=False)
class Scope:
    """`cells`: those in scope whose workload is counted and not none. `seen`: use cases that there is evidence of."""

    cells: list[Cell]
    seen: list[UseCase]
    segments: dict[UUID, Segment]
    assumed: Assumed = field(default_factory=Assumed)

    @classmethod
    def of(cls, pilot: Pilot, use_case_ids: Iterable[UUID], only: Iterable[int] | None = None) -> "Scope":
        """Of the whole rollout, or of the cells of a stage `only`, which then weigh all there is."""
        cells = Cell.objects.of(pilot).filter(tasks_a_month__gt=0).order_by("pk")
        cells = cells if only is None else cells.filter(pk__in=list(only))
        seen = UseCase.objects.filter(pilot=pilot, pk__in=set(use_case_ids)).order_by("pk")
        return cls(list(cells), list(seen), {one.pk: one for one in Segment.objects.filter(pilot=pilot)})

    @cached_property
    def use_cases(self) -> Levels | None:
        """None where there is only one: it differs from no other."""
        named = {str(one.pk): one.name for one in [*(cell.use_case for cell in self.cells), *self.seen]}
        return use_cases(dict(sorted(named.items()))) if len(named) > 1 else None

    @cached_property
    def roles(self) -> Levels | None:
        """Only where every segment has one: an unknown role is no role of its own."""
        named = sorted({one.role for one in self.segments.values()})
        return roles(named) if len(named) > 1 and all(named) else None

    @property
    def of_tasks(self) -> list[Levels]:
        return [*OF_TASKS, *(one for one in (self.use_cases, self.roles) if one)]

    @property
    def of_people(self) -> list[Levels]:
        return [*OF_PEOPLE, *([self.roles] if self.roles else [])]

    @cached_property
    def headcounts(self) -> dict[UUID, float]:
        """Of the segments that the rollout reaches; empty where nobody knows any."""
        reached = {cell.segment_id: cell.segment for cell in self.cells}
        known = [float(one.headcount) for one in reached.values() if one.headcount]
        if not known:
            return {}
        usual = sum(known) / len(known)
        for one in reached.values():
            if not one.headcount:
                self.assumed.add("Nobody said how many people are in {names}: as many as on average.", one.name)
        return {pk: float(one.headcount or usual) for pk, one in reached.items()}

    def tasks(self, took_part: int) -> dict[str, Any]:
        """By cell: as many tasks as in one month."""
        whole = sum(cell.tasks_a_month or 0 for cell in self.cells)
        spread = [(part, (cell.tasks_a_month or 0) / whole, self._mixes(cell)) for part, cell in enumerate(self.cells)]
        if not self.headcounts:
            self.assumed.add("Nobody said how many people the rollout reaches: as many as took part.")
        rows = sorted({cell.use_case_id for cell in self.cells})
        columns = sorted({cell.segment_id for cell in self.cells})
        return _public(self.of_tasks, spread) | {
            "place": [[rows.index(cell.use_case_id), columns.index(cell.segment_id)] for cell in self.cells],
            "told": [[cell.pk, part, share] for cell, (part, share, _) in zip(self.cells, spread, strict=True)],
            "tasks": whole,
            "users": sum(self.headcounts.values()) or took_part,
        }

    def people(self) -> dict[str, Any]:
        """By segment; each of its cells is told of by its share of the segment's work."""
        whole = sum(self.headcounts.values())
        segments = {pk: part for part, pk in enumerate(self.headcounts)}
        work = {pk: sum(cell.tasks_a_month or 0 for cell in self.cells if cell.segment_id == pk) for pk in segments}
        spread = [(part, self.headcounts[pk] / whole, self._of_segment(pk)) for pk, part in segments.items()]
        return _public(self.of_people, spread) | {
            "place": [[0, part] for part in segments.values()],
            "told": [
                [
                    cell.pk,
                    segments[cell.segment_id],
                    self.headcounts[cell.segment_id] / whole * (cell.tasks_a_month or 0) / work[cell.segment_id],
                ]
                for cell in self.cells
            ],
            "tasks": whole,
            "users": whole,
        }

    def _mixes(self, cell: Cell) -> dict[str, Mix]:
        case: UseCase = cell.use_case
        kind = _one(KIND, case.kind)
        if not kind:
            self.assumed.add("Nobody said how hard {names} is: in the rollout spread evenly over all kinds.", case.name)
        of_case = {"kind": kind or _even(KIND)}
        if self.use_cases:
            of_case["use_case"] = _one(self.use_cases, str(case.pk))
        return self._of_segment(cell.segment_id) | of_case

    def _of_segment(self, pk: UUID) -> dict[str, Mix]:
        segment = self.segments[pk]
        found = {"route": _one(ROUTE, "assigned"), "support": _one(SUPPORT, "unsupported")}
        for levels, called in OF_SEGMENTS.items():
            said = _one(levels, getattr(segment, levels.name))
            if not said:
                words = (
                    f"Nobody knows {called} of most people in {{names}}: in the rollout spread evenly over all levels."
                )
                self.assumed.add(words, segment.name)
            found[levels.name] = said or _even(levels)
        if segment.trained_percent is None:
            self.assumed.add("Nobody planned training for {names}: counted as none.", segment.name)
        trained = (segment.trained_percent or 0) / 100
        mix = [(TRAINED.codes["trained"], trained), (TRAINED.codes["untrained"], 1 - trained)]
        found["trained"] = [(code, share) for code, share in mix if share]
        if self.roles:
            found["role"] = _one(self.roles, segment.role)
        return found


def _one(levels: Levels, level: str) -> Mix:
    return [(levels.codes[level], 1.0)] if level in levels.codes else []


def _even(levels: Levels) -> Mix:
    return [(code, 1 / len(levels.words)) for code in levels.codes.values()]


def _public(factors: Sequence[Levels], spread: Iterable[tuple[int, float, dict[str, Mix]]]) -> dict[str, Any]:
    cells, weights, parts = [], [], []
    for part, share, mixes in spread:
        for codes, weight in _combined([mixes[one.name] for one in factors]):
            cells.append(codes)
            weights.append(share * weight)
            parts.append(part)
    return {"factors": [one.document for one in factors], "cells": cells, "weights": weights, "part": parts}


def _combined(mixes: Sequence[Mix]) -> Iterator[tuple[list[int], float]]:
    for chosen in product(*mixes):
        weight = 1.0
        for _, share in chosen:
            weight *= share
        yield [code for code, _ in chosen], weight
