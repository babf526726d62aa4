from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from governance.actions.catalogue import (
    add_question,
    draft_digest,
    edit_question,
    publish_draft,
    remove_question,
    start_draft,
)
from governance.actions.catalogue_moves import move_pilot, newer_versions, preview_move
from governance.catalogue.entry import Entry
from governance.models import CatalogueVersion, Doubt, Item, PilotCatalogue
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Pilot, User
from tests.cast import People
from tests.factories.governance import accept, item_of, propose

SignIn = Callable[[User], Client]
NEW = Entry(
    "DEM-09", "demonstration", "governance", "Who paid?", "A name.", "An invoice.", "sponsor", per_workflow=True
)


@pytest.fixture
def accepted(governed: Pilot, people: People, at: datetime) -> Item:
    """DEM-01, answered and accepted under version 1."""
    return accept(propose(item_of(governed, "DEM-01"), people.evaluator, at), people.owner, at)


def publish(people: People, at: datetime, **changed: Any) -> CatalogueVersion:
    """A newer version: DEM-01 with `changed`, STR-02 gone, DEM-09 new."""
    draft = start_draft(by=people.editor, at=at)
    for code, values in (("DEM-01", changed), ("DEM-02", {"valid_days": 30})):
        question = draft.questions.get(code=code)
        entry = replace(question.entry, **values)
        edit_question(question=question, entry=entry, seen=question.content_digest, by=people.editor)
    gone = draft.questions.get(code="STR-02")
    remove_question(question=gone, seen=gone.content_digest, by=people.editor)
    add_question(entry=NEW, by=people.editor)
    return publish_draft(note="Learned from Letters.", seen=draft_digest(draft.entries()), by=people.editor, at=at)


@pytest.fixture
def reworded(accepted: Item, people: People, at: datetime) -> CatalogueVersion:
    return publish(people, at, question="What was measured, on whom?")


def test_a_new_version_changes_nothing_in_a_pilot_by_itself(
    governed: Pilot, reworded: CatalogueVersion, accepted: Item
) -> None:
    assert PilotCatalogue.objects.get(pilot=governed).catalogue.number == 1
    assert item_of(governed, "DEM-01").question == accepted.question
    assert newer_versions(governed) == [reworded]


def test_the_preview_names_what_would_change_and_changes_nothing(
    governed: Pilot, reworded: CatalogueVersion, accepted: Item
) -> None:
    preview = preview_move(governed, reworded)
    assert [(a.question.code, str(a.workflow), a.again) for a in preview.added] == [
        ("DEM-09", "Answering letters", False)
    ]
    assert [item.code for item in preview.dropped] == ["STR-02"]
    assert [(r.code, r.changes_meaning) for r in preview.reworded] == [("DEM-01", True), ("DEM-02", False)]
    assert list(preview.doubtful) == [accepted]
    assert item_of(governed, "DEM-01").state == Item.State.ACCEPTED


def test_moving_does_what_the_preview_said(
    governed: Pilot, reworded: CatalogueVersion, people: People, at: datetime
) -> None:
    move_pilot(pilot=governed, to_version=reworded, by=people.pm, at=at)
    asked = Item.objects.of(governed)
    assert {item.question.catalogue_id for item in asked} == {reworded.pk}
    assert item_of(governed, "STR-02").retired_at == at
    assert item_of(governed, "DEM-09").workflow is not None
    assert item_of(governed, "DEM-01").state == Item.State.IN_DOUBT
    assert Doubt.objects.get().source == f"catalogue:{reworded.pk}"


def test_an_answer_keeps_the_wording_it_was_written_for(
    governed: Pilot, reworded: CatalogueVersion, accepted: Item, people: People, at: datetime
) -> None:
    move_pilot(pilot=governed, to_version=reworded, by=people.pm, at=at)
    answer = item_of(governed, "DEM-01").answer
    assert answer is not None
    assert answer.question == accepted.question


def test_an_answer_keeps_counting_when_the_meaning_did_not_change(
    governed: Pilot, accepted: Item, people: People, at: datetime
) -> None:
    version = publish(people, at, renew_note="each spring")
    preview = move_pilot(pilot=governed, to_version=version, by=people.pm, at=at)
    assert preview.doubtful == ()
    assert item_of(governed, "DEM-01").state == Item.State.ACCEPTED


