"""A stage's locked forecast beside what the stage brought."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from pilots.adoption.outcomes import Brought, Of, brought_by
from pilots.adoption.weeks import table_of
from pilots.models import Cell, ForecastFigure, ForecastScore, Stage
from pilots.stats import scoring
from pilots.stats.forecast.misses import explain_miss
from pilots.stats.metrics.suppression import LEAST


@dataclass(frozen=True)
class Outcome:
    """`brought` None: nobody's tasks are behind it, as of adoption."""

    value: float
    n: int
    people: int
    brought: Brought | None = None


def outcomes_of(stage: Stage, at: datetime) -> dict[str, Outcome]:
    """By figure of a forecast; what ten people at least are not behind is left out."""
    found = {
        of: Outcome(brought.value, brought.tasks, brought.people, brought)
        for of, brought in brought_by(stage).items()
        if brought.is_enough
    }
    use = table_of(stage, at).whole.last
    if use and use.eligible >= LEAST:
        found[Of.ADOPTION] = Outcome(use.habitual / use.eligible, use.eligible, use.eligible)
    return found


def scores_of(stage: Stage, at: datetime) -> list[ForecastScore]:
    """Not saved yet. None where no forecast was locked for it."""
    if stage.forecast is None or stage.forecast.locked_at is None:
        return []
    outcomes = outcomes_of(stage, at)
    cells = {(one.use_case_id, one.segment_id): one.pk for one in Cell.objects.filter(pilot=stage.pilot)}
    figures = ForecastFigure.objects.filter(forecast=stage.forecast)
    return [_score(one, outcomes[one.of], cells, at) for one in figures if one.of in outcomes]


def _score(figure: ForecastFigure, came: Outcome, cells: dict[tuple[UUID, UUID], int], at: datetime) -> ForecastScore:
    draws, actual = np.array(figure.draws, float), came.value
    naive = None if figure.naive is None else scoring.crps(np.array([figure.naive]), actual)
    return ForecastScore(
        figure=figure,
        actual=actual,
        actual_n=came.n,
        actual_people=came.people,
        held80=figure.low80 <= actual <= figure.high80,
        held95=figure.low95 <= actual <= figure.high95,
        interval80=scoring.interval_score(figure.low80, figure.high80, actual, 0.8),
        interval95=scoring.interval_score(figure.low95, figure.high95, actual, 0.95),
        crps=scoring.crps(draws, actual),
        naive_crps=naive,
        pit=scoring.probability_below(draws, actual),
        miss=_miss(figure, actual),
        notes=_explained(figure, came.brought, cells) if came.brought else [],
        scored_at=at,
    )


def _miss(figure: ForecastFigure, actual: float) -> float:
    """Nought where the forecast had no width to miss by."""
    if figure.high80 <= figure.low80:
        return 0.0
    return scoring.standardised(actual, figure.low80, figure.median, figure.high80)


def _explained(figure: ForecastFigure, brought: Brought, cells: dict[tuple[UUID, UUID], int]) -> list[dict[str, Any]]:
    """Empty where a part of it would tell of one to nine people, or the forecast says nothing by cell."""
    planned = {row["cell"]: float(row.get("share") or 0) for row in figure.cells}
    whole = sum(planned.values())
    by_cell = _by_cell(brought, cells)
    if not whole or not by_cell:
        return []
    order = sorted(planned.keys() | by_cell.keys())
    # What the forecast hides of a cell is taken to be as all of it: the rest makes up for it.
    said = {row["cell"]: figure.median if row["median"] is None else row["median"] for row in figure.cells}
    known = {row["cell"] for row in figure.cells if row["evidence"] != "none"}
    for group in (known, by_cell.keys() - known):
        people = {row.person for cell in group if cell in by_cell for row in by_cell[cell].rows}
        if 0 < len(people) < LEAST:
            return []
    tasks = sum(one.tasks for one in by_cell.values())
    found = explain_miss(
        figure.median,
        planned=np.array([planned.get(cell, 0.0) / whole for cell in order]),
        met=np.array([by_cell[cell].tasks / tasks if cell in by_cell else 0.0 for cell in order]),
        said=np.array([said.get(cell, np.nan) for cell in order]),
        measured=np.array([by_cell[cell].value if cell in by_cell else np.nan for cell in order]),
        known=np.array([cell in known for cell in order]),
    )
    scale = 1.0 if figure.of == Of.MINUTES else 100.0
    return [{"kind": kind, "points": scale * part} for kind, part in vars(found).items()]


def _by_cell(brought: Brought, cells: dict[tuple[UUID, UUID], int]) -> dict[int, Brought]:
    """What was done outside every cell of the scope stands in none."""
    found: dict[int, list[Any]] = {}
    for row in brought.rows:
        if (cell := cells.get((row.use_case, row.segment))) is not None:
            found.setdefault(cell, []).append(row)
    return {cell: Brought(tuple(rows)) for cell, rows in found.items()}
