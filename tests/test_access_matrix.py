"""Every address × every role. An address that the table does not know fails, and so does one that it no longer has."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from feedback.actions.attachments import attach_files
from feedback.actions.publishing import publish_page
from feedback.actions.statements import write_statement
from feedback.models import ReviewItem
from governance import downloads
from governance.actions.answers import propose_answer
from governance.actions.catalogue import start_draft
from governance.actions.conditions import add_condition
from governance.actions.waivers import ask_waiver
from governance.manifest import build
from governance.models import Finding, SignOffRequest
from pilots.access import can
from pilots.models import Delegation, Pilot, User
from tests.access_matrix import API, PAGES, PUBLIC, SIGNED_IN, In, Over, Rule
from tests.cast import People
from tests.factories import registers
from tests.factories.evidence import later_condition
from tests.factories.feedback import CorrectionFactory, FlagFactory, PatternFactory, ReviewFactory
from tests.factories.feedback_people import things_of_people
from tests.factories.forecasts import worked_out
from tests.factories.governance import gate_of, item_of, small_catalogue
from tests.factories.pilots import (
    DeliveryFactory,
    FailedMessageFactory,
    SegmentFactory,
    UseCaseFactory,
    WebhookFactory,
)
from tests.factories.stages import planned
from tests.feedback.channels import connect

pytestmark = pytest.mark.slow

DENIED = (403, 404)


def routes(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Our own addresses; the stock admin and allauth's pages have tests of their own."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry
        elif getattr(entry, "app_name", None) != "admin" and str(entry.pattern) not in ("accounts/", "admin/"):
            yield from routes(entry)


def test_the_table_knows_every_address_and_no_other() -> None:
    known = {**PAGES, **API}
    names = {route.name for route in routes() if route.name}
    nameless = [str(route.pattern) for route in routes() if not route.name]
    assert names - known.keys() == set()
    assert known.keys() - names == set()
    # In the place of allauth's own, with tests of their own.
    oidc = "accounts/oidc/<str:provider_id>/login/"
    assert nameless == ["accounts/email/", oidc, f"{oidc}callback/"]


def lend_triage(pilot: Pilot, people: People, at: datetime) -> Delegation:
    """A role that its giver does not have, so that the table's roles stay as they are."""
    return Delegation.objects.create(
        pilot=pilot,
        from_user=people.sponsor,
        to_user=people.change,
        role="triage_lead",
        reason="Leave",
        starts_at=at,
        ends_at=at + timedelta(days=9),
        created_at=at,
        created_by=people.sponsor,
    )


def waiting_at_the_gate(pilot: Pilot, people: People, at: datetime) -> dict[str, Any]:
    """A waiver to decide, a condition to meet, a sign-off to give."""
    waiver = ask_waiver(
        item=item_of(pilot, "DEM-02"), by=people.pm, at=at, reason="Late", ends_at=at + timedelta(days=9)
    )
    gate = gate_of(pilot)
    condition = add_condition(
        gate=gate, by=people.pm, at=at, text="Do it", owner=people.evaluator, due_on=(at + timedelta(days=9)).date()
    )
    asked = SignOffRequest.objects.create(
        pilot=pilot,
        gate=gate,
        digest="d",
        manifest=build(gate="", rules_version="", findings=[], answers=[], conditions=[]),
        asked_at=at,
        asked_by=people.owner,
        expires_at=at,
    )
    return {
        "waiver_id": waiver.pk,
        "waiver": waiver.pk,
        "condition": condition.pk,
        "pk:condition": condition.pk,
        "request_id": asked.pk,
        "finding": Finding.objects.filter(gate=gate).values_list("pk", flat=True)[0],
    }


def publish(pilot: Pilot, people: People, at: datetime) -> None:
    write_statement(pilot=pilot, intended="Letters.", not_intended="Calls.", seen=0, by=people.pm, at=at)
    publish_page(pilot=pilot, falls_short="Dates.", seen=0, by=people.pm, at=at)


