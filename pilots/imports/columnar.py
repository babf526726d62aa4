"""A long table looked through by column. A million rows hold few different values in each column, so each value is read
once: the same rules as row by row, at the pace of a dictionary.

    survey = survey_of(stream, match)                    # what differs in each column
    problems(stream, match, survey, …)                   # only where something is wrong: which lines
    found = by_key(survey, name, reading(match, …))      # what to write for each value
    for lines, keys in again(stream, match, survey): …   # the rows once more: map(found.__getitem__, keys[name])
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Final

import numpy as np

from pilots.imports.checking import Checked, Match, Row, check_row
from pilots.imports.stream import Chunk, Progress, Stream
from pilots.imports.table import LONGEST_CELL, Cell
from pilots.imports.values import Bad, Conventions, conventions_of
from pilots.plain_text import visible

# Of a column with more different values (minutes to the millisecond) none is held: the file is read a second time.
MOST_DIFFERENT: Final = 200_000
RowRule = Callable[[Row, Checked], None]
BadLine = Callable[[int, Sequence[Cell]], None]


class Codes(dict[Cell, int]):
    """Of each different cell its number, in the order in which they came."""

    def __missing__(self, cell: Cell) -> int:
        self[cell] = number = len(self)
        return number


@dataclass
class Survey:
    """`different`: of each column; None where there are too many to hold. `codes`: each row's, of all other columns.

    Four bytes a value: sixty megabytes for a million rows of fifteen columns, which is cheaper than to read them twice.
    """

    rows: int = 0
    different: dict[str, Codes | None] = field(default_factory=dict)
    codes: dict[str, "array[int]"] = field(default_factory=dict)
    lines: list[Sequence[int]] = field(default_factory=list)
    is_too_wide: bool = False
    conventions: Conventions = field(default_factory=Conventions)
    notes: list[str] = field(default_factory=list)

    @property
    def is_held(self) -> bool:
        """Whether all of it is there as codes."""
        return len(self.codes) == len(self.different)

    def together(self, first: str, second: str) -> set[tuple[Cell, Cell]]:
        """The different pairs of two columns; none where one is not there or too varied."""
        if first not in self.codes or second not in self.codes:
            return set()
        left, right = (list(self.different[name] or ()) for name in (first, second))
        codes = np.frombuffer(self.codes[first], np.uint32).astype(np.int64) * len(right)
        pairs = np.unique(codes + np.frombuffer(self.codes[second], np.uint32))
        return {(left[pair // len(right)], right[pair % len(right)]) for pair in pairs.tolist()}


def survey_of(stream: Stream, match: Match, progress: Progress | None = None) -> Survey:
    names = [column.name for _, column in match.placed]
    survey = Survey(different={name: Codes() for name in names}, codes={name: array("I") for name in names})
    for chunk in stream.chunks(progress):
        columns = by_column(chunk, match, len(stream.header))
        survey.rows += len(chunk.rows)
        survey.lines.append(chunk.lines)
        survey.is_too_wide |= any(any(beyond) for beyond in columns.beyond)
        for name, cells in columns.named.items():
            known = survey.different[name]
            if known is not None:
                survey.codes[name].extend(map(known.__getitem__, cells))
                if len(known) > MOST_DIFFERENT:
                    survey.different[name] = None
                    del survey.codes[name]
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


def again(
    stream: Stream, match: Match, survey: Survey, progress: Progress
) -> Iterator[tuple[Sequence[int], Mapping[str, Sequence[Any]]]]:
    """The rows once more, some hundred at a time: their lines, and of each column the keys that `by_key` takes.

    `progress` hears of rows where the survey is held, else of bytes.
    """
    if not survey.is_held:
        for chunk in stream.chunks(progress):
            yield chunk.lines, by_column(chunk, match, len(stream.header)).named
        return
    start = 0
    for lines in survey.lines:
        end = start + len(lines)
        yield lines, {name: codes[start:end] for name, codes in survey.codes.items()}
        progress(end)
        start = end


def by_key(survey: Survey, name: str, found: Mapping[Cell, str]) -> Mapping[Cell, str] | Sequence[str]:
    return [found[cell] for cell in survey.different[name] or ()] if survey.is_held else found


def by_keys(
    survey: Survey, first: str, second: str, found: Mapping[tuple[Cell, Cell], str]
) -> Mapping[tuple[Any, Any], str]:
    """The same of two columns together."""
    left, right = survey.different[first], survey.different[second]
    if not survey.is_held or left is None or right is None:
        return found
    return {(left[one], right[other]): text for (one, other), text in found.items()}


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
