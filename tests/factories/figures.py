"""Figures as the job leaves them, so that pages have something to show without a million rows."""

from datetime import datetime, timedelta
from typing import Any

from pilots.models import Batch, Cell, Figure, Pilot, Segment, UseCase
from pilots.stats.metrics import ABOUT
from tests.factories.evidence import batch, cell

FEWEST = 10


def figure(
    pilot: Pilot,
    at: datetime,
    code: str,
    value: float | None,
    *,
    part: str = "",
    of: UseCase | Segment | Cell | None = None,
    people: int | None = 40,
    **more: Any,
) -> Figure:
    """Of the whole pilot, or `of` a part of it. Under ten people it is hidden, with nothing that could tell."""
    hidden = people is not None and people < FEWEST and code in ABOUT and ABOUT[code].concerns_people
    shown = {"value": value, "n": None if people is None else people * 10, "people": people}
    if value is not None:
        shown |= {"low": value - 3, "high": value + 3}
    usual: dict[str, Any] = {
        "methods": ["log"],
        "measured_by": ["Internal audit"],
        "stakes": ["none"],
        "first_day": at.date() - timedelta(days=30),
        "last_day": at.date(),
    }
    if hidden:
        shown = dict.fromkeys((*shown, "low", "high"))
    return Figure.objects.create(
        pilot=pilot, code=code, part=part, is_hidden=hidden, worked_out_at=at, **place(of), **usual | shown | more
    )


def place(of: UseCase | Segment | Cell | None) -> dict[str, Any]:
    if isinstance(of, Cell):
        return {"use_case": of.use_case, "segment": of.segment}
    if of is None:
        return {}
    return {"use_case" if isinstance(of, UseCase) else "segment": of}


def grid(pilot: Pilot, at: datetime) -> dict[str, Cell]:
    """Four cells of 50, 30, 15 and 5 percent of the work: well seen, seen with help alone, by few, never."""
    seen = cell(pilot, at, "Reminders", "Counter staff", 500)
    helped = cell(pilot, at, "Reminders", "Managers", 300)
    few = cell(pilot, at, "Appeals", "Counter staff", 150)
    dark = cell(pilot, at, "Appeals", "Managers", 50)
    figure(pilot, at, "success", 91, of=seen, people=34)
    figure(pilot, at, "success", 72, of=seen, people=20, part="unsupported")
    figure(pilot, at, "success", 88, of=helped, people=12)
    figure(pilot, at, "success", 50, of=few, people=4)
    return {"seen": seen, "helped": helped, "few": few, "dark": dark}


def pair(pilot: Pilot, at: datetime, code: str, values: dict[str, float], **more: Any) -> None:
    """`values` by part."""
    for part, value in values.items():
        figure(pilot, at, code, value, part=part, **more)


LEVELS = [
    {"level": "enthusiast", "words": "Enthusiastic", "participants": 70.0, "rollout": 25.0},
    {"level": "neutral", "words": "Neutral", "participants": 30.0, "rollout": 35.0},
    {"level": "sceptic", "words": "Sceptical", "participants": None, "rollout": 40.0},
]
ROUTES = [
    {"level": "volunteered", "words": "Volunteered", "participants": 80.0, "rollout": 0.0},
    {"level": "assigned", "words": "Assigned", "participants": 20.0, "rollout": 100.0},
]


def much(pilot: Pilot, at: datetime) -> Batch:
    """A bit of everything: measured, recalled, by the supplier, invented, held back, hidden, not measured."""
    log = batch(pilot, at, title="Log of six weeks", rows=412, people=34)
    asked = batch(pilot, at, title="Survey", method="recalled", measured_by="Supplier desk", stake="supplier", rows=60)
    supplier = {
        "methods": ["recalled"],
        "measured_by": ["Supplier desk"],
        "stakes": ["supplier"],
    }
    figure(pilot, at, "success", 83, batches=[log.pk])
    pair(pilot, at, "success", {"supported": 88, "unsupported": 65}, batches=[log.pk])
    pair(pilot, at, "success", {"selected": 85, "assigned": 83}, batches=[log.pk])
    pair(pilot, at, "success", {"enthusiasts": 90, "sceptics": 60}, batches=[log.pk], people=7)
    figure(pilot, at, "M01", 4.2, batches=[log.pk, asked.pk], low=-1.5, high=8.0)
    pair(pilot, at, "M01", {"supported": 6.0, "unsupported": -1.2}, batches=[log.pk])
    figure(pilot, at, "M01.losing", 22, batches=[log.pk])
    figure(pilot, at, "M02", 11, **supplier, batches=[asked.pk])
    figure(pilot, at, "M03", None, people=None, n=0, note="Nobody recorded learning minutes", methods=[], stakes=[])
    figure(pilot, at, "M05", 12, is_synthetic=True, batches=[log.pk])
    figure(pilot, at, "M09", 0.4, people=6)
    figure(pilot, at, "M12", 80, people=None, n=4)
    figure(pilot, at, "M14", 20, is_held=True)
    figure(pilot, at, "M14.attitude", 0.45, more={"levels": LEVELS})
    figure(pilot, at, "M14.route", 0.8, more={"levels": ROUTES})
    figure(pilot, at, "M32.no_time", 41)
    return log
