"""Who hears of what: reporters of each step, triage at once of severe ones, nobody twice."""

import pytest

from feedback.actions.triage import assess_flag, close_flag
from pilots.clock import now
from pilots.models import Membership, Message, Notification, Pilot
from tests.cast import People
from tests.factories.pilots import DelegationFactory
from tests.feedback import HandIn


def test_the_triage_lead_hears_at_once_of_a_severe_flag_here_and_by_mail(hand_in: HandIn, people: People) -> None:
    flag = hand_in(severity=3, by=people.member).flag
    message, told = Message.objects.get(), Notification.objects.get()
    assert (message.address, told.user) == (people.triage.email, people.triage)
    assert flag.reference in message.subject
    assert f"/pilots/letters/flags/{flag.reference}/" in message.body
    assert told.url == f"/pilots/letters/flags/{flag.reference}/"


def test_neither_names_the_reporter_nor_quotes_the_flag(hand_in: HandIn, people: People) -> None:
    hand_in(severity=4, by=people.member, output="Very private words")
    told = Message.objects.get().body + Message.objects.get().subject + Notification.objects.get().text
    assert people.member.name not in told
    assert "Very private words" not in told


def test_a_plain_flag_interrupts_nobody(hand_in: HandIn, people: People) -> None:
    hand_in(severity=2)
    assert not Message.objects.exists()
    assert not Notification.objects.exists()


def test_the_same_hand_in_twice_tells_once(hand_in: HandIn, people: People) -> None:
    sent = hand_in(severity=3)
    hand_in(severity=3, submission=sent.flag.submission)
    assert Message.objects.count() == Notification.objects.count() == 1


def test_who_stands_in_for_the_triage_lead_hears_it_too(hand_in: HandIn, people: People, open_letters: Pilot) -> None:
    DelegationFactory.create(pilot=open_letters, from_user=people.triage, to_user=people.change, role="triage_lead")
    hand_in(severity=3)
    assert {message.address for message in Message.objects.all()} == {people.triage.email, people.change.email}


@pytest.mark.parametrize(("gone", "who"), [(["triage_lead"], "pm"), (["triage_lead", "program_manager"], "sponsor")])
def test_without_a_triage_lead_somebody_still_hears_it(
    hand_in: HandIn, people: People, gone: list[str], who: str
) -> None:
    Membership.objects.filter(role__in=gone).delete()
    hand_in(severity=3)
    assert Message.objects.get().address == getattr(people, who).email


def test_a_reporter_with_a_name_hears_of_each_step(hand_in: HandIn, people: People) -> None:
    flag = hand_in(by=people.member).flag
    flag = assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=now())
    close_flag(flag=flag, resolution="fixed", answer="Done.", version=2, by=people.triage, at=now())
    told = Notification.objects.filter(user=people.member).order_by("created_at", "text")
    assert len(told) == 2
    assert {notification.url for notification in told} == {f"/my-flags/{flag.reference}/"}


def test_nobody_is_told_what_they_did_themselves(hand_in: HandIn, people: People) -> None:
    flag = hand_in(by=people.triage).flag
    assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=now())
    assert not Notification.objects.exists()


def test_a_reporter_without_a_name_is_told_nowhere_but_behind_the_link(hand_in: HandIn, people: People) -> None:
    flag = hand_in().flag
    assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=now())
    assert not Notification.objects.exists()
