"""Steps about what a gate asks of evidence: the least that lets it pass, marked as invented; and the rollout design."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from governance.actions.design import Wanted, decide_cells
from governance.reports.cells import grid_of
from pilots.models import (
    Batch,
    Cell,
    Cohort,
    Forecast,
    IntegrationPoint,
    Observation,
    Participant,
    Pilot,
    Segment,
    Stressor,
    UnsupportedPeriod,
    UseCase,
    User,
    Workflow,
)
from rolloutgov.demo.scene import Scene
from rolloutgov.demo.story import Step


def gather(scene: Scene, step: Step) -> None:
    """What the gate of a `phase` asks of evidence. `tasks`: a month, in each use case × segment."""
    by, at, phase = scene.person(step.by), scene.move_to(step.day), step.args["phase"]
    if phase != "infrastructure_build":
        _count(scene.pilot, by, at, step.args.get("tasks", 100))
        batch = _batch(scene.pilot, by, at, phase)
    if phase == "stress_test":
        _stress(scene.pilot, batch, by, at)
    if phase == "infrastructure_build":
        for workflow in Workflow.objects.filter(pilot=scene.pilot, removed_at__isnull=True):
            for case in IntegrationPoint.Case:
                said = {"what": f"{case.label}: a person does the work as before.", "tested": "live"}
                _enter(IntegrationPoint, scene.pilot, by, at, workflow=workflow, kind="exception", case=case, **said)


def _count(pilot: Pilot, by: User, at: datetime, tasks: int) -> None:
    there = set(Cell.objects.filter(pilot=pilot).values_list("use_case", "segment"))
    segments = list(Segment.objects.filter(pilot=pilot, removed_at__isnull=True))
    Cell.objects.bulk_create(
        [
            Cell(pilot=pilot, use_case=case, segment=one, tasks_a_month=tasks, counted_at=at, counted_by=by)
            for case in UseCase.objects.filter(pilot=pilot, removed_at__isnull=True)
            for one in segments
            if (case.pk, one.pk) not in there
        ]
    )


def _batch(pilot: Pilot, by: User, at: datetime, phase: str) -> Batch:
    number = Batch.objects.filter(pilot=pilot).count() + 1
    return Batch.objects.create(
        pilot=pilot,
        number=number,
        title="Observations (made up)",
        phase=phase,
        method="diary",
        measured_by=by.name,
        stake="project",
        is_synthetic=True,
        source="file",
        file_name="observations.csv",
        digest=sha256(f"{pilot.slug} {number}".encode()).hexdigest(),
        state=Batch.State.IMPORTED,
        uploaded_at=at,
        uploaded_by=by,
        imported_at=at,
    )


def _stress(pilot: Pilot, batch: Batch, by: User, at: datetime) -> None:
    shortfall = "Fewer came than were drawn; what the others would have done nobody knows."
    for segment in Segment.objects.filter(pilot=pilot, removed_at__isnull=True):
        said = {"route": "assigned", "minimum": 30, "because": "Thirty tell a half from three quarters."}
        _enter(Cohort, pilot, by, at, segment=segment, shortfall=shortfall, **said)
    _observe(pilot, batch, at)
    days = {"starts_on": at.date() - timedelta(days=28), "ends_on": at.date() - timedelta(days=7)}
    _enter(UnsupportedPeriod, pilot, by, at, name="Three weeks alone", withdrawn="The project’s help.", **days)
    for kind in Stressor.Kind:
        said = {"plan": f"{kind.label}.", "expectation": "It does worse.", "observed": "It did worse."}
        _enter(Stressor, pilot, by, at, kind=kind, owner=by, ran_on=at.date(), **said)
    Forecast.objects.create(
        pilot=pilot, number=1, state=Forecast.State.READY, is_synthetic=True, asked_at=at, finished_at=at
    )


def _observe(pilot: Pilot, batch: Batch, at: datetime) -> None:
    """One task of one assigned person: who enriches the story brings the others."""
    person = Participant.objects.create(pilot=pilot, pseudonym="p-001", route="assigned")
    cell = Cell.objects.filter(pilot=pilot).order_by("pk")[0]
    said = {"line": 2, "day": at.date(), "supported": False, "outcome": 0}
    Observation.objects.create(pilot=pilot, batch=batch, cell=cell, participant=person, **said)


def _enter(model: type[Any], pilot: Pilot, by: User, at: datetime, **fields: Any) -> None:
    model._default_manager.create(pilot=pilot, recorded_at=at, recorded_by=by, **fields)


def decide(scene: Scene, step: Step) -> None:
    """All cells of a `use_case`, or all that are left: a `choice` with its `reason`, and what that choice asks for."""
    by, at, args = scene.person(step.by), scene.move_to(step.day), step.args
    grid = grid_of(scene.pilot)
    found = [one for one in grid.cells if args.get("use_case", str(one.cell.use_case)) == str(one.cell.use_case)]
    found = found if "use_case" in args else [one for one in found if one.disposition is None]
    decide_cells(
        pilot=scene.pilot,
        cells=[one.cell for one in found],
        choice=args["choice"],
        reason=args["reason"],
        by=by,
        at=at,
        seen={one.cell.pk: one.disposition.pk if one.disposition else None for one in found},
        owner=scene.person(args["owner"]) if "owner" in args else None,
        due_on=scene.date(args["due"]) if "due" in args else None,
        missing_condition=args.get("missing", ""),
        conditions=[Wanted(text) for text in args.get("conditions", ())],
    )
