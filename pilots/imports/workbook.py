"""The first sheet of an XLSX, read so that no archive keeps a worker busy or fills its memory.

openpyxl trusts what it opens: a type declaration, a row number of ten digits or a style sheet of a million styles costs
it minutes from a file of a few kilobytes. So every part is walked once before, with nothing kept, and refused by what
no table needs.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from lzma import LZMAError
from typing import Any, Final
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from pilots.imports.table import MOST_COLUMNS, Cell, Unreadable, plain

# What an XLSX may unpack to; a real one of as many bytes as are taken is about a tenth of its content.
MOST_UNPACKED: Final = 80 * 1024 * 1024
MOST_PARTS: Final = 500
# As many as a sheet of Excel has.
MOST_LINES: Final = 1_048_576
# A full table of the size above has fewer.
MOST_ELEMENTS: Final = 5_000_000
# Of one row or one shared text: 16,384 cells with all that belongs to each.
MOST_IN_A_ROW: Final = 65_536
# Styles, names and relations, which are held in memory all at once.
MOST_BESIDE_ROWS: Final = 100_000
# A parser begins anew at the start of a comment or attribute whenever more of it comes.
LONGEST_MARKUP: Final = 1024 * 1024
_CHUNK: Final = 64 * 1024
_ROWS: Final = frozenset({"row", "si"})
_NO_TABLE: Final = "This XLSX unpacks to far more than a table holds. Save the one sheet as CSV."


def sheet_lines(content: bytes) -> Iterator[tuple[int, Sequence[Cell]]]:
    """Its rows that hold anything, each with its number in the sheet."""
    _refuse_traps(content)
    try:
        for number, cells in enumerate(_rows(content), 1):
            if number > MOST_LINES:
                raise Unreadable(f"A sheet has at most {MOST_LINES:,} rows.", number)
            if any(cell is not None for cell in cells):
                yield number, list(map(plain, cells))
    except Unreadable:
        raise
    except Exception as error:  # a broken workbook fails in a dozen ways
        raise Unreadable("This XLSX cannot be read. Open it, save it anew, or save it as CSV.") from error


def _rows(content: bytes) -> Iterator[Sequence[Any]]:
    """`load_workbook` would also read the relations of every other sheet, as often as the workbook names one."""
    reader = ExcelReader(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    sheet, relation = next(found for found in reader.parser.find_sheets() if "chartsheet" not in found[1].Type)
    first = ReadOnlyWorksheet(reader.wb, sheet.name, relation.target, reader.shared_strings)
    # What the file says of its size may be anything: rows come as they are, and only so wide.
    first.reset_dimensions()
    yield from first.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)


def _refuse_traps(content: bytes) -> None:
    """Python unpacks of a part no more than the archive says that it holds, so what it says can be summed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable(_NO_TABLE)
            walk = _Walk()
            for part in parts:
                with archive.open(part) as opened:
                    walk.through(iter(lambda: opened.read(_CHUNK), b""))  # used up before the next
    except _DAMAGED as error:
        raise Unreadable("This is a damaged archive, or one with a password. Save it as XLSX or CSV.") from error


_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    NotImplementedError,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)


class _Walk:
    """Counts over all parts, by the same parser that reads them afterwards."""

    def __init__(self) -> None:
        self.elements = self.beside_rows = 0
        # How deep in a row the walk stands, 0 outside of any; and how many elements that row has had.
        self.depth = self.in_row = 0

    def through(self, chunks: Iterator[bytes]) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        self.depth = fed = 0
        for chunk in chunks:
            try:
                parser.Parse(chunk)
            except expat.ExpatError:
                return  # a picture; or whoever reads it as XML comes no further than here
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_MARKUP:
                raise Unreadable(_NO_TABLE)

    def _doctype(self, *declared: object) -> None:
        """A workbook declares no types; who does so means to make a parser swell or read other files."""
        raise Unreadable("This XLSX declares a document type, which no spreadsheet does. Save it as CSV.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.depth:
            self.depth += 1
            self.in_row += 1
        elif name.rpartition(":")[2] in _ROWS:
            self.depth, self.in_row = 1, 0
        else:
            self.beside_rows += 1
        if self.elements > MOST_ELEMENTS or self.in_row > MOST_IN_A_ROW or self.beside_rows > MOST_BESIDE_ROWS:
            raise Unreadable(_NO_TABLE)

    def _end(self, name: str) -> None:
        if self.depth:
            self.depth -= 1
