"""A table against the columns that it should have. All of it is looked at before anybody keeps anything of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pilots.imports.table import LONGEST_CELL, Cell, Table
from pilots.imports.values import Bad, Conventions, Kind, conventions_of
from pilots.plain_text import visible

# So many problems are listed; the rest is counted.
MOST_LISTED: Final = 200
SHOWN: Final = 60


@dataclass(frozen=True)
class Column:
    """`name` is its header; `also` other headers that mean it. `reads`: "number" and "day" take part in deciding how
    the file writes those."""

    name: str
    kind: Kind
    help: str
    example: str = ""
    required: bool = False
    also: tuple[str, ...] = ()
    reads: str = ""


@dataclass(frozen=True)
class Problem:
    """`line` 1 is the first of the file; `column` as the file calls it, empty for the whole line."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Row:
    """`values` by the name of the column; what the file leaves out or empty is not in it."""

    line: int
    values: dict[str, Any]


@dataclass
class Checked:
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # How many there are in all; `problems` holds the first.
    wrong: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not self.wrong

    @property
    def more(self) -> int:
        return self.wrong - len(self.problems)

    def refuse(self, line: int, column: str, value: object, reason: str) -> None:
        self.wrong += 1
        if len(self.problems) < MOST_LISTED:
            self.problems.append(Problem(line, column, shortened(value), reason))


def key_of(name: str) -> str:
    """“What happened”, “what_happened” and “WHAT-HAPPENED ” are one name."""
    return " ".join(visible(name).replace("_", " ").replace("-", " ").split()).casefold()


def shortened(value: object) -> str:
    said = visible("" if value is None else str(value))
    return said if len(said) <= SHOWN else f"{said[: SHOWN - 1]}…"


@dataclass(frozen=True)
class Match:
    """Whose header is whose: where in a row each column stands, what nothing stands for, what is missing."""

    placed: list[tuple[int, Column]]
    unknown: list[str]
    missing: list[Column]
    twice: list[str]

    @property
    def is_whole(self) -> bool:
        return not (self.unknown or self.missing or self.twice)


def match_header(header: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> Match:
    """`mapping`: by the file's name of a column ours, or empty to leave it out."""
    by_key = {key_of(name): column for column in columns for name in (column.name, *column.also)}
    ours = {column.name: column for column in columns}
    said = {key_of(theirs): ours.get(name) for theirs, name in (mapping or {}).items()}
    placed: list[tuple[int, Column]] = []
    unknown: list[str] = []
    for place, name in enumerate(header):
        key = key_of(name)
        column = said[key] if key in said else by_key.get(key)
        if column is not None:
            placed.append((place, column))
        elif key not in said and name:
            unknown.append(name)
    counted = Counter(column.name for _, column in placed)
    missing = [column for column in columns if column.required and column.name not in counted]
    return Match(placed, unknown, missing, [name for name, times in counted.items() if times > 1])


def check_table(table: Table, columns: Sequence[Column], mapping: Mapping[str, str] | None = None) -> Checked:
    checked = Checked(notes=list(table.notes))
    placed = _placed(table, columns, checked, mapping)
    if checked.problems:
        return checked
    cells = {kind: _cells_of(table, placed, kind) for kind in ("number", "day")}
    conventions = conventions_of(cells["number"], cells["day"], table.separator)
    if conventions.unsure_of_order:
        checked.notes.append("Dates such as 3/4/2026 were read with the day first: 3 April 2026.")
    for line, row in table.rows:
        check_row(line, row, placed, conventions, checked)
    if not table.rows:
        checked.refuse(1, "", "", "Below the header there is no row")
    if checked.wrong:
        checked.rows = []
    return checked


def _placed(
    table: Table, columns: Sequence[Column], checked: Checked, mapping: Mapping[str, str] | None
) -> list[tuple[int, Column]]:
    """Where in a row each column stands."""
    match = match_header(table.header, columns, mapping)
    known = ", ".join(column.name for column in columns)
    for name in match.unknown:
        checked.refuse(1, name, name, f"No such column. Rename it or take it out; these are known: {known}")
    for place, name in enumerate(table.header):
        if not name and any(place < len(row) and row[place] not in (None, "") for _, row in table.rows):
            checked.refuse(1, "", "", f"No such column. Rename it or take it out; these are known: {known}")
    for name in match.twice:
        checked.refuse(1, name, name, "This column stands there more than once")
    for needed in match.missing:
        checked.refuse(1, needed.name, "", "This column is missing")
    return match.placed


def _cells_of(table: Table, placed: list[tuple[int, Column]], reads: str) -> list[Cell]:
    places = [place for place, column in placed if column.reads == reads]
    return [row[place] for _, row in table.rows for place in places if place < len(row)]


def check_row(
    line: int, row: list[Cell], placed: list[tuple[int, Column]], conventions: Conventions, checked: Checked
) -> None:
    values: dict[str, Any] = {}
    width = 1 + max((place for place, _ in placed), default=0)
    if any(cell not in (None, "") for cell in row[width:]):
        checked.refuse(line, "", row[-1], "This line has more cells than the header")
    for place, column in placed:
        cell = row[place] if place < len(row) else None
        if cell is None or (isinstance(cell, str) and not visible(cell).strip()):
            if column.required:
                checked.refuse(line, column.name, "", "is empty")
        elif isinstance(cell, str) and len(cell) > LONGEST_CELL:
            checked.refuse(line, column.name, cell, f"has more than {LONGEST_CELL:,} characters")
        else:
            try:
                values[column.name] = column.kind(cell, conventions)
            except Bad as bad:
                checked.refuse(line, column.name, cell, str(bad))
    checked.rows.append(Row(line, values))
