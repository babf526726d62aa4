"""Verbs about a rollout design, for the tests of all verbs: what stands before each, and the verb itself."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from governance.actions.acknowledgements import acknowledge_uncomfortable
from governance.actions.design import decide_cells, meet_condition
from governance.reports.design import findings_of
from governance.uncomfortable import Uncomfortable
from pilots.models import Pilot
from tests.cast import People
from tests.factories.evidence import cell, forecast, later_condition

Verb = Callable[[Any, Pilot, People, datetime], object]
Before = Callable[[Pilot, People, datetime], object]


def promised(pilot: Pilot, people: People, at: datetime) -> Uncomfortable:
    forecast(pilot, at)
    return next(one for one in findings_of(pilot) if one.kind == "naive-gap")


VERBS: dict[str, tuple[Before | None, Verb]] = {
    "design.decided": (
        lambda pilot, people, at: cell(pilot, at),
        lambda one, pilot, people, at: decide_cells(
            pilot=pilot, cells=[one], choice="unknown", reason="Nobody tried.", by=people.owner, at=at, seen={}
        ),
    ),
    "design.condition_met": (
        lambda pilot, people, at: later_condition(pilot, at),
        lambda row, pilot, people, at: meet_condition(condition=row, by=people.change, at=at, note="Done; INF-04."),
    ),
    "uncomfortable.acknowledged": (
        promised,
        lambda one, pilot, people, at: acknowledge_uncomfortable(
            pilot=pilot, kind=one.kind, by=people.leader, at=at, version=one.version
        ),
    ),
}
