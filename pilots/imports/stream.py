"""A table of any length, a few thousand rows at a time. Nothing is believed about it, and little of it is held.

stream = open_stream(pieces)          # `pieces()` gives the file from its start, in pieces of bytes, each time anew
stream.header, stream.separator, stream.notes
for chunk in stream.chunks(): ...     # chunk.rows, chunk.lines
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from pilots.imports.reading import SEPARATORS, is_old_excel, is_zip, said_of, separator_of, trimmed
from pilots.imports.table import LONGEST_CELL, MOST_COLUMNS, Cell, Unreadable
from pilots.imports.workbook import sheet_lines

MOST_ROWS: Final = 2_000_000
MOST_STREAMED: Final = 400 * 1024 * 1024
# A workbook is read as a whole before its rows come one by one.
MOST_OF_A_WORKBOOK: Final = 25 * 1024 * 1024
# More rows leave the processor’s cache, and cost three times as much each.
ROWS_AT_ONCE: Final = 500
# A line longer than so many full cells is no row of a table.
LONGEST_LINE: Final = 4 * 1024 * 1024
_HEAD: Final = 64 * 1024
_MARKS: Final = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

Pieces = Callable[[], Iterable[bytes]]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Chunk:
    """Rows as they stand in the file, and the number of each one's line as people count."""

    lines: Sequence[int]
    rows: Sequence[Sequence[Cell]]


@dataclass
class Stream:
    pieces: Pieces
    header: list[str]
    separator: str = ""
    notes: list[str] = field(default_factory=list)
    encoding: str = ""
    # Lines before the one after the header.
    header_line: int = 1

    def chunks(self, progress: Progress | None = None) -> Iterator[Chunk]:
        """From the first row on, each time anew; `progress` hears how many bytes were read."""
        seen = 0
        for chunk in self._of_csv(progress) if self.encoding else self._of_workbook():
            seen += len(chunk.rows)
            if seen > MOST_ROWS:
                raise Unreadable(f"It has more than {MOST_ROWS:,} rows. Split it.", chunk.lines[-1])
            if chunk.rows:
                yield chunk

    def _of_csv(self, progress: Progress | None) -> Iterator[Chunk]:
        raw = _Pieces(self.pieces(), progress)
        text = io.TextIOWrapper(io.BufferedReader(raw, 1 << 20), encoding=self.encoding, newline="")
        reader = csv.reader(text, delimiter=self.separator, strict=True)
        skipped = 0
        if re.match(r"sep=", self._first_line()):
            text.readline()
            skipped = 1
        try:
            while reader.line_num + skipped < self.header_line:
                next(reader)
            before = reader.line_num
            while rows := list(islice(reader, ROWS_AT_ONCE)):
                first, before = before + skipped + 1, reader.line_num
                yield _without_blanks(Chunk(_lines(first, rows, before + skipped), rows))
        except csv.Error as error:
            raise Unreadable(said_of(error), reader.line_num + skipped) from None
        except UnicodeDecodeError:
            raise Unreadable("This is no text: save it as CSV in UTF-8, or as XLSX.") from None

    def _first_line(self) -> str:
        head = b"".join(islice(iter(self.pieces()), 1))[:200]
        return head.decode(self.encoding, "ignore").lstrip("\ufeff").split("\n", 1)[0].casefold()

    def _of_workbook(self) -> Iterator[Chunk]:
        lines = iter(sheet_lines(_whole(self.pieces)))
        for number, _ in lines:
            if number >= self.header_line:
                break
        while taken := list(islice(lines, ROWS_AT_ONCE)):
            yield Chunk([number for number, _ in taken], [cells for _, cells in taken])


