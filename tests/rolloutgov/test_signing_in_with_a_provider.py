"""OpenID Connect by settings, against a provider on this machine: who comes in, and who does not."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from pilots.models import User
from tests.factories.pilots import UserFactory
from tests.harness.identity_provider import Provider, identity_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Iterator[Provider]:
    with identity_provider() as running, override_settings(SOCIALACCOUNT_PROVIDERS=running.settings):
        yield running


@pytest.fixture
def amira() -> User:
    return UserFactory.create(name="Amira Haddad", email="amira@example.org")


def sign_in(client: Client, provider: Provider, **claims: Any) -> HttpResponse:
    """Through the button, to the provider, and back."""
    provider.claims = {"sub": "1f0c", "email": "amira@example.org", "email_verified": True} | claims
    left = client.post("/accounts/oidc/corp/login/?process=login&next=/my-work/")
    assert left.status_code == 302
    assert left.headers["Location"].startswith(f"{provider.url}/authorize?")
    return back(client, provider.answer(left.headers["Location"]))


def back(client: Client, query: str) -> HttpResponse:
    return client.get(f"/accounts/oidc/corp/login/callback/?{query}")  # type: ignore[return-value]


def who(client: Client) -> str | None:
    found: str | None = client.session.get("_auth_user_id")
    return found


def heading(page: HttpResponse) -> str:
    return re.findall(r"<h1>(.*?)</h1>", page.content.decode(), re.DOTALL)[0].strip()


def test_who_was_invited_comes_in_by_a_verified_address(client: Client, provider: Provider, amira: User) -> None:
    answer = sign_in(client, provider)
    assert answer.headers["Location"] == "/my-work/"
    assert who(client) == str(amira.pk)


def test_the_second_time_the_provider_is_known_even_under_another_address(
    client: Client, provider: Provider, amira: User
) -> None:
    sign_in(client, provider)
    again = Client()
    sign_in(again, provider, email="amira.married@example.org")
    assert who(again) == str(amira.pk)


@pytest.mark.parametrize("said", [False, None, "false", "False", "", 0, "0", "no", []])
def test_an_address_that_the_provider_did_not_verify_opens_nothing(
    client: Client, provider: Provider, amira: User, said: Any
) -> None:
    sign_in(client, provider, email_verified=said)
    assert who(client) is None


def test_a_provider_that_says_true_in_letters_is_believed(client: Client, provider: Provider, amira: User) -> None:
    sign_in(client, provider, email_verified="true")
    assert who(client) == str(amira.pk)


def test_who_was_not_invited_stays_outside_and_gets_no_account(client: Client, provider: Provider, amira: User) -> None:
    page = sign_in(client, provider, sub="other", email="nobody@example.org")
    assert heading(client.get(page.headers["Location"]) if page.status_code == 302 else page) == "People are invited"  # type: ignore[arg-type]
    assert who(client) is None
    assert User.objects.count() == 1


def test_a_deactivated_person_stays_outside(client: Client, provider: Provider, amira: User) -> None:
    sign_in(client, provider)
    User.objects.filter(pk=amira.pk).update(is_active=False)
    fresh = Client()
    sign_in(fresh, provider)
    assert who(fresh) is None


def test_an_answer_that_nobody_asked_for_opens_nothing(client: Client, provider: Provider, amira: User) -> None:
    provider.claims = {"sub": "1f0c", "email": amira.email, "email_verified": True}
    started = Client().post("/accounts/oidc/corp/login/?process=login")
    page = back(client, provider.answer(started.headers["Location"]))  # another browser's answer, slipped to this one
    assert heading(page) == "The provider could not sign you in"
    assert who(client) is None


def test_a_token_for_another_application_opens_nothing(client: Client, provider: Provider, amira: User) -> None:
    assert heading(sign_in(client, provider, aud="another")) == "The provider could not sign you in"
    assert who(client) is None


def test_a_provider_that_is_away_is_said_on_the_page_and_in_the_log(
    client: Client, provider: Provider, amira: User, caplog: pytest.LogCaptureFixture
) -> None:
    left = client.post("/accounts/oidc/corp/login/?process=login")
    query = provider.answer(left.headers["Location"])
    provider.broken = True
    for page in (back(client, query), client.post("/accounts/oidc/corp/login/?process=login")):
        assert heading(page) == "The provider could not sign you in"  # type: ignore[arg-type]
    assert caplog.text.count("corp could not sign somebody in: HTTPError: 400") == 2
    assert query not in caplog.text


def test_a_code_that_was_used_already_opens_nothing(
    client: Client, provider: Provider, amira: User, caplog: pytest.LogCaptureFixture
) -> None:
    left = client.post("/accounts/oidc/corp/login/?process=login")
    query = provider.answer(left.headers["Location"])
    provider.given.clear()
    assert heading(back(client, query)) == "The provider could not sign you in"
    assert "corp could not sign somebody in" in caplog.text


def test_saying_no_there_leads_back(client: Client, provider: Provider, amira: User) -> None:
    left = client.post("/accounts/oidc/corp/login/?process=login")
    state = re.search(r"state=([^&]+)", left.headers["Location"])
    assert state
    page = client.get(f"/accounts/oidc/corp/login/callback/?error=access_denied&state={state[1]}", follow=True)
    assert heading(page) == "Sign-in was cancelled"  # type: ignore[arg-type]


def test_a_provider_that_the_settings_do_not_name_is_not_there(client: Client) -> None:
    assert client.post("/accounts/oidc/corp/login/").status_code == 404
