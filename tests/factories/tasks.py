"""Pilots of which many tasks were observed: rows written straight into the tables, by a seed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from pilots.changes import evidence_changed
from pilots.models import Batch, Cell, Observation, Participant, Pilot
from tests.factories.evidence import batch, cell

SEGMENTS = {
    "Clerks": {"attitude": "enthusiast", "workload": "low"},
    "Seniors": {"attitude": "sceptic", "workload": "high"},
}
OF_ALL_SEGMENTS = {"comfort": "some", "headcount": 40, "trained_percent": 100}


def scope_of(pilot: Pilot, at: datetime) -> list[Cell]:
    """A curated and a difficult use case, in a segment that likes the tool and in one that does not."""
    found = [
        cell(pilot, at, name, segment, tasks=500, kind=kind)
        for name, kind in (("Reminders", "curated"), ("Complaints", "difficult"))
        for segment in SEGMENTS
    ]
    for one in found:
        for name, value in (SEGMENTS[one.segment.name] | OF_ALL_SEGMENTS).items():
            setattr(one.segment, name, value)
        one.segment.save()
    return found


def crowd(pilot: Pilot, many: int, **said: Any) -> list[Participant]:
    came = Participant.objects.filter(pilot=pilot).count()
    return Participant.objects.bulk_create(
        Participant(pilot=pilot, pseudonym=f"p-{came + number}", **said) for number in range(many)
    )


def volunteers(pilot: Pilot, at: datetime, many: int = 12) -> list[Participant]:
    return crowd(pilot, many, route="volunteered", expects_help=2, asked_on=at.date() - timedelta(days=99))


def sceptics(pilot: Pilot, at: datetime, many: int = 12) -> list[Participant]:
    return crowd(pilot, many, route="assigned", expects_help=-2, asked_on=at.date() - timedelta(days=99))


def observe_tasks(
    where: Iterable[Cell],
    who: Iterable[Participant],
    at: datetime,
    *,
    each: int = 3,
    good: float = 0.8,
    phase: str = "stress_test",
    weeks: int = 1,
    seed: int = 0,
    **said: Any,
) -> Batch:
    """Of everybody `each` tasks in each cell, one a week over the last `weeks`. What is `said` is a value, or made of
    chance; without help unless it says otherwise."""
    cells, chance = list(where), np.random.default_rng(seed)
    pilot = cells[0].pilot
    made = batch(pilot, at, phase=phase, last_day=at.date())
    usual: dict[str, Any] = {"supported": False, "trained": True, "outcome": lambda chance: int(chance.random() > good)}
    Observation.objects.bulk_create(
        Observation(
            pilot=pilot,
            batch=made,
            cell=one,
            participant=person,
            line=2,
            day=at.date() - timedelta(days=7 * (number % weeks)),
            **{name: value(chance) if callable(value) else value for name, value in (usual | said).items()},
        )
        for one in cells
        for person in who
        for number in range(each)
    )
    evidence_changed(pilot, reason=f"{made.reference} was imported")
    return made


def minutes(saved: float, spread: float = 5.0) -> Mapping[str, Any]:
    return {
        "baseline_minutes": lambda chance: 30 + saved + float(chance.normal(0, spread)),
        "tool_minutes": 20.0,
        "learning_minutes": 4.0,
        "correcting_minutes": 6.0,
    }


def demonstrated(pilot: Pilot, at: datetime, **said: Any) -> list[Cell]:
    """Twelve volunteers who like the tool, with help at hand, on curated work: nearly all goes well."""
    cells = scope_of(pilot, at)
    observe_tasks(cells[:2], volunteers(pilot, at), at, good=0.95, phase="demonstration", **{"supported": True} | said)
    return cells


def stressed(pilot: Pilot, at: datetime, **said: Any) -> list[Cell]:
    """The same, and twelve sceptics who were assigned, without help, on all work: three in five go well."""
    cells = demonstrated(pilot, at, **said)
    observe_tasks(cells, sceptics(pilot, at), at, good=0.6, seed=1, **said)
    return cells
