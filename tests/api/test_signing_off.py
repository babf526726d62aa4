from collections.abc import Callable
from typing import Any

import pytest

from governance.models import Gate
from pilots.models import Pilot
from tests.api.conftest import Caller
from tests.cast import People

Call = Callable[..., Caller]
GATE = "pilots/letters/gates/demonstration/"


@pytest.fixture
def asked(ready_gate: Gate, people: People, call: Call) -> dict[str, Any]:
    made = call(people.pm).post(f"{GATE}sign-off-requests/", {"comment": "All is answered."})
    assert made.status_code == 201, made.content
    found: dict[str, Any] = made.json()["requests"][0]
    return found


def sign(caller: Caller, asked: dict[str, Any], **changed: Any) -> Any:
    body = {"decision": "approved", "comment": "It holds.", "digest": asked["digest"], **changed}
    return caller.post(f"{GATE}sign-off-requests/{asked['id']}/sign-offs/", body)


def test_two_people_with_the_sponsor_among_them_pass_the_gate(
    call: Call, people: People, asked: dict[str, Any], ready_gate: Gate
) -> None:
    assert sign(call(people.triage), asked).json()["state"] == "open"
    passed = sign(call(people.sponsor), asked)
    assert (passed.status_code, passed.json()["state"]) == (201, "passed")
    ready_gate.refresh_from_db()
    assert ready_gate.state == "passed"


def test_nobody_signs_what_they_asked_to_have_signed(call: Call, people: People, asked: dict[str, Any]) -> None:
    refused = sign(call(people.pm), asked)
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith("Nobody signs off what they asked to have signed.")


def test_a_signature_is_of_what_was_read(call: Call, people: People, asked: dict[str, Any]) -> None:
    refused = sign(call(people.sponsor), asked, digest="0" * 64)
    assert refused.status_code in {409, 422}


def test_the_same_decision_twice_is_one(call: Call, people: People, asked: dict[str, Any]) -> None:
    once = "9a4f2d0e-70f6-4b0c-8f5b-0f1f5f8b7f11"
    first, second = (sign(call(people.triage), asked, decision_id=once) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert len(second.json()["requests"][0]["sign_offs"]) == 1


def test_a_request_is_taken_back(call: Call, people: People, asked: dict[str, Any]) -> None:
    withdrawn = call(people.pm).post(f"{GATE}sign-off-requests/{asked['id']}/withdraw/")
    assert withdrawn.json()["requests"][0]["state"] == "withdrawn"


def test_nothing_is_asked_while_something_is_open(call: Call, people: People, governed: Pilot) -> None:
    refused = call(people.pm).post(f"{GATE}sign-off-requests/", {})
    assert refused.status_code == 422


def test_a_condition_is_added_met_and_counted(call: Call, people: People, ready_gate: Gate) -> None:
    body = {"text": "Train the night shift.", "owner": str(people.change.pk), "due_on": "2027-01-31"}
    made = call(people.pm).post(f"{GATE}conditions/", body).json()["conditions"][0]
    met = call(people.change).post(f"{GATE}conditions/{made['id']}/meet/", {"note": "All eleven of them."})
    assert met.status_code in {200, 422}, met.content
