"""Requests that schemathesis makes up from our own OpenAPI document, as several people: none is a fault of ours, and
none is answered with a status that the document does not know. The number of those sent is printed.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from feedback.actions.attachments import attach_files
from governance import downloads
from governance.actions.catalogue import start_draft
from governance.actions.conditions import add_condition
from governance.actions.items import comment_on_item
from governance.actions.waivers import ask_waiver
from governance.manifest import build
from governance.models import Finding, SignOffRequest
from pilots.access import forget
from pilots.actions.invitations import invite
from pilots.actions.tokens import create_api_token
from pilots.clock import now
from pilots.models import ApiToken, Pilot, User
from pilots.permissions import Role
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.governance import gate_of, item_of, propose, small_catalogue
from tests.factories.pilots import (
    DelegationFactory,
    DeliveryFactory,
    NotificationFactory,
    SegmentFactory,
    UseCaseFactory,
    WebhookFactory,
)
from tests.factories.registers import entry
from tests.feedback.channels import connect

pytestmark = pytest.mark.slow

LEAST = 2_000
EACH = 20
# So that two workers share the calls.
PARTS = 2


def things_flagged(pilot: Pilot, people: People, at: datetime) -> dict[str, Any]:
    flag = FlagFactory.create(pilot=pilot, reporter=people.pm)
    (attached,) = attach_files(flag=flag, files=[SimpleUploadedFile("note.txt", b"90 days")], at=at)
    tool, webhook = connect(pilot, people.integration), WebhookFactory.create(pilot=pilot)
    return {
        "reference": flag.reference,
        "file": str(attached.pk),
        "channel": str(tool.channel.pk),
        "pilot_token": tool.plain,
        "webhook": str(webhook.pk),
        "delivery": str(DeliveryFactory.create(webhook=webhook).pk),
    }


@pytest.fixture
def things(governed: Pilot, people: People, at: datetime) -> dict[str, Any]:
    """Something real for each part of an address, so that the calls get past the door."""
    gate = gate_of(governed)
    due = (at + timedelta(days=9)).date()
    condition = add_condition(gate=gate, by=people.pm, at=at, text="Do it", owner=people.evaluator, due_on=due)
    asked = SignOffRequest.objects.create(
        pilot=governed,
        gate=gate,
        digest="d",
        manifest=build(gate="", rules_version="", findings=[], answers=[], conditions=[]),
        asked_at=at,
        asked_by=people.owner,
        expires_at=at + timedelta(days=9),
    )
    invited = invite(email="new@example.org", name="", by=people.pm, at=at, pilot=governed, roles={Role.MEMBER})
    small_catalogue(at)
    start_draft(by=people.editor, at=at)
    item = propose(item_of(governed, "DEM-01"), people.evaluator, at)
    comment_on_item(item=item, by=people.pm, at=at, text="Well measured.")
    waived = item_of(governed, "DEM-02")
    waiver = ask_waiver(item=waived, by=people.pm, at=at, reason="Late", ends_at=at + timedelta(days=9))
    return {
        **things_flagged(governed, people, at),
        "slug": governed.slug,
        "item": str(item.pk),
        "gate": gate.key,
        "condition": str(condition.pk),
        "request_id": str(asked.pk),
        "invitation": str(invited.invitation.pk),
        "token": str(make_token(people.pm).pk),
        "notification": str(NotificationFactory.create(user=people.pm).pk),
        "delegation": str(DelegationFactory.create(pilot=governed, from_user=people.sponsor, to_user=people.pm).pk),
        "waiver": str(waiver.pk),
        "finding": str(Finding.objects.filter(pilot=governed)[0].pk),
        "evidence": str(item.answer.evidence.get().pk) if item.answer else "",
        "name": UseCaseFactory.create(pilot=governed, slug="answering-letters").slug,
        "person": str(people.member.pk),
        "user": str(people.member.pk),
        "segment": SegmentFactory.create(pilot=governed).slug,
        "number": 2,
        "code": "DEM-01",
        "entry": str(entry("failure-modes", governed, people.evaluator).pk),
        "kind": "waived",
        "key": "nist_ai_rmf",
        "role": "leadership",
    }


def make_token(user: User) -> ApiToken:
    ends = now() + timedelta(days=1)
    return create_api_token(by=user, name="Spare", scopes=READ_AND_WRITE, expires_at=ends, at=now()).row


@dataclass
class Run:
    callers: dict[str, tuple[User, dict[str, str]]]
    # Of a tool: what only tools may do is asked with it.
    tool: dict[str, str]
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    def send(self, case: Any, who: User) -> None:
        """What it did is undone, so that the next one finds the same pilot."""
        try:
            wire = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        except (requests.RequestException, ValueError):
            return  # no client could send it
        user, headers = self.callers[who.name]
        if case.operation.path.endswith("/batch/"):
            headers = self.tool
        sent = {name: value for name, value in wire.headers.items() if name.lower() not in {"cookie", "content-length"}}
        target = urlsplit(wire.url or "")
        body = wire.body.encode() if isinstance(wire.body, str) else wire.body or b""
        kind = sent.pop("Content-Type", "")
        forget(user)
        with transaction.atomic():
            answer = self.client.generic(
                wire.method or "GET",
                target.path,
                body,
                content_type=kind,
                headers={**sent, **headers},
                QUERY_STRING=target.query,
            )
            transaction.set_rollback(True)
        self.statuses[answer.status_code] += 1
        if str(answer.status_code) not in case.operation.definition.raw["responses"]:
            self.unknown.add(f"{case.operation.label} {answer.status_code}")
        if answer.status_code >= 500:
            self.faults.append(f"{answer.status_code} {user.name}: {case.as_curl_command()[:600]}")


@pytest.fixture
def run(people: People, things: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Run:
    callers = {user.name: (user, Caller(user, READ_AND_WRITE).headers) for user in people.all().values()}
    ApiToken.objects.update(last_used_at=now())  # noting each use would only take time
    monkeypatch.setattr(downloads, "make_dossier", lambda *_, **__: BytesIO(b"PK"))
    return Run(callers, {"Authorization": f"Bearer {things['pilot_token']}"})


def cases(operation: Any, things: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Proper and improper calls of real addresses, and improper addresses."""
    wanted = {parameter.name for parameter in operation.path_parameters}
    real = {name: value for name, value in things.items() if name in wanted} or None
    kinds = [
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=real),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE, path_parameters=real),
    ]
    anywhere = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return st.integers(0, 9).flatmap(lambda n: anywhere if n == 0 and wanted else kinds[n % 2])


