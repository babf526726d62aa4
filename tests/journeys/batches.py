"""Batches of evidence as pages meet them: one in each state that a person can bring it to."""

from datetime import datetime
from uuid import UUID

from pilots.actions.batches import withdraw_batch
from pilots.models import Pilot
from tests.cast import People
from tests.factories.batches import csv_of, imported, observation, receive

IN_SCOPE = {"use_case": "Reminders", "segment": "Counter staff"}


def bring(letters: Pilot, people: People, at: datetime) -> dict[str, UUID | str]:
    """The number of each by its state."""
    rows = [observation(participant=f"b-{number}", **IN_SCOPE) for number in range(12)]
    good, by = csv_of(rows), people.evaluator
    wrong = csv_of([*rows, observation(outcome="fine", **IN_SCOPE), observation(date="soon", **IN_SCOPE)])
    withdrawn = imported(letters, by, csv_of(rows[:3]), at)
    withdraw_batch(batch=withdrawn, by=by, at=at, reason="These were the tasks of another desk.")
    found = {
        "imported": imported(letters, by, good, at),
        "refused": imported(letters, by, wrong, at),
        "mapping": receive(letters, by, good.replace("participant", "who"), at),
        "waiting": receive(letters, by, csv_of(rows[:5]), at),
        "withdrawn": withdrawn,
    }
    return {f"batch:{state}": str(batch.number) for state, batch in found.items()}
