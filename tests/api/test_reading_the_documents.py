"""The OpenAPI document and the page that shows it, without anything from outside."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Page, expect

from tests.factories.pilots import UserFactory

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    from drf_spectacular.generators import SchemaGenerator

    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def test_the_document_validates_without_a_warning() -> None:
    said = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=said, stderr=said)
    assert said.getvalue().startswith("openapi: 3.1.0")


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if path.startswith("/api/v1/")
    ]


def test_every_call_says_what_can_go_wrong_and_in_which_shape(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert {"401", "403"} <= set(operation["responses"]), path
        if method != "get":
            assert {"400", "409", "422"} <= set(operation["responses"]), path
    problem = document["components"]["responses"]["Refused"]["content"]["application/problem+json"]
    assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_every_creating_call_takes_a_key_for_being_sent_again(document: dict[str, Any]) -> None:
    creating = [row for row in operations(document) if "201" in row[2]["responses"]]
    without = [
        path
        for path, _, operation in creating
        if "Idempotency-Key" not in {given["name"] for given in operation.get("parameters", ())}
    ]
    assert without == ["/api/v1/trail/verify/"]


def test_lists_are_described_in_pages_with_their_filters(document: dict[str, Any]) -> None:
    listing = document["paths"]["/api/v1/pilots/"]["get"]
    assert {"cursor", "page_size", "state", "profile", "phase", "q"} == {row["name"] for row in listing["parameters"]}
    answer = listing["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    assert answer == "#/components/schemas/PaginatedStandingList"


def test_the_main_calls_have_examples(document: dict[str, Any]) -> None:
    with_examples = {
        operation["operationId"]
        for _, _, operation in operations(document)
        if '"examples"' in str(operation).replace("'", '"')
    }
    main = {"pilot_start", "answer_propose", "waiver_ask", "sign_off", "gate_status", "flag_hand_in", "token_create"}
    assert main <= with_examples


def test_the_documents_are_for_people_who_are_signed_in(db: None) -> None:
    assert Client().get("/api/docs/").status_code == 302
    assert Client().get("/api/schema/").status_code == 401


@pytest.mark.browser
def test_the_page_works_from_our_own_server_under_our_policy(page: Page) -> None:
    UserFactory.create(name="Amira Haddad", email="amira@example.org", password=PASSWORD)
    page.goto("/accounts/login/?next=/api/docs/")
    page.get_by_label("Email").fill("amira@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("#operations-tag-gates button").first.click()
    summary = page.locator("#operations-gates-gate_status")
    summary.locator("button").first.click()
    expect(summary.get_by_text("Is the way through this gate open?").first).to_be_visible()
    page.locator("#operations-tag-me button").first.click()
    me = page.locator("#operations-me-me")
    me.locator("button").first.click()
    me.get_by_role("button", name="Try it out").click()
    me.get_by_role("button", name="Execute").click()
    expect(me.get_by_text("Amira Haddad").first).to_be_visible()
    assert complaints == []
    assert [url for url in asked if "localhost" not in url and not url.startswith(("data:", "blob:"))] == []
