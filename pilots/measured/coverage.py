"""How much of the work the evidence covers: use case × segment, weighted by tasks a month."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pilots.models import Cell, Figure, Pilot, Segment, UseCase

CODE: Final = "success"
ALL, WITHOUT_HELP = Figure.Part.ALL, Figure.Part.UNSUPPORTED
# Observations from which on a cell is drawn one step darker; the first step is “not enough data”.
STEPS: Final = (100, 300, 1000)


class Known(StrEnum):
    """How much is known of a cell: `DARK`, nobody tried; `FEW`, so few people that nothing is shown."""

    DARK = "dark"
    FEW = "few"
    SEEN = "seen"


@dataclass(frozen=True)
class Square:
    """One cell of the grid. `share` of the counted work; None: nobody counted it."""

    cell: Cell
    figure: Figure | None
    alone: Figure | None
    share: float | None

    @property
    def known(self) -> Known:
        return known(self.figure)

    @property
    def step(self) -> str:
        """Of five, as `static/css/heat.css` draws them."""
        if self.known is Known.DARK:
            return "none"
        if self.known is Known.FEW or self.figure is None:
            return "0"
        return str(1 + sum((self.figure.n or 0) >= step for step in STEPS))


@dataclass(frozen=True)
class Row:
    """One use case; None where the pair is not part of the work."""

    use_case: UseCase
    share: float | None
    squares: tuple[Square | None, ...]


@dataclass(frozen=True)
class Coverage:
    columns: tuple[tuple[Segment, float | None], ...]
    rows: tuple[Row, ...]
    squares: tuple[Square, ...]
    # Of the counted work: by what is known with or without help, and without help alone. Empty: nobody counted.
    shares: Mapping[Known, float]
    shares_alone: Mapping[Known, float]

    @property
    def is_counted(self) -> bool:
        return bool(self.shares)

    @property
    def dark(self) -> list[Square]:
        """What nobody tried, the largest part of the work first."""
        return sorted((one for one in self.squares if one.known is Known.DARK), key=_volume, reverse=True)

    @property
    def uncounted(self) -> int:
        return sum(one.share is None for one in self.squares)


def known(figure: Figure | None) -> Known:
    if figure is None or not (figure.is_hidden or figure.n):
        return Known.DARK
    return Known.FEW if figure.is_hidden else Known.SEEN


def coverage_of(pilot: Pilot) -> Coverage:
    """Two queries."""
    cells = list(Cell.objects.of(pilot))
    return covered(cells, figures_of_cells(pilot))


def figures_of_cells(pilot: Pilot) -> list[Figure]:
    rows = Figure.objects.filter(pilot=pilot, code=CODE, part__in=(ALL, WITHOUT_HELP))
    return list(rows.filter(use_case__isnull=False, segment__isnull=False))


def covered(cells: Sequence[Cell], figures: Iterable[Figure]) -> Coverage:
    found = {(row.use_case_id, row.segment_id, row.part): row for row in figures}
    volume = sum(cell.tasks_a_month or 0 for cell in cells)
    squares = tuple(_square(cell, found, volume) for cell in cells)
    columns = _by_volume((one.cell.segment, one) for one in squares)
    lines = _by_volume((one.cell.use_case, one) for one in squares)
    there = {(one.cell.use_case_id, one.cell.segment_id): one for one in squares}
    rows = (Row(case, share, tuple(there.get((case.pk, of.pk)) for of, _ in columns)) for case, share in lines)
    return Coverage(
        columns=tuple(columns),
        rows=tuple(rows),
        squares=squares,
        shares=_shares((one.known, one.share) for one in squares),
        shares_alone=_shares((known(one.alone), one.share) for one in squares),
    )


def _square(cell: Cell, found: Mapping[tuple[UUID | None, UUID | None, str], Figure], volume: int) -> Square:
    share = cell.tasks_a_month / volume if volume and cell.tasks_a_month is not None else None
    sides = cell.use_case_id, cell.segment_id
    alone = found.get((*sides, WITHOUT_HELP))
    return Square(cell, found.get((*sides, ALL), alone), alone, share)


def _volume(square: Square) -> int:
    """What nobody counted comes last."""
    return -1 if square.cell.tasks_a_month is None else square.cell.tasks_a_month


def _by_volume(pairs: Iterable[tuple[Any, Square]]) -> list[tuple[Any, float | None]]:
    """One side of the grid, the largest share of the work first, each with its share."""
    shares: dict[Any, float | None] = {}
    for side, square in pairs:
        before = shares.get(side)
        shares[side] = before if square.share is None else (before or 0.0) + square.share
    return sorted(shares.items(), key=lambda pair: -1.0 if pair[1] is None else pair[1], reverse=True)


def _shares(parts: Iterable[tuple[Known, float | None]]) -> dict[Known, float]:
    """Nothing where nothing is counted."""
    found: dict[Known, float] = {}
    for of, share in parts:
        if share is not None:
            found[of] = found.get(of, 0.0) + share
    return found


def coverage_lines(pilot: Pilot) -> Iterator[list[Any]]:
    """Of a file: what is hidden has neither n nor people."""
    for one in coverage_of(pilot).squares:
        yield [
            *(one.cell.use_case.name, one.cell.segment.name, one.cell.tasks_a_month),
            None if one.share is None else round(one.share, 4),
            *counts(one.figure),
            *counts(one.alone),
        ]


COVERAGE_COLUMNS: Final = (
    *("Use case", "Segment", "Tasks a month", "Share of the work", "Evidence", "n", "People"),
    *("Evidence without help", "n without help", "People without help"),
)
IN_WORDS: Final = {Known.DARK: "never tried", Known.FEW: "not enough data", Known.SEEN: "measured"}


def counts(figure: Figure | None) -> tuple[str, int | None, int | None]:
    """What is known of a cell, n and people, as they may leave the application."""
    of = known(figure)
    return (IN_WORDS[of], *((figure.n, figure.people) if figure and of is Known.SEEN else (None, None)))
