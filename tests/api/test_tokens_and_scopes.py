import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from pilots.actions.people import deactivate_person
from pilots.clock import now
from pilots.models import ApiToken, Pilot, User
from pilots.models.token import Scope
from tests.api.conftest import Caller
from tests.cast import People

Call = Callable[..., Caller]


def body(**changed: Any) -> dict[str, Any]:
    ends = (now() + timedelta(days=30)).isoformat()
    return {"name": "Pipeline", "scopes": ["gate:read"], "expires_at": ends, **changed}


def from_session(browser: Client, path: str, sent: dict[str, Any]) -> Any:
    return browser.post(f"/api/v1/{path}", json.dumps(sent), content_type="application/json")


def test_without_a_token_or_a_session_there_is_nothing(db: None) -> None:
    refused = Client().get("/api/v1/pilots/")
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")
    wrong = Client().get("/api/v1/pilots/", headers={"Authorization": "Bearer rg_no-such-token"})
    assert wrong.status_code == 401


def test_a_token_is_made_from_a_session_shown_once_and_revoked(
    people: People, sign_in: Callable[[User], Client], governed: Pilot
) -> None:
    browser = sign_in(people.pm)
    made = from_session(browser, "tokens/", body())
    assert made.status_code == 201
    plain = made.json()["token"]
    listed = browser.get("/api/v1/tokens/").json()["results"]
    assert [row["name"] for row in listed] == ["Pipeline"] and "token" not in listed[0]
    status = "/api/v1/pilots/letters/gates/demonstration/status/"
    assert Client().get(status, headers={"Authorization": f"Bearer {plain}"}).status_code == 200
    browser.post(f"/api/v1/tokens/{made.json()['id']}/revoke/")
    assert Client().get(status, headers={"Authorization": f"Bearer {plain}"}).status_code == 401


def test_no_token_makes_another(call: Call, people: People) -> None:
    caller = call(people.pm)
    assert caller.post("tokens/", body()).status_code == 403
    assert ApiToken.objects.count() == 1


def test_a_session_needs_its_csrf_token(people: People, letters: Pilot) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.pm)
    assert from_session(browser, "tokens/", body()).status_code == 403


def test_a_token_to_read_does_not_write(call: Call, people: People, governed: Pilot) -> None:
    reader = call(people.pm, Scope.READ)
    assert reader.get("pilots/letters/").status_code == 200
    refused = reader.post("pilots/letters/pause/", {"reason": "No."})
    assert refused.status_code == 403
    assert "lacks the scope “write”" in refused.json()["detail"]


def test_a_token_to_write_does_not_read(call: Call, people: People, governed: Pilot) -> None:
    writer = call(people.pm, Scope.WRITE)
    assert writer.get("pilots/letters/").status_code == 403
    assert writer.post("pilots/letters/pause/", {"reason": "The supplier changed."}).status_code == 200


def test_a_token_for_gates_only_asks_for_gates(call: Call, people: People, governed: Pilot) -> None:
    asker = call(people.pm, Scope.GATE)
    assert asker.get("pilots/letters/gates/demonstration/status/").status_code == 200
    for path in ("pilots/", "pilots/letters/gates/demonstration/", "me/"):
        assert asker.get(path).status_code == 403


@pytest.mark.parametrize("scopes", [[], ["all"], "read"])
def test_only_known_scopes_make_a_token(
    people: People, sign_in: Callable[[User], Client], scopes: list[str] | str
) -> None:
    assert from_session(sign_in(people.pm), "tokens/", body(scopes=scopes)).status_code == 400


def test_who_leaves_takes_their_tokens_along(call: Call, people: People, letters: Pilot) -> None:
    caller = call(people.member)
    assert caller.get("me/").json()["name"] == "Mira Benson"
    deactivate_person(user=people.member, by=people.admin, at=now())
    assert caller.get("me/").status_code == 401
