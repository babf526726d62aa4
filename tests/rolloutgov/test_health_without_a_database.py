"""Apart from the other tests of health: here nothing can be rolled back."""

import pytest
from django.db import connections
from django.test import Client


def test_ready_names_a_database_that_is_gone(
    committed_db: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections.close_all()
    with monkeypatch.context() as gone:
        gone.setitem(connections.settings["default"], "PORT", "1")
        answer = client.get("/health/ready")
        connections.close_all()
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["reason"].startswith("does not answer")
    assert answer.json()["checks"]["worker"]["reason"] == "unknown"
