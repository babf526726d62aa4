from dataclasses import replace
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from governance.actions.catalogue import (
    SHIPPED,
    discard_draft,
    draft_digest,
    edit_question,
    load_shipped_catalogue,
    publish_draft,
    start_draft,
)
from governance.catalogue.loader import CatalogueError
from governance.models import CatalogueVersion
from pilots.clock import now
from pilots.models import AuditEvent
from tests.cast import People

TEXT = SHIPPED.read_text(encoding="utf-8")
OURS, THEIRS = "What did we measure?", "What was measured, by whom?"


@pytest.fixture
def at(db: None) -> datetime:
    return now()


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A later release's file: one question reworded, one more valid for longer, one dropped."""
    first, second = TEXT.split("\n- id: ")[1:3]
    changed = TEXT.replace(first, first.replace(first.split('question: "')[1].split('"')[0], THEIRS))
    changed = changed.replace(second, second.replace("valid_days: null", "valid_days: 365"))
    changed = changed.replace("\n- id: " + TEXT.split("\n- id: ")[4], "")
    file = tmp_path / "questions.yaml"
    file.write_text(changed, encoding="utf-8")
    return file


def edit_own(people: People, at: datetime, code: str = "DEM-01") -> CatalogueVersion:
    draft = start_draft(by=people.editor, at=at)
    question = draft.questions.get(code=code)
    entry = replace(question.entry, question=OURS)
    edit_question(question=question, entry=entry, seen=question.content_digest, by=people.editor)
    return publish_draft(note="Ours.", seen=draft_digest(draft.entries()), by=people.editor, at=at)


def test_the_first_load_publishes_version_1_without_a_person(at: datetime) -> None:
    version = load_shipped_catalogue(at=at).version
    assert version is not None
    assert (version.number, version.state, version.created_by, version.published_by) == (1, "published", None, None)
    assert version.questions.count() == 61


def test_loading_again_changes_nothing(at: datetime) -> None:
    load_shipped_catalogue(at=at)
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert "already" in out.getvalue()
    assert CatalogueVersion.objects.count() == 1
    assert AuditEvent.objects.filter(verb__startswith="catalogue.").count() == 1


def test_a_changed_file_becomes_a_new_version_where_nobody_edited(at: datetime, newer: Path) -> None:
    load_shipped_catalogue(at=at)
    version = load_shipped_catalogue(at=at, file=newer).version
    assert version is not None
    assert (version.number, version.state) == (2, "published")
    assert version.questions.get(code="DEM-01").question == THEIRS


def test_where_people_edited_it_becomes_a_draft_that_keeps_their_words(
    people: People, at: datetime, newer: Path
) -> None:
    load_shipped_catalogue(at=at)
    own = edit_own(people, at)
    draft = load_shipped_catalogue(at=at, file=newer).version
    assert draft is not None
    assert (draft.state, draft.created_by) == ("draft", None)
    assert draft.questions.get(code="DEM-01").question == OURS
    assert draft.questions.get(code="DEM-02").valid_days == 365
    assert not draft.questions.filter(code="DEM-04").exists()
    assert "DEM-01: your wording stayed" in draft.note
    assert CatalogueVersion.objects.published().first() == own


def test_a_proposal_that_was_discarded_does_not_come_back(people: People, at: datetime, newer: Path) -> None:
    load_shipped_catalogue(at=at)
    edit_own(people, at)
    load_shipped_catalogue(at=at, file=newer)
    discard_draft(by=people.editor, at=at)
    assert load_shipped_catalogue(at=at, file=newer).version is None
    assert CatalogueVersion.objects.draft() is None


def test_an_open_draft_is_left_alone(people: People, at: datetime, newer: Path) -> None:
    load_shipped_catalogue(at=at)
    draft = start_draft(by=people.editor, at=at)
    loaded = load_shipped_catalogue(at=at, file=newer)
    assert loaded.version is None
    assert "open draft" in loaded.sentence
    assert CatalogueVersion.objects.draft() == draft


def test_a_broken_file_changes_nothing(at: datetime, tmp_path: Path) -> None:
    file = tmp_path / "questions.yaml"
    file.write_text(TEXT.replace("phase: demonstration", "phase: later", 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"line \d+, DEM-01, phase"):
        load_shipped_catalogue(at=at, file=file)
    assert not CatalogueVersion.objects.exists()
