"""A reporter says that it came back: from the link, with one question, without stopping anything by itself."""

from typing import Any

import pytest
from django.test import Client

from feedback.actions.flags import HandedIn
from feedback.actions.reopening import reopen_flag
from feedback.actions.triage import assess_flag, close_flag
from feedback.models import Flag
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import AuditEvent, Change, Message
from tests.cast import People
from tests.feedback import HandIn, SignIn


@pytest.fixture
def closed(hand_in: HandIn, people: People) -> HandIn:
    def make(severity: int = 1, **other: Any) -> HandedIn:
        sent = hand_in(severity=severity, **other)
        flag = assess_flag(flag=sent.flag, severity=severity, version=1, by=people.triage, at=now())
        close_flag(flag=flag, resolution="fixed", answer="Fixed in 2.1.", version=2, by=people.triage, at=now())
        return sent

    return make


def test_the_link_asks_once_and_opens_it_again(visitor: Client, closed: HandIn) -> None:
    sent = closed()
    question = f"/flag/receipt/{sent.token}/reopen/"
    assert "Open it again" in visitor.get(question).content.decode()
    answer = visitor.post(question, {"note": "Today again, mail jane@example.org"}, follow=True)
    flag = Flag.objects.get()
    assert (flag.state, flag.recurrences, flag.recurrence) == ("new", 1, "Today again, mail [e-mail]")
    assert "Your flag is open again" in answer.content.decode()
    assert "Fixed in 2.1." in answer.content.decode()


def test_clicking_twice_opens_it_once(visitor: Client, closed: HandIn) -> None:
    question = f"/flag/receipt/{closed().token}/reopen/"
    visitor.post(question)
    assert visitor.post(question).status_code == 302
    assert Flag.objects.get().recurrences == 1


def test_only_a_closed_flag_opens_again(hand_in: HandIn) -> None:
    with pytest.raises(Refused):
        reopen_flag(flag=hand_in().flag, at=now())


def test_a_click_from_outside_does_not_make_it_severe_again(closed: HandIn) -> None:
    sent = closed(severity=3)
    flag = reopen_flag(flag=sent.flag, at=now())
    assert flag.assessed_severity is None
    assert not Flag.objects.pending().severe().exists()


def test_triage_hears_at_once_that_a_severe_one_came_back(closed: HandIn, people: People) -> None:
    sent = closed(severity=3)
    reopen_flag(flag=sent.flag, at=now())
    assert Message.objects.filter(address=people.triage.email).count() == 2


def test_it_leaves_one_event_without_the_reporter_and_news_for_the_gates(closed: HandIn, people: People) -> None:
    sent = closed(by=people.member)
    before = AuditEvent.objects.count()
    reopen_flag(flag=sent.flag, at=now())
    event = AuditEvent.objects.order_by("sequence").last()
    assert AuditEvent.objects.count() == before + 1
    assert (event.verb, event.actor_id) == ("flag.reopened", None)
    assert Change.objects.last().reason.endswith("opened again by its reporter")


def test_who_gave_a_name_opens_it_from_their_own_list_and_nobody_else_does(
    closed: HandIn, people: People, sign_in: SignIn
) -> None:
    reference = closed(by=people.member).flag.reference
    assert sign_in(people.pm).post(f"/my-flags/{reference}/reopen/").status_code == 404
    assert sign_in(people.member).post(f"/my-flags/{reference}/reopen/").url == f"/my-flags/{reference}/"
    assert Flag.objects.get().state == "new"
