"""Observations by the million: their columns are read value by value, their rows go to the database with COPY."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import repeat
from typing import IO, Any, Final, cast
from uuid import UUID

from django.db import connection
from psycopg2 import DatabaseError

from pilots.imports import Checked, Row
from pilots.imports.checking import Match
from pilots.imports.columnar import RowRule, Survey, again, by_key, by_keys, reading, values_of
from pilots.imports.stream import Progress, Stream
from pilots.imports.table import Cell, Unreadable
from pilots.imports.values import Bad
from pilots.models import Batch, Observation, Participant, Segment, UseCase
from pilots.models import Cell as UnitOfDecision

Taken = tuple[int, int, date | None, date | None]
_NULL: Final = "\\N"
# Columns that stand in the table under the name that they have in a file, and how their values are written.
_PLAIN: Final[Mapping[str, Any]] = {
    "day": date.isoformat,
    "supported": lambda yes: "t" if yes else "f",
    "trained": lambda yes: "t" if yes else "f",
    "outcome": str,
    "use_made": str,
    "baseline_minutes": repr,
    "tool_minutes": repr,
    "learning_minutes": repr,
    "correcting_minutes": repr,
    "quality": repr,
    "reviewer_attitude": str,
}
_IN_FILE: Final = {"day": "date"}
_COPIED: Final = ("pilot_id", "batch_id", "line", "cell_id", "participant_id", *_PLAIN)


def two_routes(survey: Survey, match: Match) -> bool:
    """Whether somebody came by two routes. Only for files that name routes at all."""
    pairs = survey.together("participant", "route")
    if not pairs:
        return False
    people, routes = values_of(match, survey, "participant"), values_of(match, survey, "route")
    came: dict[str, set[str]] = defaultdict(set)
    for person, route in pairs:
        if person in people and route in routes:
            came[people[person]].add(routes[route])
    return any(len(by) > 1 for by in came.values())


def one_route_each() -> RowRule:
    """The same, line by line, for the report."""
    first: dict[str, tuple[str, int]] = {}

    def rule(row: Row, checked: Checked) -> None:
        person, route = row.values.get("participant"), row.values.get("route")
        if person and route:
            came, line = first.setdefault(person, (route, row.line))
            if came != route:
                checked.refuse(row.line, "route", route, f"{person} {came} in line {line}; somebody comes by one route")

    return rule


def copy_observations(batch: Batch, stream: Stream, match: Match, survey: Survey, progress: Progress) -> Taken:
    """Inside the caller's transaction, so that people and cells are there as they were just read: no row's links are
    checked again. Raises Bad where a column was too varied to be looked through before."""
    people, cells = _participants(batch, match, survey), _cells(batch, match, survey)
    columns = ", ".join(_COPIED)
    rows = _Rows(_written(batch, stream, match, survey, people, cells, progress))
    with connection.cursor() as cursor:
        copy = f"COPY {Observation._meta.db_table} ({columns}) FROM STDIN"
        try:
            cursor.copy_expert(copy, cast(IO[str], rows), 1 << 20)
        except DatabaseError:
            if rows.bad is None:
                raise
            # The driver says only that reading failed.
            raise rows.bad from None
        count = cursor.rowcount
    if count != survey.rows:
        raise RuntimeError(f"{batch}: {count} rows of {survey.rows} were copied")
    days = values_of(match, survey, "date").values()
    return count, len(set(people.values())), min(days), max(days)


def _participants(batch: Batch, match: Match, survey: Survey) -> Mapping[Cell, str]:
    """By what stands in the file the id as text. Who is new is added; a route that was not known is."""
    if survey.different["participant"] is None:
        raise Unreadable("It has more than 200,000 participants. Split it.")
    named = values_of(match, survey, "participant")
    routes = values_of(match, survey, "route")
    came = {named[person]: routes[route] for person, route in survey.together("participant", "route")}
    Participant.objects.bulk_create(
        [Participant(pilot=batch.pilot, pseudonym=person, route=route) for person, route in sorted(came.items())],
        ignore_conflicts=True,
        batch_size=5000,
    )
    there = {one.pseudonym: one for one in Participant.objects.filter(pilot=batch.pilot)}
    changed = [there[person] for person, route in came.items() if there[person].route != route]
    if before := sum(bool(one.route) for one in changed):
        survey.notes.append(f"{before} participants came by another route than an earlier batch said; this one counts.")
    for one in changed:
        one.route = came[one.pseudonym]
    Participant.objects.bulk_update(changed, ["route"], batch_size=2000)
    return {cell: str(there[person].pk) for cell, person in named.items()}


def _cells(batch: Batch, match: Match, survey: Survey) -> Mapping[tuple[Cell, Cell], str]:
    """By use case and segment as the file calls them. Of a pair that is new, how much work it is stays unknown."""
    cases: Mapping[Cell, UseCase] = values_of(match, survey, "use_case")
    segments: Mapping[Cell, Segment] = values_of(match, survey, "segment")
    pairs = {pair: (cases[pair[0]], segments[pair[1]]) for pair in survey.together("use_case", "segment")}
    UnitOfDecision.objects.bulk_create(
        [
            UnitOfDecision(
                pilot=batch.pilot,
                use_case=case,
                segment=segment,
                counted_at=batch.uploaded_at,
                counted_by=batch.uploaded_by,
            )
            for case, segment in dict.fromkeys(pairs.values())
        ],
        ignore_conflicts=True,
    )
    there: dict[tuple[UUID, UUID], str] = {
        (one.use_case_id, one.segment_id): str(one.pk) for one in UnitOfDecision.objects.filter(pilot=batch.pilot)
    }
    return {pair: there[case.pk, segment.pk] for pair, (case, segment) in pairs.items()}


def _written(
    batch: Batch,
    stream: Stream,
    match: Match,
    survey: Survey,
    people: Mapping[Cell, str],
    cells: Mapping[tuple[Cell, Cell], str],
    progress: Progress,
) -> Iterator[str]:
    """Rows as COPY takes them, some hundred at a time."""
    before = f"{batch.pilot_id}\t{batch.pk}"
    person, cell = by_key(survey, "participant", people), by_keys(survey, "use_case", "segment", cells)
    texts = {
        name: by_key(survey, column, reading(match, column, survey.conventions, written, _NULL))
        for name, written in _PLAIN.items()
        if (column := _IN_FILE.get(name, name)) in survey.different
    }
    for lines, keys in again(stream, match, survey, progress):
        plain = [
            map(texts[name].__getitem__, keys[_IN_FILE.get(name, name)]) if name in texts else repeat(_NULL)
            for name in _PLAIN
        ]
        rows = zip(
            repeat(before),
            map(str, lines),
            map(cell.__getitem__, zip(keys["use_case"], keys["segment"], strict=True)),
            map(person.__getitem__, keys["participant"]),
            *plain,
            strict=False,  # the columns that are not there have no end
        )
        yield "\n".join(map("\t".join, rows)) + "\n"


class _Rows:
    """The file that the driver reads."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts, self._held, self._at = texts, "", 0
        self.bad: Bad | None = None

    def read(self, size: int = -1) -> str:
        if self._at >= len(self._held):
            self._held, self._at = self._next(), 0
        start = self._at
        self._at = min(len(self._held), start + size) if size >= 0 else len(self._held)
        return self._held[start : self._at]

    def _next(self) -> str:
        try:
            return next(self._texts, "")
        except Bad as bad:
            self.bad = bad
            raise
