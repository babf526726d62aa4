"""In a real browser: triage goes through its inbox by keys, and a key never decides anything."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from feedback.actions.reviews import open_review
from feedback.models import Pattern, PatternDecision
from pilots.clock import now
from pilots.models import User
from tests.cast import gather
from tests.factories.feedback import PatternFactory
from tests.harness.browser import LiveApp

pytestmark = pytest.mark.browser


def signed_in(browser: Browser, app: LiveApp, user: User, *, scripts: bool = True) -> BrowserContext:
    client = Client()
    client.force_login(user)
    context = browser.new_context(base_url=app.url, java_script_enabled=scripts)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": app.url}])
    return context


def inbox(browser: Browser, app: LiveApp, *, scripts: bool = True) -> Page:
    people = gather()
    pilot = people.pm.memberships.get().pilot
    for number in (1, 2, 3):
        PatternFactory.create(pilot=pilot, number=number, title=f"Pattern {number}")
    page = signed_in(browser, app, people.triage, scripts=scripts).new_page()
    page.goto("/pilots/letters/patterns/")
    return page


def focused(page: Page) -> str:
    found: str = page.evaluate("document.activeElement.textContent.trim()")
    return found


def test_keys_walk_the_list_open_a_pattern_and_put_the_cursor_into_a_form(browser: Browser, live_app: LiveApp) -> None:
    page = inbox(browser, live_app)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "Pattern 2"
    page.keyboard.press("k")
    assert focused(page) == "Pattern 1"
    page.keyboard.press("x")
    page.wait_for_url("**/patterns/1/?do=decline")
    page.wait_for_function("document.activeElement.id === 'decline_reason'")
    page.keyboard.type("c as in confirm")
    assert page.input_value("#decline_reason") == "c as in confirm"
    assert not PatternDecision.objects.exists() and Pattern.objects.get(number=1).state == "new"


def test_the_keys_are_listed_and_can_be_switched_off(browser: Browser, live_app: LiveApp) -> None:
    page = inbox(browser, live_app)
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.uncheck("[data-keys-on]")
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert "Pattern" not in focused(page)[:9]


def test_without_scripts_every_row_is_a_link_and_every_form_is_there(browser: Browser, live_app: LiveApp) -> None:
    page = inbox(browser, live_app, scripts=False)
    assert not page.get_by_role("button", name="Keys").is_visible()
    page.get_by_role("link", name="Pattern 3").click()
    page.get_by_text("Nothing changes", exact=True).first.click()
    page.fill("#decline_reason", "It is meant to be so.")
    page.get_by_role("button", name="Nothing changes").click()
    assert Pattern.objects.get(number=3).state == "declined"


def test_a_review_has_the_same_keys_and_one_to_decide_an_item_here(browser: Browser, live_app: LiveApp) -> None:
    people = gather()
    pilot = people.pm.memberships.get().pilot
    for number in (1, 2):
        PatternFactory.create(pilot=pilot, number=number, title=f"Pattern {number}", state="confirmed")
    open_review(pilot=pilot, attendees=[people.triage, people.pm], by=people.pm, at=now())
    page = signed_in(browser, live_app, people.triage).new_page()
    page.goto("/pilots/letters/reviews/1/")
    page.keyboard.press("?")
    assert "Decide it here" in page.locator("dialog#keys").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "P-2 Pattern 2"
    page.keyboard.press("d")
    page.wait_for_url("**/reviews/1/?item=2#now")
    page.keyboard.press("d")
    assert page.evaluate("document.activeElement.name") == "action"
    assert not PatternDecision.objects.exists()