def things_flagged(pilot: Pilot, people: People, at: datetime) -> dict[str, Any]:
    flag = FlagFactory.create(pilot=pilot)
    (attached,) = attach_files(flag=flag, files=[SimpleUploadedFile("note.txt", b"90 days")], at=at)
    pattern = PatternFactory.create(pilot=pilot, number=1)
    review = ReviewFactory.create(pilot=pilot, number=1, opened_by=people.pm)
    ReviewItem.objects.create(pilot=pilot, review=review, position=1, why="emerging", pattern=pattern)
    CorrectionFactory.create(pilot=pilot, number=1, pattern=pattern, owner=people.change, opened_by=people.pm)
    channel = connect(pilot, people.integration).channel
    return {"reference": flag.reference, "file": attached.pk, "channel": channel.pk}


def kept_in_registers(pilot: Pilot, people: People) -> dict[str, Any]:
    kept = {f"entry:{slug}": registers.entry(slug, pilot, people.evaluator).pk for slug in registers.FIELDS}
    return {**kept, "register": "effort"}


def designed(pilot: Pilot, at: datetime) -> dict[str, Any]:
    worked_out(pilot, at)
    later = later_condition(pilot, at)
    cell = later.disposition.cell
    planned(pilot, at)
    return {"later": later.pk, "use_case_slug": cell.use_case.slug, "segment_slug": cell.segment.slug}


