"""Inviting, accepting, and the links that no longer work."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from pilots import access
from pilots.actions.invitations import Invited, accept_invitation, invite, revoke_invitation
from pilots.actions.organisation_roles import withdraw_organisation_role
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Invitation, Message, OrganisationMembership, Pilot, User
from pilots.permissions import OrganisationRole, Permission, Role
from tests.cast import People
from tests.factories.pilots import UserFactory

SignIn = Callable[[User], Client]
PASSWORD = "a long walk on the beach"


def _invite(people: People, letters: Pilot, email: str = "new@example.org") -> Invited:
    roles = [Role.EVALUATION_LEAD]
    return invite(email=email, name="Nia Okafor", pilot=letters, roles=roles, by=people.pm, at=now())


def _token(invited: Invited) -> str:
    return invited.link.rstrip("/").rsplit("/", 1)[-1]


def test_the_invited_person_gets_a_link_by_mail(people: People, letters: Pilot) -> None:
    invited = _invite(people, letters, " New@Example.org ")
    message = Message.objects.get(address="new@example.org")
    assert invited.link in message.body
    assert "Paula Marsh invites you to Letters" in message.subject


def test_only_the_hash_of_the_link_is_kept(people: People, letters: Pilot) -> None:
    invited = _invite(people, letters)
    assert len(_token(invited)) >= 43
    assert _token(invited) not in str(Invitation.objects.values().get())


def test_the_trail_holds_no_address(people: People, letters: Pilot) -> None:
    _invite(people, letters)
    event = AuditEvent.objects.get(verb="invitation.sent")
    assert "example.org" not in event.body + event.target_text


def test_nobody_invites_themselves(people: People, letters: Pilot) -> None:
    for place in ({"pilot": letters, "roles": [Role.SPONSOR]}, {"organisation_roles": [OrganisationRole.LEADERSHIP]}):
        with pytest.raises(Refused) as refusal:
            invite(email=" ADMIN@example.org", name="Adam", by=people.admin, at=now(), **place)  # type: ignore[arg-type]
        assert (refusal.value.code, refusal.value.field) == ("own_address", "email")


def test_nobody_accepts_what_they_sent_to_an_address_that_became_theirs(people: People, letters: Pilot) -> None:
    invited = invite(email="other@example.org", name="", pilot=letters, roles=[Role.SPONSOR], by=people.admin, at=now())
    User.objects.filter(pk=people.admin.pk).update(email="other@example.org")
    people.admin.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        accept_invitation(token=_token(invited), at=now(), user=people.admin)
    assert refusal.value.code == "own_role"
    assert not access.can(people.admin, Permission.SIGN_OFF, letters)


def test_accepting_makes_an_account_with_the_roles(people: People, letters: Pilot) -> None:
    person = accept_invitation(token=_token(_invite(people, letters)), at=now(), password=PASSWORD)
    assert person.name == "Nia Okafor"
    assert person.check_password(PASSWORD)
    assert access.can(person, Permission.ANSWER_ITEMS, letters)
    assert AuditEvent.objects.filter(verb="invitation.accepted", actor_id=person.pk).count() == 1


def test_a_weak_password_is_refused_and_makes_no_account(people: People, letters: Pilot) -> None:
    with pytest.raises(Refused) as refusal:
        accept_invitation(token=_token(_invite(people, letters)), at=now(), password="letmein")
    assert refusal.value.field == "password"
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_link_works_once(people: People, letters: Pilot) -> None:
    token = _token(_invite(people, letters))
    person = accept_invitation(token=token, at=now(), password=PASSWORD)
    with pytest.raises(Refused, match="used already"):
        accept_invitation(token=token, at=now(), user=person)


def test_a_link_ends_after_fourteen_days(people: People, letters: Pilot) -> None:
    token = _token(_invite(people, letters))
    with pytest.raises(Refused, match="ended on"):
        accept_invitation(token=token, at=now() + timedelta(days=14), password=PASSWORD)


def test_a_withdrawn_link_does_not_work(people: People, letters: Pilot) -> None:
    invited = _invite(people, letters)
    revoke_invitation(invitation=invited.invitation, by=people.admin, at=now())
    with pytest.raises(Refused, match="withdrawn"):
        accept_invitation(token=_token(invited), at=now(), password=PASSWORD)


def test_inviting_again_ends_the_link_before(people: People, letters: Pilot) -> None:
    first = _invite(people, letters)
    _invite(people, letters)
    with pytest.raises(Refused, match="withdrawn"):
        accept_invitation(token=_token(first), at=now(), password=PASSWORD)


def test_who_has_an_account_accepts_signed_in_only(people: People, letters: Pilot) -> None:
    token = _token(_invite(people, letters, people.stranger.email))
    with pytest.raises(Refused, match="Sign in"):
        accept_invitation(token=token, at=now(), password=PASSWORD)
    accept_invitation(token=token, at=now(), user=people.stranger)
    assert access.has_role(people.stranger, letters, Role.EVALUATION_LEAD)


def test_nobody_accepts_the_invitation_of_another(people: People, letters: Pilot) -> None:
    with pytest.raises(Refused, match="is for new@"):
        accept_invitation(token=_token(_invite(people, letters)), at=now(), user=people.stranger)


def test_a_program_manager_gives_no_role_over_the_organisation(people: People, letters: Pilot) -> None:
    with pytest.raises(NotAllowed):
        invite(
            email="new@example.org",
            name="",
            pilot=letters,
            roles=[Role.MEMBER],
            organisation_roles=[OrganisationRole.LEADERSHIP],
            by=people.pm,
            at=now(),
        )


def test_a_member_invites_nobody(people: People, letters: Pilot) -> None:
    with pytest.raises(NotAllowed):
        invite(email="new@example.org", name="", pilot=letters, roles=[Role.MEMBER], by=people.member, at=now())


def test_an_administrator_invites_to_the_organisation(people: People) -> None:
    invited = invite(email="new@example.org", name="Nia", organisation_roles=["leadership"], by=people.admin, at=now())
    person = accept_invitation(token=_token(invited), at=now(), password=PASSWORD)
    assert access.can(person, Permission.VIEW_READINESS)


def test_an_inviter_who_lost_the_right_gives_nothing(people: People) -> None:
    other = UserFactory.create()
    OrganisationMembership.objects.create(user=other, role=OrganisationRole.ADMINISTRATOR, added_at=now())
    invited = invite(
        email="new@example.org", name="Nia", organisation_roles=["administrator"], by=people.admin, at=now()
    )
    withdraw_organisation_role(user=people.admin, role=OrganisationRole.ADMINISTRATOR, by=other)
    with pytest.raises(Refused, match="can no longer give"):
        accept_invitation(token=_token(invited), at=now(), password=PASSWORD)


def test_somebody_accepts_in_the_browser_and_is_signed_in(people: People, letters: Pilot, client: Client) -> None:
    link = f"/invitation/{_token(_invite(people, letters))}/"
    page = client.get(link).content.decode()
    assert "Plans what is measured" in page
    assert client.post(link, {"name": "Nia", "password": "short"}).status_code == 422
    answer = client.post(link, {"name": "Nia", "password": PASSWORD}, follow=True)
    assert answer.status_code == 200
    assert "Welcome to Letters" in answer.content.decode()
    assert client.get(link).status_code == 404


def test_a_made_up_link_is_answered_with_what_to_do(client: Client, db: None) -> None:
    answer = client.get("/invitation/made-up/")
    assert answer.status_code == 404
    assert "Ask who invited you" in answer.content.decode()


def test_who_is_signed_in_as_another_is_told_so(people: People, letters: Pilot, sign_in: SignIn) -> None:
    link = f"/invitation/{_token(_invite(people, letters))}/"
    page = sign_in(people.stranger).get(link).content.decode()
    assert "you are signed in as" in page


def test_the_inviter_sees_the_link_once(people: People, letters: Pilot, sign_in: SignIn) -> None:
    browser = sign_in(people.pm)
    sent = {"email": "new@example.org", "name": "Nia", "roles": ["member"]}
    page = browser.post("/pilots/letters/people/add/", sent).content.decode()
    assert "/invitation/" in page
    assert "new@example.org" in browser.get("/pilots/letters/people/").content.decode()


def test_somebody_who_has_an_account_is_added_at_once(people: People, letters: Pilot, sign_in: SignIn) -> None:
    sent = {"email": "stranger@example.org", "roles": ["member", "change_lead"]}
    assert sign_in(people.pm).post("/pilots/letters/people/add/", sent).status_code == 302
    assert access.standing(people.stranger).roles(letters) == {Role.MEMBER, Role.CHANGE_LEAD}


def test_the_administrator_page_invites_and_withdraws(people: People, letters: Pilot, sign_in: SignIn) -> None:
    browser = sign_in(people.admin)
    sent = {"email": "new@example.org", "pilot": str(letters.pk), "roles": ["member"]}
    assert "/invitation/" in browser.post("/people/invite/", sent).content.decode()
    row = Invitation.objects.get()
    assert browser.post(f"/people/invitations/{row.pk}/revoke/").status_code == 302
    row.refresh_from_db()
    assert row.revoked_by == people.admin
