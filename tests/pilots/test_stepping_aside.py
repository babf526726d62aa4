"""Who is partial decides nothing until they step back in, and assignment never deadlocks."""

from collections.abc import Callable

import pytest
from django.test import Client

from pilots import access
from pilots.actions.stepping_aside import acting_sponsors, step_aside, step_back_in
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Pilot, SteppingAside, User
from pilots.permissions import Permission
from tests.cast import People
from tests.factories.pilots import DelegationFactory, SteppingAsideFactory

SignIn = Callable[[User], Client]


def test_who_stepped_aside_answers_but_decides_nothing(people: People, letters: Pilot) -> None:
    step_aside(pilot=letters, by=people.evaluator, reason="Built it", at=now())
    assert access.can(people.evaluator, Permission.ANSWER_ITEMS, letters)
    assert not access.can(people.evaluator, Permission.ACCEPT_ANSWERS, letters)
    assert not access.can(people.evaluator, Permission.SIGN_OFF, letters)


def test_stepping_back_in_gives_decisions_back(people: People, letters: Pilot) -> None:
    step_aside(pilot=letters, by=people.evaluator, reason="Built it", at=now())
    step_back_in(pilot=letters, by=people.evaluator, at=now())
    assert access.can(people.evaluator, Permission.SIGN_OFF, letters)
    verbs = AuditEvent.objects.order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["member.stepped_aside", "member.stepped_back_in"]


def test_the_sponsor_first_delegates(people: People, letters: Pilot) -> None:
    with pytest.raises(Refused, match="Delegate the role of sponsor"):
        step_aside(pilot=letters, by=people.sponsor, reason="My brother sells it", at=now())
    DelegationFactory.create(pilot=letters, from_user=people.sponsor, to_user=people.change)
    step_aside(pilot=letters, by=people.sponsor, reason="My brother sells it", at=now())
    assert acting_sponsors(letters, now()) == {people.change.pk}


def test_a_delegate_who_is_aside_does_not_count(people: People, letters: Pilot) -> None:
    DelegationFactory.create(pilot=letters, from_user=people.sponsor, to_user=people.change)
    SteppingAsideFactory.create(pilot=letters, user=people.change)
    with pytest.raises(Refused, match="Delegate the role of sponsor"):
        step_aside(pilot=letters, by=people.sponsor, reason="Partial", at=now())


def test_the_delegate_of_a_sponsor_who_is_aside_stays(people: People, letters: Pilot) -> None:
    DelegationFactory.create(pilot=letters, from_user=people.sponsor, to_user=people.change)
    step_aside(pilot=letters, by=people.sponsor, reason="Partial", at=now())
    with pytest.raises(Refused, match="Nobody else could decide"):
        step_aside(pilot=letters, by=people.change, reason="Me too", at=now())


def test_a_reason_is_needed_and_once_is_enough(people: People, letters: Pilot) -> None:
    with pytest.raises(Refused, match="why"):
        step_aside(pilot=letters, by=people.change, reason=" ", at=now())
    step_aside(pilot=letters, by=people.change, reason="Partial", at=now())
    with pytest.raises(Refused, match="already"):
        step_aside(pilot=letters, by=people.change, reason="Partial", at=now())


def test_who_decides_nothing_anyway_need_not(people: People, letters: Pilot) -> None:
    with pytest.raises(NotAllowed):
        step_aside(pilot=letters, by=people.member, reason="Partial", at=now())


def test_in_the_browser_and_back(people: People, letters: Pilot, sign_in: SignIn) -> None:
    browser = sign_in(people.change)
    browser.post("/pilots/letters/people/step-aside/", {"reason": "I sold it"})
    assert "You have stepped aside" in browser.get("/pilots/letters/people/").content.decode()
    browser.post("/pilots/letters/people/step-back-in/")
    assert SteppingAside.objects.get().ended_by == people.change
