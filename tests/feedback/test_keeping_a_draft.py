"""In a real browser: an interrupted form comes back, is gone once its receipt opened, and is nobody else's."""

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from feedback.actions import patterns as decide
from feedback.models import Flag
from pilots.clock import now
from pilots.models import Pilot, User
from tests.cast import People, gather
from tests.factories.pilots import UseCaseFactory
from tests.feedback.flagging import INVENTED, flags_saying, group
from tests.harness.browser import LiveApp

pytestmark = pytest.mark.browser
FORM = "/flag/letters/"


@pytest.fixture
@transaction.atomic
def people(live_app: LiveApp) -> People:
    found = gather()
    pilot = Pilot.objects.get(slug="letters")
    pilot.flag_access = Pilot.FlagAccess.PUBLIC
    pilot.save()
    UseCaseFactory.create(pilot=pilot, name="First letter", slug="first-letter")
    return found


def sign_in(context: BrowserContext, user: User, app: LiveApp) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": app.url}])


def type_something(page: Page) -> None:
    page.goto(FORM)
    page.check("[name=categories][value=STALE]")
    page.check("[name=severity][value='1']")
    page.fill("[name=output]", "The price is of last year")
    page.click("summary:has-text('Add more')")
    page.fill("[name=prompt]", "What does it cost?")
    page.select_option("[name=use_case]", "first-letter")


def drafts(page: Page) -> tuple[int, int]:
    """How many are kept for this tab, and for longer."""
    return page.evaluate("[sessionStorage.length, localStorage.length]")  # type: ignore[no-any-return]


def test_what_was_typed_is_back_after_an_interruption(people: People, page: Page) -> None:
    type_something(page)
    page.goto("/flag/")
    page.goto(FORM)
    expect(page.get_by_text("What you typed here before is back")).to_be_visible()
    assert page.input_value("[name=output]") == "The price is of last year"
    assert page.input_value("[name=prompt]") == "What does it cost?"
    assert page.input_value("[name=use_case]") == "first-letter"
    assert page.is_checked("[name=categories][value=STALE]")
    assert page.is_visible("[name=prompt]")
    assert drafts(page) == [1, 0]


def test_start_anew_empties_the_form_and_forgets(people: People, page: Page) -> None:
    type_something(page)
    page.reload()
    page.click("text=Start anew")
    assert page.input_value("[name=output]") == ""
    assert not page.is_visible("text=What you typed here before is back")
    assert drafts(page) == [0, 0]
    page.reload()
    assert page.input_value("[name=output]") == ""


def test_the_receipt_ends_it(people: People, page: Page) -> None:
    type_something(page)
    page.wait_for_timeout(2000)  # no person is faster, and the form knows it
    page.click("text=Send the flag")
    page.wait_for_url("**/flag/receipt/**")
    page.wait_for_function("sessionStorage.length === 0")
    page.goto(FORM)
    assert page.input_value("[name=output]") == ""


def test_of_who_is_signed_in_it_outlives_the_tab_and_is_not_shown_to_another_person(
    people: People, live_app: LiveApp, browser: Browser
) -> None:
    context = browser.new_context(base_url=live_app.url)
    sign_in(context, people.member, live_app)
    first = context.new_page()
    type_something(first)
    assert drafts(first) == [0, 1]
    first.close()
    again = context.new_page()
    again.goto(FORM)
    assert again.input_value("[name=output]") == "The price is of last year"
    sign_in(context, people.stranger, live_app)
    again.goto(FORM)
    assert again.input_value("[name=output]") == ""
    assert drafts(again) == [0, 0]
    context.close()


def test_what_is_confidential_stays_in_the_tab(people: People, live_app: LiveApp, page: Page) -> None:
    sign_in(page.context, people.member, live_app)
    type_something(page)
    page.check("[name=is_confidential]")
    assert drafts(page) == [1, 0]


def test_similar_ones_appear_while_typing_and_one_click_joins(people: People, page: Page) -> None:
    pilot = Pilot.objects.get(slug="letters")
    flags_saying(pilot, INVENTED, [people.pm, people.owner])
    (pattern,) = group(pilot)
    how = {"version": pattern.version, "by": people.triage, "at": now()}
    decide.rename_pattern(pattern=pattern, title="Invented rulings", **how)
    type_something(page)
    page.fill("[name=output]", "It cites a court ruling that does not exist, the case is made up")
    page.get_by_text("Invented rulings").click()
    assert page.evaluate("document.activeElement.name") == "same_as"
    page.wait_for_timeout(2000)  # no person is faster, and the form knows it
    page.click("text=Send the flag")
    page.wait_for_url("**/flag/receipt/**")
    assert Flag.objects.get(chosen_pattern=pattern).categories == ["STALE"]


def test_the_moment_is_read_in_the_time_of_the_browser(people: People, live_app: LiveApp, browser: Browser) -> None:
    context = browser.new_context(base_url=live_app.url, timezone_id="America/New_York")
    page = context.new_page()
    type_something(page)
    expect(page.get_by_text("In your time (America/New_York).")).to_be_visible()
    page.fill("[name=made_at]", "2026-03-02T10:30")
    page.wait_for_timeout(2000)  # no person is faster, and the form knows it
    page.click("text=Send the flag")
    page.wait_for_url("**/flag/receipt/**")
    made_at = Flag.objects.get().made_at
    assert made_at is not None and made_at.isoformat() == "2026-03-02T15:30:00+00:00"
    context.close()


def test_nothing_scrolls_sideways_at_320_pixels_with_everything_open(people: People, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    type_something(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320
