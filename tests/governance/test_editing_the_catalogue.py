from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from governance.actions.catalogue import (
    add_question,
    discard_draft,
    draft_digest,
    edit_question,
    publish_draft,
    remove_question,
    start_draft,
)
from governance.catalogue.difference import difference
from governance.catalogue.entry import Entry
from governance.catalogue.loader import load
from governance.models import CatalogueVersion, Question
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, User
from tests.cast import People
from tests.factories.governance import small_catalogue

SignIn = Callable[[User], Client]


@pytest.fixture
def published(at: datetime) -> CatalogueVersion:
    return small_catalogue(at)


@pytest.fixture
def draft(published: CatalogueVersion, people: People, at: datetime) -> CatalogueVersion:
    return start_draft(by=people.editor, at=at)


def new_entry(code: str = "DEM-09") -> Entry:
    return Entry(
        code=code,
        phase="demonstration",
        theme="governance",
        question="Who paid?",
        good_answer="A name.",
        evidence="An invoice.",
        owner_role="sponsor",
    )


def edit(draft: CatalogueVersion, by: User, code: str = "DEM-01", **changed: Any) -> Question:
    question = draft.questions.get(code=code)
    entry = replace(question.entry, **changed)
    return edit_question(question=question, entry=entry, seen=question.content_digest, by=by)


def publish(draft: CatalogueVersion, by: User, at: datetime) -> CatalogueVersion:
    return publish_draft(note="Said more plainly.", seen=draft_digest(draft.entries()), by=by, at=at)


def verbs() -> list[str]:
    return [e.verb for e in AuditEvent.objects.filter(verb__startswith="catalogue.").order_by("sequence")]


def test_a_draft_starts_as_a_copy_of_what_is_published(published: CatalogueVersion, draft: CatalogueVersion) -> None:
    assert draft.number == 2
    assert draft.entries() == published.entries()
    assert verbs() == ["catalogue.draft_started"]


def test_there_is_one_draft_at_a_time(draft: CatalogueVersion, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="started by Edda Quist"):
        start_draft(by=people.editor, at=at)


def test_an_edited_question_stays_in_its_place_and_keeps_its_code(draft: CatalogueVersion, people: People) -> None:
    edited = edit(draft, people.editor, question="What was measured?")
    assert draft.questions.first() == edited
    with pytest.raises(Refused, match="The code stays DEM-01"):
        edit_question(
            question=edited, entry=replace(edited.entry, code="DEM-07"), seen=edited.content_digest, by=people.editor
        )


def test_a_new_question_comes_last_in_its_phase(draft: CatalogueVersion, people: People) -> None:
    add_question(entry=new_entry(), by=people.editor)
    assert [q.code for q in draft.questions.all()][:4] == ["DEM-01", "DEM-02", "DEM-09", "STR-01"]
    with pytest.raises(Refused, match="DEM-09 is taken"):
        add_question(entry=new_entry(), by=people.editor)


