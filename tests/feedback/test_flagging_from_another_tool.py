"""The flag button in a page of another tool, in a real browser: by keyboard, under a strict policy; where parts are
refused, in a frame, and else as a link.
"""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from feedback.actions.channels import revoke_channel
from feedback.models import Channel, Flag
from feedback.taxonomy import CATEGORY_LABELS, SEVERITIES
from pilots.clock import now
from pilots.models import User
from pilots.permissions import Role
from tests.factories.pilots import MembershipFactory, PilotFactory, UseCaseFactory, UserFactory
from tests.feedback.channels import connect
from tests.feedback.host_page import Host, host_pages
from tests.harness.browser import LiveApp
from tests.harness.inspection import RUN, TAGS, axe

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "flag-button.js"
NOTHING_ELSE = "default-src 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
STRICT = NOTHING_ELSE + "; script-src {ours}; connect-src {ours}"
FRAMED = NOTHING_ELSE + "; script-src {ours}; frame-src {ours}"
SCRIPT_ONLY = NOTHING_ELSE + "; script-src {ours}"
MOST_KEYS = 60


def test_the_button_weighs_at_most_4_kib() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 6)) <= 4 * 1024


def test_the_button_says_what_the_form_says() -> None:
    said = SCRIPT.read_text()
    kinds = dict(re.findall(r'^  ([A-Z]+): "(.*)",$', said, re.M))
    assert kinds == {code.value: label for code, label in CATEGORY_LABELS.items()}
    levels = re.findall(r'^  "(.*)",$', said, re.M)
    assert levels == [described.what_happened for described in SEVERITIES.values()]


@pytest.fixture
def host() -> Iterator[Host]:
    with host_pages() as pages:
        yield pages


@pytest.fixture
def integrator(live_app: LiveApp) -> User:
    return UserFactory.create(name="Ines Duarte")


@pytest.fixture
def token(integrator: User, host: Host) -> str:
    """Of a tool whose pages are those of `host`, for a pilot whose form is not public."""
    pilot = PilotFactory.create(slug="claims")
    UseCaseFactory.create(pilot=pilot, name="First letter", slug="first-letter")
    MembershipFactory.create(pilot=pilot, user=integrator, role=Role.INTEGRATION_LEAD)
    return connect(pilot, integrator, origins=[host.url]).plain


@pytest.fixture
def console(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def tab_to(page: Page, words: str) -> None:
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).strip().startswith(words):
            return
    raise AssertionError(f"the keyboard does not reach {words}")


# The words of what has the focus, or of its label.
FOCUSED = """() => {
  let here = document.activeElement;
  while (here?.shadowRoot?.activeElement) here = here.shadowRoot.activeElement;
  return (here?.closest("label") ?? here)?.textContent ?? "";
}"""


def fill_in(page: Page, output: str = "") -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Unfair or offensive").check()
    dialog.get_by_label("I caught it before using it").check()
    if output:
        dialog.get_by_label("The output, or where it can be found").fill(output)


def send(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="Send the flag").click()


@pytest.mark.browser
def test_a_flag_is_sent_by_keyboard_under_a_strict_policy(
    page: Page, live_app: LiveApp, host: Host, token: str, console: list[str]
) -> None:
    page.goto(host.show(live_app.url, token, policy=STRICT))
    tab_to(page, "Flag this output")
    page.keyboard.press("Enter")
    tab_to(page, "It made something up")
    page.keyboard.press("Space")
    tab_to(page, "I saw it could go wrong")
    page.keyboard.press("ArrowDown")
    tab_to(page, "What should it have said?")
    page.keyboard.insert_text("Within 30 days.")
    tab_to(page, "Send the flag")
    page.keyboard.press("Enter")
    receipt = page.get_by_role("dialog").get_by_role("link")
    expect(receipt).to_contain_text("Read what happens next")
    flag = Flag.objects.get()
    expect(page.get_by_role("heading", name=f"We have your flag {flag.reference}")).to_be_focused()
    assert (flag.categories, flag.severity, flag.expected) == (["MADEUP"], 1, "Within 30 days.")
    assert (flag.output, flag.prompt) == ("The refund is due within 90 days.", "Write to her.")
    assert (flag.use_case and flag.use_case.slug, flag.tool_version, flag.source) == ("first-letter", "7.1", "button")
    address = receipt.get_attribute("href") or ""
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Flag this output")).to_be_focused()
    assert (console, host.reports) == ([], [])
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_contain_text(flag.reference)


