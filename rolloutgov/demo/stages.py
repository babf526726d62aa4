"""Steps about stages of a rollout: planned, judged, foreseen and locked; read, and looked at."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from governance.reports.cells import grid_of
from pilots.actions.forecasting import work_out_forecast
from pilots.actions.forecasts import ask_forecast, lock_forecast
from pilots.actions.looking import look_at_stage
from pilots.actions.readings import record_readings
from pilots.actions.stages import Bound, Planned, lock_stage, plan_stage, set_criteria
from pilots.models import Cell, Forecast, Stage
from pilots.readings import KINDS, WEEK, monday_of
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step


def stage(scene: Scene, step: Step) -> None:
    """Of all cells of these `use_cases`; `criteria` as [figure, what for, bound]."""
    by, at, args, pilot = scene.person(step.by), scene.move_to(step.day), step.args, scene.pilot
    cells = [one.cell.pk for one in grid_of(pilot).cells if str(one.cell.use_case) in args["use_cases"]]
    planned = Planned(args["name"], cells, args["because"], args["people"], args["days"])
    made = plan_stage(pilot=pilot, planned=planned, by=by, at=at)
    criteria = [Bound(*one) for one in args["criteria"]]
    made = set_criteria(stage=made, criteria=criteria, by=by, at=at, version=made.version)
    asked = ask_forecast(pilot=pilot, by=by, at=at, stage=made.number)
    work_out_forecast(pilot)
    Forecast.objects.filter(pk=asked.pk).update(finished_at=at)
    asked.refresh_from_db()
    lock_forecast(forecast=asked, by=by, at=at, note=args.get("note", ""))
    lock_stage(stage=made, by=by, at=at)


def read(scene: Scene, step: Step) -> None:
    """What came of `people`, each with so many `tasks` a week, in every whole week since the stage opened: a share of
    `done_well` and `minutes` saved a task, a little more with one and less with another."""
    by, at, args = scene.person(step.by), scene.move_to(step.day), step.args
    of = Stage.objects.select_related("pilot").get(pilot=scene.pilot, number=args["number"])
    cells = [one.cell for one in of.cells.select_related("cell__use_case", "cell__segment")]
    assert of.opened_at is not None
    week, rows = monday_of(of.opened_at.date()), list[dict[str, Any]]()
    while week <= at.date() - WEEK:
        rows += [_reading(cells[n % len(cells)], n, week, args) for n in range(args["people"])]
        week += WEEK
    record_readings(stage=of, kind=KINDS["outcomes"], rows=rows, by=by, at=at)


def _reading(cell: Cell, n: int, week: date, args: Mapping[str, Any]) -> dict[str, Any]:
    tasks = args["tasks"] + n % 3
    said = {"week": week, "use_case": cell.use_case, "segment": cell.segment, "person": f"p-{n:03}", "team": ""}
    well = min(round(tasks * args["done_well"] + (n + week.day) % 3 - 1), tasks)
    minutes = {"minutes_saved": tasks * (args["minutes"] + n % 5 - 2.0)} if "minutes" in args else {}
    incidents = {"incidents": 0} if args.get("incidents") == "none" else {}
    return said | {"tasks": tasks, "done_well": well} | minutes | incidents


def look(scene: Scene, step: Step) -> None:
    """As the daily job looks at it."""
    at = scene.move_to(step.day)
    look_at_stage(Stage.objects.select_related("pilot").get(pilot=scene.pilot, number=step.args["number"]), at)