def open_stream(pieces: Pieces) -> Stream:
    """Its header and how it is written, from its start. Raises Unreadable in words for who sent it."""
    head = _head(pieces)
    if not head.strip():
        raise Unreadable("The file is empty.")
    if is_old_excel(head):
        raise Unreadable("This is an Excel file of before 2007, or one with a password. Save it as XLSX or CSV.")
    if is_zip(head):
        number, cells = next(iter(sheet_lines(_whole(pieces))), (0, ()))
        if not cells:
            raise Unreadable("The file is empty.")
        return Stream(pieces, _header(cells, number), header_line=number)
    encoding, notes = _encoding_of(pieces, head)
    text = head.decode(encoding, "ignore").lstrip("\ufeff")
    if not text.strip():
        raise Unreadable("The file is empty.")
    lines = list(io.StringIO(text, newline=""))
    announced = re.fullmatch(r"sep=(.)\s*", lines[0], re.I)
    separator = announced[1] if announced and announced[1] in SEPARATORS else separator_of(lines[bool(announced) :])
    reader = csv.reader(lines[bool(announced) :], delimiter=separator)
    try:
        cells = next((row for row in reader if any(cell.strip() for cell in row)), [])
    except csv.Error as error:
        raise Unreadable(said_of(error), 1) from None
    line = reader.line_num + bool(announced)
    return Stream(pieces, _header(cells, line), separator, notes, encoding, line)


def _header(cells: Sequence[Cell], line: int) -> list[str]:
    kept = trimmed(cells)
    if not kept:
        raise Unreadable("The file is empty.")
    if len(kept) > MOST_COLUMNS:
        raise Unreadable(f"It has more than {MOST_COLUMNS} columns.", line)
    names = ["" if cell is None else str(cell).strip() for cell in kept]
    if any(len(name) > LONGEST_CELL for name in names):
        raise Unreadable("The name of a column is too long.", line)
    return names


def _head(pieces: Pieces) -> bytes:
    head = bytearray()
    for piece in pieces():
        head += piece
        if len(head) >= _HEAD:
            break
    return bytes(head[:_HEAD])


def _whole(pieces: Pieces) -> bytes:
    held = bytearray()
    for piece in pieces():
        held += piece
        if len(held) > MOST_OF_A_WORKBOOK:
            most = MOST_OF_A_WORKBOOK // 1024 // 1024
            raise Unreadable(f"A workbook of more than {most} MB is too large to look through. Save it as CSV.")
    return bytes(held)


def _encoding_of(pieces: Pieces, head: bytes) -> tuple[str, list[str]]:
    """By its byte order mark, else UTF-8 if all of it is, else what Excel writes in western Europe, with a note."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return encoding, []
    if head[1:400:2].count(0) > 80:
        return "utf-16-le", []
    if head[0:400:2].count(0) > 80:
        return "utf-16-be", []
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces():
            if b"\x00" in piece:
                raise Unreadable("This is no text: it holds NUL characters. Save it as CSV or XLSX.")
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        note = "The file is not UTF-8, so it was read as Windows-1252. Check that accents and umlauts are right."
        return "cp1252", [note]
    return "utf-8", []


def _without_blanks(chunk: Chunk) -> Chunk:
    if all(map(any, chunk.rows)):
        return chunk
    kept = [(line, row) for line, row in zip(chunk.lines, chunk.rows, strict=True) if any(row)]
    return Chunk([line for line, _ in kept], [row for _, row in kept])


def _lines(first: int, rows: list[Any], last: int) -> Sequence[int]:
    """Where no cell holds a line break, rows and lines are one to one."""
    if last - first + 1 == len(rows):
        return range(first, last + 1)
    numbers, at = [], first
    for row in rows:
        numbers.append(at)
        at += 1 + sum(cell.count("\n") or cell.count("\r") for cell in row)
    return numbers


class _Pieces(io.RawIOBase):
    """What Python's own reader of text takes its bytes from."""

    def __init__(self, pieces: Iterable[bytes], progress: Progress | None) -> None:
        self._pieces, self._progress = iter(pieces), progress
        self._left = memoryview(b"")
        self._given = self._since_break = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._refuse_endless(piece)
            self._left = memoryview(piece)
            self._given += len(piece)
            if self._progress is not None:
                self._progress(self._given)
        many = min(len(buffer), len(self._left))
        buffer[:many] = self._left[:many]
        self._left = self._left[many:]
        return many

    def _refuse_endless(self, piece: bytes) -> None:
        """One cell of 50 MB would be held in memory several times over."""
        broken = piece.rfind(b"\n")
        longest = max((len(line) for line in piece.split(b"\n")), default=0) if len(piece) > LONGEST_LINE else 0
        self._since_break = self._since_break + len(piece) if broken < 0 else len(piece) - broken - 1
        if max(self._since_break, longest) > LONGEST_LINE:
            raise Unreadable("One line has more than 4 MB: a quotation mark is missing somewhere, or it is no table.")