def test_a_removed_question_is_gone_from_the_draft_only(
    published: CatalogueVersion, draft: CatalogueVersion, people: People
) -> None:
    question = draft.questions.get(code="DEM-02")
    remove_question(question=question, seen=question.content_digest, by=people.editor)
    assert difference(published.entries(), draft.entries()).words == "1 removed"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"question": ""}, "question"),
        ({"valid_days": 0}, "valid_days"),
        ({"blocking": "stage"}, "blocking"),
        ({"supports": {"nist_ai_rmf": ("MAP 9.9",)}}, "supports_nist_ai_rmf"),
        ({"renew_events": ("moon",)}, "renew_events"),
    ],
)
def test_what_no_file_could_hold_no_form_can_save(
    draft: CatalogueVersion, people: People, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        edit(draft, people.editor, **changed)
    assert refused.value.field == field


def test_two_people_editing_one_question_is_a_conflict(draft: CatalogueVersion, people: People) -> None:
    question = draft.questions.get(code="DEM-01")
    seen = question.content_digest
    edit(draft, people.editor, question="Hers")
    with pytest.raises(Conflict) as conflict:
        edit_question(question=question, entry=replace(question.entry, question="His"), seen=seen, by=people.editor)
    assert conflict.value.current["Question"] == "Hers"


def test_publishing_makes_it_the_newest(draft: CatalogueVersion, people: People, at: datetime) -> None:
    edit(draft, people.editor, question="What was measured?")
    version = publish(draft, people.editor, at)
    assert CatalogueVersion.objects.published().first() == version
    assert (version.published_by, version.published_at) == (people.editor, at)
    assert verbs()[-1] == "catalogue.published"


def test_a_draft_that_changed_since_it_was_looked_at_is_not_published(
    draft: CatalogueVersion, people: People, at: datetime
) -> None:
    seen = draft_digest(draft.entries())
    edit(draft, people.editor, question="Meanwhile")
    with pytest.raises(Conflict):
        publish_draft(note="…", seen=seen, by=people.editor, at=at)


def test_a_draft_that_changes_nothing_is_not_published(draft: CatalogueVersion, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="nothing to publish"):
        publish(draft, people.editor, at)


def test_a_discarded_draft_stays_readable_and_frees_the_place(
    draft: CatalogueVersion, people: People, at: datetime
) -> None:
    discard_draft(by=people.editor, at=at)
    assert CatalogueVersion.objects.get(number=2).questions.exists()
    assert start_draft(by=people.editor, at=at).number == 3


def test_only_catalogue_editors_edit(
    published: CatalogueVersion, draft: CatalogueVersion, people: People, at: datetime
) -> None:
    question = draft.questions.get(code="DEM-01")
    for person in (people.pm, people.sponsor, people.leader, people.admin, people.stranger):
        attempts: list[Callable[[], object]] = [
            lambda p=person: start_draft(by=p, at=at),  # type: ignore[misc]
            lambda p=person: edit(draft, p, question="x"),  # type: ignore[misc]
            lambda p=person: add_question(entry=new_entry(), by=p),  # type: ignore[misc]
            lambda p=person: remove_question(question=question, seen="", by=p),  # type: ignore[misc]
            lambda p=person: discard_draft(by=p, at=at),  # type: ignore[misc]
            lambda p=person: publish(draft, p, at),  # type: ignore[misc]
        ]
        for attempt in attempts:
            with pytest.raises(NotAllowed):
                attempt()


def test_a_failed_audit_write_undoes_the_edit(draft: CatalogueVersion, people: People) -> None:
    with (
        patch("governance.actions.catalogue.record", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        edit(draft, people.editor, question="Unrecorded")
    assert draft.questions.get(code="DEM-01").question != "Unrecorded"


def test_the_database_itself_keeps_published_versions_as_they_are(published: CatalogueVersion, at: datetime) -> None:
    question = published.questions.get(code="DEM-01")
    attempts: list[Callable[[], object]] = [
        lambda: Question.objects.filter(pk=question.pk).update(question="Rewritten"),
        question.delete,
        lambda: Question.of(new_entry(), published, 99).save(force_insert=True),
        lambda: CatalogueVersion.objects.filter(pk=published.pk).update(note="Rewritten"),
        lambda: CatalogueVersion.objects.filter(pk=published.pk).update(state="draft"),
        lambda: CatalogueVersion.objects.create(number=9, created_at=at).questions.add(question),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def form_of(page: Client, address: str) -> dict[str, Any]:
    """What a browser would send back unchanged."""
    form = page.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in values.items() if value not in (None, False, [], ())}
    return {name: "\n".join(v) if name.startswith(("supports", "ideas")) and v else v for name, v in kept.items()}


def test_an_editor_takes_a_change_from_draft_to_published_in_the_browser(
    published: CatalogueVersion, people: People, sign_in: SignIn
) -> None:
    editor = sign_in(people.editor)
    assert editor.post("/catalogue/draft/start/", follow=True).redirect_chain == [("/catalogue/2/", 302)]
    typed = form_of(editor, "/catalogue/draft/DEM-01/edit/") | {"question": "What was measured, on whom?"}
    saved = editor.post("/catalogue/draft/DEM-01/edit/", typed, follow=True)
    assert "DEM-01 was changed in the draft." in saved.content.decode()
    look = editor.get("/catalogue/draft/publish/")
    assert "<ins>" in look.content.decode()
    note = {**form_of(editor, "/catalogue/draft/publish/"), "note": "Clearer."}
    assert "Published version 2" in editor.post("/catalogue/draft/publish/", note, follow=True).content.decode()


def test_the_second_of_two_editors_sees_what_the_first_saved_and_keeps_what_they_typed(
    draft: CatalogueVersion, people: People, sign_in: SignIn
) -> None:
    editor = sign_in(people.editor)
    typed = form_of(editor, "/catalogue/draft/DEM-01/edit/") | {"question": "Mine, in my words"}
    edit(draft, people.editor, question="Theirs, in other words")
    refused = editor.post("/catalogue/draft/DEM-01/edit/", typed)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Mine, in my words" in page
    assert "Theirs," in page
    again = {**typed, "seen": refused.context["form"]["seen"].value()}
    assert editor.post("/catalogue/draft/DEM-01/edit/", again).status_code == 302


def test_a_refused_question_keeps_what_was_typed(draft: CatalogueVersion, people: People, sign_in: SignIn) -> None:
    editor = sign_in(people.editor)
    typed = form_of(editor, "/catalogue/draft/DEM-01/edit/") | {"supports_nist_ai_rmf": "MAP 1.9", "evidence": "Ours"}
    page = editor.post("/catalogue/draft/DEM-01/edit/", typed)
    assert page.status_code == 422
    assert "MAP 1.9" in page.content.decode()
    assert "Ours" in page.content.decode()


def test_whoever_may_see_frameworks_reads_the_catalogue_and_only_editors_find_buttons(
    draft: CatalogueVersion, people: People, sign_in: SignIn
) -> None:
    assert sign_in(people.stranger).get("/catalogue/").status_code == 403
    page = sign_in(people.pm).get("/catalogue/")
    assert page.status_code == 200
    assert "Edit the draft" not in page.content.decode()
    assert "Edit the draft" in sign_in(people.editor).get("/catalogue/").content.decode()


def test_the_list_is_narrowed_by_phase_and_words(published: CatalogueVersion, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.editor).get("/catalogue/", {"phase": "stress_test", "q": "question 2"})
    assert [question.code for part in page.context["phases"] for question in part["questions"]] == ["STR-02"]


def test_a_version_is_exported_as_a_file_that_loads(
    published: CatalogueVersion, people: People, sign_in: SignIn
) -> None:
    response = sign_in(people.editor).get("/catalogue/1/questions.yaml")
    assert load(response.content.decode()) == published.entries()


def test_any_two_versions_can_be_compared(draft: CatalogueVersion, people: People, sign_in: SignIn) -> None:
    edit(draft, people.editor, question="What about demonstration, rather?")
    page = sign_in(people.pm).get("/catalogue/difference/", {"before": 1, "after": 2})
    assert "1 changed" in page.content.decode()
    assert "<ins>" in page.content.decode()
    assert sign_in(people.pm).get("/catalogue/difference/", {"before": 1, "after": 77}).status_code == 200


def test_a_code_that_cannot_be_one_is_not_found(published: CatalogueVersion, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.editor).get(f"/catalogue/{published.number}/%00/").status_code == 404
