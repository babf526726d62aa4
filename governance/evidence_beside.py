"""What `rules_evidence` judges, read beside the gates of a pilot: no query of its own, whatever there is."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Count, Exists, JSONField, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from governance.design import Choice
from governance.models import Disposition, Gate
from governance.models.design import newest_choice
from governance.rules_evidence import (
    CohortFacts,
    EvidenceFacts,
    FailureFacts,
    IntegrationGap,
    PeriodFacts,
    WorkflowPaths,
)
from pilots.models import (
    Batch,
    Cell,
    Cohort,
    FailureMode,
    Forecast,
    IntegrationPoint,
    Pilot,
    Route,
    Segment,
    Stressor,
    UnsupportedPeriod,
    Workflow,
)
from pilots.models.stress import working_days

_PHASES: Final = {"demonstration": "demonstrated", "stress_test": "stressed", "infrastructure_build": "built"}
# Who was observed, by the segment of their work and the route by which they came. Plain SQL: the pairs of cell and
# person are made one each before anything is joined, which is what a million rows take.
_OBSERVED: Final = """
    (SELECT COALESCE(jsonb_agg(jsonb_build_array(segment_id, route, people)), '[]') FROM (
        SELECT cell.segment_id, person.route, count(DISTINCT person.id) AS people
        FROM (
            SELECT DISTINCT seen.cell_id, seen.participant_id FROM pilots_observation seen
            WHERE seen.batch_id IN (SELECT id FROM pilots_batch WHERE pilot_id = %s AND state = 'imported')
        ) pair
        JOIN pilots_cell cell ON cell.id = pair.cell_id
        JOIN pilots_participant person ON person.id = pair.participant_id
        GROUP BY cell.segment_id, person.route
    ) counted)
