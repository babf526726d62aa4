"""Calling the API as somebody with a token."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from pilots.actions.tokens import create_api_token
from pilots.clock import now
from pilots.models import User
from pilots.models.token import Scope

READ_AND_WRITE = (Scope.READ, Scope.WRITE)


class Caller:
    """`call.get("pilots/")`: below /api/v1/, JSON both ways. `call.post("pilots/", {…}, key="once")`."""

    def __init__(self, user: User, scopes: tuple[Scope, ...]) -> None:
        made = create_api_token(by=user, name="Tests", scopes=scopes, expires_at=now() + timedelta(days=1), at=now())
        self.headers = {"Authorization": f"Bearer {made.plain}"}
        self.client = Client()

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(_address(path), query, headers=self.headers)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        return self._send("post", path, {} if body is None else body, key)

    def put(self, path: str, body: Any) -> Any:
        return self._send("put", path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self._send("patch", path, body)

    def delete(self, path: str) -> Any:
        return self._send("delete", path, {})

    def _send(self, method: str, path: str, body: Any, key: str = "") -> HttpResponse:
        headers = {**self.headers, **({"Idempotency-Key": key} if key else {})}
        sent = body if isinstance(body, str | bytes) else json.dumps(body)
        send = getattr(self.client, method)
        answered: HttpResponse = send(_address(path), sent, content_type="application/json", headers=headers)
        return answered


def _address(path: str) -> str:
    return path if path.startswith("/") else f"/api/v1/{path}"


@pytest.fixture
def call(db: None) -> Callable[..., Caller]:
    """A caller with a token of this person: `call(people.pm)`, `call(people.pm, Scope.READ)`."""

    def open_line(user: User, *scopes: Scope) -> Caller:
        return Caller(user, scopes or READ_AND_WRITE)

    return open_line
