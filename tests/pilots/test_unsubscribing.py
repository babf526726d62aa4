"""One click in an e-mail ends those of its kind: without signing in, and by nobody who has no such e-mail."""

from collections.abc import Callable

import pytest
from django.test import Client

from pilots.actions.unsubscribing import DIGEST, FLAGS, unsubscribe_url
from pilots.models import AuditEvent, User
from tests.cast import People

SignIn = Callable[[User], Client]


def path(user: User, kind: str) -> str:
    return "/" + unsubscribe_url(user, kind).split("/", 3)[3]


@pytest.fixture
def mail_program() -> Client:
    """Sends no cookie and no CSRF token."""
    return Client(enforce_csrf_checks=True)


def test_opening_the_link_changes_nothing(people: People, mail_program: Client) -> None:
    page = mail_program.get(path(people.member, FLAGS))
    assert page.status_code == 200 and "Stop them" in page.content.decode()
    assert "no-store" in page["Cache-Control"] and "noindex" in page["X-Robots-Tag"]
    people.member.refresh_from_db()
    assert people.member.flag_mail == "at_once"


def test_one_click_of_a_mail_program_stops_them(people: People, mail_program: Client) -> None:
    answer = mail_program.post(path(people.member, FLAGS), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    people.member.refresh_from_db()
    assert (people.member.flag_mail, people.member.wants_digest) == ("none", True)
    assert AuditEvent.objects.get().verb == "account.edited"


def test_the_daily_one_is_stopped_by_itself_and_twice_is_once(people: People, mail_program: Client) -> None:
    for _ in range(2):
        assert mail_program.post(path(people.member, DIGEST)).status_code == 200
    people.member.refresh_from_db()
    assert (people.member.flag_mail, people.member.wants_digest) == ("at_once", False)
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "a:b:c", "0f4a:flags:x"])
def test_a_link_that_we_did_not_sign_is_none(people: People, mail_program: Client, token: str) -> None:
    assert mail_program.post(f"/unsubscribe/{token}/").status_code == 404


def test_a_link_changed_to_somebody_else_is_none(people: People, mail_program: Client) -> None:
    signed = path(people.member, FLAGS).replace(str(people.member.pk), str(people.pm.pk))
    assert mail_program.post(signed).status_code == 404


def test_it_is_turned_on_again_in_the_settings(people: People, sign_in: SignIn) -> None:
    User.objects.update(flag_mail="none")
    browser = sign_in(people.member)
    assert "about what became of my own flags" in browser.get("/account/").content.decode()
    given = {"name": "Mira", "time_zone": "UTC", "flag_mail": "digest"}
    assert browser.post("/account/", given).status_code == 302
    people.member.refresh_from_db()
    assert people.member.flag_mail == "digest"
