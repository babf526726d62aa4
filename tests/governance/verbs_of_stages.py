"""Verbs about stages of a rollout, for the tests of all verbs: what stands before each, and the verb itself."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pilots.actions.stages import Bound, Planned, edit_stage, lock_stage, plan_stage, set_criteria
from pilots.models import Pilot, Stage
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.stages import foreseen, planned

Verb = Callable[[Any, Pilot, People, datetime], object]
Before = Callable[[Pilot, People, datetime], object]


def promised(pilot: Pilot, people: People, at: datetime) -> Stage:
    stage = planned(pilot, at)
    foreseen(stage, at)
    return stage


def _of(cells: list[int]) -> Planned:
    return Planned("Three teams", cells, "Shown, and caught.", 40, 60)


VERBS: dict[str, tuple[Before | None, Verb]] = {
    "stage.planned": (
        lambda pilot, people, at: cell(pilot, at),
        lambda one, pilot, people, at: plan_stage(pilot=pilot, planned=_of([one.pk]), by=people.evaluator, at=at),
    ),
    "stage.edited": (
        lambda pilot, people, at: planned(pilot, at),
        lambda stage, pilot, people, at: edit_stage(
            stage=stage, planned=_of([one.cell_id for one in stage.cells.all()]), by=people.evaluator, at=at, version=1
        ),
    ),
    "stage.criteria_set": (
        lambda pilot, people, at: planned(pilot, at),
        lambda stage, pilot, people, at: set_criteria(
            stage=stage, criteria=[Bound("success", "pause", 0.6)], by=people.evaluator, at=at, version=1
        ),
    ),
    "stage.locked": (
        promised,
        lambda stage, pilot, people, at: lock_stage(stage=stage, by=people.pm, at=at),
    ),
}
