"""What a pilot's figures of tasks rest on: its scope, its people, its batches and their observations."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from pilots.figures.columns import read_columns
from pilots.models import Batch, Cell, Figure, Participant, Pilot, Segment, UseCase
from pilots.models import Route as RouteOf
from pilots.models.participant import ENTHUSIAST_FROM, SCEPTIC_TO
from pilots.stats.metrics import Rows
from pilots.stats.metrics.observations import NOT_SAID, Attitude, Codes, Route, Truths

_ROUTES: Final = {
    RouteOf.VOLUNTEERED: Route.VOLUNTEERED,
    RouteOf.NOMINATED: Route.NOMINATED,
    RouteOf.ASSIGNED: Route.ASSIGNED,
}
_MINUTES: Final = {
    "baseline": "baseline_minutes",
    "with_tool": "tool_minutes",
    "learning": "learning_minutes",
    "correcting": "correcting_minutes",
    "quality": "quality",
}
_SAID: Final = {"trained": "trained", "use_made": "use_made", "reviewer_attitude": "reviewer_attitude"}
# Columns of `Rows` that are a task's own.
SAID_OF_TASKS: Final = ("day", "supported", "outcome", *_SAID, *_MINUTES)
_COLUMNS: Final = (
    ("person", "participant_id", "int8", "i8"),
    ("cell", "cell_id", "int8", "i8"),
    ("batch", "batch_id", "int8", "i8"),
    ("day", "day - DATE '1970-01-01'", "int4", "i4"),
    ("supported", "supported::int", "int2", "?"),
    ("outcome", "outcome", "int2", "i1"),
    *((name, f"coalesce({column}::int, -1)", "int2", "i1") for name, column in _SAID.items()),
    *((name, f"coalesce({column}, 'NaN')", "float8", "f8") for name, column in _MINUTES.items()),
)
_WHERE: Final = "FROM pilots_observation WHERE pilot_id = %s AND batch_id = ANY(%s) AND cell_id = ANY(%s)"


@dataclass(frozen=True, eq=False)
class Evidence:
    """`rows` are those of every batch that counts, and of those withdrawn that a figure was shown of; what stands
    outside the present scope is left out. `batch` of each row is a place in `batches`, `counts` says which count.

    `rows.person`, `use_case` and `segment` are places in `people`, `use_cases` and `segments`.
    """

    pilot: Pilot
    use_cases: list[UseCase]
    segments: list[Segment]
    cells: list[Cell]
    people: list[Participant]
    batches: list[Batch]
    counts: Truths
    rows: Rows
    batch: Codes

    @cached_property
    def counting(self) -> Rows:
        there = self.counts[self.batch]
        return self.rows if there.all() else self.rows.where(there)

    @cached_property
    def place(self) -> dict[int, int]:
        """By the key of a batch."""
        return {batch.pk: place for place, batch in enumerate(self.batches)}

    @cached_property
    def intake(self) -> NDArray[np.int64]:
        """Of each person the place of the batch that said what they think; -1 for none."""
        found = (self.place.get(person.intake_id or 0, NOT_SAID) for person in self.people)
        return np.fromiter(found, np.int64, len(self.people))

    def where(self, use_case: int | None = None, segment: int | None = None) -> Rows:
        """Of what counts."""
        rows = self.counting
        chosen = np.ones(len(rows), np.bool_)
        if use_case is not None:
            chosen &= rows.use_case == use_case
        if segment is not None:
            chosen &= rows.segment == segment
        return rows if chosen.all() else rows.where(chosen)


def read_evidence(pilot: Pilot, shown: Iterable[Figure]) -> Evidence:
    """`shown`: the pilot's figures as they stand."""
    cells = list(Cell.objects.of(pilot))
    use_cases = sorted({cell.use_case for cell in cells}, key=lambda one: (one.name, one.pk))
    segments = sorted({cell.segment for cell in cells}, key=lambda one: (one.name, one.pk))
    people = list(Participant.objects.filter(pilot=pilot).order_by("pk"))
    before = {key for figure in shown for key in figure.batches}
    batches = list(Batch.objects.filter(Q(state=Batch.State.IMPORTED) | Q(pk__in=before), pilot=pilot).order_by("pk"))
    counts = np.array([batch.state == Batch.State.IMPORTED for batch in batches], np.bool_)
    keys = [batch.pk for batch in batches if batch.kind == Batch.Kind.OBSERVATIONS]
    read = read_columns(_WHERE, _COLUMNS, [pilot.pk, keys, [cell.pk for cell in cells]])
    batch = np.searchsorted([one.pk for one in batches], read.pop("batch")).astype(np.int32)
    rows = _rows(read, cells, use_cases, segments, people)
    return Evidence(pilot, use_cases, segments, cells, people, batches, counts, rows, batch)


def _rows(
    read: dict[str, NDArray[Any]],
    cells: list[Cell],
    use_cases: list[UseCase],
    segments: list[Segment],
    people: list[Participant],
) -> Rows:
    person = np.searchsorted(_keys(people), read.pop("person")).astype(np.int32)
    order = sorted(cells, key=lambda cell: cell.pk)
    cell = np.searchsorted(_keys(order), read.pop("cell"))
    case_of = {one.pk: place for place, one in enumerate(use_cases)}
    segment_of = {one.pk: place for place, one in enumerate(segments)}
    return Rows(
        person=person,
        use_case=_coded(case_of[one.use_case_id] for one in order)[cell],
        segment=_coded(segment_of[one.segment_id] for one in order)[cell],
        day=read.pop("day").astype("datetime64[D]"),
        attitude=_coded(map(attitude_of, people))[person],
        route=_coded(_ROUTES.get(RouteOf(one.route), NOT_SAID) if one.route else NOT_SAID for one in people)[person],
        **read,
    )


def attitude_of(person: Participant) -> int:
    if person.expects_help is None:
        return NOT_SAID
    if person.expects_help >= ENTHUSIAST_FROM:
        return Attitude.ENTHUSIAST
    return Attitude.SCEPTIC if person.expects_help <= SCEPTIC_TO else Attitude.NEUTRAL


def _keys(rows: Iterable[Any]) -> NDArray[np.int64]:
    return np.array([row.pk for row in rows], np.int64)


def _coded(codes: Iterable[int]) -> NDArray[np.int16]:
    return np.array(list(codes), np.int16)
