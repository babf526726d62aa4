"""The stages of a rollout as their pages show them, with what stands between each and its gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from governance.models import Gate
from governance.quoting import Warned
from governance.reports.cells import Known, grid_of
from governance.reports.quoted import warnings_of
from governance.stage_order import Candidate, in_order, proposed
from pilots.forecast_page import figures_of, forecasts_of
from pilots.models import Criterion, Forecast, ForecastFigure, PhaseKind, Pilot, Stage, StageCell
from pilots.stages import KINDS, stages_of
from pilots.stats.stages import Kind


@dataclass(frozen=True)
class Judged:
    """One criterion in words."""

    purpose: str
    metric: str
    bound: str


@dataclass(frozen=True)
class Row:
    """`forecast` is the newest of this stage; None: nobody asked for one."""

    stage: Stage
    forecast: Forecast | None
    gate: Gate | None

    @property
    def cells(self) -> list[str]:
        return [str(one.cell) for one in self.stage.cells.all()]

    @property
    def criteria(self) -> list[Judged]:
        return [judged(one) for one in self.stage.criteria.all()]

    @property
    def next_step(self) -> str:
        """What is missing before it opens, as a heading reads it; empty: nothing."""
        if self.stage.state != Stage.State.PLANNED:
            return ""
        if not self.stage.criteria.all():
            return "its criteria are not set"
        if not (self.stage.users_planned and self.stage.days):
            return "nobody has said how many people and days"
        if self.forecast is None or self.forecast.locked_at is None:
            return "no forecast of it is locked"
        if self.stage.criteria_locked_at is None:
            return "it is not locked"
        return "its gate is not passed"


@dataclass(frozen=True)
class One:
    """A stage with all that its page shows."""

    row: Row
    cells: tuple[Known, ...]
    figures: Sequence[ForecastFigure]
    quoted: Sequence[Warned]


def rows_of(pilot: Pilot) -> list[Row]:
    """In a fixed number of queries, the first stage first."""
    stages = list(stages_of(pilot))
    newest = {one.stage: one for one in forecasts_of(pilot).filter(stage__gt=0).order_by("number")}
    gates = {one.stage: one for one in Gate.objects.filter(pilot=pilot, phase=PhaseKind.STAGED_ROLLOUT)}
    return [Row(one, one.forecast or newest.get(one.number), gates.get(one.number)) for one in stages]


def one_of(pilot: Pilot, stage: Stage) -> One:
    row = next(each for each in rows_of(pilot) if each.stage.pk == stage.pk)
    grid = grid_of(pilot)
    known = [grid.of_cell[one.cell_id] for one in row.stage.cells.all() if one.cell_id in grid.of_cell]
    forecast = row.forecast
    figures = figures_of([forecast])[forecast.pk] if forecast and forecast.state == Forecast.State.READY else []
    return One(row, tuple(known), figures, warnings_of(pilot, stage.because))


def candidates_of(pilot: Pilot, stage: Stage | None = None) -> list[Candidate]:
    """Cells that no other stage has, in the order in which they would be opened."""
    taken = StageCell.objects.filter(stage__pilot=pilot)
    taken = taken.exclude(stage=stage) if stage else taken
    others = set(taken.values_list("cell", flat=True))
    free = [one for one in grid_of(pilot).cells if one.cell.pk not in others]
    return in_order(Candidate(one.cell.pk, str(one.cell), one.choice, one.facts, one.share) for one in free)


def proposed_cells(candidates: Sequence[Candidate]) -> list[int]:
    return [one.cell for one in proposed(candidates)]


def judged(criterion: Criterion) -> Judged:
    return Judged(
        str(criterion.get_purpose_display()),
        str(criterion.get_metric_display()),
        f"{edge(criterion.side, criterion.purpose)} {said(criterion.metric, criterion.bound)}",
    )


def edge(side: str, purpose: str) -> str:
    """A pause is for what is not kept, and shown not to be."""
    if purpose == Criterion.Purpose.SATISFACTORY:
        return str(Criterion.Side(side).label)
    return "clearly below" if side == Criterion.Side.FLOOR else "clearly above"


def said(metric: str, bound: float) -> str:
    kind = KINDS[Criterion.Metric(metric)]
    if kind is Kind.AMOUNT:
        return f"{bound:g} minutes"
    return f"{1000 * bound:g} in 1,000 tasks" if kind is Kind.RARE else f"{100 * bound:g} %"


def times_of(metric: str) -> float:
    """What a number is typed in: per cent, of 1,000 tasks, or minutes."""
    scale: dict[Kind, float] = {Kind.SHARE: 100.0, Kind.RARE: 1000.0, Kind.AMOUNT: 1.0}
    return scale[KINDS[Criterion.Metric(metric)]]


def typed(stage: Stage) -> dict[str, Any]:
    """Its criteria as its form has them."""
    return {f"{one.metric}_{one.purpose}": f"{one.bound * times_of(one.metric):g}" for one in stage.criteria.all()}
