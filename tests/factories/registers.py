"""What each register takes: valid fields, and the things of the pilot that they point at."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from pilots.actions.registers import add_entry
from pilots.clock import now
from pilots.models import Entry, FailureMode, Pilot, Segment, Stressor, UnsupportedPeriod, UseCase, User, Workflow
from pilots.registers import REGISTERS
from tests.factories.pilots import SegmentFactory, UseCaseFactory, WorkflowFactory

DAY = date(2026, 11, 2)


def _there(model: Any, make: Callable[[], Any], pilot: Pilot) -> Any:
    return model.objects.filter(pilot=pilot, removed_at=None).first() or make()


def segment(pilot: Pilot) -> Segment:
    return _there(Segment, lambda: SegmentFactory.create(pilot=pilot), pilot)


def use_case(pilot: Pilot) -> UseCase:
    return _there(UseCase, lambda: UseCaseFactory.create(pilot=pilot), pilot)


def workflow(pilot: Pilot) -> Workflow:
    return _there(Workflow, lambda: WorkflowFactory.create(pilot=pilot), pilot)


def period(pilot: Pilot, by: User) -> UnsupportedPeriod:
    return _there(UnsupportedPeriod, lambda: entry("unsupported-periods", pilot, by), pilot)


def failure(pilot: Pilot, by: User) -> FailureMode:
    return _there(FailureMode, lambda: entry("failure-modes", pilot, by), pilot)


def stressor(pilot: Pilot, by: User) -> Stressor:
    return _there(Stressor, lambda: entry("stressors", pilot, by), pilot)


FIELDS: dict[str, Callable[[Pilot, User], dict[str, Any]]] = {
    "unsupported-periods": lambda pilot, by: {
        "name": "November",
        "starts_on": DAY,
        "ends_on": DAY + timedelta(days=18),
        "withdrawn": "The hotline",
        "tasks_attempted": 40,
        "tasks_abandoned": 7,
    },
    "breaches": lambda pilot, by: {
        "period": period(pilot, by),
        "day": DAY,
        "helped_by": "A champion",
        "what": "Wrote the prompt",
        "minutes": 20,
    },
    "stressors": lambda pilot, by: {
        "kind": "untrained",
        "plan": "Six people without the course",
        "expectation": "Half is thrown away",
        "owner": by,
        "planned_for": DAY,
    },
    "failure-modes": lambda pilot, by: {
        "what": "It makes rulings up",
        "use_case": use_case(pilot),
        "cause": "model",
        "failures": 7,
        "attempts": 40,
        "severity": 3,
        "manageability": "downstream",
    },
    "failure-shares": lambda pilot, by: {
        "failure": failure(pilot, by),
        "segment": segment(pilot),
        "percent": 12.5,
        "rests_on": "Counted, n = 412",
    },
    "support-hours": lambda pilot, by: {
        "given_by": "champion",
        "segment": segment(pilot),
        "starts_on": DAY,
        "ends_on": DAY,
        "hours": 2.5,
    },
    "learning-time": lambda pilot, by: {"hours_a_week": 3.0, "starts_on": DAY, "in_rollout": 0.5},
    "workarounds": lambda pilot, by: {"what": "Paste it in halves", "hides": "It forgets", "people_taught": 14},
    "manual-steps": lambda pilot, by: {
        "workflow": workflow(pilot),
        "what": "Copies the number",
        "done_by": "The clerk",
        "cases_observed": 40,
        "cases_with_it": 31,
        "times": 44,
        "minutes": 66.0,
    },
    "effort": lambda pilot, by: {"phase": "demonstration", "day": DAY, "hours": 36.0, "what": "Timing letters"},
    "headline-figures": lambda pilot, by: {
        "what": "Minutes saved",
        "value": "11",
        "method": "recalled",
        "measured_by": "The supplier",
        "stake": "supplier",
    },
    "cohorts": lambda pilot, by: {
        "segment": segment(pilot),
        "route": "assigned",
        "minimum": 12,
        "because": "A third would show",
    },
    "blind-spots": lambda pilot, by: {"kind": "participants", "what": "Nobody over 55", "why": "Asked by chat"},
    "standards": lambda pilot, by: {
        "workflow": workflow(pilot),
        "what": "Dates are right",
        "passes": "Letter 17",
        "fails": "Letter 23",
        "tolerance": 2.0,
        "tolerance_set_by": "The complaints office",
    },
    "integration-points": lambda pilot, by: {
        "workflow": workflow(pilot),
        "kind": "exception",
        "what": "It goes to the duty desk",
        "tested": "simulated",
        "case": "tool_down",
    },
}
# A text of each that can be written anew.
TEXTS = {
    "unsupported-periods": "withdrawn",
    "breaches": "what",
    "stressors": "plan",
    "failure-modes": "what",
    "failure-shares": "rests_on",
    "support-hours": "what",
    "learning-time": "taken_off",
    "workarounds": "hides",
    "manual-steps": "done_by",
    "effort": "what",
    "headline-figures": "value",
    "cohorts": "because",
    "blind-spots": "why",
    "standards": "passes",
    "integration-points": "what",
}


def entry(slug: str, pilot: Pilot, by: User, **fields: Any) -> Any:
    made: Entry = add_entry(
        register=REGISTERS[slug], pilot=pilot, by=by, at=now(), fields=FIELDS[slug](pilot, by) | fields
    )
    return made


def sent(slug: str, pilot: Pilot, by: User, **fields: Any) -> dict[str, Any]:
    """As a page's form sends it."""
    given = FIELDS[slug](pilot, by) | fields
    return {name: "" if value is None else getattr(value, "pk", value) for name, value in given.items()}
