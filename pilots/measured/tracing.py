"""Where a number comes from: its batches, its cells of ten people or more, and for who plans the measuring its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from pilots.evidence_rows import observed
from pilots.measured import words
from pilots.measured.pairs import PAIRS
from pilots.models import Batch, Figure, Observation, Pilot, Route, Segment, UseCase
from pilots.stats.metrics import About

Part = Figure.Part
# Rows of these groups would tell of each person what they think.
PERSONAL: Final = frozenset(part for pair in PAIRS if pair.is_personal for part in (pair.first, pair.second))
MOST_CELLS: Final = 100
_PARTS: Final = list(Part.values)
_ROWS: Final[dict[str, Q]] = {
    Part.SUPPORTED: Q(supported=True),
    Part.UNSUPPORTED: Q(supported=False),
    Part.TRAINED: Q(trained=True),
    Part.UNTRAINED: Q(trained=False),
    Part.SELECTED: Q(participant__route__in=(Route.VOLUNTEERED, Route.NOMINATED)),
    Part.ASSIGNED: Q(participant__route=Route.ASSIGNED),
}


@dataclass(frozen=True)
class Place:
    """Which of a pilot's figures: of what, of which rows, of which part of the work."""

    pilot: Pilot
    code: str
    part: str = ""
    use_case: UseCase | None = None
    segment: Segment | None = None

    @property
    def scope(self) -> str:
        return ", ".join(one.name for one in (self.use_case, self.segment) if one)

    @property
    def part_words(self) -> str:
        return str(Part(self.part).label) if self.part else ""


@dataclass(frozen=True)
class Traced:
    """`row` None: nobody measured it. `parts`: the same figure of other rows; `cells` of other parts of the work."""

    place: Place
    about: About
    row: Figure | None
    parts: tuple[Figure, ...]
    cells: tuple[Figure, ...]
    # Cells that stand on no page, since they would make it too long; the file of figures has them all.
    more: int
    too_few: int
    batches: tuple[Batch, ...]
    # Batches that count by now and did not when it was worked out, or the other way round, are none of these.
    gone: int


def traced(place: Place) -> Traced:
    """Two queries."""
    rows = Figure.objects.filter(pilot=place.pilot, code=place.code).select_related("use_case", "segment")
    found = list(rows)
    here = [row for row in found if _is_of(row, place)]
    row = next((one for one in here if one.part == place.part), None)
    below = [one for one in found if one.part == place.part and _is_below(one, place)]
    cells = [one for one in below if not one.is_hidden]
    batches = _batches(place.pilot, row)
    return Traced(
        place=place,
        about=words.about(place.code),
        row=row,
        parts=tuple(sorted((one for one in here if one is not row), key=lambda one: _PARTS.index(one.part))),
        cells=tuple(cells[:MOST_CELLS]),
        more=max(0, len(cells) - MOST_CELLS),
        too_few=sum(one.is_hidden for one in below),
        batches=batches,
        gone=len(set(row.batches) - {one.pk for one in batches}) if row else 0,
    )


def _is_of(row: Figure, place: Place) -> bool:
    return row.use_case == place.use_case and row.segment == place.segment


def _is_below(row: Figure, place: Place) -> bool:
    """A cell of what the place stands for, not the place itself."""
    if row.use_case is None or row.segment is None or _is_of(row, place):
        return False
    return place.use_case in (None, row.use_case) and place.segment in (None, row.segment)


def _batches(pilot: Pilot, row: Figure | None) -> tuple[Batch, ...]:
    if row is None or not row.batches:
        return ()
    return tuple(Batch.objects.counting().filter(pilot=pilot, pk__in=row.batches).defer("problems", "mapping"))


def why_no_rows(found: Traced) -> str:
    """Why nobody reads rows of it here; empty where they may be read."""
    if found.place.part in PERSONAL:
        return "They would tell of each person what they think; that is shown of ten people together, or not at all."
    if not _observations(found.batches):
        return "It rests on no observations of tasks. What it rests on is read in its batches."
    return ""


def rows_behind(found: Traced) -> tuple[list[str], QuerySet[Any, Any]]:
    """Names of the columns, and the observations of its batches in its part of the work, as tuples."""
    place = found.place
    rows = Observation.objects.filter(pilot=place.pilot, batch__in=_observations(found.batches))
    rows = rows.filter(_ROWS.get(place.part, Q()))
    if place.use_case is not None:
        rows = rows.filter(cell__use_case=place.use_case)
    if place.segment is not None:
        rows = rows.filter(cell__segment=place.segment)
    return observed(rows)


def _observations(batches: Sequence[Batch]) -> list[Batch]:
    return [one for one in batches if one.kind == Batch.Kind.OBSERVATIONS]
