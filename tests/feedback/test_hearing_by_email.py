"""A reporter hears by e-mail as they chose: decisions at once, the rest once a day, never the same twice."""

import threading
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection

from feedback.actions import patterns as decide
from feedback.actions.triage import assess_flag, close_flag
from feedback.models import Flag
from governance.actions.reminders import send_digests
from pilots.actions.messages import send_messages
from pilots.clock import now
from pilots.errors import Conflict
from pilots.models import FlagMail, Message, Notification, Pilot, User
from tests.cast import People, gather
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.feedback import HandIn


@pytest.fixture
def morning(at: datetime) -> datetime:
    return at.replace(hour=9)


def answered(hand_in: HandIn, people: People, wants: str = FlagMail.AT_ONCE) -> Flag:
    """Of the member: assessed and closed."""
    User.objects.filter(pk=people.member.pk).update(flag_mail=wants)
    people.member.flag_mail = wants
    flag = hand_in(by=people.member, output="The secret words of the output").flag
    flag = assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=now())
    return close_flag(flag=flag, resolution="fixed", answer="Mended in 2.1.", version=2, by=people.triage, at=now())


def test_the_answer_comes_at_once_and_holds_nothing_of_the_flag(hand_in: HandIn, people: People) -> None:
    flag = answered(hand_in, people)
    message = Message.objects.get(address=people.member.email)
    assert "Mended in 2.1." in message.body and flag.reference in message.subject
    assert f"/my-flags/{flag.reference}/" in message.body
    assert "secret words" not in message.body + message.subject


def test_the_rest_comes_with_the_daily_one_and_what_came_at_once_does_not_come_again(
    hand_in: HandIn, people: People, morning: datetime
) -> None:
    answered(hand_in, people)
    assert send_digests(morning) == 1
    daily = Message.objects.get(event__startswith="digest")
    assert "was read and assessed" in daily.body
    assert "was closed" not in daily.body


def test_all_of_it_once_a_day(hand_in: HandIn, people: People, morning: datetime) -> None:
    answered(hand_in, people, FlagMail.DIGEST)
    assert not Message.objects.exists()
    send_digests(morning)
    daily = Message.objects.get()
    assert "was read and assessed" in daily.body and "was closed" in daily.body and "Mended in 2.1." in daily.body


def test_none_is_none_and_the_application_still_says_it(hand_in: HandIn, people: People, morning: datetime) -> None:
    answered(hand_in, people, FlagMail.NONE)
    send_digests(morning)
    assert not Message.objects.exists()
    assert Notification.objects.filter(user=people.member, read_at=None).count() == 2


def test_somebody_with_many_flags_in_a_pattern_gets_one_email(letters: Pilot, people: People, at: datetime) -> None:
    pattern = PatternFactory.create(pilot=letters, size=4)
    flags = FlagFactory.create_batch(
        4, pilot=letters, pattern=pattern, reporter=people.member, reported_at=at - timedelta(days=1)
    )
    pattern = decide.confirm_pattern(pattern=pattern, version=1, by=people.triage, at=at)
    decide.fix_pattern(
        pattern=pattern, fixed_from=at, reason="Mended.", version=pattern.version, by=people.triage, at=at
    )
    message = Message.objects.get()
    assert all(flag.reference in message.body for flag in flags)


@pytest.mark.parametrize("who", ["triage", "gone"])
def test_who_decided_or_is_gone_gets_no_email(hand_in: HandIn, people: People, who: str) -> None:
    reporter = people.triage if who == "triage" else people.stranger
    flag = hand_in(by=reporter).flag
    User.objects.filter(pk=people.stranger.pk).update(is_active=False)
    flag = assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=now())
    close_flag(flag=flag, resolution="fixed", answer="Done.", version=2, by=people.triage, at=now())
    assert not Message.objects.exists()


def test_each_email_can_be_stopped_with_one_click(hand_in: HandIn, people: People, morning: datetime) -> None:
    answered(hand_in, people)
    send_digests(morning)
    assert send_messages() == 2
    for sent in mail.outbox:
        link = sent.extra_headers["List-Unsubscribe"].strip("<>")
        assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in sent.body
    assert len({sent.extra_headers["List-Unsubscribe"] for sent in mail.outbox}) == 2
    assert not Message.objects.exclude(unsubscribe_url="").exists()


def test_two_who_decide_and_two_who_send_tell_once(committed_db: str) -> None:
    """Clicked twice at the same moment, sent by two workers."""
    people = gather()
    letters = Pilot.objects.get(slug="letters")
    flag = FlagFactory.create(pilot=letters, reporter=people.member)
    flag = assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=now())

    def close_and_send() -> None:
        with suppress(Conflict):  # whoever comes second meets the other's version
            close_flag(flag=flag, resolution="fixed", answer="Done.", version=2, by=people.triage, at=now())
        send_messages()
        connection.close()

    threads = [threading.Thread(target=close_and_send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send_messages()
    assert [sent.to for sent in mail.outbox] == [[people.member.email]]
