"""The page of the rollout design: the grid, what it adds up to, what acting on it costs, and what nobody likes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from governance.design import SEVERE, Choice, Evidence
from governance.models import Disposition, UncomfortableAcknowledgement
from governance.reports.cells import Grid, Known, grid_of, ignorance, shares_by_choice
from governance.uncomfortable import Cost, Discomfort, Promised, Served, Uncomfortable, uncomfortable
from pilots.models import BlindSpot, Cell, FailureMode, ForecastFigure, Pilot, Segment, UseCase

ORDER: Final = (*(choice.value for choice in Choice), "")


@dataclass(frozen=True)
class Row:
    """One use case. `cells` stand under the segments; None: that pair is not part of the work."""

    use_case: UseCase
    share: float | None
    cells: tuple[Known | None, ...]


@dataclass(frozen=True)
class Part:
    """Of the counted work, what was decided so. `state` is a key of the interface's states."""

    state: str
    share: float
    cells: int


@dataclass(frozen=True)
class Seen:
    finding: Uncomfortable
    by: tuple[UncomfortableAcknowledgement, ...]

    def by_reader(self, reader: Any) -> bool:
        return any(row.acknowledged_by_id == reader.pk for row in self.by)


@dataclass(frozen=True)
class Design:
    grid: Grid
    columns: tuple[tuple[Segment, float | None], ...]
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]
    # Cells that left the grid with their use case or segment: the index shrinks by them.
    taken_out: int
    # M36; None: nobody counted the work.
    ignorance: float | None
    cost: Cost
    uncomfortable: tuple[Seen, ...]

    @property
    def undecided(self) -> int:
        return sum(1 for one in self.grid.cells if one.disposition is None)


def design_of(pilot: Pilot) -> Design:
    grid = grid_of(pilot)
    spots = list(BlindSpot.objects.filter(pilot=pilot, removed_at__isnull=True))
    columns = _by_volume((one.cell.segment, one) for one in grid.cells)
    lines = _by_volume((one.cell.use_case, one) for one in grid.cells)
    there = {(one.cell.use_case_id, one.cell.segment_id): one for one in grid.cells}
    return Design(
        grid=grid,
        columns=tuple(columns),
        rows=tuple(
            Row(case, share, tuple(there.get((case.pk, segment.pk)) for segment, _ in columns)) for case, share in lines
        ),
        parts=tuple(_parts(grid)),
        taken_out=Cell.objects.filter(pilot=pilot).count() - len(grid.cells),
        ignorance=ignorance(grid.cells),
        cost=cost_of(grid, spots),
        uncomfortable=tuple(seen_by(pilot, uncomfortable(_discomfort(grid, spots)))),
    )


def _by_volume(pairs: Iterable[tuple[Any, Known]]) -> list[tuple[Any, float | None]]:
    """The largest first; what nobody counted last, by name."""
    found: dict[Any, float | None] = {}
    for side, one in pairs:
        before = found.get(side)
        found[side] = before if one.share is None else (before or 0.0) + one.share
    return sorted(found.items(), key=lambda pair: (-(pair[1] or 0.0), pair[0].name))


def _parts(grid: Grid) -> Iterable[Part]:
    shares = shares_by_choice(grid.cells)
    for choice in ORDER:
        cells = sum(1 for one in grid.cells if one.choice == choice)
        if cells:
            yield Part(state_of(choice), shares.get(choice, 0.0), cells)


def state_of(choice: str) -> str:
    return f"design_{choice or 'undecided'}"


def cost_of(grid: Grid, spots: Iterable[BlindSpot]) -> Cost:
    weeks = [spot.weeks for spot in spots]
    days = [one.disposition.due_on for one in grid.cells if one.disposition and one.disposition.due_on]
    days += [one.build_due_on for one in grid.failures if one.answer == FailureMode.Answer.BUILD and one.build_due_on]
    known = [length for length in weeks if length is not None]
    last: date | None = max(days, default=None)
    return Cost(sum(known), len(known), len(weeks) - len(known), last, len(days))


def findings_of(pilot: Pilot) -> list[Uncomfortable]:
    spots = BlindSpot.objects.filter(pilot=pilot, removed_at__isnull=True)
    return uncomfortable(_discomfort(grid_of(pilot), spots))


def seen_by(pilot: Pilot, found: Iterable[Uncomfortable]) -> Iterable[Seen]:
    """Who acknowledged each as it stands."""
    rows: dict[tuple[str, str], list[UncomfortableAcknowledgement]] = {}
    for row in UncomfortableAcknowledgement.objects.filter(pilot=pilot).select_related("acknowledged_by"):
        rows.setdefault((row.kind, row.version), []).append(row)
    return (Seen(one, tuple(rows.get((one.kind, one.version), ()))) for one in found)


def _discomfort(grid: Grid, spots: Iterable[BlindSpot]) -> Discomfort:
    dark = [one for one in grid.cells if one.facts.evidence is Evidence.NONE]
    shares = [one.share for one in dark if one.share is not None]
    return Discomfort(
        promised=_promised(grid.forecast),
        worst=_worst(grid),
        cells=len(grid.cells),
        without_evidence=tuple(str(one.cell) for one in dark),
        dark=sum(shares) if shares else None,
        blind_spots=tuple(spot.what for spot in spots),
        severe=tuple(one.what for one in grid.failures if one.severity >= SEVERE),
    )


def _promised(figure: ForecastFigure | None) -> Promised | None:
    if figure is None or figure.naive is None:
        return None
    return Promised(
        naive=figure.naive,
        naive_n=figure.naive_n,
        median=figure.median,
        low=figure.low80,
        high=figure.high80,
        n=figure.n,
        people=figure.people,
        forecast=figure.forecast.reference,
    )


def _worst(grid: Grid) -> Served | None:
    """By what the forecast expects. Not of cells in which fewer than ten people would be read from it."""
    if grid.forecast is None:
        return None
    sums: dict[str, tuple[float, float]] = {}
    for one in grid.cells:
        if one.forecast is None or one.forecast.get("median") is None or not one.may_show_forecast or not one.share:
            continue
        done, whole = sums.get(one.cell.segment.name, (0.0, 0.0))
        sums[one.cell.segment.name] = (done + one.share * one.forecast["median"], whole + one.share)
    if len(sums) < 2:
        return None
    expected = {name: done / whole for name, (done, whole) in sums.items()}
    name = min(expected, key=lambda each: (expected[each], each))
    return Served(name, expected[name], grid.forecast.median)


def history_of(known: Known) -> list[Disposition]:
    """The newest first."""
    rows = Disposition.objects.filter(cell=known.cell).select_related("owner", "decided_by", "cell")
    return list(rows.prefetch_related("conditions__met_by"))
