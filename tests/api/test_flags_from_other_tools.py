"""A tool hands in flags with the public token of its channel: from its server, or from the button in its pages."""

import json
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from feedback import limits
from feedback.access import get_flag_by_link
from feedback.actions.channels import NewToken, revoke_channel, rotate_token
from feedback.models import Channel, ChannelToken, Flag
from pilots.clock import now
from pilots.models import AuditEvent, IdempotencyKey, Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.pilots import PilotFactory, UseCaseFactory
from tests.feedback import SignIn
from tests.feedback.channels import TOOL, connect

FLAG: dict[str, Any] = {"categories": ["WRONG"], "severity": 1, "output": "The refund is due within 90 days."}
HERE = "/api/v1/flag/letters/"
BATCH = f"{HERE}batch/"


@pytest.fixture
def tool(letters: Pilot, people: People) -> NewToken:
    return connect(letters, people.integration)


def send(token: str, body: Any = None, *, to: str = HERE, **headers: str) -> Any:
    """As a server does; a page adds its `Origin`."""
    said = {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    text = body if isinstance(body, str) else json.dumps(FLAG if body is None else body)
    return Client().post(to, text, content_type="application/json", headers=said)


def flags(*texts: str, **other: Any) -> dict[str, Any]:
    return {"flags": [{**FLAG, "output": text, **other} for text in texts]}


def test_a_tool_hands_in_a_flag_that_carries_nobodys_name(tool: NewToken) -> None:
    answer = send(tool.plain, {**FLAG, "prompt": "Write to her.", "external_id": "T-1", "minutes_lost": "none"})
    assert answer.status_code == 201
    flag = Flag.objects.get()
    assert (flag.reference, flag.reporter, flag.source) == (answer.json()["reference"], None, "api")
    assert (flag.channel, flag.prompt, flag.external_id) == (tool.channel, "Write to her.", "T-1")
    assert get_flag_by_link(answer.json()["token"]) == flag
    assert answer.json()["link"].endswith(f"/flag/receipt/{answer.json()['token']}/")


def test_a_form_that_is_not_public_is_no_hindrance_to_the_token(tool: NewToken, letters: Pilot) -> None:
    assert letters.flag_access != Pilot.FlagAccess.PUBLIC
    assert send(tool.plain).status_code == 201


def test_the_token_hands_in_flags_and_does_nothing_else(tool: NewToken) -> None:
    headers = {"Authorization": f"Bearer {tool.plain}"}
    for path in ("me/", "pilots/", "pilots/letters/", "pilots/letters/flags/", "pilots/letters/channels/", "my-flags/"):
        assert Client().get(f"/api/v1/{path}", headers=headers).status_code == 401, path
    assert send(tool.plain, {"reason": "No."}, to="/api/v1/pilots/letters/pause/").status_code == 401


@pytest.mark.parametrize("wrong", ["rf_" + "0" * 32, "rf_short", "rf_" + "é" * 32, "rg_something-else", "nonsense"])
def test_a_token_that_is_none_is_answered_with_401(tool: NewToken, wrong: str) -> None:
    answer = send(wrong)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert not Flag.objects.exists()


def test_a_revoked_or_expired_token_and_that_of_another_pilot_are_answered_with_401(
    tool: NewToken, people: People
) -> None:
    PilotFactory.create(slug="claims")
    assert send(tool.plain, to="/api/v1/flag/claims/").status_code == 401
    assert send(tool.plain, to="/api/v1/flag/no-such-pilot/").status_code == 401
    ChannelToken.objects.update(expires_at=now() - timedelta(seconds=1))
    assert send(tool.plain).status_code == 401
    ChannelToken.objects.update(expires_at=now() + timedelta(days=1))
    revoke_channel(channel=tool.channel, by=people.pm, at=now())
    assert send(tool.plain).status_code == 401


def test_an_earlier_token_works_beside_the_new_one_until_its_moment(tool: NewToken, people: People) -> None:
    at = now()
    later = rotate_token(
        channel=tool.channel, expires_at=at + timedelta(days=90), old_until=at + timedelta(days=1), by=people.pm, at=at
    )
    assert [send(one.plain, {**FLAG, "output": one.plain}).status_code for one in (tool, later)] == [201, 201]
    rotate_token(channel=tool.channel, expires_at=at + timedelta(days=90), old_until=at, by=people.pm, at=at)
    assert [send(one.plain).status_code for one in (tool, later)] == [401, 401]


# Pages


def test_a_page_of_the_tool_may_and_reads_the_answer(tool: NewToken) -> None:
    answer = send(tool.plain, Origin=TOOL)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (201, TOOL)
    assert "Origin" in answer["Vary"]
    assert Flag.objects.get().source == "button"
    refused = send(tool.plain, {**FLAG, "severity": 9}, Origin=TOOL)
    assert (refused.status_code, refused["Access-Control-Allow-Origin"]) == (400, TOOL)


@pytest.mark.parametrize(
    "origin", ["https://other.example", "http://tool.example", "https://tool.example:8443", "null"]
)
def test_a_page_elsewhere_is_answered_with_403(tool: NewToken, origin: str) -> None:
    answer = send(tool.plain, Origin=origin)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "Access-Control-Allow-Origin" not in answer
    assert not Flag.objects.exists()


def ask_before(origin: str, slug: str = "letters") -> Any:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return Client().options(f"/api/v1/flag/{slug}/", headers=asked)


def test_a_browser_asks_before_and_hears_yes_for_the_pages_of_the_tool_only(tool: NewToken) -> None:
    yes = ask_before(TOOL)
    assert (yes.status_code, yes["Access-Control-Allow-Origin"]) == (204, TOOL)
    assert "authorization" in yes["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in yes and not yes.cookies
    assert "Access-Control-Allow-Origin" not in ask_before("https://other.example")
    assert "Access-Control-Allow-Origin" not in ask_before(TOOL, "no-such-pilot")


def test_after_a_revocation_a_browser_hears_no(tool: NewToken, people: People) -> None:
    revoke_channel(channel=tool.channel, by=people.pm, at=now())
    assert "Access-Control-Allow-Origin" not in ask_before(TOOL)


def test_a_session_opens_nothing_to_other_pages(tool: NewToken, people: People) -> None:
    browser = Client()
    browser.force_login(people.member)
    answer = browser.post(HERE, json.dumps(FLAG), content_type="application/json", headers={"Origin": TOOL})
    assert "Access-Control-Allow-Origin" not in answer


def test_a_use_case_that_the_page_has_wrong_does_not_stop_who_presses_the_button(
    tool: NewToken, letters: Pilot
) -> None:
    UseCaseFactory.create(pilot=letters, slug="first-draft")
    assert send(tool.plain, {**FLAG, "use_case": "first-draft"}, Origin=TOOL).status_code == 201
    assert send(tool.plain, {**FLAG, "use_case": "gone", "output": "x"}, Origin=TOOL).status_code == 201
    assert send(tool.plain, {**FLAG, "use_case": "gone"}).json()["errors"] == {
        "use_case": ["This pilot has no such use case."]
    }
    assert {flag.use_case and flag.use_case.slug for flag in Flag.objects.all()} == {"first-draft", None}


# Sent twice


def test_the_same_words_within_ten_minutes_count_once_more_and_get_the_same_receipt(tool: NewToken) -> None:
    first = send(tool.plain, Origin=TOOL)
    again = send(tool.plain, Origin=TOOL)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Flag.objects.get().repeats == 1
    send(tool.plain, {**FLAG, "output": "Another."}, Origin=TOOL)
    assert Flag.objects.count() == 2


def test_the_same_words_later_are_another_flag(tool: NewToken) -> None:
    send(tool.plain)
    Flag.objects.update(reported_at=now() - timedelta(minutes=11))
    assert send(tool.plain).status_code == 201
    assert Flag.objects.count() == 2


def test_the_same_words_through_another_tool_are_another_flag(tool: NewToken, letters: Pilot, people: People) -> None:
    send(tool.plain)
    other = connect(letters, people.pm, name="Other tool")
    assert send(other.plain).status_code == 201


def test_the_same_key_is_the_same_flag_and_counts_no_repeat(tool: NewToken) -> None:
    first, again = (send(tool.plain, Idempotency_Key="once") for _ in range(2))
    assert (first.json(), again.status_code) == (again.json(), 200)
    assert Flag.objects.get().repeats == 0
    assert not IdempotencyKey.objects.exists()
    other = send(tool.plain, {**FLAG, "output": "Another."}, Idempotency_Key="once")
    assert (other.status_code, other.json()["type"]) == (422, "urn:rolloutgov:problem:already_sent")


def test_a_record_with_a_number_is_one_flag_however_often_it_comes(tool: NewToken) -> None:
    first = send(tool.plain, {**FLAG, "external_id": "T-1"})
    again = send(tool.plain, {**FLAG, "external_id": "T-1"})
    other = send(tool.plain, {**FLAG, "external_id": "T-2"})
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 201)
    assert first.json() == again.json()
    assert Flag.objects.count() == 2


def test_who_guesses_the_number_of_a_record_learns_no_private_link(tool: NewToken) -> None:
    send(tool.plain, {**FLAG, "external_id": "T-1"})
    guessed = send(tool.plain, {**FLAG, "output": "x", "external_id": "T-1"}).json()
    assert guessed == {"reference": Flag.objects.get().reference, "token": "", "link": ""}


def test_the_database_keeps_one_flag_for_a_record(letters: Pilot) -> None:
    FlagFactory.create(pilot=letters, source="api", external_id="T-1")
    FlagFactory.create(pilot=letters, source="import", external_id="T-1")
    with pytest.raises(IntegrityError, match="flag_external_id_once"), transaction.atomic():
        FlagFactory.create(pilot=letters, source="api", external_id="T-1")


def test_triage_sees_which_tool_it_came_through_and_how_often(tool: NewToken, people: People, sign_in: SignIn) -> None:
    for _ in range(3):
        send(tool.plain, Origin=TOOL)
    page = sign_in(people.triage).get(f"/pilots/letters/flags/{Flag.objects.get().reference}/").content.decode()
    assert "Button in the tool: Office assistant" in page
    assert "Sent 2 times more within ten minutes" in page


# Many at once


def test_many_flags_at_once_get_a_receipt_each(tool: NewToken) -> None:
    answer = send(tool.plain, flags("One", "Two", "Three"), to=BATCH)
    assert (answer.status_code, answer.json()["new"]) == (201, 3)
    references = [receipt["reference"] for receipt in answer.json()["receipts"]]
    assert references == [Flag.objects.get(output=text).reference for text in ("One", "Two", "Three")]


def test_one_bad_flag_stops_all_and_its_place_is_named(tool: NewToken) -> None:
    sent = flags("One", "Two", "Three")
    sent["flags"][1]["severity"] = 7
    del sent["flags"][2]["categories"]
    answer = send(tool.plain, sent, to=BATCH)
    assert answer.status_code == 400
    assert {place: list(wrong) for place, wrong in answer.json()["errors"]["flags"].items()} == {
        "1": ["severity"],
        "2": ["categories"],
    }
    assert not Flag.objects.exists()


def test_a_rule_that_refuses_one_of_many_undoes_the_others(tool: NewToken) -> None:
    sent = flags("One", "", "Three")
    sent["flags"][2]["use_case"] = "no-such"
    answer = send(tool.plain, sent, to=BATCH)
    assert (answer.status_code, sorted(answer.json()["errors"]["flags"])) == (400, ["1", "2"])
    assert not Flag.objects.exists()


def test_a_batch_sent_again_changes_nothing(tool: NewToken) -> None:
    sent = {"flags": [{**FLAG, "external_id": f"T-{n}"} for n in range(3)]}
    first, again = (send(tool.plain, sent, to=BATCH) for _ in range(2))
    assert (again.status_code, again.json()) == (200, {**first.json(), "new": 0})
    plain = flags("One", "Two")
    first, again = (send(tool.plain, plain, to=BATCH, Idempotency_Key="night-1") for _ in range(2))
    assert (first.json()["new"], again.json()["new"], Flag.objects.count()) == (2, 0, 5)
    assert set(Flag.objects.values_list("repeats", flat=True)) == {0}


@pytest.mark.parametrize("sent", [{}, {"flags": []}, {"flags": "x"}, {"flags": [1]}, {"flags": [FLAG] * 501}, [FLAG]])
def test_what_is_no_batch_is_refused(tool: NewToken, sent: Any) -> None:
    answer = send(tool.plain, sent, to=BATCH)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_batch_may_be_large_and_a_single_flag_not(tool: NewToken) -> None:
    many = flags(*(f"{n} " + "long " * 200 for n in range(200)))
    assert len(json.dumps(many)) > 64 * 1024
    assert send(tool.plain, many, to=BATCH).status_code == 201
    single = send(tool.plain, json.dumps({**FLAG, "padding": "x" * 70_000}))
    assert (single.status_code, single["Content-Type"]) == (413, "application/problem+json")
    assert send(tool.plain, json.dumps({"flags": [{**FLAG, "padding": "x" * 4_200_000}]}), to=BATCH).status_code == 413


def test_a_batch_is_for_tools_not_for_people(tool: NewToken, people: People) -> None:
    browser = Client()
    browser.force_login(people.pm)
    assert browser.post(BATCH, json.dumps(flags("One")), content_type="application/json").status_code == 401


# Limits


def test_a_full_quota_answers_429_until_midnight(tool: NewToken) -> None:
    Channel.objects.update(daily_quota=2)
    statuses = [send(tool.plain, {**FLAG, "output": str(n)}, Origin=TOOL).status_code for n in range(3)]
    assert statuses == [201, 201, 429]
    full = send(tool.plain, Origin=TOOL)
    assert (full["Content-Type"], full["Access-Control-Allow-Origin"]) == ("application/problem+json", TOOL)
    assert 0 < int(full["Retry-After"]) <= 24 * 3600


def test_a_batch_beyond_the_quota_leaves_room_for_a_smaller_one(tool: NewToken) -> None:
    Channel.objects.update(daily_quota=3)
    assert send(tool.plain, flags("1", "2", "3", "4"), to=BATCH).status_code == 429
    assert send(tool.plain, flags("1", "2", "3"), to=BATCH).status_code == 201
    assert send(tool.plain, flags("4"), to=BATCH).status_code == 429


def test_a_quota_goes_on_where_it_was_when_the_counts_are_lost(tool: NewToken) -> None:
    Channel.objects.update(daily_quota=2)
    for n in range(2):
        send(tool.plain, {**FLAG, "output": str(n)})
    cache.clear()
    assert send(tool.plain, {**FLAG, "output": "3"}).status_code == 429


@pytest.mark.parametrize("which", ["TOOL_NETWORK", "EVERYWHERE"])
def test_one_network_and_all_together_are_held_back(tool: NewToken, which: str) -> None:
    with patch.object(limits, which, (limits.Limit(1, 600),)):
        statuses = [send(tool.plain, {**FLAG, "output": str(n)}).status_code for n in range(2)]
    assert statuses == [201, 429]


def test_a_severe_flag_of_a_tool_is_in_the_trail_and_nobody_is_named(tool: NewToken) -> None:
    send(tool.plain, {**FLAG, "severity": 4})
    assert AuditEvent.objects.get(verb="flag.handed_in").actor_id is None
