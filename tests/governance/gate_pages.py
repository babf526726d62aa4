"""What a person does on the page of a gate, as a browser would."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from governance.models import Gate


def address(gate: Gate, *more: str) -> str:
    return "/".join([f"/pilots/{gate.pilot.slug}/gates/{gate.key}", *more, ""])


def look(browser: Client, gate: Gate) -> HttpResponse:
    page = browser.get(address(gate))
    assert page.status_code == 200
    return page


def words(page: HttpResponse) -> str:
    """Without tags and line breaks, as a reader has it."""
    return " ".join(page.content.decode().split())


def ask(browser: Client, gate: Gate, comment: str = "All is answered.") -> HttpResponse:
    return browser.post(address(gate, "ask"), {"ask-comment": comment})


def shown_form(browser: Client, gate: Gate) -> dict[str, Any]:
    context = look(browser, gate).context
    asked = context["gate"].request
    shown = {"request": asked.id, "digest": asked.digest, "decision_id": context["decision_id"]}
    return {f"sign-{name}": str(value) for name, value in shown.items()}


def decide(
    browser: Client, gate: Gate, decision: str = "approved", comment: str = "I read it all.", **changed: str
) -> HttpResponse:
    sent = shown_form(browser, gate) | {"sign-comment": comment, "decision": decision} | changed
    return browser.post(address(gate, "sign-off"), sent)
