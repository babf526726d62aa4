from collections.abc import Callable
from typing import Any

from governance.models import CatalogueVersion, Item, PilotCatalogue
from pilots.models import Pilot
from tests.api.conftest import Caller
from tests.cast import People

Call = Callable[..., Caller]
QUESTION: dict[str, Any] = {
    "code": "OWN-01",
    "phase": "demonstration",
    "theme": "evidence_design",
    "question": "What happened with letters in other languages?",
    "good_answer": "Counts by language.",
    "evidence": "The sample.",
    "owner_role": "evaluation_lead",
    "core": True,
}


def test_a_draft_is_started_edited_and_published(call: Call, people: People, governed: Pilot) -> None:
    editor = call(people.editor)
    draft = editor.post("catalogue/draft/").json()
    assert (draft["number"], draft["difference"]) == (2, {"added": [], "removed": [], "changed": []})
    added = editor.post("catalogue/draft/questions/", QUESTION)
    assert added.status_code == 201
    question = next(row for row in draft["questions"] if row["code"] == "DEM-01")
    changed = {name: question[name] for name in (*QUESTION, "blocking", "valid_days")} | {"question": "Which letters?"}
    address = "catalogue/draft/questions/DEM-01/"
    edited = editor.put(address, {**changed, "seen": question["content_digest"]})
    assert (edited.status_code, edited.json()["question"]) == (200, "Which letters?"), edited.content
    assert editor.put(address, {**changed, "seen": question["content_digest"]}).status_code == 409
    gone = next(row for row in draft["questions"] if row["code"] == "DEM-02")
    removed = editor.post("catalogue/draft/questions/DEM-02/remove/", {"seen": gone["content_digest"]})
    assert removed.status_code == 204
    now = editor.get("catalogue/draft/").json()
    assert (now["difference"]["added"], now["difference"]["removed"]) == (["OWN-01"], ["DEM-02"])
    assert [row["code"] for row in now["difference"]["changed"]] == ["DEM-01"]
    stale = editor.post("catalogue/draft/publish/", {"note": "Languages.", "seen": draft["digest"]})
    assert stale.status_code == 409
    published = editor.post("catalogue/draft/publish/", {"note": "Languages.", "seen": now["digest"]})
    assert published.json()["number"] == 2
    assert editor.get("catalogue/draft/").status_code == 404


def test_a_question_that_contradicts_itself_is_refused_at_its_field(
    call: Call, people: People, governed: Pilot
) -> None:
    editor = call(people.editor)
    editor.post("catalogue/draft/")
    refused = editor.post("catalogue/draft/questions/", {**QUESTION, "blocking": "stage"})
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"blocking"})
    unknown = editor.post("catalogue/draft/questions/", {**QUESTION, "supports": {"nist_ai_rmf": ["MOON 1"]}})
    assert unknown.status_code == 422


def test_a_draft_is_discarded(call: Call, people: People, governed: Pilot) -> None:
    editor = call(people.editor)
    editor.post("catalogue/draft/")
    assert editor.post("catalogue/draft/").status_code == 422
    assert editor.post("catalogue/draft/discard/").status_code == 204
    assert CatalogueVersion.objects.get(number=2).state == "discarded"


def test_only_an_editor_sees_or_edits_a_draft(call: Call, people: People, governed: Pilot) -> None:
    call(people.editor).post("catalogue/draft/")
    for who in (people.pm, people.admin, people.leader):
        assert call(who).get("catalogue/draft/").status_code == 403
        assert call(who).post("catalogue/draft/questions/", QUESTION).status_code == 403


def test_a_pilot_moves_to_a_newer_version_after_a_look_at_what_changes(
    call: Call, people: People, governed: Pilot
) -> None:
    editor, pm = call(people.editor), call(people.pm)
    editor.post("catalogue/draft/")
    editor.post("catalogue/draft/questions/", QUESTION)
    seen = editor.get("catalogue/draft/").json()["digest"]
    editor.post("catalogue/draft/publish/", {"note": "Languages.", "seen": seen})
    assert [row["number"] for row in pm.get("pilots/letters/catalogue/").json()["newer"]] == [2]
    preview = pm.get("pilots/letters/catalogue/preview/2/").json()
    assert [row["code"] for row in preview["added"]] == ["OWN-01"]
    assert call(people.member).post("pilots/letters/catalogue/", {"to": 2, "seen": 1}).status_code == 403
    moved = pm.post("pilots/letters/catalogue/", {"to": 2, "seen": 1})
    assert moved.json()["added"] == preview["added"]
    assert PilotCatalogue.objects.get(pilot=governed).catalogue.number == 2
    assert Item.objects.filter(pilot=governed, code="OWN-01").exists()
    assert pm.post("pilots/letters/catalogue/", {"to": 2, "seen": 1}).status_code == 404
