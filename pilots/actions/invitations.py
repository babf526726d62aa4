"""Asking somebody in: a link that makes an account and gives the roles that the inviter chose."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from pilots.access import acting_for, can, forget, require
from pilots.actions.members import grant_roles, require_right_to_give, roles_of
from pilots.actions.messages import queue_message
from pilots.actions.pilots import lock_pilot
from pilots.actions.vouching import prove_address
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import NotAllowed, Refused
from pilots.models import Invitation, OrganisationMembership, Pilot, User
from pilots.permissions import OrganisationRole, Permission, Role
from pilots.when import day_in_words

VALID_FOR: Final = timedelta(days=14)


@dataclass(frozen=True)
class Invited:
    invitation: Invitation
    # For the invited address only. Its hash is kept, and nothing else.
    link: str

    @property
    def shown_link(self) -> str:
        """For who invited, to hand over where no mail leaves; else empty."""
        return self.link if self.invitation.link_shown else ""


def invite(
    *,
    email: str,
    name: str,
    by: User,
    at: datetime,
    pilot: Pilot | None = None,
    roles: Collection[Role] = (),
    organisation_roles: Collection[OrganisationRole] = (),
) -> Invited:
    """Asking the same address to the same place again ends the invitation before."""
    _require_right_to_invite(by, pilot, roles, organisation_roles)
    email = _address(email)
    if email == by.email:
        raise Refused("This is your own address: nobody invites themselves.", field="email", code="own_address")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        if User.objects.filter(email=email, is_active=False).exists():
            raise Refused("This person is deactivated: an administrator can reactivate them.", field="email")
        before = open_invitations(at).filter(email=email, pilot=pilot)
        before.update(revoked_at=at, revoked_by=by)
        invitation = Invitation.objects.create(
            email=email,
            name=name.strip(),
            pilot=pilot,
            roles=sorted(Role(role) for role in roles),
            organisation_roles=sorted(OrganisationRole(role) for role in organisation_roles),
            token_hash=hash_of(token),
            link_shown=not settings.SENDS_MAIL,
            invited_at=at,
            invited_by=by,
            expires_at=at + VALID_FOR,
        )
        link = settings.BASE_URL + reverse("invitation_accept", args=[token])
        _send(invitation, link, at)
        data = {
            "email": digest_of(email),
            "roles": invitation.roles,
            "organisation_roles": invitation.organisation_roles,
            "link_shown": invitation.link_shown,
        }
        stead = acting_for(by, pilot, Permission.MANAGE_MEMBERS) if pilot else None
        record("invitation.sent", by=by, on_behalf_of=stead, pilot=pilot, target=invitation, data=data)
    return Invited(invitation, link)


def revoke_invitation(*, invitation: Invitation, by: User, at: datetime) -> Invitation:
    _require_right_to_revoke(by, invitation)
    with transaction.atomic():
        held = Invitation.objects.select_for_update(no_key=True, of=("self",)).get(pk=invitation.pk)
        _require_open(held, at)
        held.revoked_at, held.revoked_by = at, by
        held.save(update_fields=["revoked_at", "revoked_by"])
        record("invitation.revoked", by=by, pilot=held.pilot, target=held)
    return held


def accept_invitation(
    *, token: str, at: datetime, user: User | None = None, name: str = "", password: str = ""
) -> User:
    """`user` is who is signed in. Without one, an account is made for the invited address.

    The roles are given in the inviter's name, so the inviter must still have the right to give them.
    """
    with transaction.atomic():
        held = Invitation.objects.select_for_update(no_key=True, of=("self",)).filter(token_hash=hash_of(token)).first()
        if held is None:
            raise Refused("This link is not valid.", code="unknown")
        _require_open(held, at)
        _require_inviter_still_may(held)
        person = _existing(held, user) or _create_person(held, name, password)
        if not held.link_shown:
            prove_address(person)
        _give(held, person, at)
        held.accepted_at, held.accepted_by = at, person
        held.save(update_fields=["accepted_at", "accepted_by"])
        data = {
            "user_id": person.pk,
            "invited_by": held.invited_by_id,
            "roles": held.roles,
            "organisation_roles": held.organisation_roles,
            "counts_as": person.counts_as_id,
        }
        record("invitation.accepted", by=person, pilot=held.pilot, target=held, data=data)
    return person


def open_invitations(at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at)


def find_invitation(token: str, at: datetime) -> Invitation | None:
    """The invitation behind a link, while it can be accepted."""
    found = open_invitations(at).filter(token_hash=hash_of(token))
    return found.select_related("pilot", "invited_by").first()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _require_right_to_invite(
    by: User, pilot: Pilot | None, roles: Collection[Role], organisation_roles: Collection[OrganisationRole]
) -> None:
    """A program manager invites to their pilot only, with a role in it; the rest is for administrators."""
    if pilot is not None and not roles:
        raise Refused(f"Choose at least one role in {pilot}.", field="roles", code="missing")
    if pilot is None and roles:
        raise Refused("Choose the pilot in which they have these roles.", field="pilot", code="missing")
    if pilot is not None:
        require_right_to_give(by, pilot, to=None)
    if organisation_roles or pilot is None:
        require(by, Permission.MANAGE_PEOPLE)


def _require_right_to_revoke(by: User, invitation: Invitation) -> None:
    if invitation.pilot is not None and can(by, Permission.MANAGE_MEMBERS, invitation.pilot):
        return
    require(by, Permission.MANAGE_PEOPLE)


def _require_inviter_still_may(invitation: Invitation) -> None:
    inviter = invitation.invited_by
    try:
        _require_right_to_invite(inviter, invitation.pilot, invitation.roles, invitation.organisation_roles)
    except NotAllowed:
        message = f"{inviter.name}, who invited you, can no longer give these roles. Ask for a new invitation."
        raise Refused(message, code="inviter_may_not") from None


def _require_open(invitation: Invitation, at: datetime) -> None:
    if invitation.accepted_at is not None:
        raise Refused("This invitation was used already.", code="used")
    if invitation.revoked_at is not None:
        raise Refused("This invitation was withdrawn.", code="revoked")
    if invitation.expires_at <= at:
        raise Refused(f"This invitation ended on {day_in_words(invitation.expires_at)}.", code="expired")


def _address(email: str) -> str:
    email = User.objects.normalise(email)
    try:
        validate_email(email)
    except ValidationError:
        raise Refused("Write an e-mail address, like name@example.org.", field="email", code="invalid") from None
    return email


def _send(invitation: Invitation, link: str, at: datetime) -> None:
    place = f"to {invitation.pilot} in RolloutGov" if invitation.pilot else "to RolloutGov"
    queue_message(
        event=f"invitation:{invitation.pk}",
        address=invitation.email,
        subject=f"{invitation.invited_by.name} invites you {place}",
        body=(
            f"{invitation.invited_by.name} invites you {place}, where AI pilots are taken to rollout.\n\n"
            f"Accept by {day_in_words(invitation.expires_at)}:\n{link}\n\n"
            "The link is for you alone. If you did not expect this, you need do nothing.\n"
        ),
        at=at,
    )


def _existing(invitation: Invitation, user: User | None) -> User | None:
    """The account of the invited address, if there is one; then only its owner, signed in, can accept."""
    if user is not None and user.email != invitation.email:
        raise Refused(
            f"This invitation is for {invitation.email}, and you are signed in as {user.email}. Sign out first.",
            code="another_person",
        )
    if user is not None and user.pk == invitation.invited_by_id:
        raise Refused("You sent this invitation: another person has to give you a role.", code="own_role")
    if user is None and User.objects.filter(email=invitation.email).exists():
        raise Refused("You have an account already. Sign in, then open the link again.", code="sign_in_first")
    return user


def _create_person(invitation: Invitation, name: str, password: str) -> User:
    name = name.strip() or invitation.name
    if not name:
        raise Refused("Write your name as others know you.", field="name", code="missing")
    person = User(email=invitation.email, name=name)
    if invitation.link_shown:
        person.counts_as = invitation.invited_by
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="password", code="password") from None
    person.set_password(password)
    person.save()
    return person


def _give(invitation: Invitation, person: User, at: datetime) -> None:
    inviter = invitation.invited_by
    if invitation.pilot is not None:
        pilot = lock_pilot(invitation.pilot)
        new = {Role(role) for role in invitation.roles} - roles_of(pilot, person)
        grant_roles(pilot=pilot, user=person, roles=new, by=inviter, at=at)
        announce(pilot, reason="somebody joined")
    for role in invitation.organisation_roles:
        OrganisationMembership.objects.get_or_create(
            user=person, role=role, defaults={"added_at": at, "added_by": inviter}
        )
    forget(person)
