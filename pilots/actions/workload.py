"""Counting the workload, and saying of what kind its use cases and segments are."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.actions.registers import said_of
from pilots.audit import record
from pilots.changes import announce, evidence_changed
from pilots.errors import Conflict, Refused
from pilots.models import Cell, Pilot, Segment, UseCase, User
from pilots.permissions import Permission
from pilots.stats.metrics.suppression import LEAST
from pilots.workload import (
    OF_MANY_ONLY,
    Pair,
    Side,
    Square,
    edition,
    field_of,
    label_of,
    said_of_side,
    tasks_in_words,
    tells_of_few,
    words_of,
    workload_of,
)

MOST_TASKS: Final = 100_000_000
# By which part of the work an answer about it is still true.
_MUCH: Final = 0.1
_SHOWN: Final = 20
Counts = Mapping[Pair, int | None]
# By the id of each cell.
Changed = dict[str, int | None]
_Side = TypeVar("_Side", UseCase, Segment)


def count_tasks(*, pilot: Pilot, by: User, at: datetime, counts: Counts, seen: Counts | None = None) -> int:
    """By use case and segment the tasks a month, None for not counted; how many changed. `seen`: what the person had
    before them of some cells; in all others the counts replace whatever stands there."""
    require(by, Permission.EDIT_EVIDENCE, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        written = write_counts(pilot, counts, by=by, at=at, seen=seen)
        if written:
            evidence_changed(pilot, reason="the workload was counted")
            lender = acting_for(by, pilot, Permission.EDIT_EVIDENCE)
            data = {"cells": len(written), "counts": written}
            record("workload.counted", by=by, on_behalf_of=lender, pilot=pilot, target=pilot, data=data)
    return len(written)


def write_counts(
    pilot: Pilot, counts: Counts, *, by: User, at: datetime, seen: Counts | None = None
) -> dict[str, int | None]:
    """Inside the caller's transaction, which records what comes back: by the id of each cell that changed its count."""
    grid = workload_of(pilot)
    there = {square.pair: square for square in grid.squares}
    _require_there(counts, there)
    changed = {pair: tasks for pair, tasks in counts.items() if there[pair].tasks != tasks}
    _require_as_seen([there[pair] for pair in changed], seen or {})
    if not changed:
        return {}
    _make_cells(pilot, list(there), by, at)
    held = {(cell.use_case_id, cell.segment_id): cell for cell in Cell.objects.filter(pilot=pilot)}
    for pair, tasks in changed.items():
        held[pair].tasks_a_month, held[pair].counted_at, held[pair].counted_by = tasks, at, by
    fields = ["tasks_a_month", "counted_at", "counted_by"]
    Cell.objects.bulk_update([held[pair] for pair in changed], fields, batch_size=1000)
    moved = sum(abs((tasks or 0) - (there[pair].tasks or 0)) for pair, tasks in changed.items())
    if grid.whole.tasks and moved > _MUCH * grid.whole.tasks:
        announce(pilot, event="workload_changed", reason="the workload changed by more than 10 %")
    return {str(held[pair].pk): tasks for pair, tasks in changed.items()}


def _make_cells(pilot: Pilot, pairs: list[Pair], by: User, at: datetime) -> None:
    """All of the grid: one that was left empty is unknown work, which the design has to show, not none."""
    Cell.objects.bulk_create(
        [Cell(pilot=pilot, use_case_id=case, segment_id=one, counted_at=at, counted_by=by) for case, one in pairs],
        ignore_conflicts=True,
        batch_size=1000,
    )


def _require_there(counts: Counts, there: Mapping[Pair, Square]) -> None:
    if counts.keys() - there.keys():
        raise Refused("A use case or segment that you counted was removed, or is none of this pilot’s.", code="removed")
    if any(tasks is not None and not 0 <= tasks <= MOST_TASKS for tasks in counts.values()):
        raise Refused(f"Tasks a month are a whole number from 0 to {MOST_TASKS:,}.", code="out_of_range")


def _require_as_seen(changing: list[Square], seen: Counts) -> None:
    other = [square for square in changing if square.tasks != seen.get(square.pair, square.tasks)]
    if other:
        current = {str(one): tasks_in_words(one.tasks) for one in other[:_SHOWN]}
        raise Conflict("Somebody else counted some of this while you did.", current=current)


# What is said of its sides --------------------------------------------------------------------------------------------


def describe_use_case(
    *, use_case: UseCase, by: User, at: datetime, fields: Mapping[str, Any], version: str | None
) -> UseCase:
    """`fields` of OF_USE_CASE; one that is left out stays. `version`: the edition that was read."""
    return _describe(use_case, "use_case", by, fields, version)


def describe_segment(
    *, segment: Segment, by: User, at: datetime, fields: Mapping[str, Any], version: str | None
) -> Segment:
    """`fields` of OF_SEGMENT; one that is left out stays. `version`: the edition that was read."""
    return _describe(segment, "segment", by, fields, version)


def _describe(side: _Side, kind: str, by: User, fields: Mapping[str, Any], version: str | None) -> _Side:
    require(by, Permission.EDIT_EVIDENCE, side.pilot)
    with transaction.atomic():
        pilot = lock_pilot(side.pilot)
        require_not_ended(pilot)
        held = _hold(side, version)
        held.pilot = pilot
        changed = write_description(held, fields)
        for name, message in problems_of_side(held):
            raise Refused(message, field=name)
        if changed:
            held.save(update_fields=changed)
            evidence_changed(pilot, reason=f"{held.name} was described")
            data = {name: said_of(field_of(held, name), held) for name in changed}
            lender = acting_for(by, pilot, Permission.EDIT_EVIDENCE)
            record(f"{kind}.described", by=by, on_behalf_of=lender, pilot=pilot, target=held, data=data)
    return held


def _hold(side: _Side, version: str | None) -> _Side:
    held: _Side = type(side)._default_manager.select_for_update(no_key=True).get(pk=side.pk)
    what = str(held._meta.verbose_name)
    if held.removed_at is not None:
        raise Refused(f"This {what} was removed.", code="removed")
    if version is not None and edition(held) != version:
        current = {label_of(held, name): words_of(held, name) for name in said_of_side(held)}
        raise Conflict(f"Somebody else changed this {what} while you were editing it.", current=current)
    return held


def write_description(side: Side, fields: Mapping[str, Any]) -> list[str]:
    """Sets what differs; which fields that were."""
    changed = [name for name, value in said_of_side(side).items() if name in fields and fields[name] != value]
    for name in changed:
        setattr(side, name, fields[name])
    return changed


def problems_of_side(side: Side) -> list[tuple[str, str]]:
    """Field and words. What a few people think is nobody's to write down."""
    names = said_of_side(side)
    try:
        side.clean_fields(exclude={one.name for one in side._meta.concrete_fields} - names.keys())
    except ValidationError as error:
        return [(name, message) for name, messages in error.message_dict.items() for message in messages]
    if isinstance(side, Segment):
        if side.trained_percent is not None and side.trained_percent > 100:
            return [("trained_percent", "At most 100 % can be trained.")]
        if tells_of_few(side):
            return [(name, _OF_FEW) for name in sorted(OF_MANY_ONLY) if getattr(side, name)]
    return []


_OF_FEW: Final = f"Only of a segment that has {LEAST} people or more: say how many it has, or leave this empty."
