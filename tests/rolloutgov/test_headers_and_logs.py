"""What every answer carries, and what a log line says and never says."""

import json
import logging
import uuid
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client, override_settings

from pilots.models import JobRun
from rolloutgov.celery import app
from rolloutgov.logs import JsonFormatter
from rolloutgov.security import allow_framing, policy
from tests.factories.feedback import FlagFactory
from tests.harness.servers import Servers

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def test_every_answer_carries_the_one_policy(client: Client) -> None:
    assert client.get("/health/live").headers["Content-Security-Policy"] == PAGE


@pytest.mark.django_db
@override_settings(CSP_FORM_ACTIONS=["https://id.example.org"])
def test_the_sign_in_form_may_lead_to_the_providers_and_no_other_page_may() -> None:
    fresh = Client()
    assert (
        "form-action 'self' https://id.example.org;" in fresh.get("/accounts/login/").headers["Content-Security-Policy"]
    )
    assert fresh.get("/health/live").headers["Content-Security-Policy"] == PAGE


def test_an_embedded_page_names_who_may_frame_it(client: Client) -> None:
    answer = allow_framing(client.get("/health/live"), ["https://tool.example"])
    assert answer.headers["Content-Security-Policy"] == policy(frame_ancestors="https://tool.example")


def test_a_request_keeps_the_id_it_came_with_unless_it_is_no_id(client: Client) -> None:
    assert (
        client.get("/health/live", headers={"X-Request-ID": "from-the-proxy-1"}).headers["X-Request-ID"]
        == "from-the-proxy-1"
    )
    assert client.get("/health/live", headers={"X-Request-ID": "a b\nc"}).headers["X-Request-ID"] != "a b\nc"


@pytest.mark.django_db
def test_a_log_line_has_no_body_and_no_secret_link(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.post("/flag/receipt/s3cr3t-t0ken/", {"text": "what I typed"})
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert any(json.loads(line).get("path") == "/flag/receipt/…/" for line in lines)
    assert not any("s3cr3t-t0ken" in line or "what I typed" in line for line in lines)


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_stands_in_no_log_and_on_no_page(
    caplog: pytest.LogCaptureFixture, servers: Servers
) -> None:
    typed = f"what I typed {uuid.uuid4()}"

    @app.task(name="tests.refused")
    def refused() -> None:
        with transaction.atomic():
            FlagFactory(output=typed, categories=[])

    with caplog.at_level(logging.ERROR):
        why = refused.apply().result
        logging.getLogger("celery.app.trace").error("Task raised: %r", why, exc_info=why)
    assert typed in caplog.text
    told = [JsonFormatter().format(record) for record in caplog.records]
    told.append(JobRun.objects.get(task="tests.refused").last_error)
    assert "IntegrityError: new row for relation" in told[-1]
    log = Path(servers.data) / "log" / "postgres.log"
    if log.exists():  # a database of our own
        told.append(log.read_text(errors="replace"))
        assert "violates check constraint" in told[-1]
    assert not any(typed in text for text in told)


@pytest.mark.django_db
def test_djangos_own_sign_in_form_leads_to_ours(client: Client) -> None:
    answer = client.get("/admin/login/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/email/"])
def test_nobody_gives_themselves_an_address(client: Client, address: str) -> None:
    assert client.get(address).status_code in {302, 404}


def test_a_request_to_another_host_is_one_line_without_a_traceback(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/", headers={"Host": "scanner.example"}).status_code == 400
    (record,) = [one for one in caplog.records if one.levelno >= logging.WARNING]
    said = json.loads(JsonFormatter().format(record))
    assert "scanner.example" in said["message"] and "error" not in said
