"""Passkeys with a virtual authenticator: added, used as a second step, used alone; and what is said when none fits."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.pilots import UserFactory

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery staple"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def device(page: Page) -> Page:
    """A browser whose device makes and keeps passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill("amira@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_and_signs_in_alone(device: Page) -> None:
    UserFactory.create(name="Amira Haddad", email="amira@example.org", password=PASSWORD)
    sign_in(device)
    device.goto("/accounts/2fa/webauthn/add/")
    device.get_by_label("Password").fill(PASSWORD)
    device.get_by_role("button", name="Confirm with the password").click()
    device.get_by_label("Name, to tell it from your others").fill("Work laptop")
    device.get_by_label("Sign me in with it alone").check()
    device.get_by_role("button", name="Add the passkey").click()
    expect(device.get_by_role("heading", level=1)).not_to_have_text("Add a passkey")
    device.goto("/accounts/2fa/webauthn/")
    expect(device.get_by_role("rowheader")).to_contain_text("Work laptop")

    device.context.clear_cookies()
    sign_in(device)
    expect(device.get_by_role("heading", level=1)).to_have_text("Enter your code")
    device.get_by_role("button", name="Use a passkey or security key").click()
    expect(device.get_by_text("Amira Haddad").first).to_be_visible()

    device.context.clear_cookies()
    device.goto("/accounts/login/")
    device.get_by_role("button", name="Sign in with a passkey").click()
    expect(device.get_by_text("Amira Haddad").first).to_be_visible()


def test_no_fitting_passkey_is_said_in_words(device: Page) -> None:
    device.goto("/accounts/login/")
    device.get_by_role("button", name="Sign in with a passkey").click()
    expect(device.get_by_role("status")).to_contain_text("No passkey was used")


def test_the_theme_changes_at_once_and_stays(page: Page) -> None:
    page.goto("/accounts/login/")
    # Posted beside the page: to load it again before the server has heard would ask too early.
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
