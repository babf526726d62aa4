"""A long table looked through by column. A million rows hold few different values in each column, so each value is read
once: the same rules as row by row, at the pace of a set.

    survey = survey_of(stream, match)      # what differs in each column, and in pairs of columns
    problems(stream, match, survey, …)     # only where something is wrong: which lines
    texts(...)                             # each column's values, ready for COPY
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

from pilots.imports.checking import Checked, Match, Row, check_row
from pilots.imports.stream import Chunk, Progress, Stream
from pilots.imports.table import LONGEST_CELL, Cell
from pilots.imports.values import Bad, Conventions, conventions_of
from pilots.plain_text import visible

# Of a column with more different values (minutes to the millisecond) single ones are read as they come.
MOST_DIFFERENT: Final = 200_000
RowRule = Callable[[Row, Checked], None]
BadLine = Callable[[int, Sequence[Cell]], None]


@dataclass
class Survey:
    """`different`: of each column; None where there are too many to hold. `together`: of each tuple of columns."""

    rows: int = 0
    different: dict[str, set[Cell] | None] = field(default_factory=dict)
    together: dict[tuple[str, ...], set[tuple[Cell, ...]]] = field(default_factory=dict)
    is_too_wide: bool = False
    conventions: Conventions = field(default_factory=Conventions)
    notes: list[str] = field(default_factory=list)


def survey_of(
    stream: Stream, match: Match, together: Iterable[tuple[str, ...]], progress: Progress | None = None
) -> Survey:
    survey = Survey(different={column.name: set() for _, column in match.placed})
    survey.together = {names: set() for names in together if all(name in survey.different for name in names)}
    for chunk in stream.chunks(progress):
        columns = by_column(chunk, match, len(stream.header))
        survey.rows += len(chunk.rows)
        survey.is_too_wide |= any(any(beyond) for beyond in columns.beyond)
        for name, cells in columns.named.items():
            known = survey.different[name]
            if known is not None:
                known.update(cells)
                if len(known) > MOST_DIFFERENT:
                    survey.different[name] = None
        for names, known_together in survey.together.items():
            known_together.update(zip(*(columns.named[name] for name in names), strict=True))
    _decide_conventions(survey, match, stream.separator)
    return survey


def _decide_conventions(survey: Survey, match: Match, separator: str) -> None:
    cells: dict[str, list[Cell]] = {"number": [], "day": []}
    for _, column in match.placed:
        if column.reads:
            cells[column.reads] += survey.different[column.name] or ()
    survey.conventions = conventions_of(cells["number"], cells["day"], separator)
    if survey.conventions.unsure_of_order:
        survey.notes.append("Dates such as 3/4/2026 were read with the day first: 3 April 2026.")


@dataclass(frozen=True)
class Columns:
    """`beyond`: what stands to the right of the header's last name."""

    named: dict[str, Sequence[Cell]]
    beyond: Sequence[Sequence[Cell]]


def by_column(chunk: Chunk, match: Match, width: int) -> Columns:
    """A row that is too short is empty to its right."""
    standing = list(zip_longest(*chunk.rows, fillvalue=""))
    empty = ("",) * len(chunk.rows)
    return Columns(
        {column.name: standing[place] if place < len(standing) else empty for place, column in match.placed},
        standing[width:],
    )


def is_good(survey: Survey, match: Match) -> bool:
    """Whether every value of every column can be read, as far as they could be held."""
    if survey.is_too_wide or not survey.rows:
        return False
    for _, column in match.placed:
        for cell in survey.different[column.name] or ():
            if is_empty(cell):
                if column.required:
                    return False
                continue
            try:
                _refuse_long(cell)
                column.kind(cell, survey.conventions)
            except Bad:
                return False
    return True


def problems(stream: Stream, match: Match, survey: Survey, rule: RowRule, bad: BadLine | None = None) -> Checked:
    """Row by row, to say where. `bad` gets each line that something is wrong with, with its cells."""
    checked = Checked(notes=[*stream.notes, *survey.notes])
    for chunk in stream.chunks():
        for line, row in zip(chunk.lines, chunk.rows, strict=True):
            before = checked.wrong
            check_row(line, list(row), match.placed, survey.conventions, checked)
            found = checked.rows.pop()
            if checked.wrong == before:
                rule(found, checked)
            if checked.wrong > before and bad is not None:
                bad(line, row)
    if not survey.rows:
        checked.refuse(1, "", "", "Below the header there is no row")
    return checked


class Reading(dict[Cell, Any]):
    """Each different cell read once, for as many as are worth holding."""

    def __init__(self, read: Callable[[Cell], Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: Cell) -> Any:
        value = self._read(cell)
        if len(self) < MOST_DIFFERENT:
            self[cell] = value
        return value


def reading(match: Match, name: str, conventions: Conventions, written: Callable[[Any], str], empty: str) -> Reading:
    """From a cell to what is written for it. Raises Bad for what could not be held by the survey."""
    column = next(column for _, column in match.placed if column.name == name)

    def read(cell: Cell) -> str:
        if is_empty(cell):
            return empty
        _refuse_long(cell)
        return written(column.kind(cell, conventions))

    return Reading(read)


def is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not visible(cell).strip())


def _refuse_long(cell: Cell) -> None:
    if isinstance(cell, str) and len(cell) > LONGEST_CELL:
        raise Bad(f"has more than {LONGEST_CELL:,} characters")


def values_of(match: Match, survey: Survey, name: str) -> Mapping[Cell, Any]:
    """What each different cell of a column means; without the empty ones."""
    column = next(column for _, column in match.placed if column.name == name)
    cells = survey.different[name] or ()
    return {cell: column.kind(cell, survey.conventions) for cell in cells if not is_empty(cell)}