"""


def evidence_beside(pilot: Pilot) -> dict[str, Any]:
    """One annotation for each phase, and each is worked out for the gate of that phase alone."""
    return {
        "demonstrated": _where("demonstration", _demonstrated(pilot)),
        "stressed": _where("stress_test", _stressed(pilot)),
        "built": _where("infrastructure_build", _built(pilot)),
    }


def evidence_of(gate: Gate) -> EvidenceFacts:
    """From a gate with these annotations."""
    name = _PHASES.get(gate.phase)
    found = getattr(gate, name) if name else None
    return _READ[gate.phase](found) if found else EvidenceFacts()


def _where(phase: str, parts: dict[str, Any]) -> Case:
    return Case(When(phase=phase, then=JSONObject(**parts)), default=Value(None), output_field=JSONField())


def _there(rows: QuerySet[Any], pilot: Pilot) -> QuerySet[Any]:
    return rows.filter(pilot=pilot, removed_at__isnull=True).order_by()


def _all(rows: QuerySet[Any], **fields: str) -> ArraySubquery:
    return ArraySubquery(rows.values(row=JSONObject(**fields)))


def _demonstrated(pilot: Pilot) -> dict[str, Any]:
    counted = _cells(pilot).filter(tasks_a_month__isnull=False)
    return {
        "batches": Exists(Batch.objects.filter(pilot=pilot, state=Batch.State.IMPORTED)),
        "counted": Exists(counted),
    }


def _cells(pilot: Pilot) -> QuerySet[Cell]:
    return Cell.objects.filter(
        pilot=pilot, use_case__removed_at__isnull=True, segment__removed_at__isnull=True
    ).order_by()


def _stressed(pilot: Pilot) -> dict[str, Any]:
    ran = _there(Stressor.objects.filter(ran_on__isnull=False), pilot).values("kind").distinct()
    # Where there is no such work, there is nothing to decide.
    undecided = _cells(pilot).exclude(tasks_a_month=0).annotate(choice=newest_choice("pk")).filter(choice__isnull=True)
    return {
        "observed": RawSQL(_OBSERVED, [pilot.pk], output_field=JSONField()),  # noqa: S611 (constant)
        "segments": _all(_there(Segment.objects.all(), pilot).order_by("name"), id="pk", name="name"),
        "cohorts": _all(
            _there(Cohort.objects.filter(segment__removed_at__isnull=True), pilot).order_by("segment__name", "route"),
            segment="segment_id",
            name="segment__name",
            route="route",
            minimum="minimum",
            shortfall="shortfall",
        ),
        "periods": _all(_there(UnsupportedPeriod.objects.all(), pilot), name="name", first="starts_on", last="ends_on"),
        "stressors": ArraySubquery(ran.values("kind")),
        "cells": Subquery(_cells(pilot).values("pilot").annotate(n=Count("pk")).values("n")),
        "undecided": _all(
            undecided.order_by("use_case__name", "segment__name"), use_case="use_case__name", segment="segment__name"
        ),
        "forecast": Exists(Forecast.objects.filter(pilot=pilot, state=Forecast.State.READY)),
    }


def _built(pilot: Pilot) -> dict[str, Any]:
    points = IntegrationPoint.objects.filter(workflow__removed_at__isnull=True)
    fields = ("kind", "what", "tested", "approver_knows", "refused_on", "case", "workflow_id")
    return {
        "designed": _all(
            _designed(pilot), use_case="cell__use_case__name", segment="cell__segment__name", there="owner__is_active"
        ),
        "failures": _all(
            _there(FailureMode.objects.all(), pilot).order_by("-severity", "recorded_at", "pk"),
            what="what",
            answer="answer",
            until="accepted_until",
            built="built_on",
            there="build_owner__is_active",
        ),
        "workflows": _all(_there(Workflow.objects.all(), pilot).order_by("name"), id="pk", name="name"),
        "points": _all(
            _there(points, pilot).order_by("workflow__name", "kind", "recorded_at", "pk"),
            **{name: name for name in fields},
            owner="gap_owner_id",
            there="gap_owner__is_active",
            due="gap_due_on",
        ),
    }


def _designed(pilot: Pilot) -> QuerySet[Any]:
    rows = Disposition.objects.of(pilot).filter(choice=Choice.NEEDS_DESIGN)
    return rows.order_by("cell__use_case__name", "cell__segment__name")


def _demonstration(found: Any) -> EvidenceFacts:
    return EvidenceFacts(batches=int(found["batches"]), counted_cells=int(found["counted"]))


def _stress_test(found: Any) -> EvidenceFacts:
    people = {(segment, route): many for segment, route, many in found["observed"]}
    planned = {row["segment"] for row in found["cohorts"]}
    return EvidenceFacts(
        assigned_took_part=any(route == Route.ASSIGNED for _, route in people),
        without_cohort=tuple(row["name"] for row in found["segments"] if row["id"] not in planned),
        cohorts=tuple(
            CohortFacts(
                row["name"],
                Route(row["route"]).label.lower(),
                row["minimum"],
                people.get((row["segment"], row["route"]), 0),
                bool(row["shortfall"].strip()),
            )
            for row in found["cohorts"]
        ),
        periods=tuple(map(_period, found["periods"])),
        stressors_run=frozenset(found["stressors"]),
        cells=found["cells"] or 0,
        undecided=tuple(map(_cell, found["undecided"])),
        has_forecast=found["forecast"],
    )


def _period(row: Any) -> PeriodFacts:
    first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
    return PeriodFacts(row["name"], working_days(first, last), last)


def _cell(row: Any) -> str:
    return f"{row['use_case']} × {row['segment']}"


def _infrastructure(found: Any) -> EvidenceFacts:
    names = {row["id"]: row["name"] for row in found["workflows"]}
    points = found["points"]
    return EvidenceFacts(
        unowned_cells=tuple(_cell(row) for row in found["designed"] if not row["there"]),
        failures=tuple(map(_failure, found["failures"])),
        paths=tuple(_paths(name, [row for row in points if row["workflow_id"] == pk]) for pk, name in names.items()),
        gaps=tuple(gap for row in points if (gap := _gap(row, names[row["workflow_id"]])) is not None),
    )


def _failure(row: Any) -> FailureFacts:
    waits = row["answer"] == FailureMode.Answer.BUILD and row["built"] is None
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return FailureFacts(row["what"], row["answer"], until, owned=not waits or bool(row["there"]))


def _paths(name: str, points: list[Any]) -> WorkflowPaths:
    exceptions = frozenset(row["case"] for row in points if row["kind"] == IntegrationPoint.Kind.EXCEPTION)
    return WorkflowPaths(name, len(points), exceptions)


def _gap(row: Any, workflow: str) -> IntegrationGap | None:
    """As the register itself says what is missing."""
    point = IntegrationPoint(
        kind=row["kind"],
        tested=row["tested"],
        approver_knows=row["approver_knows"],
        refused_on=date.fromisoformat(row["refused_on"]) if row["refused_on"] else None,
    )
    if not point.gap:
        return None
    owner = UUID(row["owner"]) if row["owner"] and row["there"] else None
    due = date.fromisoformat(row["due"]) if row["due"] else None
    return IntegrationGap(f"{workflow}, {row['what']}: {point.gap}", owner, due)


_READ: Final = {
    "demonstration": _demonstration,
    "stress_test": _stress_test,
    "infrastructure_build": _infrastructure,
}