@pytest.mark.browser
def test_while_the_dialog_is_open_the_keyboard_stays_in_it(
    page: Page, live_app: LiveApp, host: Host, token: str
) -> None:
    page.goto(host.show(live_app.url, token, policy=STRICT))
    page.get_by_role("button", name="Flag this output").click()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(FOCUSED).strip())
    assert "Send the flag" in reached
    assert not {"Before", "After"} & reached


@pytest.mark.browser
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    page: Page, live_app: LiveApp, host: Host, token: str
) -> None:
    page.goto(host.show(live_app.url, token, policy=STRICT))
    page.get_by_role("button", name="Flag this output").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What should it have said?").fill("Words to keep")
    send(page)
    expect(dialog.get_by_role("alert")).to_have_text("Choose one or two of what is wrong.")
    expect(dialog.get_by_role("alert")).to_be_focused()
    fill_in(page)
    dialog.get_by_label("The output, or where it can be found").fill("")
    send(page)
    expect(dialog.get_by_role("alert")).to_contain_text("Paste the output")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Flag this output").click()
    expect(dialog.get_by_label("What should it have said?")).to_have_value("Words to keep")
    fill_in(page, "It calls her a housewife.")
    send(page)
    expect(page.get_by_role("heading", name="We have your flag")).to_be_visible()
    assert Flag.objects.get().expected == "Words to keep"


@pytest.mark.browser
def test_who_reports_harm_is_told_to_stop_using_it(page: Page, live_app: LiveApp, host: Host, token: str) -> None:
    page.goto(host.show(live_app.url, token, policy=STRICT))
    page.get_by_role("button", name="Flag this output").click()
    fill_in(page)
    page.get_by_label("Someone was harmed").check()
    send(page)
    expect(page.get_by_role("status")).to_have_text("Stop using it for this until you hear from us.")


@pytest.mark.browser
def test_a_full_quota_is_said_in_the_dialog(page: Page, live_app: LiveApp, host: Host, token: str) -> None:
    Channel.objects.update(daily_quota=1)
    page.goto(host.show(live_app.url, token, policy=STRICT))
    for number in range(2):
        page.get_by_role("button", name="Flag this output").click()
        fill_in(page, f"Output {number}")
        send(page)
        if not number:
            page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert")).to_contain_text("Many flags came through this channel")
    assert Flag.objects.count() == 1


@pytest.mark.browser
def test_the_page_hands_over_a_long_output_as_a_property(page: Page, live_app: LiveApp, host: Host, token: str) -> None:
    page.goto(host.show(live_app.url, token, policy=STRICT))
    page.evaluate("document.querySelector('rollout-flag').output = 'Another answer. '.repeat(300)")
    page.get_by_role("button", name="Flag this output").click()
    fill_in(page)
    send(page)
    expect(page.get_by_role("heading", name="We have your flag")).to_be_visible()
    assert Flag.objects.get().output.startswith("Another answer. Another")


USES = "first-letter=A first letter; summary=A summary"


@pytest.mark.browser
def test_the_reporter_chooses_among_the_uses_that_the_page_offers(
    page: Page, live_app: LiveApp, host: Host, token: str
) -> None:
    UseCaseFactory.create(pilot=Channel.objects.get().pilot, name="Summary", slug="summary")
    page.goto(host.show(live_app.url, token, policy=STRICT))
    page.evaluate("uses => { document.querySelector('rollout-flag').useCases = uses }", USES)
    page.get_by_role("button", name="Flag this output").click()
    choice = page.get_by_label("What were you using it for?")
    expect(choice).to_have_value("first-letter")
    choice.select_option("A summary")
    fill_in(page)
    send(page)
    expect(page.get_by_role("heading", name="We have your flag")).to_be_visible()
    use_case = Flag.objects.get().use_case
    assert use_case and use_case.slug == "summary"


def framed(page: Page) -> Frame:
    page.wait_for_selector("iframe")
    frame = page.frames[-1]
    frame.wait_for_selector("form")
    return frame


