"""Readings of use as rows of a file and of the API. What is not told is blank, and says why."""

from collections.abc import Iterator
from typing import Any, Final

from pilots.adoption.weeks import STEPS, Table

COLUMNS: Final = ("Week", "Segment", "State", "Eligible", *(step.capitalize() for step in STEPS))


def adoption_rows(table: Table) -> Iterator[dict[str, Any]]:
    """By week, all people first and then each segment."""
    for place, week in enumerate(table.weeks):
        for line in table.lines:
            known, one = line.weeks[place]
            counts = {name: getattr(one, name) if one else None for name in ("eligible", *STEPS)}
            segment = line.segment.slug if line.segment else None
            yield {"week": week, "segment": segment, "name": line.name, "state": str(known), **counts}


def adoption_lines(table: Table) -> Iterator[list[Any]]:
    for row in adoption_rows(table):
        yield [row["week"], row["name"], row["state"], *(row[name] for name in ("eligible", *STEPS))]
