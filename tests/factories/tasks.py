"""Pilots of which many tasks were observed: rows written straight into the tables, by a seed."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from pilots.models import Batch, Cell, Observation, Participant, Pilot, Recalculation
from tests.factories.evidence import batch, cell

USE_CASES = {"Reminders": "curated", "Complaints": "difficult"}
EXPECTS = {"enthusiast": 2, "neutral": 0, "sceptic": -2}


def scope_of(pilot: Pilot, at: datetime) -> list[Cell]:
    """Two use cases × two segments: enthusiasts with little to do, and sceptics with much."""
    found = []
    for name, kind in USE_CASES.items():
        for segment, attitude, workload in (("Clerks", "enthusiast", "low"), ("Seniors", "sceptic", "high")):
            one = cell(pilot, at, name, segment, tasks=500, kind=kind)
            one.segment.attitude, one.segment.workload, one.segment.comfort = attitude, workload, "some"
            one.segment.headcount, one.segment.trained_percent = 40, 100
            one.segment.save()
            found.append(one)
    return found


def crowd(pilot: Pilot, many: int, **said: Any) -> list[Participant]:
    came = Participant.objects.filter(pilot=pilot).count()
    return Participant.objects.bulk_create(
        Participant(pilot=pilot, pseudonym=f"p-{came + number}", **said) for number in range(many)
    )


def observe_tasks(
    where: Iterable[Cell],
    who: Iterable[Participant],
    at: datetime,
    *,
    each: int = 4,
    good: float = 0.8,
    supported: bool = False,
    phase: str = "stress_test",
    weeks: int = 1,
    seed: int = 0,
    **said: Any,
) -> Batch:
    """Of everybody `each` tasks in each cell, spread over the last `weeks`, in a batch of their own."""
    cells, chance = list(where), np.random.default_rng(seed)
    first = at.date() - timedelta(days=7 * weeks - 1)
    pilot = cells[0].pilot
    made = batch(pilot, at, phase=phase, first_day=first, last_day=at.date())
    Observation.objects.bulk_create(
        Observation(
            pilot=pilot,
            batch=made,
            cell=one,
            participant=person,
            line=2,
            day=at.date() - timedelta(days=7 * (number % weeks)),
            supported=supported,
            **{"trained": True, "outcome": int(chance.random() > good)}
            | {name: _of(said[name], chance) for name in said},
        )
        for one in cells
        for person in who
        for number in range(each)
    )
    row, _ = Recalculation.objects.get_or_create(pilot=pilot)
    row.changes += 1
    row.save()
    return made


def _of(value: Any, chance: np.random.Generator) -> Any:
    return value(chance) if callable(value) else value


def minutes(saved: float, spread: float = 5.0) -> Mapping[str, Any]:
    return {
        "baseline_minutes": lambda chance: 30 + saved + float(chance.normal(0, spread)),
        "tool_minutes": 20.0,
        "learning_minutes": 4.0,
        "correcting_minutes": 6.0,
    }
