"""Verbs about stages that run, for the tests of all verbs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pilots.actions.looking import look_at_stage
from pilots.actions.readings import record_readings
from pilots.actions.running import pause_stage, resume_stage, step_back_stage
from pilots.models import Pilot, Stage
from pilots.readings import KINDS
from tests.cast import People
from tests.factories.stages import opened
from tests.pilots.stage_weeks import outcomes, read, weeks_ago

Verb = Callable[[Any, Pilot, People, datetime], object]
Before = Callable[[Pilot, People, datetime], object]


def running(pilot: Pilot, people: People, at: datetime) -> Stage:
    return opened(pilot, weeks_ago(at, 3))


def read_badly(pilot: Pilot, people: People, at: datetime) -> Stage:
    stage = running(pilot, people, at)
    read(stage, people.evaluator, at, people=40, tasks=20, done_well=4)
    return stage


def paused(pilot: Pilot, people: People, at: datetime) -> Stage:
    return pause_stage(stage=running(pilot, people, at), reason="Wrong names", by=people.pm, at=at)


VERBS: dict[str, tuple[Before | None, Verb]] = {
    "readings.recorded": (
        running,
        lambda stage, pilot, people, at: record_readings(
            stage=stage, kind=KINDS["outcomes"], rows=outcomes(stage, at), by=people.evaluator, at=at
        ),
    ),
    "stage.halted": (read_badly, lambda stage, pilot, people, at: look_at_stage(stage, at)),
    "stage.paused": (
        running,
        lambda stage, pilot, people, at: pause_stage(stage=stage, reason="Wrong names", by=people.pm, at=at),
    ),
    "stage.stepped_back": (
        running,
        lambda stage, pilot, people, at: step_back_stage(stage=stage, reason="Wrong names", by=people.pm, at=at),
    ),
    "stage.resumed": (
        paused,
        lambda stage, pilot, people, at: resume_stage(stage=stage, reason="Mended", by=people.pm, at=at),
    ),
}
