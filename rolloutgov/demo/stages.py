"""Steps about stages of a rollout: planned, judged, foreseen and locked; and what its readings said last."""

from governance.reports.cells import grid_of
from pilots.actions.forecasting import work_out_forecast
from pilots.actions.forecasts import ask_forecast, lock_forecast
from pilots.actions.stages import Bound, Planned, lock_stage, plan_stage, set_criteria
from pilots.models import Forecast, Look, Stage
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


def look(scene: Scene, step: Step) -> None:
    """What the criteria of a stage said of its readings on one day, as the daily job would have written it."""
    at = scene.move_to(step.day)
    of = Stage.objects.get(pilot=scene.pilot, number=step.args["number"])
    Look.objects.create(stage=of, day=at.date(), call=step.args["call"], why=[step.args["why"]], looked_at=at)
