"""Administrators see which e-mails failed, and why, and have them sent again."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client

from pilots.actions.messages import UNKNOWN, send_messages
from pilots.models import Message, User
from tests.cast import People
from tests.factories.pilots import FailedMessageFactory

SignIn = Callable[[User], Client]


@pytest.fixture
def failed(db: None) -> Message:
    return FailedMessageFactory.create()


def test_it_is_listed_with_the_reason_and_leaves_again(failed: Message, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.admin)
    page = browser.get("/administration/jobs/").content.decode()
    assert "eva@example.org" in page
    assert "no such mailbox" in page
    answer = browser.post(f"/administration/messages/{failed.pk}/send-again/", follow=True).content.decode()
    assert "The e-mail to eva@example.org is sent again." in answer
    assert "no such mailbox" not in answer
    assert send_messages() == 1
    assert [sent.subject for sent in mail.outbox] == ["News"]


def test_once_is_enough(failed: Message, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.admin)
    for words in ("is sent again", "did not fail, or it is on its way again"):
        page = browser.post(f"/administration/messages/{failed.pk}/send-again/", follow=True).content.decode()
        assert words in page


def test_what_is_being_sent_this_moment_is_not_listed_as_failed(
    failed: Message, people: People, sign_in: SignIn, at: datetime
) -> None:
    Message.objects.update(failed_at=at, error=UNKNOWN)
    assert "eva@example.org" not in sign_in(people.admin).get("/administration/jobs/").content.decode()
    Message.objects.update(failed_at=at - timedelta(minutes=6))
    assert "eva@example.org" in sign_in(people.admin).get("/administration/jobs/").content.decode()
