"""Readings of outcomes, added up by person, use case and segment over all weeks of a stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Q, Sum

from pilots.models import ForecastFigure, OutcomeReading, Stage
from pilots.stats.metrics.observations import Numbers
from pilots.stats.metrics.suppression import LEAST

Of = ForecastFigure.Of
# The column of a reading behind each figure. Adoption is counted in another kind of reading.
COLUMNS: Final = {
    Of.SUCCESS: "done_well",
    Of.OVERRIDE: "overridden",
    Of.OUT_OF_SCOPE: "out_of_scope",
    Of.MINUTES: "minutes_saved",
}


@dataclass(frozen=True)
class Sums:
    """Of one person at one kind of work: the figure's sum, and of how many tasks it was said."""

    person: str
    team: str
    use_case: UUID
    segment: UUID
    total: float
    tasks: int


@dataclass(frozen=True, eq=False)
class Brought:
    """What a stage brought of one figure."""

    rows: tuple[Sums, ...]

    @property
    def people(self) -> int:
        return len({row.person for row in self.rows})

    @property
    def tasks(self) -> int:
        return sum(row.tasks for row in self.rows)

    @property
    def is_enough(self) -> bool:
        return self.people >= LEAST

    @property
    def value(self) -> float:
        return sum(row.total for row in self.rows) / self.tasks

    def where(self, use_case: UUID) -> "Brought":
        return Brought(tuple(row for row in self.rows if row.use_case == use_case))

    def teams(self) -> list["Brought"]:
        """Of those who said theirs."""
        names = sorted({row.team for row in self.rows if row.team})
        return [Brought(tuple(row for row in self.rows if row.team == name)) for name in names]

    def by_person(self) -> tuple[Numbers, Numbers]:
        """Sums and tasks, one entry a person."""
        sums: dict[str, list[float]] = {}
        for row in self.rows:
            mine = sums.setdefault(row.person, [0.0, 0.0])
            mine[0] += row.total
            mine[1] += row.tasks
        both = np.array(list(sums.values()), float).reshape(-1, 2)
        return both[:, 0], both[:, 1]


def brought_by(stage: Stage, figures: Iterable[str] = tuple(COLUMNS)) -> dict[str, Brought]:
    """By figure, in one query; empty where nobody measured it."""
    columns = {of: COLUMNS[Of(of)] for of in figures}
    asked = {f"total_{of}": Sum(column) for of, column in columns.items()}
    asked |= {f"tasks_{of}": Sum("tasks", filter=Q(**{f"{column}__isnull": False})) for of, column in columns.items()}
    rows = OutcomeReading.objects.counting().filter(stage=stage).order_by()
    groups = list(rows.values("person", "team", "use_case", "segment").annotate(**asked))
    return {of: Brought(tuple(_sums(groups, of))) for of in columns}


def _sums(groups: list[dict[str, Any]], of: str) -> Iterable[Sums]:
    for group in groups:
        total, tasks = group[f"total_{of}"], group[f"tasks_{of}"]
        if tasks:
            named = {name: group[name] for name in ("person", "team", "use_case", "segment")}
            yield Sums(**named, total=float(total), tasks=int(tasks))
