"""Stages as they stand while they run: opened on locked criteria and a locked forecast, with readings week by week."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pilots.models import (
    Cell,
    Criterion,
    Forecast,
    ForecastScore,
    OutcomeReading,
    Pilot,
    Segment,
    Stage,
    StageCell,
    UseReading,
)
from tests.factories.evidence import cell
from tests.factories.forecasts import FigureFactory, ForecastFactory

WEEKS = 8


def opened(
    pilot: Pilot, at: datetime, *, number: int = 1, weeks: int = WEEKS, asks: float | None = None, **fields: Any
) -> Stage:
    """Since so many weeks, of one cell and with a forecast of success alone, unless these are given. `asks`: the share
    of people with a habit that is satisfactory."""
    by, began = pilot.created_by, at - timedelta(weeks=weeks)
    cells: Sequence[Cell] = fields.pop("cells", None) or [cell(pilot, at)]
    usual = {"name": f"Wave {number}", "because": "It went best there.", "users_planned": 60, "days": 60}
    forecast = fields.pop("forecast", None) or promised(pilot, began, number, cells)
    stage = Stage.objects.create(pilot=pilot, number=number, **usual | fields)
    StageCell.objects.bulk_create(StageCell(stage=stage, cell=one) for one in cells)
    if asks is not None:
        Criterion.objects.create(stage=stage, metric="habitual", purpose="satisfactory", side="floor", bound=asks)
    stage.forecast, stage.criteria_locked_at, stage.criteria_locked_by = forecast, began, by
    stage.state, stage.opened_at, stage.opened_by = Stage.State.OPEN, began, by
    stage.save()
    return stage


def promised(pilot: Pilot, at: datetime, number: int, cells: Sequence[Cell], **figures: dict[str, Any]) -> Forecast:
    """Locked: 61 % of the tasks done well, where the demonstration had 91 %, and `figures` beside it."""
    made: Forecast = ForecastFactory.create(pilot=pilot, stage=number, asked_at=at)
    said = {"share": 1 / len(cells), "evidence": "direct", "median": 0.61, "low": 0.5, "high": 0.72}
    told = [{"cell": one.pk} | said for one in cells]
    FigureFactory.create(forecast=made, cells=told)
    for of, said in figures.items():
        FigureFactory.create(forecast=made, of=of, **said)
    made.locked_at, made.locked_by = at, pilot.created_by
    made.save(update_fields=["locked_at", "locked_by"])
    return made


def monday(stage: Stage, week: int) -> date:
    """Of a week of the stage, the first being 0."""
    assert stage.opened_at is not None
    first = stage.opened_at.date()
    return first - timedelta(days=first.weekday()) + timedelta(weeks=week)


def used(stage: Stage, week: int, segment: Segment | None = None, **counts: int) -> UseReading:
    """Of 100 people 20 tried it and 10 have a habit of it, unless said otherwise."""
    usual = {"eligible": 100, "licensed": 80, "tried": 20, "active": 15, "habitual": 10} | counts
    where = segment or stage.cells.select_related("cell__segment")[0].cell.segment
    return UseReading.objects.create(stage=stage, week=monday(stage, week), segment=where, **_recorded(stage), **usual)


def came(stage: Stage, *, people: int = 20, tasks: int = 10, week: int = 0, **fields: Any) -> None:
    """Each of so many people did so many tasks, six of ten of them well unless said otherwise."""
    place = fields.pop("cell", None) or stage.cells.select_related("cell__segment", "cell__use_case")[0].cell
    usual = {"done_well": round(tasks * 0.6), "overridden": tasks // 5, "out_of_scope": 0, "minutes_saved": 2.0 * tasks}
    for number in range(people):
        OutcomeReading.objects.create(
            stage=stage,
            week=monday(stage, week),
            segment=place.segment,
            use_case=place.use_case,
            person=f"{place.segment.slug}-{number}",
            tasks=tasks,
            **_recorded(stage),
            **usual | fields,
        )


def scored(pilot: Pilot, at: datetime, *, held: bool = True, number: int = 1, **fields: Any) -> ForecastScore:
    """Of a stage that is closed, by rows."""
    stage = opened(pilot, at, number=number)
    stage.state, stage.closed_at, stage.closed_by = Stage.State.CLOSED, at, pilot.created_by
    stage.lesson = fields.pop("lesson", "Train before it opens.")
    stage.save()
    assert stage.forecast is not None
    came_in = {"actual": 0.6 if held else 0.3, "miss": -0.1 if held else -3.0, "crps": 0.02 if held else 0.3}
    usual = {
        "actual_n": 200,
        "actual_people": 20,
        "held80": held,
        "held95": held,
        "interval80": 0.2,
        "interval95": 0.3,
        "naive_crps": 0.31 if held else 0.61,
        "pit": 0.4,
        "scored_at": at,
    }
    return ForecastScore.objects.create(figure=stage.forecast.figures.get(), **came_in | usual | fields)


def _recorded(stage: Stage) -> dict[str, Any]:
    assert stage.opened_at is not None
    return {"recorded_at": stage.opened_at, "recorded_by": stage.pilot.created_by}
