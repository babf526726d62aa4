"""The other kinds of evidence: tables of some thousand rows, each row one record."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Min, Model

from pilots.imports import Checked, Row
from pilots.imports.checking import Match, check_row
from pilots.imports.columnar import Survey
from pilots.imports.stream import Stream
from pilots.imports.table import Unreadable
from pilots.models import (
    BarrierAnswer,
    Batch,
    CheckTrace,
    DownstreamItem,
    LoadRun,
    Observation,
    Participant,
    Rating,
    Score,
)

Taken = tuple[int, int, date | None, date | None]
MOST: Final = 200_000


def take_in_samples(batch: Batch, stream: Stream, match: Match, survey: Survey) -> Taken:
    """Inside the caller's transaction."""
    if survey.rows > MOST:
        raise Unreadable(f"It has more than {MOST:,} rows. Split it.")
    rows = list(_rows(stream, match, survey))
    if batch.kind == Batch.Kind.INTAKE:
        _take_in_intake(batch, rows)
    else:
        model, made = _MODELS[Batch.Kind(batch.kind)]
        common = {"pilot": batch.pilot, "batch": batch}
        made_rows = [model(**common, line=row.line, day=row.values["date"], **made(row.values)) for row in rows]
        _insert(model, made_rows)
    days = [row.values["date"] for row in rows]
    people = {row.values.get("participant") or row.values.get("reviewer") for row in rows} - {None}
    return len(rows), len(people), min(days), max(days)


def _rows(stream: Stream, match: Match, survey: Survey) -> Iterator[Row]:
    """They were looked through already."""
    checked = Checked()
    for chunk in stream.chunks():
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            check_row(line, list(row), match.placed, survey.conventions, checked)
            yield checked.rows.pop()


def _insert(model: type[Model], rows: list[Model]) -> None:
    try:
        with transaction.atomic():
            model._default_manager.bulk_create(rows, batch_size=2000)
    except IntegrityError as error:
        raise Unreadable(_TWICE.get(model, "Two of its rows contradict one another.")) from error


_TWICE: Final[Mapping[type[Model], str]] = {
    Score: "A reviewer scored the same item twice: keep one of the lines.",
    Rating: "A reviewer rated the same item twice: keep one of the lines.",
    LoadRun: "More requests failed or were rejected than were made.",
    DownstreamItem: "An item that is not wrong has a severity.",
}


def _take_in_intake(batch: Batch, rows: list[Row]) -> None:
    """An attitude asked after somebody had used the tool is another thing than one from before."""
    names = {row.values["participant"] for row in rows}
    Participant.objects.bulk_create(
        [Participant(pilot=batch.pilot, pseudonym=name) for name in sorted(names)], ignore_conflicts=True
    )
    people = {one.pseudonym: one for one in Participant.objects.filter(pilot=batch.pilot, pseudonym__in=names)}
    used = Observation.objects.filter(pilot=batch.pilot, batch__state=Batch.State.IMPORTED)
    first = dict(used.values_list("participant").annotate(first=Min("day")).values_list("participant", "first"))
    for row in rows:
        said, one = row.values, people[row.values["participant"]]
        began = first.get(one.pk)
        asked = any(said.get(name) is not None for name in _ITEMS)
        if asked and began is not None and said["date"] > began:
            raise Unreadable(
                f"{one.pseudonym} used the tool from {began} on and was asked on {said['date']}: attitudes are asked"
                " before first use. Leave those answers out.",
                row.line,
            )
        for name in (*_ITEMS, "route", "segment", "workload", "comfort"):
            if said.get(name) is not None:
                setattr(one, name, said[name])
        one.asked_on = said["date"] if asked else one.asked_on
        one.intake = batch
    fields = [*_ITEMS, "route", "segment", "workload", "comfort", "asked_on", "intake"]
    Participant.objects.bulk_update(people.values(), fields, batch_size=1000)
    barriers = {(row.values["participant"], row.values["barrier"]): row for row in rows if row.values.get("barrier")}
    _insert(
        BarrierAnswer,
        [
            BarrierAnswer(
                pilot=batch.pilot,
                batch=batch,
                line=row.line,
                day=row.values["date"],
                participant=people[name],
                kind=kind,
            )
            for (name, kind), row in barriers.items()
        ],
    )


_ITEMS: Final = ("expects_help", "worries_about_role", "has_time_to_learn")
Made = Callable[[Mapping[str, Any]], dict[str, Any]]
_MODELS: Final[Mapping[Batch.Kind, tuple[type[Model], Made]]] = {
    Batch.Kind.ESCAPES: (
        DownstreamItem,
        lambda said: {"workflow": said["workflow"], "is_wrong": said["wrong"], "severity": said.get("severity")},
    ),
    Batch.Kind.CHECKS: (
        CheckTrace,
        lambda said: {
            "workflow": said["workflow"],
            "participant": said["participant"],
            "has_trace": said["trace"],
            "minutes": said.get("minutes"),
        },
    ),
    Batch.Kind.SCORES: (
        Score,
        lambda said: {
            **{name: said[name] for name in ("workflow", "item", "reviewer", "passes")},
            "prefers": said.get("prefers", ""),
            "was_overridden": said.get("overridden"),
        },
    ),
    Batch.Kind.RATINGS: (
        Rating,
        lambda said: {
            **{name: said[name] for name in ("use_case", "item", "reviewer", "reviewer_attitude", "rating")},
            "reference": said.get("reference"),
            "produced_by_attitude": said.get("produced_by", ""),
        },
    ),
    Batch.Kind.LOAD: (
        LoadRun,
        lambda said: {
            **{name: said[name] for name in ("requests", "errors", "latency_seconds")},
            "rejected": said.get("rejected", 0),
        },
    ),
}
