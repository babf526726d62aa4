"""Evidence as a gate asks for it, as small as it may be: rows written straight into the tables."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from governance.design import Choice
from governance.models import Disposition, LaterCondition
from pilots.models import (
    Batch,
    Cell,
    Cohort,
    Figure,
    Forecast,
    ForecastFigure,
    IntegrationPoint,
    Observation,
    Participant,
    Pilot,
    Segment,
    Stage,
    Stressor,
    UnsupportedPeriod,
    UseCase,
    Workflow,
)
from tests.factories.batches import BatchFactory


def with_evidence(pilot: Pilot, at: datetime, phase: str = "demonstration") -> Pilot:
    """What the gate of this phase asks of evidence, by the pilot's creator; of the next stage, that it is locked."""
    _READY.get(phase, lambda pilot, at: None)(pilot, at)
    return pilot


def _demonstrated(pilot: Pilot, at: datetime) -> None:
    cell(pilot, at)
    if not Batch.objects.counting().filter(pilot=pilot).exists():
        batch(pilot, at)


def _stressed(pilot: Pilot, at: datetime) -> None:
    _demonstrated(pilot, at)
    by, today = pilot.created_by, at.date()
    for one in Segment.objects.filter(pilot=pilot, removed_at__isnull=True):
        if not Cohort.objects.filter(segment=one, removed_at__isnull=True).exists():
            entry(Cohort, pilot, at, segment=one, route="assigned", minimum=10, because="Ten.", shortfall="Few came.")
    observe(pilot, at, people=1, route="assigned")
    period = {"starts_on": today - timedelta(days=30), "ends_on": today - timedelta(days=10)}
    entry(UnsupportedPeriod, pilot, at, name="Three weeks", withdrawn="The champions.", **period)
    for kind in Stressor.Kind.values:
        said = {"plan": "Try it.", "expectation": "It fails.", "observed": "It did.", "ran_on": today}
        entry(Stressor, pilot, at, kind=kind, owner=by, **said)
    decide(pilot, at)
    forecast(pilot, at)


def _built(pilot: Pilot, at: datetime) -> None:
    for one in Workflow.objects.filter(pilot=pilot, removed_at__isnull=True):
        for case in IntegrationPoint.Case.values:
            entry(IntegrationPoint, pilot, at, workflow=one, kind="exception", case=case, what="Ring.", tested="live")


def _staged(pilot: Pilot, at: datetime) -> None:
    from tests.factories import stages

    for before in Stage.objects.filter(pilot=pilot, state=Stage.State.OPEN):
        if not before.looks.filter(call="expand").exists():
            stages.looked(before, at)
    if not Stage.objects.filter(pilot=pilot, state=Stage.State.PLANNED).exists():
        stages.locked(pilot, at)


_READY = {
    "demonstration": _demonstrated,
    "stress_test": _stressed,
    "infrastructure_build": _built,
    "staged_rollout": _staged,
}


def entry(model: type[Any], pilot: Pilot, at: datetime, **fields: Any) -> Any:
    """A row of any register."""
    return model._default_manager.create(pilot=pilot, recorded_at=at, recorded_by=pilot.created_by, **fields)


def cell(
    pilot: Pilot,
    at: datetime,
    use_case: str = "Reminders",
    segment: str = "Counter staff",
    tasks: int | None = 100,
    **case: Any,
) -> Cell:
    """By the names of its two sides, which are made where they are not there yet."""
    row, _ = UseCase.objects.get_or_create(pilot=pilot, slug=_slug(use_case), defaults={"name": use_case, **case})
    column, _ = Segment.objects.get_or_create(pilot=pilot, slug=_slug(segment), defaults={"name": segment})
    found, _ = Cell.objects.get_or_create(
        use_case=row,
        segment=column,
        defaults={"pilot": pilot, "tasks_a_month": tasks, "counted_at": at, "counted_by": pilot.created_by},
    )
    return found


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def batch(pilot: Pilot, at: datetime, **fields: Any) -> Batch:
    """One that was imported; its rows are the caller's."""
    usual: dict[str, Any] = {"phase": "demonstration", "uploaded_by": pilot.created_by}
    number = Batch.objects.filter(pilot=pilot).count() + 1
    made: Batch = BatchFactory.create(
        pilot=pilot, number=number, digest=uuid4().hex, uploaded_at=at, imported_at=at, **usual | fields
    )
    return made


