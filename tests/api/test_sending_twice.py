import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from governance.models import Comment
from pilots.clock import now
from pilots.models import IdempotencyKey, Pilot, UseCase
from pilots.tasks import forget_idempotency_keys
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.governance import item_of, small_catalogue
from tests.factories.pilots import MembershipFactory, PilotFactory

Call = Callable[..., Caller]
PILOT = {"name": "Summaries", "tool": "Scribe"}


def test_the_same_key_gets_the_same_answer_and_one_effect(call: Call, people: People, at: datetime) -> None:
    small_catalogue(at)
    first, second = (call(people.pm).post("pilots/", PILOT, key="start-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotency-Replayed" not in first and second["Idempotency-Replayed"] == "true"
    assert Pilot.objects.filter(name="Summaries").count() == 1


def test_the_same_key_with_another_body_is_refused(call: Call, people: People, at: datetime) -> None:
    small_catalogue(at)
    call(people.pm).post("pilots/", PILOT, key="start-1")
    other = call(people.pm).post("pilots/", {**PILOT, "tool": "Other"}, key="start-1")
    assert (other.status_code, other.json()["type"]) == (422, "urn:rolloutgov:problem:idempotency_key_reused")


def test_without_a_key_each_call_has_its_effect(call: Call, people: People, governed: Pilot) -> None:
    for name in ("Refund letters", "Refund letters again"):
        call(people.pm).post("pilots/letters/use-cases/", {"name": name})
    assert UseCase.objects.filter(name__startswith="Refund").count() == 2


def test_a_call_that_was_refused_leaves_its_key_free(call: Call, people: People, at: datetime) -> None:
    refused = call(people.pm).post("pilots/", PILOT, key="start-1")
    assert refused.status_code == 422
    small_catalogue(at)
    assert call(people.pm).post("pilots/", PILOT, key="start-1").status_code == 201


def test_a_key_is_its_callers_own(call: Call, people: People, governed: Pilot) -> None:
    item = item_of(governed, "DEM-01")
    for who in (people.pm, people.member):
        made = call(who).post(f"pilots/letters/items/{item.pk}/comments/", {"text": "Well measured."}, key="1")
        assert made.status_code == 201
    assert Comment.objects.count() == 2


def test_what_is_kept_shows_no_key_to_who_reads_the_database(call: Call, people: People, letters: Pilot) -> None:
    body = {"email": "new@example.org", "roles": ["member"]}
    first, second = (call(people.pm).post("pilots/letters/invitations/", body, key="ask-1") for _ in range(2))
    assert first.json()["link"] == second.json()["link"]
    assert first.json()["link"].rpartition("/")[0][-20:] not in str(IdempotencyKey.objects.get().body)


def test_a_key_is_short_and_printable(call: Call, people: People, letters: Pilot) -> None:
    made = call(people.pm).post("pilots/letters/use-cases/", {"name": "A"}, key="k" * 81)
    assert made.status_code == 400
    assert not UseCase.objects.exists()


def test_a_list_where_an_object_belongs_is_the_callers_mistake(call: Call, people: People, letters: Pilot) -> None:
    assert call(people.pm).post("pilots/letters/use-cases/", [1, 2], key="list").status_code == 400


def test_keys_are_forgotten_after_a_week(call: Call, people: People, letters: Pilot, at: datetime) -> None:
    call(people.pm).post("pilots/letters/use-cases/", {"name": "A"}, key="new")
    call(people.pm).post("pilots/letters/use-cases/", {"name": "B"}, key="old")
    IdempotencyKey.objects.filter(key="old").update(created_at=at - timedelta(days=8))
    assert forget_idempotency_keys() == 1
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def test_two_at_once_are_one(committed_db: str) -> None:
    pilot = PilotFactory.create(slug="letters")
    MembershipFactory.create(pilot=pilot, user=pilot.created_by, role="program_manager", added_at=now())
    caller = Caller(pilot.created_by, READ_AND_WRITE)
    answers: list[Any] = []

    def send() -> None:
        answers.append(caller.post("pilots/letters/use-cases/", {"name": "Refund letters"}, key="once"))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert UseCase.objects.count() == 1
