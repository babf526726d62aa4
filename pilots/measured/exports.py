"""Figures and coverage as rows of a file. What is hidden is blank in every column that could tell it."""

from collections.abc import Iterator
from typing import Any, Final

from pilots.measured import words
from pilots.models import Batch, Figure, Pilot

FIGURE_COLUMNS: Final = (
    *("Figure", "Code", "Question", "Rows", "Use case", "Segment", "State", "Value", "Low", "High", "Unit", "n"),
    *("People", "First day", "Last day", "Methods", "Measured by", "Stakes", "Recalled", "Synthetic", "Held back"),
    *("Batches", "Note", "Worked out"),
)


def figure_lines(pilot: Pilot) -> Iterator[list[Any]]:
    numbers = dict(Batch.objects.filter(pilot=pilot).values_list("pk", "number"))
    rows = Figure.objects.filter(pilot=pilot).select_related("use_case", "segment")
    for row in rows.iterator(chunk_size=2000):
        said = words.about(row.code)
        yield [
            *(said.name, row.code, said.question, row.get_part_display()),
            *(row.use_case.name if row.use_case else "All", row.segment.name if row.segment else "All"),
            {"": "measured"}.get(words.state(row)) or words.value(row),
            *shown_numbers(row),
            *(words.methods(row), "; ".join(row.measured_by), words.stakes(row)),
            *(row.is_recalled, row.is_synthetic, row.is_held),
            *("; ".join(f"B-{numbers[pk]}" for pk in row.batches if pk in numbers), row.note, row.worked_out_at),
        ]


def shown_numbers(row: Figure) -> list[Any]:
    """Value, interval, unit, n, people and days: all of them blank where fewer than ten people stand behind it."""
    unit = words.about(row.code).unit
    if row.is_hidden:
        return [None, None, None, unit, None, None, None, None]
    return [row.value, row.low, row.high, unit, row.n, row.people, row.first_day, row.last_day]
