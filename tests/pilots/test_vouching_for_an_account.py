"""A link that its inviter saw proves no address: until somebody vouches, the two accounts count as one person."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from pilots.actions.invitations import accept_invitation, invite
from pilots.actions.vouching import vouch_for
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import AuditEvent, Invitation, Message, Pilot, User
from pilots.permissions import Role
from pilots.vouching import Vouching
from tests.cast import People
from tests.factories.pilots import OrganisationMembershipFactory

SignIn = Callable[[User], Client]
PASSWORD = "a long walk on the beach"


def invited(by: User, letters: Pilot, email: str = "new@example.org") -> User:
    """An account made through a link that `by` was shown."""
    made = invite(email=email, name="Nia", pilot=letters, roles=[Role.PROGRAM_MANAGER], by=by, at=now())
    return accept_invitation(token=made.link.rstrip("/").rsplit("/", 1)[-1], at=now(), password=PASSWORD)


def link_in_mail(address: str, subject: str) -> str:
    body = Message.objects.get(address=address, subject__contains=subject).body
    return re.search(r"https?://[^/]+(/\S+)", body)[1]  # type: ignore[index]


def test_a_chain_of_inviters_ends_at_the_first_proven_account() -> None:
    first, second, third, other = (uuid4() for _ in range(4))
    chain = Vouching({third: second, second: first})
    assert chain.behind(third) == first
    assert chain.are_one((third,), (second,)) and chain.are_one((third, None), (first,))
    assert not chain.are_one((third,), (other,))
    assert Vouching({first: second, second: first}).behind(first) in {first, second}


def test_where_no_mail_leaves_the_page_shows_the_link_and_says_why(
    people: People, letters: Pilot, sign_in: SignIn
) -> None:
    sent = {"email": "new@example.org", "name": "Nia", "roles": ["member"]}
    page = sign_in(people.pm).post("/pilots/letters/people/add/", sent).content.decode()
    assert "/invitation/" in page and "No mail leaves this installation" in page and "unproven" in page
    assert "unproven address" in sign_in(people.admin).get("/people/").content.decode()


def test_where_mail_leaves_only_the_address_gets_the_link(
    people: People, letters: Pilot, sign_in: SignIn, settings: Any
) -> None:
    settings.SENDS_MAIL = True
    sent = {"email": "new@example.org", "name": "Nia", "roles": ["member"]}
    page = sign_in(people.pm).post("/pilots/letters/people/add/", sent).content.decode()
    assert "/invitation/" not in page and "to nobody else" in page
    body = {"email": "newer@example.org", "roles": ["member"]}
    answer = sign_in(people.pm).post("/api/v1/pilots/letters/invitations/", body, "application/json").json()
    assert (answer["link"], answer["unproven_address"]) == ("", False)
    Client().post(link_in_mail("new@example.org", "invites you"), {"name": "Nia", "password": PASSWORD})
    assert User.objects.get(email="new@example.org").counts_as is None


def test_an_account_through_a_link_that_was_shown_is_marked(people: People, letters: Pilot, sign_in: SignIn) -> None:
    made = invited(people.pm, letters)
    assert made.counts_as == people.pm
    assert "Paula Marsh saw the link" in sign_in(people.admin).get(f"/people/{made.pk}/").content.decode()
    assert "Your address is not proven" in sign_in(made).get("/account/").content.decode()


def test_an_administrator_vouches_by_name_in_the_trail(people: People, letters: Pilot, sign_in: SignIn) -> None:
    made = invited(people.pm, letters)
    assert sign_in(people.pm).post(f"/people/{made.pk}/vouch/").status_code == 403
    assert sign_in(people.admin).post(f"/people/{made.pk}/vouch/").status_code == 302
    made.refresh_from_db()
    assert made.counts_as is None
    event = AuditEvent.objects.get(verb="person.vouched")
    assert (event.actor_id, str(people.pm.pk) in event.body) == (people.admin.pk, True)


def test_an_administrator_vouches_through_the_api(people: People, letters: Pilot, sign_in: SignIn) -> None:
    made = invited(people.pm, letters)
    answer = sign_in(people.admin).post(f"/api/v1/people/{made.pk}/vouch/", {}, "application/json")
    assert (answer.status_code, answer.json()["counts_as"]) == (200, None)


def test_nobody_vouches_for_themselves_or_with_an_unproven_account(people: People, letters: Pilot) -> None:
    made = invited(people.pm, letters)
    for user, by in ((people.admin, people.admin), (made, _unproven(people.admin, people.pm))):
        with pytest.raises(Refused):
            vouch_for(user=user, by=by)


def test_who_saw_the_link_vouches_only_where_there_is_no_other_administrator(people: People, letters: Pilot) -> None:
    made = [invited(people.admin, letters, email) for email in ("one@example.org", "two@example.org")]
    assert vouch_for(user=made[0], by=people.admin).counts_as is None
    OrganisationMembershipFactory.create(user=people.stranger, role="administrator")
    with pytest.raises(Refused, match="another administrator vouches: Stan Gray"):
        vouch_for(user=made[1], by=people.admin)
    assert vouch_for(user=made[1], by=people.stranger).counts_as is None


def _unproven(user: User, inviter: User) -> User:
    user.counts_as = inviter
    user.save(update_fields=["counts_as"])
    return user


def test_a_link_by_mail_proves_the_address(people: People, letters: Pilot, sign_in: SignIn, settings: Any) -> None:
    made = invited(people.pm, letters)
    browser = sign_in(made)
    browser.post("/account/address/ask/")
    assert not Message.objects.filter(subject__startswith="Confirm").exists()
    settings.SENDS_MAIL = True
    browser.post("/account/address/ask/")
    link = link_in_mail(made.email, "Confirm")
    sign_in(people.pm).post(link)
    browser.get(link)
    made.refresh_from_db()
    assert made.counts_as == people.pm
    browser.post(link)
    made.refresh_from_db()
    assert made.counts_as is None
    assert AuditEvent.objects.filter(verb="person.address_proven", actor_id=made.pk).exists()


def test_a_later_invitation_by_mail_proves_the_address(people: People, letters: Pilot, settings: Any) -> None:
    made = invited(people.pm, letters)
    settings.SENDS_MAIL = True
    later = invite(email=made.email, name="", organisation_roles=["leadership"], by=people.admin, at=now())
    accept_invitation(token=later.link.rstrip("/").rsplit("/", 1)[-1], at=now(), user=made)
    made.refresh_from_db()
    assert made.counts_as is None
    assert not Invitation.objects.get(pk=later.invitation.pk).link_shown
