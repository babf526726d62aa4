"""In a real browser: by the keyboard alone, on a narrow screen, with scripts off."""

import gzip

import pytest
from playwright.sync_api import Browser, Page

from feedback.models import Flag
from pilots.models import Pilot
from tests.factories.pilots import PilotFactory, UseCaseFactory
from tests.harness.browser import LiveApp

pytestmark = pytest.mark.browser
# A slow typist hits three keys a second, and words are pasted or typed in the time that is left.
MOST_KEYS = 60


@pytest.fixture
def form(live_app: LiveApp) -> str:
    pilot = PilotFactory.create(slug="claims", flag_access=Pilot.FlagAccess.PUBLIC)
    UseCaseFactory.create(pilot=pilot, name="First letter", slug="first-letter")
    return f"{live_app.url}/flag/claims/"


def press(page: Page, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def tab_to(page: Page, css: str) -> int:
    for pressed in range(1, MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate("css => document.activeElement.matches(css)", css):
            return pressed
    raise AssertionError(f"the keyboard does not reach {css}")


def fill_in_by_keyboard(page: Page) -> int:
    """The ninth kind, the third level, an output, the first use case; the number of keys beside the output's text."""
    keys = tab_to(page, "[name=categories][value=UNFAIR]") + press(page, "Space")
    keys += tab_to(page, "[name=severity]") + press(page, "Space", "ArrowDown", "ArrowDown")
    keys += tab_to(page, "[name=output]")
    page.keyboard.insert_text("It calls her a housewife.")
    keys += tab_to(page, "[name=use_case]") + press(page, "F")
    keys += tab_to(page, "button.button-primary")
    page.wait_for_timeout(1000)  # no person is faster, and the form knows it
    return keys + press(page, "Enter")


def test_a_flag_takes_few_keys_on_a_narrow_screen_with_scripts_off(browser: Browser, form: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(form)
    page.wait_for_timeout(1000)
    keys = fill_in_by_keyboard(page)
    page.wait_for_url("**/flag/receipt/**")
    flag = Flag.objects.get()
    assert (flag.categories, flag.severity, flag.use_case and flag.use_case.slug) == (["UNFAIR"], 2, "first-letter")
    assert keys <= MOST_KEYS
    context.close()


def test_a_refused_form_starts_the_reader_at_the_problems(page: Page, form: str) -> None:
    page.goto(form)
    page.fill("[name=output]", "Words to keep")
    page.click("text=Send the flag")
    # The browser moves the focus a moment after it has drawn the page.
    page.wait_for_function("document.activeElement.className === 'form-bad'")
    assert page.title().startswith("Error: ")
    assert page.input_value("[name=output]") == "Words to keep"


def test_nothing_scrolls_sideways_at_320_pixels(page: Page, form: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(form)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320


def test_the_form_weighs_at_most_30_kib_in_all(browser: Browser, form: str) -> None:
    """Each file compressed as a proxy does it; joined and compressed once for serving, they weigh less."""
    context = browser.new_context()
    page = context.new_page()
    bodies: dict[str, bytes] = {}
    page.on("response", lambda answer: bodies.update({answer.url: answer.body()}))
    page.goto(form, wait_until="networkidle")
    assert len(bodies) >= 3
    assert not [url for url in bodies if "htmx" in url]
    assert sum(len(gzip.compress(body)) for body in bodies.values()) <= 30 * 1024
    context.close()
