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
    form = look(browser, gate).context["sign_off_form"]
    return {f"sign-{name}": str(form[name].value() or "") for name in ("request", "digest", "decision_id")}


def decide(
    browser: Client, gate: Gate, decision: str = "approved", comment: str = "I read it all.", **changed: str
) -> HttpResponse:
    sent = shown_form(browser, gate) | {"sign-comment": comment, "decision": decision} | changed
    return browser.post(address(gate, "sign-off"), sent)
