"""What to fill in: the header and one row as an example, as CSV and as XLSX."""

import csv
import io
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font

from pilots.cells import cell
from pilots.imports.checking import Column

# Excel reads UTF-8 only where a byte order mark says so.
BYTE_ORDER_MARK: Final = "\ufeff"


def template_csv(columns: Sequence[Column]) -> bytes:
    written = io.StringIO()
    rows = [[column.name for column in columns], [cell(column.example) for column in columns]]
    csv.writer(written).writerows(rows)
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def template_xlsx(columns: Sequence[Column]) -> bytes:
    book = Workbook()
    sheet, about = book.active, book.create_sheet("About the columns")
    sheet.title = "Rows"
    sheet.append([column.name for column in columns])
    sheet.append([column.example for column in columns])
    about.append(["Column", "What it holds", "Needed"])
    for column in columns:
        about.append([column.name, column.help, "yes" if column.required else ""])
    for example in sheet[2]:
        example.data_type = "s"  # a use case may be called "=1+1"
    for page in (sheet, about):
        page.freeze_panes = "A2"
        for head in page[1]:
            head.font = Font(bold=True)
            page.column_dimensions[head.column_letter].width = 60 if page is about and head.column == 2 else 22
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
