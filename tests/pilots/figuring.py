"""Tasks straight into the table, and their figures worked out by the job."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pilots.actions.figures import work_out_figures
from pilots.changes import evidence_changed
from pilots.models import Batch, Cell, Figure, Observation, Participant, Pilot
from tests.factories.evidence import batch

USUAL = {"supported": False, "outcome": 0, "day": date(2026, 11, 2)}


def tasks(pilot: Pilot, at: datetime, where: Cell, people: Iterable[int], **said: Any) -> Batch:
    """One task of each of these people, by number, in a batch of its own."""
    seen = said.pop("batch", None) or batch(pilot, at)
    route = said.pop("route", "assigned")
    for number in people:
        person, _ = Participant.objects.get_or_create(pilot=pilot, pseudonym=f"p-{number}", defaults={"route": route})
        Observation.objects.create(
            pilot=pilot, batch=seen, cell=where, participant=person, line=number + 2, **USUAL | said
        )
    evidence_changed(pilot, reason="tasks")
    return seen


def worked_out(pilot: Pilot) -> dict[tuple[str, str, str, str], Figure]:
    """By code, part, use case and segment."""
    work_out_figures()
    rows = Figure.objects.filter(pilot=pilot).select_related("use_case", "segment")
    return {
        (
            row.code,
            row.part,
            row.use_case.name if row.use_case else "",
            row.segment.name if row.segment else "",
        ): row
        for row in rows
    }
