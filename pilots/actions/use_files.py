"""A file of days, checked whole before any of it is recorded."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from pilots.actions.use import MOST_IN_A_DAY, DayOfUse, latest_day
from pilots.imports import Checked, Column, Unreadable, check_table, read_table
from pilots.imports.values import choice, day, whole
from pilots.models import Pilot, UseCase

WHOLE_PILOT: Final = "all"


def use_columns(use_cases: Iterable[UseCase]) -> list[Column]:
    """A use case by its name or its short name; empty for the whole pilot."""
    cases = list(use_cases)
    named: dict[str, UseCase | None] = {WHOLE_PILOT: None}
    for case in cases:
        named |= {case.name: case, case.slug: case}
    return [
        Column("day", day(), "The day, as 2026-11-27 or 27.11.2026.", "2026-11-27", True, ("date",), "day"),
        Column(
            "use_case",
            choice(named),
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
    ]


def read_use_file(*, pilot: Pilot, content: bytes, at: datetime) -> tuple[Checked, list[DayOfUse]]:
    """The days, or none and what is wrong where."""
    use_cases = UseCase.objects.filter(pilot=pilot, removed_at__isnull=True)
    try:
        checked = check_table(read_table(content), use_columns(use_cases))
    except Unreadable as unreadable:
        checked = Checked()
        checked.refuse(unreadable.line or 1, "", "", unreadable.message)
    days: list[DayOfUse] = []
    seen: dict[object, int] = {}
    for row in checked.rows:
        one = DayOfUse(**row.values)
        if one.outputs is None and one.active_users is None:
            checked.refuse(row.line, "outputs", "", "has neither outputs nor active users")
        if one.day > latest_day(at):
            checked.refuse(row.line, "day", one.day, "is still to come")
        if one.key in seen:
            checked.refuse(row.line, "day", one.day, f"stands in line {seen[one.key]} already, for the same use case")
        seen[one.key] = row.line
        days.append(one)
    return checked, days if checked.is_good else []
