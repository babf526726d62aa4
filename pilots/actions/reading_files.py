"""A file of weekly readings, checked whole before any of it is recorded."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from pilots.actions.readings import cells_of, faults_of, key_of
from pilots.imports import Checked, Column, Unreadable, check_table, read_table
from pilots.imports.values import choice, day, number, text, whole
from pilots.models import Segment, Stage, UseCase
from pilots.readings import ReadingKind, monday_of

LONGEST: Final = 80
MOST: Final = 2_000_000_000
MOST_MINUTES: Final = 1e6
MOST_COST: Final = 1e9


def reading_columns(stage: Stage, kind: ReadingKind) -> list[Column]:
    """Segments and use cases are those of the stage, by name or short name."""
    cells = cells_of(stage)
    segments = list(Segment.objects.filter(pk__in={segment for _, segment in cells}))
    example = str(monday_of(stage.opened_at.date() + timedelta(days=7))) if stage.opened_at else "2026-11-23"
    week = Column(
        "week", day(), "The Monday of the week, as 2026-11-23 or 23.11.2026.", example, True, ("monday",), "day"
    )
    segment = Column(
        "segment", choice(_named(segments)), "Name of a segment of this stage.", _first(segments), True, ("group",)
    )
    if kind.slug == "use":
        return [week, segment, *_of_use()]
    cases = list(UseCase.objects.filter(pk__in={case for case, _ in cells}))
    case = Column(
        "use_case", choice(_named(cases)), "Name of a use case of this stage.", _first(cases), True, ("use case",)
    )
    return [week, segment, case, *_of_outcomes()]


def _of_use() -> list[Column]:
    site = Column(
        "site", text(LONGEST), "Where there are several. Empty: all of them together.", "", also=("location",)
    )
    return [
        site,
        _count("eligible", "How many people the work is meant for: all of them, not only who has it.", "120", True),
        _count("licensed", "How many of those have access.", "90", True),
        _count("tried", "How many of those have ever used it.", "64", True),
        _count("active", "How many of those used it in the last four weeks.", "51", True),
        _count("habitual", "How many of those used it in three of the last four weeks.", "33", True),
        _count("incidents", "How many severe incidents in this week. Empty: none.", "0"),
        Column("cost", number(0, MOST_COST), "What it cost in this week. Empty: not known.", "", reads="number"),
    ]


def _of_outcomes() -> list[Column]:
    return [
        Column("person", text(LONGEST), "A pseudonym: never a name, an address or a number.", "p-017", True, ("user",)),
        Column("team", text(LONGEST), "To compare teams. Empty: not said.", ""),
        Column("tasks", whole(1, MOST), "How many tasks were done with the tool.", "14", True, reads="number"),
        _count(
            "done_well", "How many of them came out well. Empty: not measured, which is another thing than 0.", "12"
        ),
        _count("overridden", "How many outputs were set aside for people’s own.", "1"),
        _count("out_of_scope", "How many tasks the tool was not made for.", "0"),
        _count("incidents", "How many led to a severe incident; one cause is counted once.", "0"),
        Column(
            "minutes_saved",
            number(-MOST_MINUTES, MOST_MINUTES),
            "Of all its tasks together; below 0 where the tool took longer.",
            "35",
            reads="number",
        ),
    ]


def _count(name: str, help: str, example: str, required: bool = False) -> Column:
    return Column(name, whole(0, MOST), help, example, required, reads="number")


def _named(parts: Iterable[UseCase] | Iterable[Segment]) -> dict[str, Any]:
    return {name: part for part in parts for name in (part.name, part.slug)}


def _first(parts: list[Any]) -> str:
    return parts[0].name if parts else ""


def read_reading_file(
    *, stage: Stage, kind: ReadingKind, content: bytes, at: datetime
) -> tuple[Checked, list[dict[str, Any]]]:
    """The readings, or none and what is wrong where."""
    try:
        checked = check_table(read_table(content), reading_columns(stage, kind))
    except Unreadable as unreadable:
        checked = Checked()
        checked.refuse(unreadable.line or 1, "", "", unreadable.message)
    cells, seen = cells_of(stage), dict[tuple[Any, ...], int]()
    rows = []
    for row in checked.rows:
        said = whole_row(kind, row.values)
        for fault in faults_of(stage, kind, said, cells, at):
            checked.refuse(row.line, fault.column, fault.value, fault.reason)
        key = key_of(kind, said)
        if key in seen:
            checked.refuse(row.line, "", "", f"says what line {seen[key]} says already")
        seen[key] = row.line
        rows.append(said)
    return checked, rows if checked.is_good else []


def whole_row(kind: ReadingKind, values: dict[str, Any]) -> dict[str, Any]:
    """As it is stored: money in cents."""
    said = {name: "" for name in ("site", "team") if name in (*kind.key, *kind.values)} | values
    if said.get("cost") is not None:
        said["cost"] = Decimal(str(said["cost"])).quantize(Decimal("0.01"))
    if kind.slug == "use":
        said.setdefault("incidents", 0)
    return said
