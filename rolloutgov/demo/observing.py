"""Observations that nobody made: people and tasks drawn so that their sums look like what was published.

What a story says of a use case (`good`: the share done well by volunteers with help; `minutes`: without the tool and
with it) is shaped on published aggregates, named in the story's source note. How much worse it goes for everybody else
nobody has published: the steps below are ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zlib import crc32

import numpy as np

from pilots.models import Attitude, Batch, Cell, Comfort, Observation, Outcome, Participant, UseMade, WorkloadBand

_BANDS: Final = {"attitude": Attitude.values, "workload": WorkloadBand.values, "comfort": Comfort.values}
_VOLUNTEERS: Final = {"attitude": (0.75, 0.2, 0.05), "workload": (0.4, 0.45, 0.15), "comfort": (0.65, 0.25, 0.1)}
_ANYBODY: Final = (0.25, 0.45, 0.3)
# Of a segment's people those who are as most of it are.
_AS_MOST: Final = 0.6
# On the logit of a task done well, for each step away from what a pilot likes.
_STEP: Final = {"attitude": -0.15, "workload": -0.08, "comfort": -0.08}
_ASSIGNED, _ALONE, _UNTRAINED, _PERSON = -0.2, -0.3, -0.2, 0.35
# Of those who stop after a third of the time: among volunteers, and more for each of the other steps.
_STOPS, _STOPS_SOONER = 0.05, 0.14
_FAILURES: Final = {
    Outcome.WRONG: 0.5,
    Outcome.BELOW_BAR: 0.28,
    Outcome.NEEDED_A_HUMAN: 0.14,
    Outcome.NO_OUTPUT: 0.08,
}
_USUAL_GOOD: Final = 0.85
_USUAL_MINUTES: Final = (20.0, 12.0)


@dataclass(frozen=True)
class Sample:
    """`people`: how many of each segment; `of`: use cases; `each`: tasks a person; `alone`, `trained`: shares."""

    people: Mapping[str, int]
    of: Sequence[str]
    each: int
    route: str = "volunteered"
    alone: float = 0.0
    trained: float = 1.0
    outside: float = 0.03


@dataclass(frozen=True)
class _Person:
    row: Participant
    penalty: float
    trained: bool
    stops: bool


def observe(batch: Batch, sample: Sample, shapes: Mapping[str, Mapping[str, Any]], first: date, last: date) -> None:
    """Writes the people and their tasks; the same for the same pilot and batch, whenever it is played."""
    chance = np.random.default_rng(crc32(f"{batch.pilot.slug} {batch.number}".encode()))
    cells = {(str(cell.use_case), str(cell.segment)): cell for cell in Cell.objects.of(batch.pilot)}
    people = _people(batch, sample, chance, first)
    days = [first + timedelta(days=day) for day in range((last - first).days + 1)]
    working = [day for day in days if day.weekday() < 5]
    rows = []
    for person in people:
        for task in range(sample.each):
            name = sample.of[int(chance.integers(len(sample.of)))]
            cell = cells[name, str(person.row.segment)]
            alone = bool(chance.random() < sample.alone)
            day = working[task * len(working) // sample.each // (3 if person.stops else 1)]
            fields = _task(person, shapes.get(name, {}), alone, sample.outside, chance)
            rows.append(Observation(pilot=batch.pilot, cell=cell, participant=person.row, day=day, **fields))
    for line, row in enumerate(rows, 2):
        row.batch, row.line = batch, line
    Observation.objects.bulk_create(rows)
    batch.rows, batch.people, batch.first_day, batch.last_day = len(rows), len(people), working[0], working[-1]
    batch.save(update_fields=["rows", "people", "first_day", "last_day"])


def _people(batch: Batch, sample: Sample, chance: np.random.Generator, asked: date) -> list[_Person]:
    segments = {str(cell.segment): cell.segment for cell in Cell.objects.of(batch.pilot)}
    number = Participant.objects.filter(pilot=batch.pilot).count()
    found = []
    for name, count in sample.people.items():
        for _ in range(count):
            number += 1
            segment = segments[name]
            codes = {band: _drawn(band, getattr(segment, band), sample.route, chance) for band in _BANDS}
            trained = bool(chance.random() < sample.trained)
            penalty = sum(step * codes[band] for band, step in _STEP.items()) + chance.normal(0, _PERSON)
            penalty += _ASSIGNED * (sample.route == "assigned") + _UNTRAINED * (not trained)
            row = Participant(
                pilot=batch.pilot,
                pseudonym=f"p-{number:03}",
                route=sample.route,
                segment=segment,
                workload=_BANDS["workload"][codes["workload"]],
                comfort=_BANDS["comfort"][codes["comfort"]],
                expects_help=(2, 0, -2)[codes["attitude"]],
                worries_about_role=min(3, codes["attitude"] + int(chance.integers(2))),
                has_time_to_learn=max(0, 3 - codes["workload"] - int(chance.integers(2))),
                asked_on=asked,
            )
            stops = chance.random() < _STOPS + _STOPS_SOONER * (codes["attitude"] + (sample.route == "assigned"))
            found.append(_Person(row, penalty, trained, bool(stops)))
    Participant.objects.bulk_create([person.row for person in found])
    return found


def _drawn(band: str, of_segment: str, route: str, chance: np.random.Generator) -> int:
    """Who volunteers is much the same everywhere; who is assigned is as the segment is."""
    if route != "assigned":
        return int(chance.choice(3, p=_VOLUNTEERS[band]))
    if of_segment and chance.random() < _AS_MOST:
        return _BANDS[band].index(of_segment)
    return int(chance.choice(3, p=_ANYBODY))


def _task(
    person: _Person, shape: Mapping[str, Any], alone: bool, outside: float, chance: np.random.Generator
) -> dict[str, Any]:
    good = shape.get("good", _USUAL_GOOD)
    logit = np.log(good / (1 - good)) + person.penalty + _ALONE * alone
    done_well = bool(chance.random() < 1 / (1 + np.exp(-logit)))
    if chance.random() < outside * (2 if alone else 1):
        outcome, used = Outcome.OUT_OF_SCOPE, UseMade.OVERRIDDEN
    elif done_well:
        outcome = Outcome.SUCCESS
        used = UseMade(int(chance.choice(3, p=(0.42, 0.48, 0.1))))
    else:
        outcome = Outcome(int(chance.choice(list(_FAILURES), p=list(_FAILURES.values()))))
        used = UseMade(int(chance.choice(3, p=(0.08, 0.27, 0.65))))
    before, after = shape.get("minutes", _USUAL_MINUTES)
    length = chance.gamma(6, 1 / 6)
    return {
        "supported": not alone,
        "trained": person.trained,
        "outcome": outcome,
        "use_made": used,
        "baseline_minutes": round(before * length, 1),
        "tool_minutes": round(after * length * chance.gamma(20, 1 / 20), 1),
        "learning_minutes": round(chance.exponential(0.6 if person.trained else 1.4), 1),
        "correcting_minutes": round(chance.exponential(0.08 if done_well else 0.35) * before, 1),
    }
