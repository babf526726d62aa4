"""A pilot's registers as pages meet them: one entry of each, findings in every state, and one long enough to break."""

from datetime import date, datetime, timedelta
from uuid import UUID

from pilots.actions.findings import accept_risk, answer_failure
from pilots.models import Pilot
from tests.cast import People
from tests.factories.registers import FIELDS, entry

LONG = "It cites rulings that do not exist, mostly where the letter names a court and a year. " * 4


def keep_registers(pilot: Pilot, people: People, at: datetime) -> dict[str, UUID | str]:
    kept = {f"entry:{slug}": entry(slug, pilot, people.evaluator).pk for slug in FIELDS}
    soon: date = (at + timedelta(days=60)).date()
    long = entry("failure-modes", pilot, people.evaluator, what=LONG, severity=4)
    accept_risk(failure=long, by=people.sponsor, at=at, until=soon, reason="Three letters a year.")
    build = entry("failure-modes", pilot, people.evaluator, what="It forgets the beginning")
    answer_failure(
        failure=build, by=people.evaluator, at=at, answer="build", reason="A form that splits long letters",
        owner=people.integration, due_on=soon,
    )  # fmt: skip
    return {**kept, "entry:build": build.pk}