@pytest.mark.browser
def test_where_the_call_is_refused_the_form_opens_in_a_frame_and_keeps_what_was_typed(
    page: Page, live_app: LiveApp, host: Host, token: str
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(host.show(live_app.url, token, policy=FRAMED))
    page.get_by_role("button", name="Flag this output").click()
    fill_in(page, "It calls her a housewife.")
    send(page)
    frame = framed(page)
    expect(frame.get_by_label("Unfair or offensive")).to_be_checked()
    expect(frame.get_by_label("The output, or where it can be found")).to_have_value("It calls her a housewife.")
    page.wait_for_timeout(2000)  # no person is faster, and the form knows it
    expect(page.locator("iframe")).to_be_visible()
    assert frame.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    frame.get_by_role("button", name="Send the flag").click()
    expect(frame.get_by_role("heading", level=1)).to_contain_text("We have your flag")
    flag = Flag.objects.get()
    assert (flag.categories, flag.severity, flag.source, flag.tool_version) == (["UNFAIR"], 1, "button", "7.1")
    assert flag.use_case and flag.use_case.slug == "first-letter"
    assert page.context.cookies() == []


@pytest.mark.browser
def test_where_frames_are_refused_too_a_link_leads_to_the_form(
    page: Page, live_app: LiveApp, host: Host, token: str
) -> None:
    page.goto(host.show(live_app.url, token, policy=SCRIPT_ONLY))
    page.get_by_role("button", name="Flag this output").click()
    fill_in(page, "It calls her a housewife.")
    send(page)
    expect(page.locator("iframe")).to_have_count(0)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the form by itself").click()
    form = opened.value
    expect(form.get_by_label("The output, or where it can be found")).to_have_value("It calls her a housewife.")
    form.wait_for_timeout(2000)
    form.get_by_role("button", name="Send the flag").click()
    expect(form.get_by_role("heading", level=1)).to_contain_text("We have your flag")
    assert Flag.objects.get().categories == ["UNFAIR"]


@pytest.mark.browser
def test_where_the_script_is_refused_the_link_in_the_page_is_left(
    page: Page, live_app: LiveApp, host: Host, token: str
) -> None:
    page.goto(host.show(live_app.url, token, policy=NOTHING_ELSE))
    page.get_by_role("link", name="Flag it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Flag an output of")


@pytest.mark.browser
def test_a_page_elsewhere_gets_neither_the_call_nor_the_frame(
    page: Page, live_app: LiveApp, host: Host, token: str
) -> None:
    Channel.objects.update(origins=["https://tool.example"])
    page.goto(host.show(live_app.url, token, policy=STRICT + "; frame-src {ours}"))
    page.get_by_role("button", name="Flag this output").click()
    fill_in(page, "It calls her a housewife.")
    send(page)
    expect(page.get_by_role("link", name="Open the form by itself")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)
    assert not Flag.objects.exists()


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_dialog_is_clean(page: Page, live_app: LiveApp, host: Host, token: str, theme: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.emulate_media(color_scheme=theme)
    page.goto(host.show(live_app.url, token, policy=STRICT))
    page.evaluate("uses => { document.querySelector('rollout-flag').useCases = uses }", USES)
    page.get_by_role("button", name="Flag this output").click()
    page.get_by_role("dialog").wait_for()
    page.evaluate(axe())
    assert page.evaluate(RUN, TAGS) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    dialog = page.locator("dialog")
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth")


# The frame by itself


@pytest.mark.browser
def test_the_form_in_the_frame_works_without_scripts_and_cookies(
    browser: Browser, live_app: LiveApp, host: Host, token: str
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{live_app.url}/embed/flag/{token}/")
    page.wait_for_timeout(2000)
    page.get_by_label("It’s wrong").check()
    page.get_by_label("I caught it before using it").check()
    page.get_by_label("The output, or where it can be found").fill("Due within 90 days.")
    page.get_by_label("What were you using it for?").select_option("First letter")
    page.get_by_role("button", name="Send the flag").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We have your flag")
    assert context.cookies() == []
    assert Flag.objects.get().source == "button"
    context.close()


@pytest.mark.browser
def test_a_button_whose_token_ended_says_so(page: Page, live_app: LiveApp, integrator: User, token: str) -> None:
    revoke_channel(channel=Channel.objects.select_related("pilot").get(), by=integrator, at=now())
    answer = page.goto(f"{live_app.url}/embed/flag/{token}/")
    assert answer and answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("This button no longer works")
