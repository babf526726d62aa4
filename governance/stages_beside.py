"""What `rules_stages` judges, read beside the gates of a pilot: no query of its own, however many stages there are."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from governance.models import Disposition, Gate, LaterCondition
from governance.reports.later import waiting
from governance.rules_stages import StageBefore, StageCellFacts, StageFacts
from pilots.models import Figure, Look, PhaseKind, Pilot, Stage, StageCell

_OF_A_CONDITION = ("figure", "comparator", "threshold", "met_at")
_OF_A_FIGURE = ("code", "part", "value", "low", "high", "n", "people", "is_hidden")


def stages_beside(pilot: Pilot) -> dict[str, Any]:
    """Of each gate that opens a stage and is not passed: what was passed on is not judged again."""
    parts = JSONObject(
        stage=_one(Stage.objects.filter(pilot=pilot, number=OuterRef("stage"))),
        before=_one(Stage.objects.filter(pilot=pilot, number=OuterRef("stage") - 1)),
        cells=_cells(pilot),
    )
    when = When(phase=PhaseKind.STAGED_ROLLOUT, state=Gate.State.OPEN, then=parts)
    return {"staged": Case(when, default=Value(None), output_field=JSONField())}


def staged_of(gate: Gate) -> StageFacts:
    """From a gate with this annotation."""
    found = getattr(gate, "staged", None)
    if not found:
        return StageFacts()
    stage, before = found["stage"], found["before"]
    return StageFacts(
        number=stage["number"] if stage else 0,
        is_locked=bool(stage and stage["locked"]),
        has_locked_forecast=bool(stage and stage["forecast"]),
        cells=tuple(map(_cell, found["cells"])),
        before=StageBefore(before["number"], before["state"], before["call"] or "") if before else None,
    )


def _one(rows: QuerySet[Stage]) -> Subquery:
    looked = Look.objects.filter(stage=OuterRef("pk")).order_by("-day").values("call")[:1]
    fields = {"number": "number", "state": "state", "locked": "criteria_locked_at", "forecast": "forecast__locked_at"}
    return Subquery(rows.order_by().values(row=JSONObject(**fields, call=Subquery(looked)))[:1])


def _cells(pilot: Pilot) -> ArraySubquery:
    rows = StageCell.objects.filter(stage__pilot=pilot, stage__number=OuterRef("stage"))
    decided = Disposition.objects.filter(cell=OuterRef("cell")).order_by("-pk")[:1]
    conditions = LaterCondition.objects.filter(disposition=OuterRef("decision"))
    sides = {"use_case": OuterRef("cell__use_case"), "segment": OuterRef("cell__segment")}
    figures = Figure.objects.filter(Q(part=Figure.Part.ALL) | Q(part=Figure.Part.UNSUPPORTED), pilot=pilot, **sides)
    rows = rows.annotate(decision=Subquery(decided.values("pk")), choice=Subquery(decided.values("choice")))
    row = JSONObject(
        use_case="cell__use_case__name",
        segment="cell__segment__name",
        choice="choice",
        conditions=ArraySubquery(conditions.order_by().values(row=JSONObject(**_same(_OF_A_CONDITION)))),
        figures=ArraySubquery(figures.order_by("code", "part").values(row=JSONObject(**_same(_OF_A_FIGURE)))),
    )
    return ArraySubquery(rows.order_by("cell__use_case__name", "cell__segment__name").values(row=row))


def _same(names: tuple[str, ...]) -> dict[str, str]:
    return {name: name for name in names}


def _cell(row: Any) -> StageCellFacts:
    """A condition about a figure is looked at as its page does it."""
    conditions = [LaterCondition(**one) for one in row["conditions"]]
    waits = waiting(conditions, [Figure(**one) for one in row["figures"]])
    name = f"{row['use_case']} × {row['segment']}"
    return StageCellFacts(name, row["choice"] or "", sum(1 for one in waits if not one.is_met))
