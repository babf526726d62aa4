"""Steps about evidence, marked as invented: what a gate asks for, samples, registers; and the rollout design."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from django.db.models import DateField, ForeignKey

from governance.actions.design import Wanted, decide_cells
from governance.reports.cells import grid_of
from pilots.actions.forecasting import work_out_forecast
from pilots.actions.registers import add_entry
from pilots.changes import evidence_changed
from pilots.models import (
    Batch,
    Cell,
    Cohort,
    Forecast,
    IntegrationPoint,
    Pilot,
    Segment,
    Stressor,
    UnsupportedPeriod,
    UseCase,
    User,
    Workflow,
)
from pilots.registers import REGISTERS
from rolloutgov.demo.observing import Sample, observe
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step

# A month, of a hundred people.
_USUAL_TASKS: Final = 100


def gather(scene: Scene, step: Step) -> None:
    """What the gate of a `phase` asks of evidence, the least of it; and `samples` of observations, a batch each."""
    by, at, phase = scene.person(step.by), scene.move_to(step.day), step.args["phase"]
    _count(scene, by, at)
    if phase == "stress_test":
        _stress(scene.pilot, by, at)
    if phase == "infrastructure_build":
        _exceptions(scene.pilot, by, at)
    shapes = {row["name"]: row for row in scene.story.use_cases}
    for args in step.args.get("samples", ()):
        about, said = dict(args), {}
        first, last = (scene.date(day) for day in about.pop("days"))
        for name in ("title", "method", "stake"):
            said[name] = about.pop(name)
        batch = _batch(scene.pilot, by, at, phase, **said)
        observe(batch, Sample(**about), shapes, first, last)
        evidence_changed(scene.pilot, reason=f"{batch.reference} was imported")
    if phase == "stress_test":
        _forecast(scene.pilot, at)


def _forecast(pilot: Pilot, at: datetime) -> None:
    """As the worker would have done it then."""
    work_out_forecast(pilot)
    Forecast.objects.filter(pilot=pilot, locked_at__isnull=True).update(asked_at=at, finished_at=at)


def register(scene: Scene, step: Step) -> None:
    """An `entry` of a `register`: people by their key, use cases and the like by a part of their name, days as days."""
    by, at, kept = scene.person(step.by), scene.move_to(step.day), REGISTERS[step.args["register"]]
    fields = {name: _meant(scene, kept.field(name), value) for name, value in step.args["entry"].items()}
    add_entry(register=kept, pilot=scene.pilot, by=by, at=at, fields=fields)


def _meant(scene: Scene, field: Any, value: Any) -> Any:
    if isinstance(field, DateField):
        return scene.date(value)
    if not isinstance(field, ForeignKey):
        return value
    if field.related_model is User:
        return scene.person(value)
    there = field.related_model._default_manager.filter(pilot=scene.pilot, removed_at__isnull=True)
    return next(one for one in there if value in str(one))


def _count(scene: Scene, by: User, at: datetime) -> None:
    """Tasks a month of each use case among a hundred people, times those of the segment."""
    pilot = scene.pilot
    there = set(Cell.objects.filter(pilot=pilot).values_list("use_case", "segment"))
    segments = list(Segment.objects.filter(pilot=pilot, removed_at__isnull=True))
    tasks = {row["name"]: row.get("tasks", _USUAL_TASKS) for row in scene.story.use_cases}
    Cell.objects.bulk_create(
        [
            Cell(
                pilot=pilot,
                use_case=case,
                segment=one,
                tasks_a_month=round(tasks[str(case)] * (one.headcount or 100) / 100),
                counted_at=at,
                counted_by=by,
            )
            for case in UseCase.objects.filter(pilot=pilot, removed_at__isnull=True)
            for one in segments
            if (case.pk, one.pk) not in there
        ]
    )


def _batch(pilot: Pilot, by: User, at: datetime, phase: str, **said: str) -> Batch:
    number = Batch.objects.filter(pilot=pilot).count() + 1
    return Batch.objects.create(
        pilot=pilot,
        number=number,
        phase=phase,
        measured_by=by.name,
        is_synthetic=True,
        source="file",
        file_name="observations.csv",
        digest=sha256(f"{pilot.slug} {number}".encode()).hexdigest(),
        state=Batch.State.IMPORTED,
        uploaded_at=at,
        uploaded_by=by,
        imported_at=at,
        **said,
    )


def _stress(pilot: Pilot, by: User, at: datetime) -> None:
    shortfall = "Fewer came than were drawn; what the others would have done nobody knows."
    for segment in Segment.objects.filter(pilot=pilot, removed_at__isnull=True):
        said = {"route": "assigned", "minimum": 30, "because": "Thirty tell a half from three quarters."}
        _enter(Cohort, pilot, by, at, segment=segment, shortfall=shortfall, **said)
    days = {"starts_on": at.date() - timedelta(days=28), "ends_on": at.date() - timedelta(days=7)}
    _enter(UnsupportedPeriod, pilot, by, at, name="Three weeks alone", withdrawn="The project’s help.", **days)
    for kind in Stressor.Kind:
        said = {"plan": f"{kind.label}.", "expectation": "It does worse.", "observed": "It did worse."}
        _enter(Stressor, pilot, by, at, kind=kind, owner=by, ran_on=at.date(), **said)


def _exceptions(pilot: Pilot, by: User, at: datetime) -> None:
    for workflow in Workflow.objects.filter(pilot=pilot, removed_at__isnull=True):
        for case in IntegrationPoint.Case:
            said = {"what": f"{case.label}: a person does the work as before.", "tested": "live"}
            _enter(IntegrationPoint, pilot, by, at, workflow=workflow, kind="exception", case=case, **said)


def _enter(model: type[Any], pilot: Pilot, by: User, at: datetime, **fields: Any) -> None:
    model._default_manager.create(pilot=pilot, recorded_at=at, recorded_by=by, **fields)


def decide(scene: Scene, step: Step) -> None:
    """What is undecided of a `use_case`, a `segment` or all: a `choice` with its `reason` and what that asks for."""
    by, at, args = scene.person(step.by), scene.move_to(step.day), step.args
    found = [
        one
        for one in grid_of(scene.pilot).cells
        if one.disposition is None
        and args.get("use_case", str(one.cell.use_case)) == str(one.cell.use_case)
        and args.get("segment", str(one.cell.segment)) == str(one.cell.segment)
    ]
    decide_cells(
        pilot=scene.pilot,
        cells=[one.cell for one in found],
        choice=args["choice"],
        reason=args["reason"],
        by=by,
        at=at,
        seen={one.cell.pk: None for one in found},
        owner=scene.person(args["owner"]) if "owner" in args else None,
        due_on=scene.date(args["due"]) if "due" in args else None,
        missing_condition=args.get("missing", ""),
        conditions=[Wanted(text) for text in args.get("conditions", ())],
    )
