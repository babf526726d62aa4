"""What a first visit to a page weighs, everything compressed by gzip, and how many elements it has.

Served by WhiteNoise the files are smaller still (brotli). `pytest -s` prints the figures.
"""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from rolloutgov.stylesheets import joined
from tests.journeys.world import build

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

STATIC = Path(__file__).resolve().parents[1] / "static"
KIB = 1024
MOST_ELEMENTS = 1500
# Of every page; budgets in KiB for those that have one.
BUDGETS = {
    ("pm", "/pilots/"): 45,
    ("pm", "/pilots/letters/"): 40,
    ("", "/flag/letters/"): 30,
    ("leader", "/readiness/"): 60,
    ("pm", "/pilots/letters/questions/"): 60,
    ("pm", "/pilots/letters/gates/demonstration/"): 60,
    ("sponsor", "/pilots/claims-first-replies/gates/demonstration/"): 60,
    ("pm", "/pilots/letters/forecast/2/"): 60,
    ("pm", "/my-work/"): 60,
    ("triage", "/pilots/contract-summaries/patterns/"): 45,
    ("triage", "/pilots/contract-summaries/patterns/1/"): 45,
}


class Elements(HTMLParser):
    number = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.number += 1


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def files_of(page: str) -> dict[str, bytes]:
    """What the browser fetches for it."""
    names = set(re.findall(r'(?:href|src)="/static/([^"]+)"', page))
    return {
        name: joined((STATIC / name).read_text(), lambda sheet: (STATIC / "css" / sheet).read_text()).encode()
        if name.endswith("app.css")
        else (STATIC / name).read_bytes()
        for name in names
    }


def test_pages_are_light_and_small() -> None:
    world, over = build(), {}
    for (key, address), budget in BUDGETS.items():
        browser = Client()
        if key:
            browser.force_login(getattr(world.people, key))
        answer = browser.get(address)
        assert answer.status_code == 200
        if address == "/pilots/":
            assert len(answer.context["rows"]) == 50
        page = answer.content.decode()
        elements = Elements()
        elements.feed(page)
        weight = (compressed(answer.content) + sum(map(compressed, files_of(page).values()))) / KIB
        print(f"{address}: {weight:.1f} KiB, {elements.number} elements")  # noqa: T201  asked for by -s
        if weight > budget or elements.number > MOST_ELEMENTS:
            over[address] = (round(weight, 1), elements.number)
    assert over == {}
