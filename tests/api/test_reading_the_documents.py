"""The OpenAPI document and the page that shows it, without anything from outside."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator
from playwright.sync_api import Page, expect

from rolloutgov.api_examples import BODIES
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


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is sent as JSON, by the name of the call."""
    for _, _, operation in operations(document):
        body = operation.get("requestBody", {"content": {}})["content"].get("application/json")
        if body:
            yield operation["operationId"], body


def examples(body: dict[str, Any]) -> list[Any]:
    return [body["example"]] if "example" in body else [one["value"] for one in body.get("examples", {}).values()]


def test_every_call_with_a_body_has_an_example(document: dict[str, Any]) -> None:
    assert [name for name, body in bodies(document) if not examples(body)] == []


def test_every_example_is_of_a_call_and_of_the_shape_that_it_takes(document: dict[str, Any]) -> None:
    known = dict(bodies(document))
    assert BODIES.keys() - known.keys() == set()
    wrong = {}
    for name, body in known.items():
        checked = Draft202012Validator({"components": document["components"], **body["schema"]})
        said = [error.message for one in examples(body) for error in checked.iter_errors(one)]
        # What is not in the shape would be passed over without a word.
        shape = document["components"]["schemas"].get(body["schema"].get("$ref", "").rpartition("/")[2], {})
        said += [key for one in examples(body) for key in set(one) - set(shape.get("properties", one))]
        if said:
            wrong[name] = said
    assert wrong == {}


def test_the_answer_to_a_pipeline_has_one_too(document: dict[str, Any]) -> None:
    answer = document["paths"]["/api/v1/pilots/{slug}/gates/{gate}/status/"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["examples"]


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
