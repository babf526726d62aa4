"""What stands in a cell that a spreadsheet opens: text that it takes for a formula is quoted. Pure."""

import re
from datetime import datetime
from typing import Any, Final

# A spreadsheet runs what starts like this; an apostrophe before it makes it text (OWASP, "CSV injection").
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a spreadsheet parts cells by semicolons, as over most of Europe, only the first cell of a line is quoted to it:
# in all others a semicolon, a tab or a line's end in a text begins a new cell.
_NEW_CELL: Final = re.compile(r"([;\t\r\n][\s\"]*)(?=[=+\-@＝＋－＠])")


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