def observe(pilot: Pilot, at: datetime, *, people: int, route: str = "assigned", where: Cell | None = None) -> Batch:
    """One task of each of so many new people, in the first cell of the pilot unless another is given."""
    found, seen = where or Cell.objects.filter(pilot=pilot)[0], batch(pilot, at)
    came = Participant.objects.filter(pilot=pilot).count()
    for number in range(people):
        person = Participant.objects.create(pilot=pilot, pseudonym=f"p{came + number}", route=route)
        Observation.objects.create(
            pilot=pilot,
            batch=seen,
            cell=found,
            participant=person,
            line=number + 2,
            day=at.date(),
            supported=False,
            outcome=0,
        )
    return seen


def decide(
    pilot: Pilot, at: datetime, choice: str = Choice.UNKNOWN, cells: Iterable[Cell] | None = None, **fields: Any
) -> list[Disposition]:
    """Written past the action. Without `cells` every one that nothing was decided about yet."""
    decided = Disposition.objects.filter(pilot=pilot).values("cell")
    found = Cell.objects.of(pilot).exclude(pk__in=decided) if cells is None else cells
    said = {
        "choice": choice,
        "reason": "Nobody knows.",
        "proposed": "unknown",
        "proposed_because": "nobody measured it",
    }
    return [
        Disposition.objects.create(pilot=pilot, cell=one, decided_at=at, decided_by=pilot.created_by, **said | fields)
        for one in found
    ]


def later_condition(pilot: Pilot, at: datetime, **fields: Any) -> LaterCondition:
    """Of the first cell, which comes later and is decided so here; judged by a person unless a figure is given."""
    (row,) = decide(pilot, at, Choice.LATER, Cell.objects.of(pilot)[:1])
    return LaterCondition.objects.create(pilot=pilot, disposition=row, **{"text": "Sums are checked."} | fields)


def forecast(pilot: Pilot, at: datetime, cells: list[dict[str, Any]] | None = None, **fields: Any) -> Forecast:
    """One that is worked out, of success: 60 % where the demonstration showed 90 %."""
    number = Forecast.objects.filter(pilot=pilot).count() + 1
    made = Forecast.objects.create(pilot=pilot, number=number, state="ready", asked_at=at, finished_at=at)
    said = {
        "of": "success",
        "naive": 0.9,
        "naive_n": 40,
        "n": 200,
        "people": 20,
        "median": 0.6,
        "low80": 0.5,
        "high80": 0.7,
        "low95": 0.45,
        "high95": 0.75,
        "quantiles": [0.5, 0.6],
        "draws": [0.6],
        "direct": 0.5,
        "modelled": 0.3,
        "no_evidence": 0.2,
        "bound_low": 0.4,
        "bound_high": 0.8,
    }
    ForecastFigure.objects.create(forecast=made, cells=cells or [], **said | fields)
    return made


def figure(
    pilot: Pilot, at: datetime, of: Cell | None, code: str, value: float | None, *, people: int = 20, **more: Any
) -> Figure:
    """Of a cell and without help unless said otherwise; under ten people it is hidden, as the job does it."""
    hidden = people < 10
    spread = {} if hidden or value is None else {"low": value - 5, "high": value + 5}
    return Figure.objects.create(
        pilot=pilot,
        code=code,
        use_case=of.use_case if of else None,
        segment=of.segment if of else None,
        worked_out_at=at,
        **{"part": "unsupported", "n": people * 5, "people": people, "is_hidden": hidden}
        | spread
        | {"value": None if hidden else value}
        | more,
    )
