"""Counting in a real browser: keys move as in a spreadsheet, a block is pasted whole, what was typed is not lost."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from pilots.actions.workload import count_tasks
from pilots.clock import now
from pilots.models import Cell, Pilot, User
from pilots.workload import workload_of
from tests.cast import gather
from tests.factories.evidence import cell
from tests.harness.browser import LiveApp

pytestmark = pytest.mark.browser
AT = "/pilots/letters/evidence/workload/"


@pytest.fixture
def signed_in(browser: Browser, live_app: LiveApp) -> BrowserContext:
    """As the evaluation lead, with two use cases by three segments of which one cell is counted."""
    with transaction.atomic():
        people, letters = gather(), Pilot.objects.get(slug="letters")
        for case in ("First", "Second"):
            for segment in ("A", "B", "C"):
                cell(letters, now(), use_case=case, segment=segment, tasks=30 if case + segment == "FirstA" else None)
    client = Client()
    client.force_login(people.evaluator)
    context = browser.new_context(base_url=live_app.url)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_app.url}])
    return context


@pytest.fixture
def grid(signed_in: BrowserContext) -> Page:
    page = signed_in.new_page()
    page.goto(AT)
    page.get_by_label("First × A").focus()
    return page


def here(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.getAttribute('aria-label')")
    return found


def typed(page: Page) -> list[str]:
    return [box.input_value() for box in page.locator("table[data-grid] input").all()]


def test_keys_move_between_the_boxes_and_stop_at_the_ends(grid: Page) -> None:
    walked = []
    for key in ("ArrowRight", "Enter", "ArrowLeft", "Shift+Enter", "End", "ArrowRight", "Home", "Tab"):
        grid.keyboard.press(key)
        walked.append(here(grid).replace("First × ", "1").replace("Second × ", "2"))
    assert walked == ["1B", "2B", "2A", "1A", "1C", "1C", "1A", "1B"]


def test_inside_a_number_the_caret_moves_first(grid: Page) -> None:
    grid.get_by_label("First × B").focus()
    grid.keyboard.type("12")
    grid.keyboard.press("ArrowLeft")
    grid.keyboard.type("5")
    assert here(grid) == "First × B" and typed(grid)[1] == "152"
    grid.keyboard.press("Escape")
    assert typed(grid)[1] == ""


def test_a_block_of_a_spreadsheet_is_pasted_whole_and_saved(grid: Page) -> None:
    grid.get_by_label("First × B").focus()
    grid.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text", "7\\t8\\t9\\r\\n1,000\\t\\r\\n");
            const paste = { clipboardData: data, bubbles: true, cancelable: true };
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", paste));
        }"""
    )
    assert typed(grid) == ["30", "7", "8", "", "1,000", ""]
    grid.get_by_role("button", name="Save the counts").click()
    grid.wait_for_selector("text=3 counts are saved.")
    assert typed(grid) == ["30", "7", "8", "", "1000", ""]
    assert Cell.objects.filter(tasks_a_month__isnull=True).count() == 2


def test_what_was_typed_is_asked_about_before_a_link_leads_away(grid: Page) -> None:
    grid.get_by_label("First × B").focus()
    grid.keyboard.type("12")
    asked: list[str] = []
    grid.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    grid.get_by_role("link", name="Second", exact=True).click(no_wait_after=True)
    grid.wait_for_function("document.activeElement !== null")
    assert asked == ["beforeunload"] and typed(grid)[1] == "12"


def test_a_second_tab_is_told_what_the_first_wrote(grid: Page, signed_in: BrowserContext) -> None:
    letters, lead = Pilot.objects.get(slug="letters"), User.objects.get(email="evaluator@example.org")
    first = workload_of(letters).squares[0]
    count_tasks(pilot=letters, by=lead, at=now(), counts={first.pair: 31})
    grid.keyboard.type("40")
    grid.get_by_role("button", name="Save the counts").click()
    grid.wait_for_selector("text=Now 31")
    assert typed(grid)[0] == "40"
    grid.get_by_role("button", name="Save the counts").click()
    grid.wait_for_selector("text=1 count is saved.")
    assert workload_of(letters).squares[0].tasks == 40
