"""Stages of a pilot's rollout as its pages, its jobs and the floors above read them. The arithmetic: `stats.stages`."""

from typing import Final

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from pilots.models import Criterion, Forecast, Pilot, Stage, StageCell
from pilots.stats.stages import Guardrail, Kind, Plan, Side

# A habit of use is judged by its own curve, not by tasks: it is no guardrail of the daily rule.
KINDS: Final = {
    Criterion.Metric.SUCCESS: Kind.SHARE,
    Criterion.Metric.OVERRIDE: Kind.SHARE,
    Criterion.Metric.OUT_OF_SCOPE: Kind.SHARE,
    Criterion.Metric.HABITUAL: Kind.SHARE,
    Criterion.Metric.INCIDENTS: Kind.RARE,
    Criterion.Metric.MINUTES: Kind.AMOUNT,
}
# Which way is good.
SIDES: Final = {
    Criterion.Metric.SUCCESS: Criterion.Side.FLOOR,
    Criterion.Metric.OVERRIDE: Criterion.Side.CAP,
    Criterion.Metric.OUT_OF_SCOPE: Criterion.Side.CAP,
    Criterion.Metric.MINUTES: Criterion.Side.FLOOR,
    Criterion.Metric.INCIDENTS: Criterion.Side.CAP,
    Criterion.Metric.HABITUAL: Criterion.Side.FLOOR,
}


def stages_of(pilot: Pilot) -> QuerySet[Stage]:
    """In order, with their cells, criteria and forecast."""
    cells = StageCell.objects.select_related("cell__use_case", "cell__segment")
    rows = Stage.objects.filter(pilot=pilot).order_by("number")
    rows = rows.select_related("pilot", "forecast", "criteria_locked_by", "opened_by", "closed_by")
    return rows.defer("forecast__inputs").prefetch_related(Prefetch("cells", cells), "criteria")


def get_stage(pilot: Pilot, number: int) -> Stage:
    stage = stages_of(pilot).filter(number=number).first()
    if stage is None:
        raise Http404("No such stage in this pilot.")
    return stage


def plan_of(stage: Stage) -> Plan:
    """Of a stage that is locked: people and days are fixed with it."""
    assert stage.users_planned and stage.days
    return Plan(users=stage.users_planned, days=stage.days)


def guardrail_of(criterion: Criterion) -> Guardrail:
    metric = Criterion.Metric(criterion.metric)
    kind = KINDS[metric]
    unit = "minutes" if kind is Kind.AMOUNT else ""
    return Guardrail(str(metric.label), kind, Side(criterion.side), criterion.bound, unit)


def to_be_foreseen(stage: Stage) -> set[int]:
    """Its cells that a forecast speaks of: those whose work is counted, and not none."""
    rows = StageCell.objects.filter(stage=stage, cell__tasks_a_month__gt=0)
    there = rows.filter(cell__use_case__removed_at__isnull=True, cell__segment__removed_at__isnull=True)
    return set(there.values_list("cell", flat=True))


def cells_foreseen(forecasts: QuerySet[Forecast]) -> dict[int, set[int]]:
    """By forecast the cells whose work it weighed. Not all else that it rests on, which may be large."""
    told = forecasts.values_list("pk", "inputs__public__bases__tasks__told")
    return {pk: {cell for cell, *_ in rows or ()} for pk, rows in told}
