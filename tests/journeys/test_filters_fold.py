"""Filters of a list: folded where the screen is narrow, open where there is room, and without scripts all the same."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page

from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People, gather
from tests.factories.feedback import FlagFactory
from tests.factories.governance import govern
from tests.harness.browser import LiveApp
from tests.journeys.somebody import Somebody

pytestmark = pytest.mark.browser

Meet = Callable[..., Somebody]
PAGES = ["/pilots/letters/flags/", "/pilots/letters/questions/"]


@pytest.fixture
def people(live_app: LiveApp) -> People:
    """One flag and some questions."""
    with transaction.atomic():
        cast, pilot = gather(), Pilot.objects.get(slug="letters")
        govern(pilot, now())
        FlagFactory.create(pilot=pilot)
    return cast


def signed_in(people: People, meet: Meet, **options: Any) -> Page:
    page = meet(people.triage, **options).page
    page.wait_for_url(lambda address: "/login/" not in address)
    return page


def test_narrow_they_fold_and_wide_they_are_open(people: People, meet: Meet) -> None:
    page = signed_in(people, meet, java_script_enabled=False)
    for address in PAGES:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            chosen, folded = page.get_by_label("State", exact=True), page.get_by_text("Narrow this list")
            assert (chosen.is_visible(), folded.is_visible()) == ((True, False) if width == 1280 else (False, True))
        folded.click()
        assert chosen.is_visible()


def test_what_is_set_is_counted_and_can_be_taken_back_without_unfolding(people: People, meet: Meet) -> None:
    page = signed_in(people, meet, viewport={"width": 320, "height": 800})
    page.goto(f"{PAGES[0]}?state=any&severity=1")
    assert page.get_by_text("Narrow this list (").is_visible()
    assert page.locator(".filters-set a").first.is_visible()
