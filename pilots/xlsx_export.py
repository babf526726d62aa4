"""A table as a workbook: text stays text, whatever it begins with."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST: Final = 32_767


def workbook(title: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """The first row is the header. Numbers stay numbers; all else is written as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, row in enumerate(rows):
        cells = [_cell(sheet, value) for value in row]
        for one in cells if place == 0 else ():
            one.font = Font(bold=True)
        sheet.append(cells)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value)
    said = "yes" if value is True else "no" if value is False else "" if value is None else str(value)
    made = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", said)[:LONGEST])
    made.data_type = "s"
    return made
