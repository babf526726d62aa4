"""Somebody is erased: evidence stays, and names them no more where a name is all that stands."""

from datetime import datetime
from typing import Any

import pytest

from feedback.actions.erasing import erase_person
from pilots.actions.people import deactivate_person
from pilots.holdings import held_on
from pilots.models import (
    AuditEvent,
    AuditSalt,
    Batch,
    BlindSpot,
    Breach,
    Entry,
    Figure,
    HeadlineFigure,
    ManualStep,
    Pilot,
    Standard,
    User,
)
from pilots.registers import REGISTERS
from pilots.verification import verify_trail
from tests.cast import People
from tests.factories.evidence import batch
from tests.factories.registers import entry

# Of the evidence, each short text that says who did something.
WHO = [
    (Breach, "breaches", "helped_by"),
    (HeadlineFigure, "headline-figures", "measured_by"),
    (ManualStep, "manual-steps", "done_by"),
    (Standard, "standards", "tolerance_set_by"),
]


def erased(person: User, people: People, at: datetime) -> str:
    deactivate_person(user=person, by=people.admin, at=at, handover_to=people.pm)
    return erase_person(user=person, by=people.admin, at=at).name


@pytest.mark.parametrize(("model", "register", "field"), WHO)
def test_a_register_names_them_no_more(
    letters: Pilot, people: People, at: datetime, model: type[Any], register: str, field: str
) -> None:
    row = entry(register, letters, people.pm, **{field: "chidi okoro"})
    event = AuditEvent.objects.get(verb="register.added", target_id=str(row.pk))
    assert erased(people.change, people, at).startswith("Erased person ")
    assert getattr(model.objects.get(pk=row.pk), field).startswith("Erased person ")
    assert not AuditSalt.objects.filter(event_id=event.pk, erased_at__isnull=True).exists()
    assert not list(verify_trail().problems)


def test_who_worked_a_figure_out_again_and_who_measured_a_batch_are_named_no_more(
    letters: Pilot, people: People, at: datetime
) -> None:
    again = {"recomputed_by_whom": "Chidi Okoro", "recomputed_value": "4", "recomputed_on": at.date()}
    entry("headline-figures", letters, people.pm, **again)
    batch(letters, at, measured_by="Chidi Okoro")
    Figure.objects.create(pilot=letters, code="M01", measured_by=["Chidi Okoro", "The supplier"], worked_out_at=at)
    name = erased(people.change, people, at)
    assert HeadlineFigure.objects.get().recomputed_by_whom == name
    assert Batch.objects.get().measured_by == name
    assert Figure.objects.get().measured_by == [name, "The supplier"]


def test_a_role_and_what_is_said_in_sentences_stay(letters: Pilot, people: People, at: datetime) -> None:
    entry("breaches", letters, people.pm)
    entry("blind-spots", letters, people.change, why="Chidi Okoro asked by chat")
    name = erased(people.change, people, at)
    assert Breach.objects.get().helped_by == "A champion"
    spot = BlindSpot.objects.get()
    assert spot.why == "Chidi Okoro asked by chat" and spot.recorded_by.name == name


def test_every_register_hands_out_what_somebody_wrote_in_it(letters: Pilot, people: People) -> None:
    made: dict[str, Entry] = {slug: entry(slug, letters, people.evaluator) for slug in REGISTERS}
    batch(letters, made["effort"].recorded_at, uploaded_by=people.evaluator, title="October")
    held = {(one.kind, one.role): one.rows for one in held_on(people.evaluator)}
    for row in made.values():
        rows = held[str(row._meta.verbose_name), "recorded_by"]
        assert str(row.pk) in [one["id"] for one in rows] and all("pilot" in one for one in rows)
    assert held["effort", "recorded_by"][0]["what"] == "Timing letters"
    assert held["batch", "uploaded_by"][0]["title"] == "October"


def test_what_others_wrote_is_not_handed_out(letters: Pilot, people: People) -> None:
    row = entry("effort", letters, people.pm)
    type(row).objects.filter(pk=row.pk).update(removed_at=row.recorded_at, removed_by=people.evaluator)
    held = {(one.kind, one.role): one.rows for one in held_on(people.evaluator)}
    assert [set(one) for one in held["effort", "removed_by"]] == [{"id", "what", "at"}]
    assert held["effort", "removed_by"][0]["what"] == "effort"