@pytest.fixture
def things(governed: Pilot, people: People, at: datetime, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """One of everything that an address can name, by the name of the part of the address."""
    # Who may have it is asked before it is made, and making it takes a second each time.
    monkeypatch.setattr(downloads, "make_dossier", lambda *_, **__: BytesIO(b"PK"))
    note = SimpleUploadedFile("note.txt", b"Forty letters")
    answer = propose_answer(
        item=item_of(governed, "DEM-01"), by=people.evaluator, at=at, kind="answered", text="So.", files=[note]
    )
    small_catalogue(at)  # number 2, newer than the pilot's
    start_draft(by=people.editor, at=at)
    at_the_gate = waiting_at_the_gate(governed, people, at)
    flagged = things_flagged(governed, people, at)
    publish(governed, people, at)
    UseCaseFactory.create(pilot=governed, slug="drafting")
    SegmentFactory.create(pilot=governed, slug="seniors")
    return {
        **at_the_gate,
        **kept_in_registers(governed, people),
        **things_of_people(governed, people, at),
        **flagged,
        **designed(governed, at),
        "slug": governed.slug,
        "code": "DEM-01",
        "workflow": "answering-letters",
        "item_id": answer.item_id,
        "item": answer.item_id,
        "evidence_id": answer.evidence.get().pk,
        "evidence": answer.evidence.get().pk,
        "phase": "demonstration",
        "gate": "demonstration",
        "delegation": lend_triage(governed, people, at).pk,
        "user": people.member.pk,
        "person": people.member.pk,
        "role": "leadership",
        "notification": uuid4(),
        "invitation": uuid4(),
        "message": FailedMessageFactory.create().pk,
        "token": uuid4(),
        "webhook": (webhook := WebhookFactory.create(pilot=governed)).pk,
        "delivery": DeliveryFactory.create(webhook=webhook).pk,
        "number": 1,
        "ending": "csv",
        "upload": uuid4(),
        "position": 1,
        "verb": "confirm",
        "key": "nist_ai_rmf",
        "kind": "workflow",
        "name": "answering-letters",
        "pk:": people.member.pk,
    }


SPECIAL = {
    "figure": {"code": "M01"},
    "readings_add": {"kind": "use"},
    "readings_template": {"kind": "use"},
    "api_readings_import": {"kind": "use"},
    "batch_template": {"kind": "observations"},
    "api_use_case": {"name": "drafting"},
    "api_use_case_limit": {"name": "drafting"},
    "api_use_case_lift": {"name": "drafting"},
    "api_use_case_set_aside": {"name": "drafting"},
    "use_case_set_aside": {"name": "drafting"},
    "use_case_describe": {"name": "drafting"},
    "segment_describe": {"name": "seniors"},
    "use_case_limit": {"name": "drafting"},
    "use_case_lift": {"name": "drafting"},
    "api_segment": {"name": "seniors"},
    "api_readiness_dated": {"kind": "waived"},
    "api_pilot_catalogue_preview": {"number": 2},
}
# Without workers it says 503, rightly.
MAY_FAIL = {"health_ready"}


def register_of(name: str) -> str:
    if name.startswith("api_register_"):
        return name.removeprefix("api_register_").removesuffix("_entry").replace("_", "-")
    return "effort" if name.startswith("entry_") else "failure-modes"


def address(route: URLPattern, things: dict[str, Any]) -> str:
    given = {}
    for part in route.pattern.regex.groupindex:
        if part == "pk":
            given[part] = things["pk:condition" if "condition" in str(route.name) else "pk:"]
            if route.name == "finding_acknowledge":
                given[part] = things["finding"]
        elif part == "code" and "workflow" in route.pattern.regex.groupindex:
            given[part] = "INF-01"
        elif part == "entry":
            given[part] = things[f"entry:{register_of(str(route.name))}"]
        elif part in SPECIAL.get(str(route.name), {}):
            given[part] = SPECIAL[str(route.name)][part]
        else:
            given[part] = things[part]
    return reverse(str(route.name), kwargs=given)


def allowed(rule: Rule, user: User | None, pilot: Pilot) -> bool | None:
    """None: the table leaves it to a test of its own."""
    if rule == PUBLIC:
        return True
    if user is None:
        return False if rule == SIGNED_IN or isinstance(rule, In | Over) else None
    if rule == SIGNED_IN:
        return True
    if isinstance(rule, In):
        allowed = (rule.permission, rule.otherwise or rule.permission)
        return any(can(user, permission, pilot) for permission in allowed)
    return can(user, rule.permission) if isinstance(rule, Over) else None


def visible(user: User, pilot: Pilot) -> bool:
    return Pilot.objects.visible_to(user).filter(pk=pilot.pk).exists()


@dataclass
class Callers:
    """Everybody, each signed in once: what a call does is undone, so the session of the first holds for the next."""

    people: People
    sessions: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, user in self.people.all().items():
            client = Client()
            client.force_login(user)
            self.sessions[key] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def call(self, key: str, method: str, url: str, *, api: bool) -> int:
        """The status, with everything that the call did undone."""
        client = Client(raise_request_exception=False)
        if key in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[key]
        with transaction.atomic():
            kind = {"content_type": "application/json", "data": "{}"} if api and method != "GET" else {}
            status: int = getattr(client, method.lower())(url, **kind).status_code
            transaction.set_rollback(True)
        return status


def faults(
    route: URLPattern, rules: dict[str, Rule], callers: Callers, pilot: Pilot, url: str, api: bool
) -> Iterator[str]:
    for method, rule in rules.items():
        for key, user in {**callers.people.all(), "nobody": None}.items():
            may = allowed(rule, user, pilot)
            status = callers.call(key, method, url, api=api)
            said = f"{key} {method} {route.name}: {status}"
            if status >= 500 and route.name not in MAY_FAIL:
                yield f"{said}, a fault"
            elif may is None:
                continue
            elif may and (status in DENIED or status == 401):
                yield f"{said}, though they may"
            elif user is None and not may and status not in (302, 401, 403):
                yield f"{said}, though nobody is signed in"
            elif user is not None and not may:
                hidden = isinstance(rule, In) and not visible(user, pilot)
                if status != (404 if hidden else 403):
                    yield f"{said}, though they may not"


def check(
    table: dict[str, dict[str, Rule]], people: People, pilot: Pilot, things: dict[str, Any], *, api: bool
) -> list[str]:
    found, callers = [], Callers(people)
    for route in routes():
        if route.name in table:
            found += faults(route, table[route.name], callers, pilot, address(route, things), api)
    return found


def test_every_page_is_open_to_those_who_may_and_to_nobody_else(
    people: People, governed: Pilot, things: dict[str, Any]
) -> None:
    things["token"] = uuid4().hex
    found = check(PAGES, people, governed, things, api=False)
    assert not found, "\n".join(found)


def test_every_call_of_the_api_is_open_to_those_who_may_and_to_nobody_else(
    people: People, governed: Pilot, things: dict[str, Any]
) -> None:
    found = check(API, people, governed, things, api=True)
    assert not found, "\n".join(found)
