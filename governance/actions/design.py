"""Deciding what becomes of each use case × segment, and saying that a condition of a later one is met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from governance.actions.gates import reevaluate
from governance.design import Choice
from governance.models import Comparator, Disposition, LaterCondition
from governance.reports.cells import proposals_of
from pilots.access import acting_for, can, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.errors import Conflict, Refused
from pilots.measured.words import about, with_unit
from pilots.models import Cell, Handover, Pilot, User
from pilots.permissions import Permission
from pilots.stats.metrics import ABOUT


@dataclass(frozen=True)
class Wanted:
    """What a later cell waits for. With a figure the system itself looks whether it is reached."""

    text: str = ""
    figure: str = ""
    comparator: str = ""
    threshold: float | None = None

    @property
    def words(self) -> str:
        if self.text.strip() or not self.figure:
            return self.text.strip()
        said = about(self.figure)
        return f"{said.name} {Comparator(self.comparator).label} {with_unit(f'{self.threshold:g}', said.unit)}"


def decide_cells(
    *,
    pilot: Pilot,
    cells: Sequence[Cell],
    choice: str,
    reason: str,
    by: User,
    at: datetime,
    seen: Mapping[int, int | None],
    owner: User | None = None,
    due_on: date | None = None,
    missing_condition: str = "",
    conditions: Sequence[Wanted] = (),
) -> list[Disposition]:
    """All of them or none. `seen`: by cell the newest decision that was shown (None: none)."""
    require(by, Permission.DECIDE_DESIGN, pilot)
    said: dict[str, Any] = {"choice": choice, "reason": reason.strip(), "owner": owner, "due_on": due_on}
    said["missing_condition"] = missing_condition.strip()
    _check(pilot, said, conditions, at)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        found = _held(pilot, cells)
        newest = {row.cell_id: row for row in Disposition.objects.of(pilot).filter(cell__in=found)}
        if _sent_twice(found, newest, seen, said, by):
            return [newest[cell.pk] for cell in found]
        _require_unchanged(found, newest, seen)
        proposed = proposals_of(pilot, found)
        rows = [
            Disposition.objects.create(
                pilot=pilot,
                cell=cell,
                proposed=proposed[cell.pk].choice,
                proposed_because=proposed[cell.pk].because[:500],
                decided_at=at,
                decided_by=by,
                **said,
            )
            for cell in found
        ]
        LaterCondition.objects.bulk_create([_condition(row, one) for row in rows for one in conditions])
        reevaluate(pilot, at)
        lender = acting_for(by, pilot, Permission.DECIDE_DESIGN)
        record("design.decided", by=by, on_behalf_of=lender, pilot=pilot, target=pilot, data=_told(rows, said))
    return rows


def _told(rows: list[Disposition], said: Mapping[str, Any]) -> dict[str, Any]:
    owner: User | None = said["owner"]
    return {
        "choice": said["choice"],
        "many": len(rows),
        "cells": [row.cell_id for row in rows],
        "dispositions": [row.pk for row in rows],
        "reason": digest_of(said["reason"]),
        "owner": owner.pk if owner else None,
        "due_on": said["due_on"],
    }


def _condition(row: Disposition, one: Wanted) -> LaterCondition:
    return LaterCondition(
        pilot=row.pilot,
        disposition=row,
        text=one.words,
        figure=one.figure,
        comparator=one.comparator,
        threshold=one.threshold,
    )


def _check(pilot: Pilot, said: Mapping[str, Any], conditions: Sequence[Wanted], at: datetime) -> None:
    choice = said["choice"]
    if choice not in {one.value for one in Choice}:
        raise Refused("Choose what becomes of it.", field="choice", code="missing")
    if not said["reason"]:
        raise Refused("Say why.", field="reason", code="reason_missing")
    _check_design(pilot, said, at)
    if choice == Choice.OUT and not said["missing_condition"]:
        raise Refused("Say which condition for value is missing.", field="missing_condition", code="missing")
    if choice != Choice.OUT and said["missing_condition"]:
        raise Refused("Only what is out misses a condition for value.", field="missing_condition", code="not_asked")
    if choice == Choice.LATER and not conditions:
        raise Refused("Say what it waits for: at least one condition.", field="condition", code="missing")
    if choice != Choice.LATER and conditions:
        raise Refused("Only what comes later waits for conditions.", field="condition", code="not_asked")
    for one in conditions:
        _check_condition(one)


def _check_design(pilot: Pilot, said: Mapping[str, Any], at: datetime) -> None:
    owner, due_on = said["owner"], said["due_on"]
    if said["choice"] != Choice.NEEDS_DESIGN:
        if owner is not None or due_on is not None:
            raise Refused("Only what needs design has an owner and a date.", field="owner", code="not_asked")
        return
    if owner is None:
        raise Refused("Say who sees to it.", field="owner", code="missing")
    if not can(owner, Permission.CLOSE_CONDITION, pilot):
        raise Refused(f"{owner.name} has no role in this pilot that does this.", field="owner", code="cannot_own")
    if due_on is None:
        raise Refused("Say by when.", field="due_on", code="missing")
    if due_on <= at.date():
        raise Refused("The date has to be in the future.", field="due_on", code="in_the_past")


def _check_condition(one: Wanted) -> None:
    if not one.figure:
        if one.comparator or one.threshold is not None:
            raise Refused("Say which figure it is about.", field="figure", code="missing")
        if not one.text.strip():
            raise Refused("Say what has to be so.", field="condition", code="missing")
        return
    if one.figure not in ABOUT:
        raise Refused("There is no such figure: take one that can be measured.", field="figure", code="unknown")
    if one.comparator not in Comparator.values or one.threshold is None:
        raise Refused("Say which value the figure has to reach.", field="threshold", code="missing")


def _held(pilot: Pilot, cells: Sequence[Cell]) -> list[Cell]:
    wanted = {cell.pk for cell in cells}
    if not wanted:
        raise Refused("Choose the cells that this is about.", field="cells", code="missing")
    found = list(Cell.objects.of(pilot).filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise Refused("One of the cells is not in this pilot’s scope any more.", field="cells", code="gone")
    return found


def _sent_twice(
    cells: list[Cell],
    newest: Mapping[int, Disposition],
    seen: Mapping[int, int | None],
    said: Mapping[str, Any],
    by: User,
) -> bool:
    """The same words by the same person about the same cells, after what they saw: decided once."""
    rows = [newest[cell.pk] for cell in cells if cell.pk in newest]
    return len(rows) == len(cells) and all(
        row.pk != seen.get(row.cell_id)
        and row.decided_by_id == by.pk
        and {name: getattr(row, name) for name in said} == said
        for row in rows
    )


def _require_unchanged(cells: list[Cell], newest: Mapping[int, Disposition], seen: Mapping[int, int | None]) -> None:
    now = {cell: newest.get(cell.pk) for cell in cells}
    changed = [(cell, row) for cell, row in now.items() if (row.pk if row else None) != seen.get(cell.pk)]
    if changed:
        current = {str(cell): row.get_choice_display() if row else "undecided" for cell, row in changed}
        raise Conflict("Somebody else decided about this meanwhile.", current=current)


def meet_condition(*, condition: LaterCondition, by: User, at: datetime, note: str) -> LaterCondition:
    """By a person; one about a figure is met when the figure says so."""
    require(by, Permission.CLOSE_CONDITION, condition.pilot)
    if not note.strip():
        raise Refused("Say what was done, and where it can be seen.", field="note", code="missing")
    with transaction.atomic():
        pilot = lock_pilot(condition.pilot)
        require_not_ended(pilot)
        condition = _hold(condition)
        if condition.figure:
            raise Refused("This condition is about a figure, which speaks for itself.", code="of_a_figure")
        if condition.met_at is not None:
            raise Refused("This condition is met already.", code="met")
        _require_counting(condition)
        condition.met_at, condition.met_by, condition.met_note = at, by, note.strip()
        condition.save(update_fields=["met_at", "met_by", "met_note"])
        reevaluate(pilot, at)
        data = {"cell": condition.disposition.cell_id, "note": digest_of(note.strip())}
        lender = acting_for(by, pilot, Permission.CLOSE_CONDITION)
        record("design.condition_met", by=by, on_behalf_of=lender, pilot=pilot, target=condition, data=data)
    return condition


def _hold(condition: LaterCondition) -> LaterCondition:
    rows = LaterCondition.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("disposition__cell__use_case", "disposition__cell__segment").get(pk=condition.pk)


def _require_counting(condition: LaterCondition) -> None:
    if Disposition.objects.filter(cell=condition.disposition.cell_id, pk__gt=condition.disposition_id).exists():
        raise Refused("The cell was decided anew since, so this condition counts no more.", code="superseded")


def hand_over_cells(*, pilot: Pilot, from_user_id: UUID, to_user: User, at: datetime) -> int:
    """Cells that somebody who left was to design go to who took over: decided anew, in the same words.

    In the name of who handed over, since nobody else named the new owner. How many.
    """
    handover = Handover.objects.filter(pilot=pilot, leaver=from_user_id, successor=to_user).first()
    if handover is None:
        return 0
    theirs = list(Disposition.objects.of(pilot).filter(owner=from_user_id).order_by("pk"))
    for row in theirs:
        row.pk, row._state.adding = None, True
        row.owner, row.decided_at, row.decided_by_id = to_user, at, handover.handed_over_by_id
    Disposition.objects.bulk_create(theirs)
    return len(theirs)
