from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pilots.models import Pilot
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.governance import item_of

Call = Callable[..., Caller]


@pytest.fixture
def asked(governed: Pilot, people: People, call: Call, at: datetime) -> dict[str, Any]:
    item = item_of(governed, "DEM-01")
    body = {
        "reason": "The audit ends later.",
        "ends_at": (at + timedelta(days=20)).isoformat(),
        "version": item.version,
    }
    made = call(people.pm).post(f"pilots/letters/items/{item.pk}/waivers/", body)
    assert made.status_code == 201, made.content
    found: dict[str, Any] = made.json()
    return found


def decide(caller: Caller, waiver: dict[str, Any], approve: bool = True) -> Any:
    body = {"approve": approve, "comment": "Until the audit ends."}
    return caller.post(f"pilots/letters/waivers/{waiver['id']}/decide/", body)


def test_the_sponsor_decides_and_ends_it(call: Call, people: People, asked: dict[str, Any]) -> None:
    approved = decide(call(people.sponsor), asked)
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    ended = call(people.sponsor).post(f"pilots/letters/waivers/{asked['id']}/end/", {"reason": "Answered."})
    assert ended.json()["state"] == "ended"


def test_who_asked_does_not_decide(call: Call, people: People, asked: dict[str, Any]) -> None:
    refused = decide(call(people.pm), asked)
    assert refused.status_code == 403
    assert refused.json()["who_may"] == ["Stella Park (sponsor)"]


def test_a_sponsor_does_not_decide_on_the_own_request(
    call: Call, people: People, governed: Pilot, at: datetime
) -> None:
    item = item_of(governed, "DEM-01")
    body = {
        "reason": "The audit ends later.",
        "ends_at": (at + timedelta(days=20)).isoformat(),
        "version": item.version,
    }
    own = call(people.sponsor).post(f"pilots/letters/items/{item.pk}/waivers/", body).json()
    assert decide(call(people.sponsor), own).status_code == 422


def test_sixty_days_are_the_most(call: Call, people: People, governed: Pilot, at: datetime) -> None:
    item = item_of(governed, "DEM-01")
    body = {"reason": "Long.", "ends_at": (at + timedelta(days=61)).isoformat(), "version": item.version}
    refused = call(people.pm).post(f"pilots/letters/items/{item.pk}/waivers/", body)
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"ends_at"})
