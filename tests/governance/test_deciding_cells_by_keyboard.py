"""In a real browser: arrow keys walk the grid, Shift takes the tick along, and no key decides anything."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page

from governance.models import Disposition
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import gather
from tests.factories.evidence import cell
from tests.harness.browser import LiveApp

pytestmark = pytest.mark.browser


@pytest.fixture
def grid(browser: Browser, live_app: LiveApp) -> Page:
    """Two use cases by three segments; the first pair of the second row is not part of the work."""
    with transaction.atomic():
        people, at = gather(), now()
        letters = Pilot.objects.get(slug="letters")
        for tasks, segment in ((30, "A"), (20, "B"), (10, "C")):
            cell(letters, at, use_case="First", segment=segment, tasks=10 * tasks)
            if segment != "A":
                cell(letters, at, use_case="Second", segment=segment, tasks=tasks)
    client = Client()
    client.force_login(people.owner)
    context = browser.new_context(base_url=live_app.url)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_app.url}])
    page = context.new_page()
    page.goto("/pilots/letters/design/")
    page.get_by_label("First × A").focus()
    return page


def here(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.closest('label').textContent.trim()")
    return found


def test_arrow_keys_walk_from_cell_to_cell_and_stop_at_the_ends(grid: Page) -> None:
    walked = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "End", "ArrowRight", "Home"):
        grid.keyboard.press(key)
        walked.append(here(grid))
    assert walked == ["First × B", "Second × B", "Second × B", "First × B", "First × C", "First × C", "First × A"]


def test_shift_takes_the_tick_along_and_nothing_is_decided(grid: Page) -> None:
    grid.keyboard.press("Space")
    grid.keyboard.press("Shift+ArrowRight")
    grid.keyboard.press("Shift+ArrowDown")
    assert grid.locator("table[data-grid] input:checked").count() == 3
    assert not Disposition.objects.exists()
