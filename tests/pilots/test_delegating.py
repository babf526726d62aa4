"""Lending a role to another person for a time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from pilots import access
from pilots.actions.delegations import delegate, end_delegation
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Delegation, Notification, Pilot, User
from pilots.permissions import Permission, Role
from tests.cast import People
from tests.factories.pilots import DelegationFactory, SteppingAsideFactory

SignIn = Callable[[User], Client]


def _delegate(pilot: Pilot, by: User, to: User, *, days: int = 14, role: Role = Role.SPONSOR) -> Delegation:
    at = now()
    return delegate(
        pilot=pilot, role=role, to_user=to, reason="On leave", ends_at=at + timedelta(days=days), by=by, at=at
    )


def test_the_delegate_may_what_the_role_allows_and_is_told(people: People, letters: Pilot) -> None:
    assert not access.can(people.stranger, Permission.DECIDE_WAIVER, letters)
    _delegate(letters, people.sponsor, people.stranger)
    assert access.can(people.stranger, Permission.DECIDE_WAIVER, letters)
    assert access.acting_for(people.stranger, letters, Permission.DECIDE_WAIVER) == people.sponsor
    assert Notification.objects.filter(user=people.stranger).count() == 1


def test_the_reason_is_not_in_the_trail(people: People, letters: Pilot) -> None:
    _delegate(letters, people.sponsor, people.change)
    event = AuditEvent.objects.get(verb="delegation.made")
    assert "On leave" not in event.body
    assert event.target_text == "a delegation"


def test_only_a_role_of_ones_own_is_delegated(people: People, letters: Pilot) -> None:
    with pytest.raises(NotAllowed):
        _delegate(letters, people.pm, people.change)


def test_what_was_lent_is_not_lent_on(people: People, letters: Pilot) -> None:
    _delegate(letters, people.sponsor, people.change)
    with pytest.raises(NotAllowed):
        _delegate(letters, people.change, people.triage)


@pytest.mark.parametrize(("days", "words"), [(0, "before it begins"), (91, "at most 90 days")])
def test_it_lasts_some_time_but_not_long(people: People, letters: Pilot, days: int, words: str) -> None:
    with pytest.raises(Refused, match=words):
        _delegate(letters, people.sponsor, people.change, days=days)


def test_not_to_oneself(people: People, letters: Pilot) -> None:
    with pytest.raises(Refused, match="another person"):
        _delegate(letters, people.sponsor, people.sponsor)


def test_not_to_who_stepped_aside(people: People, letters: Pilot) -> None:
    SteppingAsideFactory.create(pilot=letters, user=people.change)
    with pytest.raises(Refused, match="stepped aside"):
        _delegate(letters, people.sponsor, people.change)


def test_not_the_same_twice(people: People, letters: Pilot) -> None:
    _delegate(letters, people.sponsor, people.change)
    with pytest.raises(Refused, match="already"):
        _delegate(letters, people.sponsor, people.change)


@pytest.mark.parametrize("key", ["sponsor", "change", "pm"])
def test_giver_receiver_and_manager_can_end_it(people: People, letters: Pilot, key: str) -> None:
    row = _delegate(letters, people.sponsor, people.change)
    end_delegation(delegation=row, by=getattr(people, key), at=now())
    access.forget(people.change)
    assert not access.can(people.change, Permission.DECIDE_WAIVER, letters)


def test_others_cannot_end_it(people: People, letters: Pilot) -> None:
    row = _delegate(letters, people.sponsor, people.change)
    with pytest.raises(NotAllowed):
        end_delegation(delegation=row, by=people.triage, at=now())


def test_it_does_not_end_while_it_is_all_that_lets_a_gate_be_decided(people: People, letters: Pilot) -> None:
    row = _delegate(letters, people.sponsor, people.change)
    SteppingAsideFactory.create(pilot=letters, user=people.sponsor)
    with pytest.raises(Refused, match="nobody else could decide"):
        end_delegation(delegation=row, by=people.change, at=now())


def test_it_ends_with_the_role_of_its_giver(people: People, letters: Pilot) -> None:
    DelegationFactory.create(pilot=letters, from_user=people.member, to_user=people.change, role=Role.SPONSOR)
    assert not access.can(people.change, Permission.DECIDE_WAIVER, letters)


def test_in_the_browser_from_the_people_page_and_back(people: People, letters: Pilot, sign_in: SignIn) -> None:
    browser = sign_in(people.sponsor)
    last_day = (now() + timedelta(days=10)).date()
    sent = {"role": "sponsor", "to_user": "change@example.org", "ends_on": str(last_day), "reason": "Travelling"}
    assert browser.post("/pilots/letters/people/delegate/", sent).status_code == 302
    row = Delegation.objects.get()
    assert row.ends_at.date() == last_day + timedelta(days=1)
    assert "Travelling" in browser.get("/pilots/letters/people/").content.decode()
    browser.post(f"/pilots/letters/delegations/{row.pk}/end/")
    row.refresh_from_db()
    assert row.ended_by == people.sponsor


def test_an_unknown_address_is_said_at_its_field(people: People, letters: Pilot, sign_in: SignIn) -> None:
    sent = {"role": "sponsor", "to_user": "nobody@example.org", "ends_on": "2030-01-01", "reason": "x"}
    answer = sign_in(people.sponsor).post("/pilots/letters/people/delegate/", sent)
    assert answer.status_code == 422
    assert "Nobody here has the address" in answer.content.decode()
