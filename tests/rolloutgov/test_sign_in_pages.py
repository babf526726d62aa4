"""Signing in and the second steps, page by page, as somebody meets them."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, override_settings

from pilots.models import User
from tests.factories.pilots import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
PROVIDER = {
    "provider_id": "corp",
    "name": "Contoso single sign-on",
    "client_id": "id",
    "secret": "secret",
    "settings": {"server_url": "https://idp.example"},
}
OPEN = {
    "/accounts/login/": "Sign in",
    "/accounts/signup/": "People are invited",
    "/accounts/inactive/": "Your account is deactivated",
    "/accounts/password/reset/": "Reset your password",
    "/accounts/password/reset/done/": "Look into your mail",
    "/accounts/password/reset/key/1-x/": "The link does not work",
    "/accounts/password/reset/key/done/": "Your password is changed",
    "/accounts/3rdparty/login/cancelled/": "Sign-in was cancelled",
}
SIGNED_IN = {
    "/accounts/2fa/": "Password and sign-in",
    "/accounts/2fa/webauthn/": "Passkeys and security keys",
    "/accounts/password/change/": "Change your password",
    "/accounts/reauthenticate/": "Confirm that it is you",
    "/accounts/3rdparty/": "Sign-in providers",
    "/accounts/logout/": "Sign out",
}
# Behind one more confirmation of who it is.
CONFIRMED = {
    "/accounts/2fa/totp/activate/": "Set up an authenticator app",
    "/accounts/2fa/webauthn/add/": "Add a passkey",
}


@pytest.fixture(autouse=True)
def _no_old_limits() -> None:
    cache.clear()


@pytest.fixture
def amira() -> User:
    return UserFactory.create(name="Amira Haddad", email="amira@example.org", password=PASSWORD)


@pytest.fixture
def hers(amira: User, client: Client) -> Client:
    send(client, "/accounts/login/", login=amira.email, password=PASSWORD)
    send(client, "/accounts/reauthenticate/", password=PASSWORD)
    return client


def send(client: Client, url: str, **fields: Any) -> HttpResponse:
    return client.post(url, fields)  # type: ignore[return-value]


def heading(page: HttpResponse) -> str:
    found = re.findall(r"<h1>(.*?)</h1>", page.content.decode(), re.DOTALL)
    assert len(found) == 1
    return str(found[0]).strip()


@pytest.mark.parametrize(("url", "words"), OPEN.items())
def test_a_page_for_everybody(client: Client, url: str, words: str) -> None:
    assert heading(client.get(url)) == words  # type: ignore[arg-type]


@pytest.mark.parametrize(("url", "words"), (SIGNED_IN | CONFIRMED).items())
def test_a_page_for_who_is_signed_in(hers: Client, url: str, words: str) -> None:
    assert heading(hers.get(url)) == words  # type: ignore[arg-type]


@pytest.mark.parametrize("url", SIGNED_IN | CONFIRMED)
def test_the_others_stay_outside(client: Client, url: str) -> None:
    assert client.get(url).status_code == 302


def test_signing_in_greets_nobody_with_a_banner(amira: User, client: Client) -> None:
    send(client, "/accounts/login/", login="Amira@Example.org", password=PASSWORD)
    assert client.session["_auth_user_id"] == str(amira.pk)
    assert 'class="notice' not in client.get("/accounts/2fa/").content.decode()


def test_a_wrong_password_says_so_at_the_top(amira: User, client: Client) -> None:
    page = send(client, "/accounts/login/", login=amira.email, password="wrong").content.decode()
    assert "There is a problem" in page
    assert "<title>Error: Sign in" in page


def test_an_empty_form_names_what_is_missing(client: Client) -> None:
    page = send(client, "/accounts/login/").content.decode()
    assert 'href="#id_password">Fill in “Password”' in page


def test_guessing_is_slowed_down(amira: User, client: Client) -> None:
    answers = [send(client, "/accounts/login/", login=amira.email, password=f"guess {n}") for n in range(12)]
    page = answers[-1].content.decode()
    assert answers[-1].status_code == 429 or "Too many" in page


def guess(client: Client, times: int, *, address: str, email: str = "amira@example.org") -> str:
    """The page after so many wrong passwords from this network address."""
    for n in range(times):
        answer = client.post("/accounts/login/", {"login": email, "password": f"guess {n}"}, REMOTE_ADDR=address)
    return "Too many" if answer.status_code == 429 or "Too many" in answer.content.decode() else "Wrong"


def signs_in(client: Client, amira: User, address: str) -> bool:
    sent = {"login": amira.email, "password": PASSWORD}
    return client.post("/accounts/login/", sent, REMOTE_ADDR=address).status_code == 302


def test_who_guesses_locks_out_themselves_and_not_the_owner(amira: User, client: Client) -> None:
    assert guess(client, 5, address="192.0.2.1") == "Wrong"
    assert guess(client, 1, address="192.0.2.1") == "Too many"
    assert not signs_in(Client(), amira, "192.0.2.1")
    assert signs_in(Client(), amira, "192.0.2.2")


def test_one_address_tries_only_so_many_accounts_a_minute(amira: User, client: Client) -> None:
    pages = [guess(client, 1, address="192.0.2.1", email=f"person{n}@example.org") for n in range(11)]
    assert pages == ["Wrong"] * 10 + ["Too many"]


def test_many_addresses_do_not_try_one_account_without_end_nor_lock_its_owner_out(amira: User, client: Client) -> None:
    hers = Client()
    assert signs_in(hers, amira, "198.51.100.1")
    hers.post("/accounts/logout/")
    for n in range(10):
        assert guess(client, 5, address=f"192.0.2.{n}") == "Wrong"
    assert guess(client, 1, address="192.0.2.77") == "Too many"
    assert not signs_in(Client(), amira, "198.51.100.2")
    assert signs_in(hers, amira, "198.51.100.2")


def test_nobody_makes_their_browser_known(amira: User, client: Client) -> None:
    client.cookies["rolloutgov_known"] = amira.email
    for n in range(10):
        guess(client, 5, address=f"192.0.2.{n}")
    assert guess(client, 1, address="192.0.2.77") == "Too many"


def test_nobody_signs_up(client: Client) -> None:
    send(client, "/accounts/signup/", email="new@example.org", password1=PASSWORD, password2=PASSWORD)
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_forgotten_password(amira: User, client: Client) -> None:
    send(client, "/accounts/password/reset/", email=amira.email)
    letter = mail.outbox[0]
    assert letter.subject == "[RolloutGov] Reset your password"
    link = re.search(r"https?://\S+?(/accounts/password/reset/key/\S+)", str(letter.body))
    assert link
    page = client.get(link[1], follow=True)
    assert heading(page) == "Set a new password"  # type: ignore[arg-type]
    new = "another horse, another battery"
    done = client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True)
    assert done.status_code == 200
    amira.refresh_from_db()
    assert amira.check_password(new)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client) -> None:
    answer = send(client, "/accounts/password/reset/", email="nobody@example.org")
    assert answer.headers["Location"] == "/accounts/password/reset/done/"
    assert mail.outbox == []


def test_an_authenticator_app_and_its_recovery_codes(hers: Client) -> None:
    page = hers.get("/accounts/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = hers.session["mfa.totp.secret"]
    assert secret in page
    code = auth.hotp_value(secret, int(time.time()) // 30)
    answer = hers.post("/accounts/2fa/totp/activate/", {"code": f"{code:06d}"}, follow=True)
    assert heading(answer) == "Recovery codes"  # type: ignore[arg-type]
    assert len(re.findall(r"<li><code>\d+</code></li>", answer.content.decode())) == 10
    overview = hers.get("/accounts/2fa/").content.decode()
    assert "10 unused" in overview
    assert heading(hers.get("/accounts/2fa/totp/deactivate/")) == "Turn the authenticator app off"  # type: ignore[arg-type]


def second_step(client: Client, amira: User, code: str) -> bool:
    """Whether somebody with her password and this code is let in."""
    asked = client.post("/accounts/login/", {"login": amira.email, "password": PASSWORD}, follow=True)
    assert heading(asked) == "Enter your code"  # type: ignore[arg-type]
    assert "_auth_user_id" not in client.session
    client.post("/accounts/2fa/authenticate/", {"code": code})
    return client.session.get("_auth_user_id") == str(amira.pk)


def test_who_has_an_authenticator_app_needs_its_code_or_a_recovery_code(
    hers: Client, amira: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth, "yield_hotp_counters_from_time", lambda: iter([1]))
    hers.get("/accounts/2fa/totp/activate/")
    code = f"{auth.hotp_value(hers.session['mfa.totp.secret'], 1):06d}"
    page = hers.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True).content.decode()
    recovery = re.findall(r"<li><code>(\d+)</code></li>", page)
    hers.post("/accounts/logout/")

    assert not second_step(Client(), amira, "000000" if code != "000000" else "111111")
    assert second_step(Client(), amira, code)
    assert not second_step(Client(), amira, code)  # once is once
    assert second_step(Client(), amira, recovery[0])
    assert not second_step(Client(), amira, recovery[0])


def test_passkeys_bring_data_and_no_script_into_the_page(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert 'id="passkey_login"' in page
    assert "/static/mfa/js/webauthn.js" in page
    assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_a_provider_has_a_button(client: Client) -> None:
    assert "Contoso" not in client.get("/accounts/login/").content.decode()
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [PROVIDER]}}):
        page = client.get("/accounts/login/?next=/my-work/").content.decode()
    assert "Sign in with Contoso single sign-on" in page
    assert 'method="post" action="/accounts/oidc/corp/login/?process=login' in page


def test_a_change_of_the_password_is_told_by_mail_or_page(hers: Client, amira: User) -> None:
    new = "another horse, another battery"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    answer = hers.post("/accounts/password/change/", fields, follow=True)
    assert "Your password is changed." in answer.content.decode()
