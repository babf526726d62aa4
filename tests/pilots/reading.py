"""Pages and files as somebody reads them."""

import csv
import html
import io
import re
from typing import Any


def text(page: Any) -> str:
    """All words of a page in a row, without its marks."""
    main = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+([.,;:?])", r"\1", " ".join(html.unescape(main).split()))


def csv_lines(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
