"""The integration register: formats, approvals, access, exception paths and manual steps of each workflow."""

import datetime as dt
from typing import Final

from pilots.models import IntegrationPoint, Pilot, Workflow
from pilots.registers.register import Register, few


def gaps(pilot: Pilot) -> list[IntegrationPoint]:
    return [point for point in POINTS.entries(pilot) if point.gap]


def _points_missing(pilot: Pilot, day: dt.date) -> list[str]:
    points = list(POINTS.entries(pilot))
    open_ = [point for point in points if point.gap]
    alone = sum(point.gap_owner_id is None or point.gap_due_on is None for point in open_)
    late = sum(point.gap_due_on is not None and point.gap_due_on < day for point in open_)
    said = few(alone, "gap without an owner and a day", "gaps without an owner and a day")
    said += few(late, "gap is overdue", "gaps are overdue")
    return said + [line for flow in _workflows(pilot) for line in _untested(flow, points)]


def _workflows(pilot: Pilot) -> list[Workflow]:
    return list(Workflow.objects.filter(pilot=pilot, removed_at__isnull=True))


def _untested(workflow: Workflow, points: list[IntegrationPoint]) -> list[str]:
    here = [point for point in points if point.workflow_id == workflow.pk]
    kinds = [label.lower() for kind, label in IntegrationPoint.Kind.choices if kind not in {p.kind for p in here}]
    if kinds:
        return [f"{workflow}: nothing is recorded about {', '.join(kinds)}"]
    known = {point.case for point in here}
    cases = [label[0].lower() + label[1:] for case, label in IntegrationPoint.Case.choices if case not in known]
    return [f"{workflow}: no exception path for when {', '.join(cases)}"] if cases else []


def _point_state(point: IntegrationPoint, day: dt.date) -> tuple[str, str]:
    if not point.gap:
        return "met", "Live and answered for"
    if point.gap_owner_id is None or point.gap_due_on is None:
        return "unowned", f"Gap without an owner and a day: {point.gap}"
    return ("overdue" if point.gap_due_on < day else "acting"), f"Gap: {point.gap}"


POINTS: Final = Register(
    slug="integration-points",
    group="integration",
    model=IntegrationPoint,
    name="Integration points",
    one="integration point",
    title="What does each workflow need around the tool, and was it live when it was tested?",
    lede="Simulated, absent or not answered for is a gap. It is closed before the rollout, not in it.",
    button="Record the point",
    empty="Data formats, approval steps, access to data, exception paths and manual steps, workflow by workflow.",
    columns=("what", "workflow", "kind", "tested", "gap_owner", "gap_due_on"),
    example={
        "workflow": "answering-letters",
        "kind": "exception",
        "what": "The letter goes to the duty desk, and the tool says so",
        "tested": "simulated",
        "case": "tool_down",
        "attempts": 5,
        "followed": 4,
        "gap_owner": "5b0f6a3e-58a5-4a40-9a0e-2f1d7f8f5d10",
        "gap_due_on": "2027-02-01",
    },
    labels={"what": "What it is", "gap_owner": "Who closes the gap", "gap_due_on": "By when"},
    help={
        "tested": "What is connected to production is live.",
        "approver_knows": "For an approval step.",
        "role": "For who may see which data.",
        "data_class": "For who may see which data.",
        "refused_on": "Somebody without the right tried, and was refused: the proof that the rule is enforced.",
        "case": "For an exception path.",
    },
    missing=_points_missing,
    state=_point_state,
    done=lambda point: not point.gap,
)

INTEGRATION: Final = (POINTS,)
