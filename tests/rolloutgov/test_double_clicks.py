"""The frame's own script sends a form once, however often its button is clicked."""

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_double_click_sends_once(page: Page) -> None:
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("nobody@example.org")
    page.get_by_label("Password").fill("wrong, and wrong again")
    page.get_by_role("button", name="Sign in", exact=True).dblclick()
    page.get_by_text("not correct").first.wait_for()
    assert len(sent) == 1