def test_an_answer_waiting_for_acceptance_cannot_be_accepted_for_another_wording(
    governed: Pilot, people: People, at: datetime
) -> None:
    propose(item_of(governed, "DEM-01"), people.evaluator, at)
    version = publish(people, at, question="What was measured, on whom?")
    move_pilot(pilot=governed, to_version=version, by=people.pm, at=at)
    with pytest.raises(Refused, match="earlier wording"):
        accept(item_of(governed, "DEM-01"), people.owner, at)


def test_the_move_is_one_entry_in_the_trail(
    governed: Pilot, reworded: CatalogueVersion, people: People, at: datetime
) -> None:
    move_pilot(pilot=governed, to_version=reworded, by=people.pm, at=at)
    rows = AuditEvent.objects.filter(pilot_id=governed.pk, verb="pilot.catalogue_moved")
    assert [row.actor_id for row in rows] == [people.pm.pk]
    assert '"dropped":["STR-02"]' in rows[0].body


def test_a_failed_audit_write_undoes_the_move(
    governed: Pilot, reworded: CatalogueVersion, people: People, at: datetime
) -> None:
    with (
        patch("governance.actions.catalogue_moves.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        move_pilot(pilot=governed, to_version=reworded, by=people.pm, at=at)
    assert PilotCatalogue.objects.get(pilot=governed).catalogue.number == 1
    assert not Doubt.objects.exists()


def test_a_pilot_does_not_move_back_or_to_a_draft(
    governed: Pilot, reworded: CatalogueVersion, people: People, at: datetime
) -> None:
    first = PilotCatalogue.objects.get(pilot=governed).catalogue
    with pytest.raises(Refused, match="published questions only"):
        move_pilot(pilot=governed, to_version=start_draft(by=people.editor, at=at), by=people.pm, at=at)
    move_pilot(pilot=governed, to_version=reworded, by=people.pm, at=at)
    for version in (first, reworded):
        with pytest.raises(Refused, match="is on version 2 already"):
            move_pilot(pilot=governed, to_version=version, by=people.pm, at=at)


def test_a_move_from_a_version_that_the_pilot_has_left_is_a_conflict(
    governed: Pilot, reworded: CatalogueVersion, people: People, at: datetime
) -> None:
    move_pilot(pilot=governed, to_version=reworded, by=people.pm, at=at, seen=1)
    with pytest.raises(Conflict):
        move_pilot(pilot=governed, to_version=reworded, by=people.pm, at=at, seen=1)


def test_only_the_program_manager_moves_a_pilot(
    governed: Pilot, reworded: CatalogueVersion, people: People, at: datetime
) -> None:
    for person in (people.editor, people.sponsor, people.owner, people.member, people.admin, people.stranger):
        with pytest.raises(NotAllowed):
            move_pilot(pilot=governed, to_version=reworded, by=person, at=at)


def test_a_question_asked_again_brings_its_answer_back(
    governed: Pilot, reworded: CatalogueVersion, people: People, at: datetime
) -> None:
    move_pilot(pilot=governed, to_version=reworded, by=people.pm, at=at)
    draft = start_draft(by=people.editor, at=at)
    old = CatalogueVersion.objects.get(number=1).questions.get(code="STR-02")
    add_question(entry=old.entry, by=people.editor)
    third = publish_draft(note="Back.", seen=draft_digest(draft.entries()), by=people.editor, at=at)
    preview = move_pilot(pilot=governed, to_version=third, by=people.pm, at=at)
    assert [(added.question.code, added.again) for added in preview.added] == [("STR-02", True)]
    assert item_of(governed, "STR-02").retired_at is None


def test_the_page_shows_what_would_change_and_moves(
    governed: Pilot, reworded: CatalogueVersion, people: People, sign_in: SignIn
) -> None:
    manager = sign_in(people.pm)
    page = manager.get("/pilots/letters/catalogue/").content.decode()
    assert "Accepted answers that fall in doubt: 1" in page
    assert "<ins>" in page
    moved = manager.post("/pilots/letters/catalogue/", {"to": "2", "seen": "1"}, follow=True)
    assert "Moved Letters to version 2 of the catalogue." in moved.content.decode()
    assert "No newer version of the questions" in moved.content.decode()


def test_others_in_the_pilot_see_the_preview_without_the_button(
    governed: Pilot, reworded: CatalogueVersion, people: People, sign_in: SignIn
) -> None:
    page = sign_in(people.member).get("/pilots/letters/catalogue/").content.decode()
    assert "Paula Marsh (program manager) may." in page
    assert "Move this pilot" not in page
    assert sign_in(people.member).post("/pilots/letters/catalogue/", {"to": "2", "seen": "1"}).status_code == 403
    assert sign_in(people.stranger).get("/pilots/letters/catalogue/").status_code == 404
