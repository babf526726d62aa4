"""From the bytes of a file to a table of cells. Nothing is believed about it: not its name, its size or its claims."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pilots.imports.table import MOST_COLUMNS, MOST_ROWS, Cell, Table, Unreadable
from pilots.imports.workbook import sheet_lines

MOST_BYTES: Final = 10 * 1024 * 1024
SEPARATORS: Final = (",", ";", "\t")
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


def read_table(content: bytes) -> Table:
    """The first row that says anything is the header; of an XLSX the first sheet is read."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"The file has {len(content) / 1024 / 1024:.1f} MB. At most 10 MB are read at once: split it.")
    if not content.strip():
        raise Unreadable("The file is empty.")
    if is_old_excel(content):
        raise Unreadable("This is an Excel file of before 2007, or one with a password. Save it as XLSX or CSV.")
    if is_zip(content):
        return _table(sheet_lines(content), "", [])
    text, notes = _decoded(content)
    return _read_csv(text, notes)


def is_zip(content: bytes) -> bool:
    return content.startswith(_ZIP)


def is_old_excel(content: bytes) -> bool:
    return content.startswith(_OLD_EXCEL)


def _table(lines: Iterable[tuple[int, Sequence[Cell]]], separator: str, notes: list[str]) -> Table:
    header: list[str] | None = None
    rows: list[tuple[int, list[Cell]]] = []
    for number, cells in lines:
        kept = trimmed(cells)
        if not kept:
            continue
        if len(kept) > MOST_COLUMNS:
            raise Unreadable(f"It has more than {MOST_COLUMNS} columns.", number)
        if header is None:
            header = ["" if cell is None else str(cell).strip() for cell in kept]
        elif len(rows) == MOST_ROWS:
            raise Unreadable(f"It has more than {MOST_ROWS:,} rows. Split it.", number)
        else:
            rows.append((number, kept))
    if header is None:
        raise Unreadable("The file is empty.")
    return Table(header, rows, separator, notes)


def trimmed(cells: Sequence[Cell]) -> list[Cell]:
    kept = list(cells)
    while kept and (kept[-1] is None or (isinstance(kept[-1], str) and not kept[-1].strip())):
        kept.pop()
    return kept


# CSV ------------------------------------------------------------------------------------------------------------------


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """By its byte order mark, else as UTF-8, else as what Excel writes in western Europe: with a note, since that
    takes anything."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _strictly(content, encoding), []
    if encoding := _utf_16_without_mark(content):
        return _strictly(content, encoding), []
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        note = "The file is not UTF-8, so it was read as Windows-1252. Check that accents and umlauts are right."
        return _strictly(content, "cp1252"), [note]


def _utf_16_without_mark(content: bytes) -> str:
    """Of text in Latin letters every second byte is then 0."""
    start = content[:400]
    if start[1::2].count(0) > len(start) * 0.4:
        return "utf-16-le"
    return "utf-16-be" if start[0::2].count(0) > len(start) * 0.4 else ""


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Unreadable("This is no text: neither UTF-8, UTF-16 nor Windows-1252. Save it as CSV or XLSX.") from None


def _read_csv(text: str, notes: list[str]) -> Table:
    if "\x00" in text:
        raise Unreadable("This is no text: it holds NUL characters. Save it as CSV or XLSX.")
    # Not `splitlines`, which also parts where only typesetters would.
    lines = list(io.StringIO(text, newline=""))
    skipped = 0
    announced = re.fullmatch(r"sep=(.)\s*", lines[0], re.I) if lines else None
    if announced and announced[1] in SEPARATORS:
        lines, skipped = lines[1:], 1
    separator = announced[1] if skipped and announced else separator_of(lines)
    return _table(_csv_rows(lines, separator, skipped), separator, notes)


def separator_of(lines: list[str]) -> str:
    """Whichever parts the header into most columns."""
    header = next((line for line in lines if line.strip()), "")
    return max(SEPARATORS, key=lambda sign: len(next(csv.reader([header], delimiter=sign), [])))


def _csv_rows(lines: list[str], separator: str, skipped: int) -> Iterator[tuple[int, list[Cell]]]:
    reader = csv.reader(lines, delimiter=separator, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(said_of(error), before + 1 + skipped) from None
        yield before + 1 + skipped, list(cells)
        before = reader.line_num


def said_of(error: csv.Error) -> str:
    said = str(error)
    if "field larger" in said:
        return "A cell is too long."
    if "end of data" in said:
        return "A quotation mark opens here and nothing closes it."
    return "A quotation mark stands inside a cell. Write it twice, and the whole cell in quotation marks."
