"""Keys to the API: made once, hashed, scoped, and gone when revoked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pilots.actions.people import deactivate_person
from pilots.actions.tokens import NewToken, create_api_token, revoke_api_token
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import ApiToken, AuditEvent, User
from pilots.models.token import Scope
from tests.cast import People

SignIn = Callable[[User], Client]


class Thing(APIView):
    def get(self, request: Request) -> Response:
        return Response({"user": request.user.email})

    post = get


class Gate(Thing):
    scopes = {"GET": Scope.GATE}


urlpatterns = [path("thing", Thing.as_view()), path("gate", Gate.as_view())]
through_the_api = pytest.mark.urls(__name__)


def _make(user: User, *scopes: Scope, days: int = 30) -> NewToken:
    at = now()
    return create_api_token(by=user, name="Pipeline", scopes=scopes, expires_at=at + timedelta(days=days), at=at)


def _ask(token: str, address: str = "/thing", method: str = "get") -> int:
    browser = Client(headers={"Authorization": f"Bearer {token}"})
    return getattr(browser, method)(address).status_code


def test_only_the_hash_is_kept(people: People) -> None:
    made = _make(people.member, Scope.READ)
    assert made.plain.startswith("rg_")
    assert made.plain not in str(ApiToken.objects.values().get())
    assert made.plain.startswith(made.row.prefix)
    assert made.plain not in AuditEvent.objects.get().body


@pytest.mark.parametrize(("days", "words"), [(0, "expired already"), (366, "at most a year")])
def test_it_lasts_a_year_at_most(people: People, days: int, words: str) -> None:
    with pytest.raises(Refused, match=words):
        _make(people.member, Scope.READ, days=days)


def test_scopes_are_chosen(people: People) -> None:
    with pytest.raises(Refused, match="may do"):
        _make(people.member)


@through_the_api
def test_a_token_reads_with_read_and_writes_with_write(people: People) -> None:
    read, write = _make(people.member, Scope.READ).plain, _make(people.member, Scope.WRITE).plain
    assert (_ask(read), _ask(read, method="post")) == (200, 403)
    assert (_ask(write), _ask(write, method="post")) == (403, 200)


@through_the_api
def test_a_gate_token_asks_for_gates_only(people: People) -> None:
    gate = _make(people.member, Scope.GATE).plain
    assert (_ask(gate), _ask(gate, "/gate")) == (403, 200)
    assert _ask(_make(people.member, Scope.READ).plain, "/gate") == 200


@through_the_api
def test_unknown_expired_and_revoked_tokens_are_401(people: People) -> None:
    made, old = _make(people.member, Scope.READ), _make(people.member, Scope.READ)
    revoke_api_token(token=made.row, by=people.member, at=now())
    ApiToken.objects.filter(pk=old.row.pk).update(expires_at=now())
    assert [_ask(token) for token in ("rg_unknown", "other", made.plain, old.plain)] == [401] * 4


@through_the_api
def test_a_deactivated_persons_token_is_401(people: People) -> None:
    made = _make(people.member, Scope.READ)
    deactivate_person(user=people.member, by=people.admin, at=now())
    assert _ask(made.plain) == 401


@through_the_api
def test_last_use_is_noted_at_most_once_a_minute(people: People) -> None:
    made = _make(people.member, Scope.READ)
    _ask(made.plain)
    row = ApiToken.objects.get()
    assert row.last_used_at
    earlier = row.last_used_at - timedelta(seconds=30)
    ApiToken.objects.update(last_used_at=earlier)
    _ask(made.plain)
    assert ApiToken.objects.get().last_used_at == earlier
    ApiToken.objects.update(last_used_at=earlier - timedelta(seconds=31))
    _ask(made.plain)
    assert ApiToken.objects.get(last_used_at__gte=row.last_used_at)


@through_the_api
def test_a_session_needs_its_csrf_token(people: People) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.member)
    assert browser.get("/thing").status_code == 200
    assert browser.post("/thing").status_code == 403


@through_the_api
def test_nobody_is_asked_for_a_token(db: None) -> None:
    answer = Client().get("/thing")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_administrators_revoke_the_tokens_of_others_and_nobody_else_does(people: People) -> None:
    made = _make(people.member, Scope.READ)
    with pytest.raises(NotAllowed):
        revoke_api_token(token=made.row, by=people.pm, at=now())
    assert revoke_api_token(token=made.row, by=people.admin, at=now()).revoked_by == people.admin


def test_in_the_browser_it_is_shown_once(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.member)
    sent = {"name": "Pipeline", "scopes": ["gate:read"], "expires_on": str((now() + timedelta(days=30)).date())}
    answer = browser.post("/account/tokens/new/", sent)
    assert "rg_" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    row = ApiToken.objects.get()
    assert "Pipeline" in browser.get("/account/tokens/").content.decode()
    browser.post(f"/account/tokens/{row.pk}/revoke/")
    row.refresh_from_db()
    assert row.revoked_at
