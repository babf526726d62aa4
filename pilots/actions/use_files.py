"""A file of days, checked whole before any of it is recorded."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from pilots.actions.use import MOST_IN_A_DAY, DayOfUse, latest_day
from pilots.imports import Checked, Column, Unreadable, check_table, read_table
from pilots.imports.values import choice, day, text, whole
from pilots.models import Pilot, Segment, UseCase
from pilots.models.use import LONGEST_VERSION

WHOLE_PILOT: Final = "all"


def use_columns(pilot: Pilot) -> list[Column]:
    """A part by its name or its short name; all of them empty for the whole pilot."""
    cases = list(UseCase.objects.filter(pilot=pilot, removed_at__isnull=True))
    segments = list(Segment.objects.filter(pilot=pilot, removed_at__isnull=True))
    return [
        Column("day", day(), "The day, as 2026-11-27 or 27.11.2026.", "2026-11-27", True, ("date",), "day"),
        Column(
            "use_case",
            choice({WHOLE_PILOT: None} | _named(cases)),
            "Name or short name of a use case of the pilot. Empty, or “all”: all of them together.",
            cases[0].name if cases else "",
            also=("used for",),
        ),
        Column(
            "outputs",
            whole(0, MOST_IN_A_DAY),
            "How many outputs the tool gave on that day. Empty: not known, which is another thing than 0.",
            "412",
            also=("outputs served",),
            reads="number",
        ),
        Column(
            "active_users",
            whole(0, MOST_IN_A_DAY),
            "How many people used it on that day. Empty: not known.",
            "57",
            also=("users",),
            reads="number",
        ),
        Column(
            "segment",
            choice(_named(segments)),
            "Instead of a use case: the day of one segment, by its name or short name.",
            "",
        ),
        Column(
            "tool_version",
            text(LONGEST_VERSION),
            "Instead of a use case: the day of one version of the tool, as flags name it.",
            "",
            also=("version",),
        ),
    ]


def _named(parts: Iterable[UseCase] | Iterable[Segment]) -> dict[str, Any]:
    return {name: part for part in parts for name in (part.name, part.slug)}


def read_use_file(*, pilot: Pilot, content: bytes, at: datetime) -> tuple[Checked, list[DayOfUse]]:
    """The days, or none and what is wrong where."""
    try:
        checked = check_table(read_table(content), use_columns(pilot))
    except Unreadable as unreadable:
        checked = Checked()
        checked.refuse(unreadable.line or 1, "", "", unreadable.message)
    days: list[DayOfUse] = []
    seen: dict[object, int] = {}
    for row in checked.rows:
        one = DayOfUse(**{name: value for name, value in row.values.items() if value is not None})
        if len(one.parts) > 1:
            checked.refuse(row.line, "segment", "", "gives two of use case, segment and version; give one a line")
        if one.outputs is None and one.active_users is None:
            checked.refuse(row.line, "outputs", "", "has neither outputs nor active users")
        if one.day > latest_day(at):
            checked.refuse(row.line, "day", one.day, "is still to come")
        if one.key in seen:
            checked.refuse(row.line, "day", one.day, f"stands in line {seen[one.key]} already, for the same part")
        seen[one.key] = row.line
        days.append(one)
    return checked, days if checked.is_good else []
