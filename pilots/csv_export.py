"""Every CSV that leaves the application: quoted against formulas, streamed, readable by spreadsheets."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from django.http import StreamingHttpResponse

# A spreadsheet runs what starts like this; an apostrophe before it makes it text (OWASP, "CSV injection").
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a spreadsheet parts cells by semicolons, as over most of Europe, only the first cell of a line is quoted to it:
# in all others a semicolon, a tab or a line's end in a text begins a new cell.
_NEW_CELL: Final = re.compile(r"([;\t\r\n][\s\"]*)(?=[=+\-@＝＋－＠])")
# Excel reads UTF-8 only where a byte order mark says so.
BYTE_ORDER_MARK: Final = "\ufeff"


class _Echo:
    """A file that hands each line straight back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> str:
    """What stands in one cell. Numbers stay numbers (-3 is no formula); a text that starts like one is quoted."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, int | float):
        return str(value)
    text = _NEW_CELL.sub(r"\1'", str(value).replace("\x00", ""))
    return f"'{text}" if text.lstrip(' "').startswith(FORMULA_STARTS) else text


def lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow([cell(word) for word in header])
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def csv_response(filename: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A download of `rows`, written as they are read: hand in a generator over `.iterator()` and nothing piles up."""
    response = StreamingHttpResponse(lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["Cache-Control"] = "private, no-store"
    return response
