"""Leaving with a handover, and coming back."""

from collections.abc import Callable

import pytest
from django.test import Client

from pilots import access
from pilots.actions.members import roles_of
from pilots.actions.organisation_roles import name_organisation_role, withdraw_organisation_role
from pilots.actions.people import deactivate_person, reactivate_person
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import ApiToken, AuditEvent, Change, OrganisationMembership, Pilot, User, Workflow
from pilots.permissions import OrganisationRole, Permission, Role
from tests.cast import People
from tests.factories.pilots import DelegationFactory, SteppingAsideFactory, UserFactory

SignIn = Callable[[User], Client]


def test_roles_and_workflows_go_to_the_successor_who_has_not_accepted_yet(
    people: People, letters: Pilot, workflow: Workflow
) -> None:
    deactivate_person(user=people.owner, by=people.admin, at=now(), handover_to=people.change)
    assert roles_of(letters, people.change) == {Role.CHANGE_LEAD, Role.ACCOUNTABLE_OWNER}
    assert roles_of(letters, people.owner) == set()
    workflow.refresh_from_db()
    assert (workflow.owner, workflow.accepted_at) == (people.change, None)


def test_floors_above_hear_who_takes_over(people: People, letters: Pilot) -> None:
    deactivate_person(user=people.sponsor, by=people.admin, at=now(), handover_to=people.change)
    news = Change.objects.get(event="owner_left")
    assert news.pilot == letters
    assert (news.data["user_id"], news.data["successor_id"]) == (str(people.sponsor.pk), str(people.change.pk))


def test_it_is_one_row_in_the_trail_of_the_organisation(people: People, letters: Pilot) -> None:
    deactivate_person(user=people.member, by=people.admin, at=now())
    event = AuditEvent.objects.get()
    assert (event.stream, event.verb, event.target_text) == ("organisation", "person.deactivated", "a person")


def test_delegations_and_tokens_end(people: People, letters: Pilot) -> None:
    row = DelegationFactory.create(pilot=letters, from_user=people.sponsor, to_user=people.change)
    token = ApiToken.objects.create(
        user=people.change, name="x", prefix="rg_", token_hash="x", scopes=["read"], created_at=now(), expires_at=now()
    )
    deactivate_person(user=people.change, by=people.admin, at=now())
    row.refresh_from_db()
    token.refresh_from_db()
    assert row.ended_by == token.revoked_by == people.admin


def test_a_session_ends_at_once(people: People, letters: Pilot, sign_in: SignIn) -> None:
    browser = sign_in(people.change)
    deactivate_person(user=people.change, by=people.admin, at=now())
    assert browser.get("/account/").status_code == 302


def test_the_only_program_manager_needs_a_successor(people: People, letters: Pilot) -> None:
    with pytest.raises(Refused, match="only program manager of Letters"):
        deactivate_person(user=people.pm, by=people.admin, at=now())
    people.pm.refresh_from_db()
    assert people.pm.is_active
    deactivate_person(user=people.pm, by=people.admin, at=now(), handover_to=people.change)
    assert access.can(people.change, Permission.MANAGE_MEMBERS, letters)


def test_a_successor_who_stepped_aside_does_not_become_sponsor(people: People, letters: Pilot) -> None:
    SteppingAsideFactory.create(pilot=letters, user=people.change)
    with pytest.raises(Refused, match="stepped aside"):
        deactivate_person(user=people.sponsor, by=people.admin, at=now(), handover_to=people.change)


@pytest.mark.parametrize("key", ["admin", "pm", "leader"])
def test_nobody_deactivates_themselves_and_only_administrators_others(people: People, key: str) -> None:
    with pytest.raises((Refused, NotAllowed)):
        deactivate_person(user=people.admin, by=getattr(people, key), at=now())


def test_a_deactivated_person_is_no_successor(people: People) -> None:
    gone = UserFactory.create(is_active=False)
    with pytest.raises(Refused, match="deactivated"):
        deactivate_person(user=people.change, by=people.admin, at=now(), handover_to=gone)


def test_who_comes_back_signs_in_without_roles(people: People, letters: Pilot) -> None:
    deactivate_person(user=people.change, by=people.admin, at=now())
    reactivate_person(user=people.change, by=people.admin)
    people.change.refresh_from_db()
    assert people.change.is_active
    assert not access.can(people.change, Permission.VIEW_PILOT, letters)


def test_roles_over_the_organisation_are_given_and_taken(people: People) -> None:
    name_organisation_role(user=people.member, role=OrganisationRole.LEADERSHIP, by=people.admin, at=now())
    assert access.can(people.member, Permission.VIEW_READINESS)
    withdraw_organisation_role(user=people.member, role=OrganisationRole.LEADERSHIP, by=people.admin)
    assert not access.can(people.member, Permission.VIEW_READINESS)


def test_nobody_changes_their_own(people: People) -> None:
    with pytest.raises(Refused, match="their own"):
        name_organisation_role(user=people.admin, role=OrganisationRole.LEADERSHIP, by=people.admin, at=now())
    with pytest.raises(Refused, match="their own"):
        withdraw_organisation_role(user=people.admin, role=OrganisationRole.ADMINISTRATOR, by=people.admin)


def test_the_last_administrator_stays_even_when_two_act_at_once(people: People) -> None:
    """As if the other's withdrawal had been committed between the check of the right and the change."""
    second = UserFactory.create()
    OrganisationMembership.objects.create(user=second, role=OrganisationRole.ADMINISTRATOR, added_at=now())
    assert access.can(second, Permission.MANAGE_PEOPLE)
    OrganisationMembership.objects.filter(user=second).delete()
    with pytest.raises(Refused, match="last administrator"):
        withdraw_organisation_role(user=people.admin, role=OrganisationRole.ADMINISTRATOR, by=second)
    with pytest.raises(Refused, match="last administrator"):
        deactivate_person(user=people.admin, by=second, at=now())


def test_a_failed_audit_write_undoes_everything(
    people: People, letters: Pilot, workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("pilots.actions.people.record", fail)
    with pytest.raises(OSError, match="disk full"):
        deactivate_person(user=people.owner, by=people.admin, at=now(), handover_to=people.change)
    assert User.objects.get(pk=people.owner.pk).is_active
    assert roles_of(letters, people.owner) == {Role.ACCOUNTABLE_OWNER}
    assert Workflow.objects.get(pk=workflow.pk).owner == people.owner


def test_in_the_browser_with_a_handover_and_back(people: People, letters: Pilot, sign_in: SignIn) -> None:
    browser = sign_in(people.admin)
    page = f"/people/{people.pm.pk}/deactivate/"
    assert "nobody else is" in browser.get(page).content.decode()
    assert browser.post(page, {"handover_to": ""}).status_code == 422
    assert browser.post(page, {"handover_to": "change@example.org"}).status_code == 302
    assert "Deactivated by Adam Novak" in browser.get(f"/people/{people.pm.pk}/").content.decode()
    browser.post(f"/people/{people.pm.pk}/reactivate/")
    people.pm.refresh_from_db()
    assert people.pm.is_active


def test_roles_over_the_organisation_in_the_browser(people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.admin)
    browser.post(f"/people/{people.member.pk}/roles/name/", {"role": "leadership"})
    assert people.member.organisation_memberships.filter(role="leadership").exists()
    browser.post(f"/people/{people.member.pk}/roles/withdraw/", {"role": "leadership"})
    assert not people.member.organisation_memberships.exists()
    assert sign_in(people.pm).post(f"/people/{people.member.pk}/roles/name/", {"role": "leadership"}).status_code == 403
