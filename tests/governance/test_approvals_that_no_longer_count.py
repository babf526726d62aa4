"""An approval counts only while its signer may sign: at the moment of passing, by the pages and by the database."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from governance.actions.sign_offs import ask_sign_off, sign_off
from governance.models import Gate, SignOffRequest
from pilots import access
from pilots.models import Delegation, Membership, SteppingAside, User
from pilots.permissions import Permission, Role, roles_with
from tests.cast import People
from tests.factories.pilots import DelegationFactory, MembershipFactory, SteppingAsideFactory

SignIn = Callable[[User], Client]
PASSING = (
    "UPDATE governance_gate SET state = 'passed', passed_at = %s, passed_by_id = %s, passed_digest = %s WHERE id = %s"
)


def approve(request: SignOffRequest, by: User, at: datetime) -> Gate:
    access.forget(by)
    sign_off(
        request=request, by=by, at=at, decision="approved", comment="Yes", digest=request.digest, decision_id=uuid4()
    )
    return Gate.objects.get(pk=request.gate_id)


@pytest.fixture
def approved(ready_gate: Gate, people: People, at: datetime) -> SignOffRequest:
    """By one lead so far; the sponsor's approval would pass the gate."""
    asked = ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    approve(asked, people.triage, at)
    return asked


def _role_lost(person: User) -> None:
    Membership.objects.filter(user=person).update(role=Role.MEMBER)


def _deactivated(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def _stepped_aside(person: User) -> None:
    SteppingAsideFactory.create(pilot=Membership.objects.filter(user=person)[0].pilot, user=person)


GONE = {
    _role_lost: "may no longer sign off here",
    _deactivated: "may no longer sign off here",
    _stepped_aside: "stepped aside since",
}


@pytest.mark.parametrize("leave", GONE, ids=lambda leave: leave.__name__)
def test_who_may_no_longer_sign_no_longer_counts_and_the_page_says_why(
    leave: Any, approved: SignOffRequest, people: People, at: datetime, sign_in: SignIn
) -> None:
    leave(people.triage)
    page = sign_in(people.sponsor).get("/pilots/letters/gates/demonstration/").content.decode()
    assert f"Tomas Reyes {GONE[leave]}, so this approval counts no longer." in page
    assert "Approve and pass the gate" not in page
    assert approve(approved, people.sponsor, at).state == Gate.State.OPEN
    page = sign_in(people.pm).get("/pilots/letters/gates/demonstration/").content.decode()
    assert "1 of 2 signatures, the sponsor’s among them" in page
    with pytest.raises(DatabaseError, match="two people who may sign"), transaction.atomic():
        _pass(approved, people, at)
    assert approve(approved, people.change, at).state == Gate.State.PASSED


def _pass(approved: SignOffRequest, people: People, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PASSING, [at, str(people.pm.pk), approved.digest, str(approved.gate_id)])


def test_who_is_no_longer_the_sponsor_counts_as_one_person_only(
    ready_gate: Gate, people: People, at: datetime, sign_in: SignIn
) -> None:
    asked = ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    approve(asked, people.sponsor, at)
    Membership.objects.filter(user=people.sponsor).update(role=Role.CHANGE_LEAD)
    MembershipFactory.create(pilot=ready_gate.pilot, user=people.integration, role=Role.SPONSOR)
    assert approve(asked, people.triage, at).state == Gate.State.OPEN
    page = sign_in(people.pm).get("/pilots/letters/gates/demonstration/").content.decode()
    assert "Stella Park (sponsor) no longer signs as the sponsor" in page
    with pytest.raises(DatabaseError, match="one of them the sponsor"), transaction.atomic():
        _pass(asked, people, at)
    assert approve(asked, people.integration, at).state == Gate.State.PASSED


def test_a_stand_in_counts_while_the_delegation_lasts(ready_gate: Gate, people: People, at: datetime) -> None:
    asked = ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    DelegationFactory.create(pilot=ready_gate.pilot, from_user=people.sponsor, to_user=people.member, role=Role.SPONSOR)
    approve(asked, people.member, at)
    Delegation.objects.update(ended_at=at, ended_by=people.sponsor)
    assert approve(asked, people.triage, at).state == Gate.State.OPEN
    Delegation.objects.update(ended_at=None, ended_by=None)
    assert approve(asked, people.change, at).state == Gate.State.PASSED


def test_who_stepped_back_in_counts_again(approved: SignOffRequest, people: People, at: datetime) -> None:
    _stepped_aside(people.triage)
    SteppingAside.objects.update(ended_at=at, ended_by=people.triage)
    assert approve(approved, people.sponsor, at).state == Gate.State.PASSED


def test_the_database_knows_the_roles_that_sign() -> None:
    """`governance_may_sign` (migration 0006) writes them down as all but one."""
    assert set(Role) - set(roles_with(Permission.SIGN_OFF)) == {Role.MEMBER}
