"""What a batch holds, as it may be shown: rows for who plans the measuring, cells of ten people or more for all others,
and never what one person thinks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import CharField, Count, QuerySet, Value
from django.db.models.functions import Concat

from pilots.models import (
    Batch,
    Cell,
    CheckTrace,
    DownstreamItem,
    LoadRun,
    Observation,
    Outcome,
    Rating,
    Score,
    UseMade,
)
from pilots.stats.metrics.suppression import LEAST

# Column of the table, how it is found in a row.
_OBSERVED: Final = (
    ("line", "line"),
    ("participant", "participant__pseudonym"),
    ("route", "participant__route"),
    ("use_case", "cell__use_case__name"),
    ("segment", "cell__segment__name"),
    ("date", "day"),
    ("supported", "supported"),
    ("trained", "trained"),
    ("outcome", "outcome"),
    ("use_made", "use_made"),
    ("baseline_minutes", "baseline_minutes"),
    ("tool_minutes", "tool_minutes"),
    ("learning_minutes", "learning_minutes"),
    ("correcting_minutes", "correcting_minutes"),
    ("quality", "quality"),
)
_ROWS: Final[dict[str, tuple[Any, tuple[tuple[str, str], ...]]]] = {
    Batch.Kind.OBSERVATIONS: (Observation, _OBSERVED),
    Batch.Kind.ESCAPES: (
        DownstreamItem,
        (
            *(("line", "line"), ("workflow", "workflow__name"), ("date", "day")),
            *(("wrong", "is_wrong"), ("severity", "severity")),
        ),
    ),
    Batch.Kind.CHECKS: (
        CheckTrace,
        (
            *(("line", "line"), ("workflow", "workflow__name"), ("date", "day"), ("participant", "participant")),
            *(("trace", "has_trace"), ("minutes", "minutes")),
        ),
    ),
    Batch.Kind.SCORES: (
        Score,
        (
            *(("line", "line"), ("workflow", "workflow__name"), ("date", "day"), ("item", "item")),
            *(("reviewer", "reviewer"), ("passes", "passes"), ("overridden", "was_overridden"), ("prefers", "prefers")),
        ),
    ),
    Batch.Kind.RATINGS: (
        Rating,
        (
            *(("line", "line"), ("use_case", "use_case__name"), ("date", "day"), ("item", "item")),
            *(("rating", "rating"), ("reference", "reference")),
        ),
    ),
    Batch.Kind.LOAD: (
        LoadRun,
        (
            *(("line", "line"), ("date", "day"), ("requests", "requests"), ("errors", "errors")),
            *(("rejected", "rejected"), ("latency_seconds", "latency_seconds")),
        ),
    ),
}
_WORDS: Final[dict[str, dict[int, str]]] = {
    "outcome": {int(one): str(one.label) for one in Outcome},
    "use_made": {int(one): str(one.label) for one in UseMade},
}


@dataclass(frozen=True)
class CellOfBatch:
    """`people` None: fewer than ten, of whom nothing more is said."""

    cell: Cell
    rows: int | None
    people: int | None


def rows_of(batch: Batch) -> tuple[list[str], QuerySet[Any, Any]] | None:
    """Names of the columns, and the rows as tuples. None for what participants said of themselves."""
    found_as = _ROWS.get(batch.kind)
    if found_as is None:
        return None
    model, columns = found_as
    found = model._default_manager.filter(batch=batch).order_by("id")
    return [name for name, _ in columns], found.values_list(*(path for _, path in columns))


def observed(rows: QuerySet[Observation]) -> tuple[list[str], QuerySet[Any, Any]]:
    """Observations of several batches, as one reads those of one: each says first which batch it is of, “B-7”."""
    reference = Concat(Value("B-"), "batch__number", output_field=CharField())
    columns = (("batch", "reference"), *_OBSERVED)
    return [name for name, _ in columns], rows.annotate(reference=reference).order_by("id").values_list(
        *(path for _, path in columns)
    )


def in_words(names: Sequence[str], rows: Any) -> Iterator[list[Any]]:
    for row in rows:
        yield [_in_words(name, value) for name, value in zip(names, row, strict=True)]


def _in_words(name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _WORDS[name].get(value, "") if name in _WORDS else value


def cells_of(batch: Batch) -> list[CellOfBatch]:
    """Two queries, and one more for each cell that is hidden for another's sake."""
    counted = (
        Observation.objects.filter(batch=batch)
        .order_by()
        .values_list("cell")
        .annotate(Count("id"), Count("participant", distinct=True))
    )
    found = {cell: (rows, people) for cell, rows, people in counted}
    hidden = _hidden(batch, {cell: people for cell, (_, people) in found.items()})
    cells = Cell.objects.filter(pk__in=found).select_related("use_case", "segment")
    return [CellOfBatch(cell, *((None, None) if cell.pk in hidden else found[cell.pk])) for cell in cells]


def _hidden(batch: Batch, people: Mapping[int, int]) -> set[int]:
    """Those of few people, and as many more, the smallest first, as it takes: the batch less what is shown is what is
    hidden, which must be ten people's too."""
    hidden = {cell for cell, many in people.items() if many < LEAST}
    shown = sorted(people.keys() - hidden, key=lambda cell: (people[cell], cell))
    while hidden and shown and (len(hidden) == 1 or _people(batch, hidden) < LEAST):
        hidden.add(shown.pop(0))
    return hidden


def _people(batch: Batch, cells: set[int]) -> int:
    rows = Observation.objects.filter(batch=batch, cell__in=cells)
    return rows.aggregate(many=Count("participant", distinct=True))["many"]
