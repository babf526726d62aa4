"""Problems have one shape, and whatever is sent is the caller's mistake at worst."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from governance.models import Comment, Item
from pilots.models import Pilot
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.governance import item_of

Call = Callable[..., Caller]


@pytest.fixture
def item(governed: Pilot) -> Item:
    return item_of(governed, "DEM-01")


def shape(answer: Any) -> set[str]:
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"].startswith("urn:rolloutgov:problem:")
    return set(body)


def test_every_problem_has_the_same_shape(call: Call, people: People, governed: Pilot, item: Item) -> None:
    pm, core = call(people.pm), {"type", "title", "status", "detail"}
    assert shape(pm.get("pilots/no-such-pilot/")) == core
    assert shape(pm.get("nothing/here/")) == core
    assert shape(pm.post("pilots/letters/")) == core  # 405
    assert shape(pm.post("pilots/letters/pause/", {})) == {*core, "errors"}
    assert shape(call(people.member).post("pilots/letters/pause/", {})) == {*core, "who_may"}
    assert shape(pm.post(f"pilots/letters/items/{item.pk}/accept/", {"version": item.version})) == core
    assert shape(pm.patch("pilots/letters/", {"name": "New", "version": 99})) == {*core, "current"}


def test_what_a_caller_may_not_see_is_not_there(call: Call, people: People, governed: Pilot, item: Item) -> None:
    stranger = call(people.stranger)
    for path in ("", "items/", f"items/{item.pk}/", "gates/demonstration/", "history/", "members/", "catalogue/"):
        assert stranger.get(f"pilots/letters/{path}").status_code == 404, path


@pytest.mark.parametrize(
    "path",
    [
        "pilots/letters/items/{}/",
        "pilots/letters/items/00000000-0000-0000-0000-00000000000g/",
        "pilots/letters/items/%00/",
        "pilots/letters/gates/staged_rollout-99999999999999999999/",
        "pilots/letters/gates/staged_rollout--1/",
        "pilots/letters/gates/staged_rollout-01/",
        "pilots/letters/flags/%00/",
        "pilots/letters/flags/'%20OR%201=1--/",
        "pilots/letters/evidence/{}/",
        "pilots/letters/catalogue/preview/99999999999999999999/",
        "pilots/%F0%9F%92%A9/",
        "pilots/../../etc/passwd/",
        "catalogue/99999999999999999999999/questions/",
        "my-flags/%E2%80%AE/",
        "frameworks/constructor/",
        "people/{}/",
    ],
)
def test_a_made_up_address_is_not_found(call: Call, people: People, governed: Pilot, path: str) -> None:
    answer = call(people.admin if path.startswith("people") else people.pm).get(path.format(uuid4()))
    assert answer.status_code == 404, answer.content[:300]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("pilots/", {"name": "x" * 121, "tool": "Scribe"}, "name"),
        ("pilots/", {"name": "A", "tool": "B", "starts_on": "2026-02-30"}, "starts_on"),
        ("pilots/", {"name": "A", "tool": "B", "starts_on": "10000-01-01"}, "starts_on"),
        ("pilots/", {"name": "A", "tool": "B", "starts_on": 10**400}, "starts_on"),
        ("pilots/", {"name": "A", "tool": "B", "sponsor": "nobody"}, "sponsor"),
        ("pilots/", {"name": "A", "tool": "B", "sponsor": str(uuid4())}, "sponsor"),
        ("pilots/", {"name": ["A"], "tool": {"a": 1}}, "name"),
        ("pilots/letters/pause/", {"reason": "x" * 2001}, "reason"),
        ("pilots/letters/pause/", {"reason": "\u202e\u0000\u2066 "}, "reason"),
        ("pilots/letters/delegations/", {"role": "king", "ends_at": "soon"}, "role"),
        ("pilots/letters/members/", {"user": 5, "roles": []}, "user"),
    ],
)
def test_a_wrong_value_is_named(
    call: Call, people: People, governed: Pilot, path: str, body: dict[str, Any], field: str
) -> None:
    answer = call(people.pm).post(path, body)
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["errors"]


def test_a_version_beyond_every_version_is_no_fault_of_ours(call: Call, people: People, governed: Pilot) -> None:
    for version in (10**30, -(10**30), 2**63):
        answer = call(people.pm).patch("pilots/letters/", {"name": "New", "version": version})
        assert answer.status_code in {400, 409}


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"reason": NaN}', b'{"reason": 1e999}', b"1" * 5000),
        *(b"[" * 30_000, b'{"a":' * 10_000, b"[" * 21 + b"]" * 21),
    ],
)
def test_what_is_no_proper_json_is_refused(call: Call, people: People, governed: Pilot, body: bytes) -> None:
    answer = call(people.pm).post("pilots/letters/pause/", body)
    assert answer.status_code == 400, answer.content[:300]
    shape(answer)


def test_a_body_over_64_kilobytes_is_too_large(call: Call, people: People, governed: Pilot) -> None:
    answer = call(people.pm).post("pilots/letters/pause/", {"reason": "x" * 66_000})
    assert answer.status_code == 413
    shape(answer)


def test_a_kind_that_nobody_reads_is_refused(call: Call, people: People, governed: Pilot) -> None:
    caller = call(people.pm)
    answer = caller.client.post(
        "/api/v1/pilots/letters/pause/", "<reason/>", content_type="text/xml", headers=caller.headers
    )
    assert answer.status_code == 415
    shape(answer)


def test_what_nobody_can_see_is_not_kept(call: Call, people: People, governed: Pilot, item: Item) -> None:
    sent = "Re\u0301sume\u0301 \u202egnp.exe\u202c\u0000 \u2066x\u2069\ud800 done"
    made = call(people.pm).post(f"pilots/letters/items/{item.pk}/comments/", {"text": sent})
    assert made.status_code == 201
    assert Comment.objects.get().text == "Résumé gnp.exe x done"
