"""The workload as a file, a line for each use case × segment with all that is said of both; read in whole or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import BooleanField, IntegerField

from pilots.access import acting_for, can, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.actions.scope import new_segment, new_use_case
from pilots.actions.workload import MOST_TASKS, problems_of_side, write_counts, write_description
from pilots.audit import record
from pilots.cells import cell
from pilots.changes import evidence_changed
from pilots.imports import Checked, Column, Row, Unreadable, check_table, read_table
from pilots.imports.values import Kind, choice, text, whole, yes_or_no
from pilots.models import Pilot, Segment, UseCase, User
from pilots.permissions import Permission
from pilots.workload import (
    OF_MANY_ONLY,
    OF_SEGMENT,
    OF_USE_CASE,
    TOO_FEW,
    Pair,
    Side,
    Workload,
    field_of,
    words_of,
    workload_of,
)

MOST_AT_ONCE: Final = 10_000
_LONGEST_NAME: Final = 120
_MOST_PEOPLE: Final = 10_000_000
# By the side that stands in a file under this name, its model and what is said of it.
SIDES: Final[dict[str, tuple[type[UseCase] | type[Segment], tuple[str, ...]]]] = {
    "use_case": (UseCase, OF_USE_CASE),
    "segment": (Segment, OF_SEGMENT),
}
_EXAMPLES: Final = {
    "kind": "Typical",
    "designed_for": "yes",
    "headcount": "120",
    "role": "Clerk",
    "attitude": "Neutral",
    "workload": "Usual",
    "comfort": "In between",
    "is_beneficiary": "yes",
    "is_identity_sensitive": "no",
    "trained_percent": "80",
}


@dataclass
class Read:
    """What a file came to. `counts`: by cell what was counted anew. Names of what it added to the pilot."""

    counts: dict[str, int | None] = field(default_factory=dict)
    described: int = 0
    use_cases: list[str] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return not (self.counts or self.described or self.use_cases or self.segments)


def workload_columns(grid: Workload) -> list[Column]:
    case = grid.rows[0].use_case.name if grid.rows else "Refund letters"
    segment = grid.columns[0][0].name if grid.columns else "Counter staff"
    return [
        Column("use_case", text(_LONGEST_NAME), "Name of the use case; one that is new is added.", case, True),
        Column("segment", text(_LONGEST_NAME), "Name of the segment; one that is new is added.", segment, True),
        Column(
            "tasks_a_month",
            whole(0, MOST_TASKS),
            "How many tasks a month. 0: none. Empty: what stands there stays, and what nobody counted stays unknown.",
            "1200",
            also=("tasks",),
            reads="number",
        ),
        *(_column(side, model(), name) for side, (model, names) in SIDES.items() for name in names),
    ]


def _column(side: str, of: Side, name: str) -> Column:
    declared = field_of(of, name)
    words = f"Of the {side.replace('_', ' ')}: {declared.verbose_name}."
    if declared.choices:
        words = f"{words} One of: {', '.join(str(label) for _, label in declared.flatchoices)}."
    if name in OF_MANY_ONLY:
        words = f"{words} Only where ten people or more are in it."
    reads = "number" if isinstance(declared, IntegerField) else ""
    return Column(f"{side}_{name}", _kind(of, name), words, _EXAMPLES.get(name, ""), False, (), reads)


def _kind(of: Side, name: str) -> Kind:
    declared = field_of(of, name)
    if declared.choices:
        known = {said: value for value, label in declared.flatchoices for said in (str(label), str(value))}
        # As it is handed out where few people are in it; read in again it leaves what stands there.
        return choice({**known, TOO_FEW: None} if name in OF_MANY_ONLY else known)
    if isinstance(declared, BooleanField):
        return yes_or_no
    if isinstance(declared, IntegerField):
        return whole(0, 100 if name == "trained_percent" else _MOST_PEOPLE)
    return text(declared.max_length or _LONGEST_NAME)


def import_workload(*, pilot: Pilot, by: User, at: datetime, content: bytes) -> tuple[Checked, Read | None]:
    """All of it or, with what is wrong where, none. An empty cell leaves what stands there."""
    require(by, Permission.EDIT_EVIDENCE, pilot)
    checked = _checked(pilot, content)
    if not checked.is_good:
        return checked, None
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        done = _take_in(pilot, checked, by, at)
        if checked.wrong:
            transaction.set_rollback(True)
            return checked, None
        if not done.is_nothing:
            evidence_changed(pilot, reason="the workload was read from a file")
            lender = acting_for(by, pilot, Permission.EDIT_EVIDENCE)
            data = {**vars(done), "cells": len(done.counts)}
            record("workload.imported", by=by, on_behalf_of=lender, pilot=pilot, target=pilot, data=data)
    return checked, done


def _checked(pilot: Pilot, content: bytes) -> Checked:
    try:
        checked = check_table(read_table(content), workload_columns(workload_of(pilot)))
    except Unreadable as unreadable:
        checked = Checked()
        checked.refuse(unreadable.line or 1, "", "", unreadable.message)
    if len(checked.rows) > MOST_AT_ONCE:
        checked.refuse(1, "", "", f"It has more than {MOST_AT_ONCE:,} lines. Split it")
    return checked


def _take_in(pilot: Pilot, checked: Checked, by: User, at: datetime) -> Read:
    done = Read()
    may_add = can(by, Permission.EDIT_PILOT, pilot)
    cases, done.use_cases = _sides(pilot, "use_case", checked, may_add)
    segments, done.segments = _sides(pilot, "segment", checked, may_add)
    counts: dict[Pair, int | None] = {}
    lines: dict[Pair, int] = {}
    for row in checked.rows:
        case, segment = (there.get(_folded(row.values[name])) for name, there in _both(cases, segments))
        if case is None or segment is None:
            continue
        pair = case.pk, segment.pk
        if pair in lines:
            checked.refuse(row.line, "segment", segment.name, f"stands in line {lines[pair]} already, with {case.name}")
        lines[pair] = row.line
        if "tasks_a_month" in row.values:
            counts[pair] = row.values["tasks_a_month"]
    if checked.is_good:
        done.described = _describe(checked, {"use_case": cases, "segment": segments})
    if checked.is_good:
        done.counts = write_counts(pilot, counts, by=by, at=at)
    return done


def _both(cases: dict[str, Side], segments: dict[str, Side]) -> tuple[tuple[str, dict[str, Side]], ...]:
    return ("use_case", cases), ("segment", segments)


def _sides(pilot: Pilot, side: str, checked: Checked, may_add: bool) -> tuple[dict[str, Side], list[str]]:
    """By the key of each name that the file may use what it means; and what had to be added."""
    model: Any = SIDES[side][0]
    rows = model._default_manager.filter(pilot=pilot, removed_at__isnull=True).order_by("name")
    there: dict[str, Side] = {_folded(one.slug): one for one in rows}
    # As it stands there, and as a file of ours quotes a name that a spreadsheet would run.
    there |= {_folded(name): one for one in rows for name in (cell(one.name), one.name)}
    added: list[str] = []
    for row in checked.rows:
        name = row.values[side]
        if _folded(name) in there:
            continue
        if not may_add:
            what = side.replace("_", " ")
            checked.refuse(row.line, side, name, f"is no {what} of this pilot, and your roles do not let you add one")
            continue
        there[_folded(name)] = new_use_case(pilot, name) if side == "use_case" else new_segment(pilot, name)
        added.append(name)
    return there, added


def _describe(checked: Checked, there: dict[str, dict[str, Side]]) -> int:
    """How many of them now read differently. What two lines say of one thing has to agree."""
    changed = 0
    for side, (_, names) in SIDES.items():
        for one, rows in _by_side(checked.rows, side, there[side]):
            said = {
                name: value
                for name, value in _agreed(checked, side, names, rows).items()
                if not _is_same(one, name, value)
            }
            written = write_description(one, said)
            for name, message in problems_of_side(one):
                if name in written:
                    checked.refuse(rows[0].line, f"{side}_{name}", str(said[name]), message)
            if written and checked.is_good:
                one.save(update_fields=written)
                changed += 1
    return changed


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_same(side: Side, name: str, value: Any) -> bool:
    """Also where a file of ours quotes it."""
    held = getattr(side, name)
    return bool(held == value or (isinstance(value, str) and cell(held) == value))


def _by_side(rows: Iterable[Row], side: str, there: dict[str, Side]) -> list[tuple[Side, list[Row]]]:
    found: dict[Any, tuple[Side, list[Row]]] = {}
    for row in rows:
        one = there[_folded(row.values[side])]
        found.setdefault(one.pk, (one, []))[1].append(row)
    return list(found.values())


def _agreed(checked: Checked, side: str, names: tuple[str, ...], rows: list[Row]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    first: dict[str, int] = {}
    for row in rows:
        for name in names:
            value = row.values.get(f"{side}_{name}")
            if value is None:
                continue
            if said.setdefault(name, value) != value:
                checked.refuse(row.line, f"{side}_{name}", str(value), f"line {first[name]} says otherwise of the same")
            first.setdefault(name, row.line)
    return said


def workload_rows(pilot: Pilot) -> Iterator[list[Any]]:
    """The header, then a line for each cell, as `import_workload` reads them."""
    yield [
        "use_case",
        "segment",
        "tasks_a_month",
        *(f"{side}_{name}" for side, (_, names) in SIDES.items() for name in names),
    ]
    for square in workload_of(pilot).squares:
        of_case = [_written(square.use_case, name) for name in OF_USE_CASE]
        of_segment = [_written(square.segment, name) for name in OF_SEGMENT]
        yield [square.use_case.name, square.segment.name, square.tasks, *of_case, *of_segment]


def _written(side: Side, name: str) -> Any:
    value = getattr(side, name)
    is_plain = isinstance(value, bool | int) or value in (None, "")
    return value if is_plain else words_of(side, name)
