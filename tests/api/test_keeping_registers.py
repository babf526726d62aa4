"""Registers through the API: each with a shape of its own, through the same actions as the pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client

from pilots.clock import now
from pilots.models import Pilot
from pilots.models.token import Scope
from pilots.registers import REGISTERS
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.pilots import PilotFactory, SegmentFactory
from tests.factories.registers import FIELDS, TEXTS, entry, stressor, use_case

Call = Callable[..., Caller]
AT = "pilots/letters/registers/"


def body(slug: str, pilot: Pilot, people: People) -> dict[str, Any]:
    def said(value: Any) -> Any:
        if isinstance(value, Model):
            return getattr(value, "slug", "") or str(value.pk)
        return value.isoformat() if hasattr(value, "isoformat") else value

    return {name: said(value) for name, value in FIELDS[slug](pilot, people.evaluator).items()}


@pytest.mark.parametrize("slug", REGISTERS)
def test_an_entry_is_added_read_changed_listed_and_removed(
    slug: str, letters: Pilot, people: People, call: Call
) -> None:
    api, at = call(people.evaluator), f"{AT}{slug}/"
    answer = api.post(at, body(slug, letters, people))
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["recorded_by"]["name"] == "Eva Lund" and made["version"] == 1
    assert api.get(f"{at}{made['id']}/").json() == made
    changed = api.patch(f"{at}{made['id']}/", {TEXTS[slug]: "Anew", "version": 1})
    assert changed.json()[TEXTS[slug]] == "Anew" and changed.json()["version"] == 2
    assert [row["id"] for row in api.get(at).json()["results"]] == [made["id"]]
    assert api.delete(f"{at}{made['id']}/").status_code == 204
    assert api.get(f"{at}{made['id']}/").status_code == 404


def test_sent_again_with_its_key_it_adds_nothing(letters: Pilot, people: People, call: Call) -> None:
    api, sent = call(people.evaluator), body("effort", letters, people)
    first, again = (api.post(f"{AT}effort/", sent, key="once") for _ in range(2))
    assert first.json() == again.json() and again.headers["Idempotency-Replayed"] == "true"
    assert REGISTERS["effort"].entries(letters).count() == 1


def test_anothers_change_answers_409_and_a_missing_version_400(letters: Pilot, people: People, call: Call) -> None:
    made, api = entry("effort", letters, people.evaluator), call(people.pm)
    assert api.patch(f"{AT}effort/{made.pk}/", {"hours": 2}).status_code == 400
    api.patch(f"{AT}effort/{made.pk}/", {"hours": 2, "version": 1})
    late = api.patch(f"{AT}effort/{made.pk}/", {"hours": 3, "version": 1})
    assert late.status_code == 409 and late.json()["current"]["Hours"] == "2"


def test_a_part_of_another_pilot_is_none_here(letters: Pilot, people: People, call: Call) -> None:
    SegmentFactory.create(pilot=PilotFactory.create(), slug="elsewhere")
    sent = body("cohorts", letters, people) | {"segment": "elsewhere"}
    answer = call(people.evaluator).post(f"{AT}cohorts/", sent)
    assert answer.status_code == 400 and "segment" in answer.json()["errors"]


def test_a_rule_answers_422_at_its_field(letters: Pilot, people: People, call: Call) -> None:
    sent = body("unsupported-periods", letters, people) | {"ends_on": "2026-10-01"}
    answer = call(people.evaluator).post(f"{AT}unsupported-periods/", sent)
    assert answer.status_code == 422 and answer.json()["errors"] == {"ends_on": ["It ends before it starts."]}
    assert call(people.member).post(f"{AT}effort/", {}).status_code == 403
    assert call(people.evaluator, Scope.READ).post(f"{AT}effort/", {}).status_code == 403


def test_a_file_is_taken_whole_or_told_line_by_line(letters: Pilot, people: People) -> None:
    caller = Caller(people.evaluator, READ_AND_WRITE)

    def send(content: bytes) -> Any:
        file = SimpleUploadedFile("effort.csv", content)
        return Client().post(f"/api/v1/{AT}effort/import/", {"file": file}, headers=caller.headers)

    good = b"phase,day,hours,what\nstress_test,2026-11-20,36,Timing\n"
    assert send(good).json() == {"added": 1, "unchanged": 0}
    assert send(good).json() == {"added": 0, "unchanged": 1}
    answer = send(good + b"stress_test,never,36,Timing\n")
    assert answer.status_code == 422 and answer.json()["problems"][0]["line"] == 3


def test_a_finding_is_answered_built_and_accepted(letters: Pilot, people: People, call: Call) -> None:
    found = entry("failure-modes", letters, people.evaluator)
    at, soon = f"{AT}failure-modes/{found.pk}/", (now() + timedelta(days=9)).date().isoformat()
    api = call(people.evaluator)
    sent = {"answer": "build", "reason": "A check", "owner": str(people.pm.pk), "due_on": soon, "version": 1}
    assert api.post(f"{at}answer/", sent).json()["build_owner"]["name"] == "Paula Marsh"
    assert api.post(f"{at}build/", {"on": now().date().isoformat()}).json()["built_on"]
    assert api.post(f"{at}accept-risk/", {"until": soon, "reason": "Rare"}).status_code == 403
    taken = call(people.owner).post(f"{at}accept-risk/", {"until": soon, "reason": "Rare"}).json()
    assert (taken["answer"], taken["accepted_until"]) == ("accepted", soon)
    assert taken["accepted_by"]["name"] == "Owen Archer"


def test_a_use_case_is_set_aside_with_owner_and_test(letters: Pilot, people: People, call: Call) -> None:
    case, test = use_case(letters), stressor(letters, people.evaluator)
    api, at = call(people.evaluator), f"pilots/letters/use-cases/{case.slug}/set-aside/"
    refused = api.post(at, {"set_aside": "edge_case"})
    assert refused.status_code == 422 and "owner" in refused.json()["errors"]
    sent = {"set_aside": "edge_case", "owner": str(people.pm.pk), "stressor": str(test.pk)}
    assert api.post(at, sent).status_code == 200
    case.refresh_from_db()
    assert case.set_aside == "edge_case"
