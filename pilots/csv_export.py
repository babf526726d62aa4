"""Every CSV that leaves the application: quoted against formulas, streamed, readable by spreadsheets."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.http import StreamingHttpResponse

from pilots.cells import cell

# Excel reads UTF-8 only where a byte order mark says so.
BYTE_ORDER_MARK: Final = "\ufeff"


class _Echo:
    """A file that hands each line straight back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


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
