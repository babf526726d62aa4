import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.models import Evidence, Item
from pilots.models import AuditEvent, Pilot
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.governance import accept, item_of, propose

Call = Callable[..., Caller]
ANSWER: dict[str, Any] = {
    "kind": "answered",
    "text": "Forty letters, twelve people.",
    "links": [{"title": "Note", "url": "https://records.example.org/note"}],
}


@pytest.fixture
def item(governed: Pilot) -> Item:
    return item_of(governed, "DEM-01")


def path(item: Item, end: str = "") -> str:
    return f"pilots/letters/items/{item.pk}/{end}"


def seen(item: Item, **said: Any) -> dict[str, Any]:
    """What somebody sends who has just read the question."""
    item.refresh_from_db()
    return {**said, "version": item.version}


def test_an_answer_waits_for_a_second_person_and_counts_once_accepted(call: Call, people: People, item: Item) -> None:
    proposed = call(people.evaluator).post(path(item, "answers/"), seen(item, **ANSWER))
    assert (proposed.status_code, proposed.json()["state"]) == (201, "proposed")
    accepted = call(people.change).post(path(item, "accept/"), seen(item, comment="Checked."))
    assert (accepted.status_code, accepted.json()["state"]) == (200, "accepted")
    assert accepted.json()["answers"][0]["decided_by"]["name"] == "Chidi Okoro"


def test_nobody_accepts_their_own_answer_through_the_api_either(call: Call, people: People, item: Item) -> None:
    call(people.evaluator).post(path(item, "answers/"), seen(item, **ANSWER))
    refused = call(people.evaluator).post(path(item, "accept/"), seen(item))
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:rolloutgov:problem:own_answer"
    item.refresh_from_db()
    assert item.state == "proposed"


def test_an_answer_is_sent_back_with_a_comment_and_not_without(call: Call, people: People, item: Item) -> None:
    call(people.evaluator).post(path(item, "answers/"), seen(item, **ANSWER))
    silent = call(people.change).post(path(item, "return/"), seen(item))
    assert (silent.status_code, set(silent.json()["errors"])) == (422, {"comment"})
    assert (
        call(people.change).post(path(item, "return/"), seen(item, comment="Which weeks?")).json()["state"]
        == "returned"
    )


@pytest.mark.parametrize("end", ["answers/", "accept/", "return/", "confirm/", "doubts/", "waivers/"])
def test_nobody_decides_without_saying_what_they_read(call: Call, people: People, item: Item, end: str) -> None:
    refused = call(people.owner).post(path(item, end), {**ANSWER, "comment": "Yes.", "reason": "No."})
    assert refused.status_code == 400
    assert "version" in refused.json()["errors"]


def test_the_same_decision_sent_twice_is_done_once(call: Call, people: People, item: Item, at: datetime) -> None:
    propose(item, people.evaluator, at)
    body, change = seen(item, comment="Checked."), call(people.change)
    assert [change.post(path(item, "accept/"), body).status_code for _ in range(2)] == [200, 200]
    assert AuditEvent.objects.filter(verb="answer.accepted").count() == 1
    assert change.post(path(item, "return/"), body).status_code == 409
    assert call(people.owner).post(path(item, "accept/"), body).status_code == 409


def test_what_somebody_else_changed_meanwhile_is_shown(call: Call, people: People, item: Item) -> None:
    call(people.evaluator).post(path(item, "answers/"), {**ANSWER, "version": item.version})
    late = call(people.owner).post(path(item, "answers/"), {**ANSWER, "text": "Fifty.", "version": item.version})
    assert late.status_code == 409
    assert late.json()["current"]["answer"] == "Forty letters, twelve people."


def test_a_file_comes_back_as_it_was_sent_and_only_to_who_sees_the_pilot(
    call: Call, people: People, item: Item
) -> None:
    author = call(people.evaluator)
    fields = {
        "version": item.version,
        "kind": "answered",
        "text": "See the note.",
        "files": SimpleUploadedFile("note.csv", b"a,b\n1,2\n"),
    }
    made = author.client.post(f"/api/v1/{path(item, 'answers/')}", fields, headers=author.headers)
    assert made.status_code == 201, made.content
    shown = made.json()["answers"][0]["evidence"][0]
    assert shown["digest"] == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    file = f"pilots/letters/evidence/{shown['id']}/"
    answered = call(people.member).get(file)
    assert b"".join(answered.streaming_content) == b"a,b\n1,2\n"
    assert "attachment" in answered["Content-Disposition"] and "sandbox" in answered["Content-Security-Policy"]
    assert call(people.stranger).get(file).status_code == 404


def test_a_file_over_the_limit_is_refused_before_it_is_read(call: Call, people: People, item: Item) -> None:
    author = call(people.evaluator)
    refused = author.client.post(
        f"/api/v1/{path(item, 'answers/')}",
        b"--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        headers=author.headers,
        CONTENT_LENGTH=str(27 * 1024 * 1024),
    )
    assert (refused.status_code, refused.json()["type"]) == (413, "urn:rolloutgov:problem:too_large")
    assert not Evidence.objects.exists()


def test_a_doubt_is_raised_and_confirmed_by_another(call: Call, people: People, item: Item, at: datetime) -> None:
    accept(propose(item, people.evaluator, at), people.change, at)
    doubted = call(people.triage).post(path(item, "doubts/"), seen(item, reason="Flags say otherwise."))
    assert doubted.json()["state"] == "in_doubt"
    own = call(people.evaluator).post(path(item, "confirm/"), seen(item, comment="It holds."))
    assert own.status_code == 422
    assert (
        call(people.change).post(path(item, "confirm/"), seen(item, comment="It holds.")).json()["state"] == "accepted"
    )


def test_questions_are_assigned_all_or_none(call: Call, people: People, item: Item) -> None:
    body = {"items": [str(item.pk)], "owner": str(people.evaluator.pk), "due_on": "2027-01-31"}
    given = call(people.pm).post("pilots/letters/items/assign/", body)
    assert given.json()[0]["owner"]["name"] == "Eva Lund"
    foreign = {**body, "items": [str(item.pk), str(people.pm.pk)]}
    assert call(people.pm).post("pilots/letters/items/assign/", foreign).status_code == 400


def test_comments_are_read_in_pages(call: Call, people: People, item: Item) -> None:
    call(people.member).post(path(item, "comments/"), {"text": "Which letters?"})
    assert call(people.member).get(path(item, "comments/")).json()["results"][0]["text"] == "Which letters?"


def test_an_event_makes_the_answers_that_rest_on_it_lapse(
    call: Call, people: People, governed: Pilot, at: datetime
) -> None:
    second = item_of(governed, "DEM-02")
    accept(propose(second, people.evaluator, at), people.change, at + timedelta(seconds=1))
    unknown = call(people.pm).post("pilots/letters/events/", {"event": "full_moon", "reason": "Seen."})
    assert (unknown.status_code, set(unknown.json()["errors"])) == (400, {"event"})
