"""One cell to one value. How a file writes numbers and dates is decided once for all of it, never cell by cell."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from pilots.imports.table import LONGEST_CELL, Cell
from pilots.plain_text import visible

ISO: Final = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?"
)
PARTS: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:,?[T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_YES: Final = frozenset({"yes", "y", "true", "1", "x", "ja", "oui"})
_NO: Final = frozenset({"no", "n", "false", "0", "nein", "non"})


class Bad(Exception):
    """Why a cell cannot be what its column holds."""


@dataclass(frozen=True)
class Conventions:
    """`decimal`: the sign before the decimals. `month_first` is only found to be refused."""

    decimal: str = "."
    month_first: bool = False
    # Somebody may have meant the other order, and nothing in the file says so.
    unsure_of_order: bool = False


Kind = Callable[[Cell, Conventions], Any]


def conventions_of(numbers: Iterable[Cell], days: Iterable[Cell], separator: str) -> Conventions:
    firsts, seconds = [], []
    for cell in days:
        found = PARTS.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if found and found[2] != ".":
            firsts.append(int(found[1]))
            seconds.append(int(found[3]))
    day_first, month_first = any(n > 12 for n in firsts), any(n > 12 for n in seconds)
    return Conventions(
        decimal=_decimal_of([cell.strip() for cell in numbers if isinstance(cell, str)], separator),
        month_first=month_first and not day_first,
        unsure_of_order=bool(firsts) and not day_first and not month_first,
    )


def _decimal_of(cells: list[str], separator: str) -> str:
    """A comma that can only be a decimal one makes it so for the file, and so does a point. Else a file parted by
    semicolons was written where the comma is: that is why it is parted so."""
    comma = any(re.fullmatch(r"[+-]?(\d+|\d{1,3}([. ’']\d{3})+),(\d{1,2}|\d{4,})", cell) for cell in cells)
    point = any(re.fullmatch(r"[+-]?(\d+|\d{1,3}([, ’']\d{3})+)\.(\d{1,2}|\d{4,})", cell) for cell in cells)
    if comma != point:
        return "," if comma else "."
    return "," if separator == ";" else "."


def text(longest: int = LONGEST_CELL) -> Kind:
    """What looks like a formula is text like any other."""

    def read(cell: Cell, _: Conventions) -> str:
        if isinstance(cell, datetime | date | time):
            said = cell.isoformat()
        elif isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
            said = str(int(cell))  # a number that a spreadsheet made of somebody's id
        else:
            said = visible(str(cell)).strip()
        if len(said) > longest:
            raise Bad(f"has {len(said):,} characters; at most {longest:,} are kept")
        return said

    return read


def whole(least: int = 0, most: int = 1_000_000_000) -> Kind:
    def read(cell: Cell, conventions: Conventions) -> int:
        value = _number(cell, conventions)
        if not value.is_integer():
            raise Bad("is not a whole number")
        if not least <= value <= most:
            raise Bad(f"is not between {least:,} and {most:,}")
        return int(value)

    return read


def number(least: float, most: float) -> Kind:
    def read(cell: Cell, conventions: Conventions) -> float:
        value = _number(cell, conventions)
        if not least <= value <= most:
            raise Bad(f"is not between {least:g} and {most:g}")
        return value

    return read


def _number(cell: Cell, conventions: Conventions) -> float:
    if isinstance(cell, bool | datetime | date | time):
        raise Bad("is not a number")
    if isinstance(cell, int | float):
        value = float(cell)
    else:
        said = str(cell).strip()
        if said.startswith("="):
            raise Bad("is a formula; paste its value instead")
        grouping = "." if conventions.decimal == "," else ","
        decimal = re.escape(conventions.decimal)
        plain, grouped = rf"[+-]?\d+({decimal}\d+)?", rf"[+-]?\d{{1,3}}([{grouping}  ’']\d{{3}})+({decimal}\d+)?"
        if not (said.isascii() or "’" in said or " " in said) or not re.fullmatch(f"{plain}|{grouped}", said):
            raise Bad("is not a number")
        value = float(re.sub(rf"[{grouping}  ’']", "", said).replace(conventions.decimal, "."))
    if value != value or abs(value) > 1e15:
        raise Bad("is not a number that can be kept")
    return value


def day(earliest: date = date(2000, 1, 1), latest: date = date(2100, 1, 1)) -> Kind:
    def read(cell: Cell, conventions: Conventions) -> date:
        value = _moment(cell, conventions).date()
        if not earliest <= value <= latest:
            raise Bad(f"is not between {earliest} and {latest}")
        return value

    return read


def moment(cell: Cell, conventions: Conventions) -> datetime:
    """In UTC where it names no zone; a day alone is its noon, so that it is the same day in most zones."""
    value = _moment(cell, conventions)
    if not 2000 <= value.year < 2100:
        raise Bad("is not between 2000 and 2100")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _moment(cell: Cell, conventions: Conventions) -> datetime:
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time(12), UTC)
    said = str(cell).strip()
    try:
        if found := ISO.fullmatch(said):
            year, month, of_month, hour, minute, second, zone = found.groups()
            return datetime.fromisoformat(
                f"{year}-{int(month):02}-{int(of_month):02}T{int(hour or 12):02}:{minute or '00'}:{second or '00'}"
                f"{(zone or '+00:00').replace('Z', '+00:00')}"
            )
        if found := PARTS.fullmatch(said):
            if conventions.month_first:
                raise Bad("seems to name the month first; write dates as 2026-11-27")
            of_month, _, month, year, hour, minute, second = found.groups()
            return datetime(
                int(year), int(month), int(of_month), int(hour or 12), int(minute or 0), int(second or 0), tzinfo=UTC
            )
    except (ValueError, OverflowError):
        raise Bad("is no day of the calendar") from None
    raise Bad("is not a date; write it as 2026-11-27, or with a time as 2026-11-27 14:30")


def choice(named: Mapping[str, Any], *, what: str = "") -> Kind:
    """`named`: each spelling that is understood, to its value. Upper and lower case are the same."""
    by_name = {_folded(name): value for name, value in named.items()}
    # Of each value its first spelling, so that nobody reads every name twice.
    first = {value: name for name, value in reversed(list(named.items()))}
    known = [name for name, value in named.items() if first[value] == name]

    def read(cell: Cell, _: Conventions) -> Any:
        said = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        try:
            return by_name[_folded(said)]
        except KeyError:
            shown = ", ".join(known[:12]) + (" …" if len(known) > 12 else "")
            raise Bad(what or (f"is none of: {shown}" if known else "is not known: there is none")) from None

    return read


def several(named: Mapping[str, Any], most: int) -> Kind:
    """Names parted by a semicolon, a bar or a plus; a comma may be part of a name."""
    one = choice(named)

    def read(cell: Cell, conventions: Conventions) -> list[Any]:
        parts = [part.strip() for part in re.split(r"[;|+\n]", str(cell)) if part.strip()]
        found = list(dict.fromkeys(one(part, conventions) for part in parts))
        if len(found) > most:
            raise Bad(f"names {len(found)}; at most {most} are kept")
        return found

    return read


def yes_or_no(cell: Cell, _: Conventions) -> bool:
    said = _folded(str(cell))
    if isinstance(cell, bool) or said in _YES or said in _NO:
        return cell if isinstance(cell, bool) else said in _YES
    raise Bad("is neither yes nor no")


def _folded(name: str) -> str:
    return " ".join(visible(name).casefold().replace("’", "'").split())