def who_calls(path: str, people: People) -> st.SearchStrategy[User]:
    """Mostly somebody who gets past the door, so that what lies behind it is tried too."""
    inside = [people.pm, people.sponsor, people.triage, people.evaluator, people.member]
    over = [people.admin, people.editor, people.leader]
    first, then = (inside, over) if "{slug}" in path else (over, inside)
    return st.sampled_from([*first * 3, *then, people.stranger])


@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_made_up_from_the_document_is_a_fault_of_ours(
    run: Run, things: dict[str, Any], people: People, figure: Callable[[str], None], part: int
) -> None:
    document = SchemaGenerator().get_schema(request=None, public=True)
    schema = schemathesis.openapi.from_dict(document)
    skipped = []
    for operation in [found.ok() for found in schema.get_all_operations()][part::PARTS]:
        if operation.path.startswith("/api/v1/"):

            @settings(
                max_examples=EACH,
                database=None,
                derandomize=True,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=cases(operation, things), who=who_calls(operation.path, people))
            def send(case: Any, who: User) -> None:
                run.send(case, who)

            try:
                send()
            except Unsatisfiable:
                skipped.append(operation.label)
    tried = sum(run.statuses.values())
    figure(f"{tried:,} requests made up from the document, by status {dict(sorted(run.statuses.items()))}")
    assert run.faults == []
    assert run.unknown == set()
    assert skipped == []
    assert tried >= LEAST / PARTS
