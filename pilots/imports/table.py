"""What a file comes to: a table of cells, or words on why it is none."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 60
# What a cell of a spreadsheet can hold; also the most that one field of a CSV may be.
LONGEST_CELL: Final = 32_767

Cell = str | int | float | bool | date | datetime | time | None


class Unreadable(Exception):
    """Words for who sent it; `line` where the trouble has one."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line = message, line


@dataclass(frozen=True)
class Table:
    """`rows`: the number of a line in the file as people count, and its cells; empty lines are left out.

    `separator` is empty for XLSX. `notes`: what was assumed on the way, in words.
    """

    header: list[str]
    rows: list[tuple[int, list[Cell]]]
    separator: str = ""
    notes: list[str] = field(default_factory=list)


def plain(value: Any) -> Cell:
    """Of a formula with a range its text."""
    if isinstance(value, str | int | float | bool | date | datetime | time) or value is None:
        return value
    return str(getattr(value, "text", value))
