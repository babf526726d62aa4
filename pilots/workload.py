"""The workload of a pilot as people read it: use cases down, segments across; what nobody counted is not none."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Field
from django.utils.functional import cached_property
from django.utils.text import capfirst

from pilots.canonical import digest
from pilots.models import Cell, Pilot, Segment, UseCase
from pilots.stats.metrics.suppression import LEAST

Pair = tuple[UUID, UUID]
Side = UseCase | Segment
# What is said of each side beside its name.
OF_USE_CASE: Final = ("kind", "designed_for", "left_out_because")
OF_SEGMENT: Final = (
    *("headcount", "role", "attitude", "workload", "comfort"),
    *("is_beneficiary", "is_identity_sensitive", "trained_percent"),
)
# Of a segment of few people this would tell what one of them thinks.
OF_MANY_ONLY: Final = frozenset({"attitude", "comfort"})
HARD: Final = frozenset({UseCase.Kind.DIFFICULT, UseCase.Kind.EDGE})
# Where nothing is written, and that says something.
_IF_EMPTY: Final = {"left_out_because": "Not said to be left out"}
TOO_FEW: Final = "not enough data"


@dataclass(frozen=True)
class Total:
    """`tasks` None: nobody has counted any of its cells. `share` of all that is counted."""

    tasks: int | None
    cells: int
    uncounted: int
    share: float | None = None


@dataclass(frozen=True)
class Square:
    """One use case × segment, counted or not."""

    use_case: UseCase
    segment: Segment
    tasks: int | None

    @property
    def key(self) -> str:
        """How a form and a file of the grid call it."""
        return f"{self.use_case.slug}:{self.segment.slug}"

    @property
    def pair(self) -> Pair:
        return self.use_case.pk, self.segment.pk

    def __str__(self) -> str:
        return f"{self.use_case} × {self.segment}"


@dataclass(frozen=True)
class Row:
    use_case: UseCase
    squares: tuple[Square, ...]
    total: Total


@dataclass(frozen=True)
class Workload:
    columns: tuple[tuple[Segment, Total], ...]
    rows: tuple[Row, ...]
    whole: Total

    @cached_property
    def squares(self) -> list[Square]:
        return [square for row in self.rows for square in row.squares]

    def counted(self) -> str:
        """What stands in it, for a form that has to know later what its reader saw."""
        return json.dumps({one.key: one.tasks for one in self.squares if one.tasks is not None})


def workload_of(pilot: Pilot) -> Workload:
    """In three queries, whatever the size of the grid."""
    there = {"pilot": pilot, "removed_at__isnull": True}
    cases = list(UseCase.objects.filter(**there).order_by("name"))
    segments = list(Segment.objects.filter(**there).order_by("name"))
    return grid_of(cases, segments, counts_of(pilot))


def counts_of(pilot: Pilot) -> dict[Pair, int | None]:
    rows = Cell.objects.filter(pilot=pilot).order_by()
    return {(case, segment): tasks for case, segment, tasks in rows.values_list("use_case", "segment", "tasks_a_month")}


def grid_of(cases: Iterable[UseCase], segments: Iterable[Segment], counts: Mapping[Pair, int | None]) -> Workload:
    across = tuple(segments)
    lines = {case: tuple(Square(case, one, counts.get((case.pk, one.pk))) for one in across) for case in cases}
    whole = total(square.tasks for line in lines.values() for square in line)
    down = [
        (one, total((line[place].tasks for line in lines.values()), whole.tasks)) for place, one in enumerate(across)
    ]
    rows = [Row(case, line, total((square.tasks for square in line), whole.tasks)) for case, line in lines.items()]
    return Workload(columns=tuple(down), rows=tuple(rows), whole=whole)


def total(counts: Iterable[int | None], of: int | None = None) -> Total:
    found = list(counts)
    known = [count for count in found if count is not None]
    tasks = sum(known) if known else None
    return Total(tasks, len(found), len(found) - len(known), tasks / of if of and tasks is not None else None)


def tasks_in_words(tasks: int | None) -> str:
    return "not counted" if tasks is None else f"{tasks:,}"


def finding_of_cases(grid: Workload) -> str:
    """What stands out, as a heading."""
    unsaid = sum(not row.use_case.kind for row in grid.rows)
    if unsaid:
        return f"Nobody has said how hard {unsaid} of {len(grid.rows)} use cases are"
    if not grid.whole.tasks:
        return "Every use case is said to be easy or hard"
    hard = sum(row.total.tasks or 0 for row in grid.rows if row.use_case.kind in HARD)
    return f"Difficult and edge cases are {100 * hard / grid.whole.tasks:.0f} % of the counted work"


def finding_of_segments(grid: Workload) -> str:
    heads = [segment.headcount for segment, _ in grid.columns]
    known = [count for count in heads if count is not None]
    if len(known) < len(heads):
        return f"Nobody has said how many people are in {len(heads) - len(known)} of {len(heads)} segments"
    return f"{sum(known):,} people in {len(heads)} segment{'' if len(heads) == 1 else 's'}"


# What is said of its sides --------------------------------------------------------------------------------------------


def tells_of_few(segment: Segment) -> bool:
    """Also where nobody has said how many they are."""
    return segment.headcount is None or segment.headcount < LEAST


def said_of_side(side: Side) -> dict[str, Any]:
    names = OF_USE_CASE if isinstance(side, UseCase) else OF_SEGMENT
    return {name: getattr(side, name) for name in names}


def edition(side: Side) -> str:
    """Changes with anything that is shown of it: whoever sends it back says what they had read."""
    shown = {name: TOO_FEW if is_hidden(side, name) else value for name, value in said_of_side(side).items()}
    return digest(shown)[:16]


def field_of(side: Side, name: str) -> "Field[Any, Any]":
    field = side._meta.get_field(name)
    assert isinstance(field, Field)
    return field


def label_of(side: Side, name: str) -> str:
    return capfirst(str(field_of(side, name).verbose_name))


def is_hidden(side: Side, name: str) -> bool:
    return name in OF_MANY_ONLY and isinstance(side, Segment) and bool(getattr(side, name)) and tells_of_few(side)


def words_of(side: Side, name: str) -> str:
    """As people read it; empty where nobody has said."""
    if is_hidden(side, name):
        return TOO_FEW
    value = getattr(side, name)
    if value is None or value == "":
        return _IF_EMPTY.get(name, "")
    if field_of(side, name).choices:
        return str(getattr(side, f"get_{name}_display")())
    return ("No", "Yes")[value] if isinstance(value, bool) else str(value)
