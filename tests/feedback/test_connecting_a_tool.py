"""Who manages channels lets a tool hand in flags, gives it a new token, changes what it may, and closes it again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from feedback.actions.channels import create_channel, edit_channel, revoke_channel, rotate_token
from feedback.models import Channel, ChannelToken
from feedback.origins import origin_of
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.pilots import PilotFactory
from tests.feedback import SignIn
from tests.feedback.channels import TOOL, connect
from tests.hostile import HOSTILE

AT = "/pilots/letters/channels/"


def filled(**other: Any) -> dict[str, str]:
    last_day = str(timezone.localdate() + timedelta(days=30))
    return {"name": "Office assistant", "origins": TOOL, "daily_quota": "500", "expires_on": last_day, **other}


def test_the_token_is_shown_once_with_what_to_copy(people: People, letters: Pilot, sign_in: SignIn) -> None:
    browser = sign_in(people.integration)
    page = browser.post(f"{AT}new/", filled())
    text = page.content.decode()
    plain = page.context["made"].plain
    assert f"&lt;rollout-flag pilot=&quot;letters&quot; token=&quot;{plain}&quot;&gt;" in text
    assert "/static/js/flag-button.js" in text and "connect-src" in text and "curl" in text
    assert "no-store" in page["Cache-Control"]
    assert plain not in browser.get(AT).content.decode()
    assert not ChannelToken.objects.filter(token_hash__contains=plain).exists()
    assert len(plain.removeprefix("rf_")) * 4 == 128


def test_a_tool_without_pages_gets_no_button(people: People, letters: Pilot, sign_in: SignIn) -> None:
    page = sign_in(people.pm).post(f"{AT}new/", filled(origins="")).content.decode()
    assert "rollout-flag" not in page and "curl" in page


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("origins", "tool.example", "is not the origin of a page"),
        ("origins", "https://*.example", "is not the origin of a page"),
        ("origins", "https://a.example/path", "is not the origin of a page"),
        ("daily_quota", "0", "greater than or equal to 1"),
        ("daily_quota", "50001", "less than or equal to 50000"),
        ("name", " ", "required"),
        ("expires_on", "2020-01-01", "would have expired already"),
        ("expires_on", "2999-01-01", "at most a year"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    people: People, letters: Pilot, sign_in: SignIn, field: str, value: str, told: str
) -> None:
    page = sign_in(people.pm).post(f"{AT}new/", filled(**{"name": "Words to keep", field: value}))
    assert page.status_code == 422
    assert told in page.content.decode()
    assert field == "name" or "Words to keep" in page.content.decode()
    assert not Channel.objects.exists()


def test_two_open_channels_of_a_pilot_have_two_names(people: People, letters: Pilot) -> None:
    first = connect(letters, people.pm).channel
    with pytest.raises(Refused, match="has this name"):
        connect(letters, people.pm)
    connect(PilotFactory.create(), people.admin)
    revoke_channel(channel=first, by=people.pm, at=now())
    connect(letters, people.pm)


def test_a_page_more_needs_no_new_token(people: People, letters: Pilot, sign_in: SignIn) -> None:
    channel = connect(letters, people.integration).channel
    browser, address = sign_in(people.integration), f"{AT}{channel.pk}/edit/"
    more = {"name": "Assistant", "origins": f"{TOOL}\nhttps://OTHER.example:443/", "daily_quota": "9", "version": "1"}
    assert browser.post(address, more).status_code == 302
    channel.refresh_from_db()
    assert (channel.name, channel.origins, channel.daily_quota) == ("Assistant", [TOOL, "https://other.example"], 9)
    assert channel.tokens.count() == 1
    assert browser.post(address, {**more, "name": "Mine"}).status_code == 409
    assert browser.post(address, {**more, "version": "x"}).status_code == 409


def test_saving_what_is_there_leaves_no_trace(people: People, letters: Pilot) -> None:
    channel = connect(letters, people.pm).channel
    edit_channel(channel=channel, name=channel.name, origins=channel.origins, daily_quota=500, version=1, by=people.pm)
    assert not AuditEvent.objects.filter(verb="channel.edited").exists()
    with pytest.raises(Conflict):
        edit_channel(channel=channel, name="X", origins=[], daily_quota=5, version=7, by=people.pm)


def test_a_new_token_stands_beside_the_earlier_one(people: People, letters: Pilot, sign_in: SignIn) -> None:
    channel = connect(letters, people.integration).channel
    browser = sign_in(people.pm)
    page = browser.post(f"{AT}{channel.pk}/rotate/", {"expires_on": filled()["expires_on"], "old_until": "7"})
    assert page.context["made"].plain in page.content.decode()
    old, new = channel.tokens.order_by("created_at")
    assert old.expires_at - new.created_at == timedelta(days=7)
    shown = browser.get(AT).content.decode()
    assert old.prefix in shown and new.prefix in shown


def test_a_rotation_lengthens_no_earlier_token(people: People, letters: Pilot) -> None:
    at = now()
    channel = connect(letters, people.pm, at=at, expires_at=at + timedelta(days=2)).channel
    rotate_token(
        channel=channel, expires_at=at + timedelta(days=90), old_until=at + timedelta(days=30), by=people.pm, at=at
    )
    assert channel.tokens.order_by("expires_at")[0].expires_at == at + timedelta(days=2)


def test_what_is_revoked_stays_revoked_with_a_name(people: People, letters: Pilot, sign_in: SignIn) -> None:
    channel = connect(letters, people.integration).channel
    browser = sign_in(people.pm)
    assert "cannot be taken back" in browser.get(f"{AT}{channel.pk}/revoke/").content.decode()
    assert browser.post(f"{AT}{channel.pk}/revoke/").status_code == 302
    assert "Revoked by Paula Marsh" in browser.get(AT).content.decode()
    for verb, sent in (("revoke", {}), ("rotate", {"expires_on": filled()["expires_on"], "old_until": "0"})):
        page = browser.post(f"{AT}{channel.pk}/{verb}/", sent)
        assert (page.status_code, "was revoked" in page.content.decode()) == (422, True), verb


def test_the_database_keeps_channels_and_their_tokens(people: People, letters: Pilot) -> None:
    connect(letters, people.pm)
    for rows in (ChannelToken.objects.all(), Channel.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(rows.db)


def test_the_list_says_when_a_tool_last_used_its_token_and_how_much_of_its_quota(
    people: People, letters: Pilot, sign_in: SignIn
) -> None:
    made = connect(letters, people.pm, daily_quota=2)
    body = '{"categories": ["WRONG"], "severity": 1, "output": "90 days"}'
    headers = {"Authorization": f"Bearer {made.plain}"}
    before = sign_in(people.pm).get(AT).content.decode()
    assert "0 of 2 flags today" in before and "never used" in before
    Client().post("/api/v1/flag/letters/", body, content_type="application/json", headers=headers)
    after = sign_in(people.pm).get(AT).content.decode()
    assert "1 of 2 flags today" in after and "last used" in after


def test_the_list_costs_the_same_however_many_tools_there_are(
    people: People, letters: Pilot, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        connect(letters, people.pm, name=f"Tool {number}")
    browser = sign_in(people.pm)
    browser.get(AT)
    with django_assert_max_num_queries(10):
        browser.get(AT)


def test_who_may_not_is_refused_by_the_action_too(people: People, letters: Pilot) -> None:
    channel = connect(letters, people.admin).channel
    for who in (people.triage, people.sponsor, people.member, people.leader):
        with pytest.raises(NotAllowed):
            create_channel(
                pilot=letters,
                name="X",
                origins=[],
                daily_quota=1,
                expires_at=now() + timedelta(days=1),
                by=who,
                at=now(),
            )
        with pytest.raises(NotAllowed):
            revoke_channel(channel=channel, by=who, at=now())


def test_the_channel_of_another_pilot_is_not_found(people: People, letters: Pilot, sign_in: SignIn) -> None:
    other = connect(PilotFactory.create(), people.admin).channel
    assert sign_in(people.pm).get(f"{AT}{other.pk}/edit/").status_code == 404


def test_the_flags_of_a_pilot_lead_to_its_channels_for_who_may(people: People, letters: Pilot, sign_in: SignIn) -> None:
    assert AT in sign_in(people.integration).get("/pilots/letters/flags/").content.decode()
    assert AT not in sign_in(people.triage).get("/pilots/letters/flags/").content.decode()


def test_the_same_through_the_api(people: People, letters: Pilot) -> None:
    call, later = Caller(people.integration, READ_AND_WRITE), (now() + timedelta(days=60)).isoformat()
    fields = {"name": "Assistant", "origins": [TOOL], "daily_quota": 50}
    made, again = (call.post("pilots/letters/channels/", {**fields, "expires_at": later}, key="one") for _ in range(2))
    assert (made.status_code, made.json()) == (201, again.json())
    assert made.json()["token"].startswith("rf_")
    one = f"pilots/letters/channels/{made.json()['id']}/"
    assert call.put(one, {**fields, "daily_quota": 60, "version": 1}).json()["daily_quota"] == 60
    turned = call.post(f"{one}rotate/", {"expires_at": later, "old_until": later})
    assert turned.json()["token"] not in {made.json()["token"], ""}
    assert call.post(f"{one}revoke/").json()["revoked_at"]
    assert [row["name"] for row in call.get("pilots/letters/channels/").json()["results"]] == ["Assistant"]
    assert "token" not in call.get(one).json()
    bad = call.post("pilots/letters/channels/", {**fields, "origins": ["x"], "expires_at": later})
    assert (bad.status_code, list(bad.json()["errors"])) == (422, ["origins"])


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Tool.Example/", "https://tool.example"),
        (" https://tool.example:443 ", "https://tool.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://tool.example/path", ""),
        ("https://tool.example:0", ""),
        ("https://tool.example:99999", ""),
        ("https://a..example", ""),
        ("https://user@tool.example", ""),
        ("https://*", ""),
        ("https://a.example; script-src *", ""),
        ("https://a.example 'unsafe-inline'", ""),
        ("https://a.example\r\nX-Evil: 1", ""),
        ("https://[::g]", ""),
        ("javascript://a.example", ""),
        ("null", ""),
        ("", ""),
    ],
)
def test_what_is_the_origin_of_a_page(written: str, origin: str) -> None:
    assert origin_of(written) == origin


def test_what_is_an_origin_cannot_widen_a_header() -> None:
    found = {origin_of(text) for hostile in HOSTILE for text in (hostile, f"https://{hostile}")} - {""}
    assert not any(set(origin) & set(" ;,'\"<>*/\r\n\x00") for origin in (o.partition("://")[2] for o in found))


# The frame


def test_the_frame_is_open_to_the_pages_of_its_tool_exactly(people: People, letters: Pilot) -> None:
    made = connect(letters, people.pm, origins=[TOOL, "http://127.0.0.1:9"])
    page = Client().get(f"/embed/flag/{made.plain}/")
    assert "frame-ancestors https://tool.example http://127.0.0.1:9;" in page["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page and "Set-Cookie" not in page and not page.cookies
    gone = Client().get(f"/embed/flag/rf_{'0' * 32}/")
    assert gone.status_code == 404
    assert "frame-ancestors 'none'" in gone["Content-Security-Policy"]


def test_a_tool_without_pages_has_no_frame_around_its_form(people: People, letters: Pilot) -> None:
    made = connect(letters, people.pm, origins=[])
    page = Client().get(f"/embed/flag/{made.plain}/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_in_the_frame_nobody_is_known_even_who_is_signed_in(
    people: People, letters: Pilot, sign_in: SignIn, typed: Any
) -> None:
    made = connect(letters, people.pm)
    browser = sign_in(people.member)
    page = browser.post(f"/embed/flag/{made.plain}/", typed())
    assert page.status_code == 200
    assert people.member.name not in page.content.decode()
    assert page.context["flag"].reporter is None


def test_the_form_in_the_frame_says_what_is_missing_and_when_there_is_room_again(
    people: People, letters: Pilot, typed: Any
) -> None:
    made = connect(letters, people.pm, daily_quota=1)
    address = f"/embed/flag/{made.plain}/"
    missing = Client().post(address, typed(output="", what_happened="Words to keep"))
    assert (missing.status_code, "Words to keep" in missing.content.decode()) == (422, True)
    assert Client().post(address, typed()).status_code == 200
    full = Client().post(address, typed(output="Words to keep"))
    assert (full.status_code, "Words to keep" in full.content.decode()) == (429, True)
    assert int(full["Retry-After"]) > 0
    assert "frame-ancestors https://tool.example;" in full["Content-Security-Policy"]
