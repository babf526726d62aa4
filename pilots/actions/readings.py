"""What a running stage reads week by week, from a file or through the API. A later reading replaces an earlier one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from django.db import transaction

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.actions.use import Recorded, latest_day
from pilots.audit import record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.models import Stage, StageCell, User
from pilots.permissions import Permission
from pilots.readings import ReadingKind, monday_of

MOST_AT_ONCE: Final = 50_000
# Each at most that of the one before it.
_FUNNEL: Final = ("eligible", "licensed", "tried", "active", "habitual")
_OF_TASKS: Final = ("done_well", "overridden", "out_of_scope", "incidents")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Fault:
    column: str
    value: object
    reason: str


def record_readings(*, stage: Stage, kind: ReadingKind, rows: Sequence[Row], by: User, at: datetime) -> Recorded:
    """All or nothing. A row has its week, and what `kind` names. Said again it changes nothing."""
    require(by, Permission.IMPORT_EVIDENCE, stage.pilot)
    if len(rows) > MOST_AT_ONCE:
        raise Refused(f"At most {MOST_AT_ONCE:,} readings at once.", field="readings", code="too_many")
    with transaction.atomic():
        pilot = lock_pilot(stage.pilot)
        require_not_ended(pilot)
        stage = Stage.objects.get(pk=stage.pk)
        require_running(stage)
        check_rows(stage, kind, rows, at)
        done, weeks = _write(stage, kind, rows, by, at)
        if weeks:
            announce(pilot, reason=f"stage {stage.number} was read")
            data = {"stage": stage.number, "readings": kind.slug, "added": done.added, "replaced": done.replaced}
            data |= {"first": min(weeks).isoformat(), "last": max(weeks).isoformat()}
            lender = acting_for(by, pilot, Permission.IMPORT_EVIDENCE)
            record("readings.recorded", by=by, on_behalf_of=lender, pilot=pilot, target=stage, data=data)
    return done


def require_running(stage: Stage) -> None:
    if not stage.is_running:
        raise Refused(f"Stage {stage.number} is {stage.get_state_display().lower()}, so it is not read.", code="state")


def check_rows(stage: Stage, kind: ReadingKind, rows: Sequence[Row], at: datetime) -> None:
    cells, seen = cells_of(stage), set()
    for number, row in enumerate(rows, 1):
        fault = next(iter(faults_of(stage, kind, row, cells, at)), None)
        if fault is not None:
            raise Refused(f"Reading {number}, {fault.column}: {fault.value} {fault.reason}.", field="readings")
        if key_of(kind, row) in seen:
            raise Refused(f"Reading {number} says again what an earlier one says.", field="readings", code="twice")
        seen.add(key_of(kind, row))


def cells_of(stage: Stage) -> set[tuple[Any, Any]]:
    """Of use case and segment."""
    return set(StageCell.objects.filter(stage=stage).values_list("cell__use_case", "cell__segment"))


def key_of(kind: ReadingKind, row: Row) -> tuple[Any, ...]:
    return (row["week"], *(_plain(row.get(name, "")) for name in kind.key))


def faults_of(stage: Stage, kind: ReadingKind, row: Row, cells: set[tuple[Any, Any]], at: datetime) -> list[Fault]:
    """What one reading cannot be, in the words of its line."""
    found = [*_faults_of_week(stage, row["week"], at), *_faults_of_cell(row, cells)]
    if kind.slug == "use":
        steps = pairwise(_FUNNEL)
        return found + [
            Fault(later, row[later], f"is more than the {row[earlier]:,} in {earlier}")
            for earlier, later in steps
            if row[later] > row[earlier]
        ]
    if "@" in row["person"]:
        found.append(Fault("person", row["person"], "is an address; give a pseudonym"))
    if all(row.get(name) is None for name in (*_OF_TASKS, "minutes_saved")):
        found.append(Fault("done_well", "", "is empty, and so is every other outcome"))
    return found + [
        Fault(name, row[name], f"is more than its {row['tasks']:,} tasks")
        for name in _OF_TASKS
        if (row.get(name) or 0) > row["tasks"]
    ]


def _faults_of_week(stage: Stage, week: date, at: datetime) -> list[Fault]:
    assert stage.opened_at is not None
    monday = monday_of(week)
    if week != monday:
        return [Fault("week", week, f"is a {week:%A}; give the Monday of its week, {monday}")]
    if week > latest_day(at):
        return [Fault("week", week, "is still to come")]
    if week + timedelta(days=6) < stage.opened_at.date():
        return [Fault("week", week, f"was over before the stage opened on {stage.opened_at.date()}")]
    return []


def _faults_of_cell(row: Row, cells: set[tuple[Any, Any]]) -> list[Fault]:
    case, segment = row.get("use_case"), row["segment"]
    if case is None:
        there = segment.pk in {of for _, of in cells}
        return [] if there else [Fault("segment", segment, "is not in this stage")]
    there = (case.pk, segment.pk) in cells
    return [] if there else [Fault("use_case", case, f"is not in this stage for {segment}")]


def _write(stage: Stage, kind: ReadingKind, rows: Sequence[Row], by: User, at: datetime) -> tuple[Recorded, list[date]]:
    """What is said anew takes the place of what was said, which stays with the moment at which it ceased to count."""
    weeks = {row["week"] for row in rows}
    counting = kind.model.objects.counting().filter(stage=stage, week__in=weeks)
    there = {_key_of_row(kind, one): one for one in counting}
    new, replaced = [], []
    for row in rows:
        said = {name: row[name] for name in (*kind.key, *kind.values) if row.get(name) is not None}
        reading = kind.model(stage=stage, week=row["week"], recorded_at=at, recorded_by=by, **said)
        earlier = there.get(key_of(kind, row))
        if earlier is not None:
            if all(_of(earlier, name) == _of(reading, name) for name in kind.values):
                continue
            replaced.append(earlier.pk)
        new.append(reading)
    kind.model.objects.filter(pk__in=replaced).update(replaced_at=at)
    kind.model.objects.bulk_create(new, batch_size=2000)
    done = Recorded(len(new) - len(replaced), len(replaced), len(rows) - len(new))
    return done, [reading.week for reading in new]


def _key_of_row(kind: ReadingKind, reading: Any) -> tuple[Any, ...]:
    return (reading.week, *(_of(reading, name) for name in kind.key))


def _of(reading: Any, name: str) -> Any:
    """A use case or a segment by its id, so that nothing is asked for."""
    return getattr(reading, f"{name}_id" if name in ("segment", "use_case") else name)


def _plain(value: Any) -> Any:
    return getattr(value, "pk", value)
