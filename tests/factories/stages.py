"""Stages of a rollout, written straight into the tables: planned, locked, open."""

from datetime import datetime
from typing import Any

from governance.design import Choice
from pilots.models import Cell, Criterion, Forecast, Look, Pilot, Stage, StageCell
from tests.factories.evidence import cell, decide, forecast

CRITERIA = (("success", "satisfactory", "floor", 0.8), ("success", "pause", "floor", 0.7))


def planned(pilot: Pilot, at: datetime, cells: list[Cell] | None = None, **fields: Any) -> Stage:
    """The next one, with its criteria; of a new cell that is ready unless others are given."""
    number = Stage.objects.filter(pilot=pilot).count() + 1
    found = cells or [cell(pilot, at, f"Use case of stage {number}")]
    if cells is None:
        decide(pilot, at, Choice.READY, found, reason="Shown.")
    usual = {"name": "Counter staff", "because": "Shown, and caught.", "users_planned": 40, "days": 60}
    stage = Stage.objects.create(pilot=pilot, number=number, **usual | fields)
    StageCell.objects.bulk_create(StageCell(stage=stage, cell=one) for one in found)
    for metric, purpose, side, bound in CRITERIA:
        Criterion.objects.create(stage=stage, metric=metric, purpose=purpose, side=side, bound=bound)
    return stage


def foreseen(of: Stage, at: datetime, **fields: Any) -> Forecast:
    """Of exactly its cells, and locked."""
    made = forecast(of.pilot, at)
    told = [[one.cell_id, part, 1.0] for part, one in enumerate(of.cells.all())]
    made.stage, made.inputs = of.number, {"public": {"batches": [], "bases": {"tasks": {"told": told}}}}
    made.locked_at, made.locked_by = at, of.pilot.created_by
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    return made


def locked(pilot: Pilot, at: datetime, cells: list[Cell] | None = None, **fields: Any) -> Stage:
    stage = planned(pilot, at, cells, **fields)
    stage.forecast = foreseen(stage, at)
    stage.criteria_locked_at, stage.criteria_locked_by = at, pilot.created_by
    stage.save()
    return stage


def opened(pilot: Pilot, at: datetime, cells: list[Cell] | None = None, **fields: Any) -> Stage:
    """As if its gate had been passed."""
    stage = locked(pilot, at, cells, **fields)
    stage.state, stage.opened_at, stage.opened_by = Stage.State.OPEN, at, pilot.created_by
    stage.save()
    return stage


def looked(stage: Stage, at: datetime, call: str = "expand") -> Look:
    return Look.objects.create(stage=stage, day=at.date(), call=call, looked_at=at)
