"""What makes an account with an unproven address one of its own: a link by mail, or an administrator's word."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from pilots.access import require
from pilots.actions.messages import queue_message
from pilots.audit import record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.models import OrganisationMembership, Pilot, User
from pilots.permissions import OrganisationRole, Permission

VALID_FOR: Final = timedelta(days=2)
_SALT: Final = "that an address is proven"


def vouch_for(*, user: User, by: User) -> User:
    """An administrator says, by name in the trail, that the account is that person's own."""
    require(by, Permission.MANAGE_PEOPLE)
    if user.pk == by.pk:
        raise Refused("Nobody vouches for themselves: ask another administrator.", code="oneself")
    if by.counts_as_id is not None:
        raise Refused("Your own address is not proven, so you vouch for nobody.", code="unproven_address")
    _require_another_where_there_is_one(user, by)
    with transaction.atomic():
        held = _hold_unproven(user)
        seen_by = held.counts_as_id
        prove_address(held)
        record("person.vouched", by=by, target=held, data={"counts_as": seen_by})
    return held


def _require_another_where_there_is_one(user: User, by: User) -> None:
    """Whoever saw the link could have made the account; a sole administrator has nobody to ask."""
    vouching = User.objects.vouching()
    if not vouching.are_one((user.pk,), (by.pk,)):
        return
    administrators = OrganisationMembership.objects.filter(role=OrganisationRole.ADMINISTRATOR, user__is_active=True)
    administrators = administrators.select_related("user")
    others = [row.user.name for row in administrators.exclude(user=by).filter(user__counts_as=None)]
    if others:
        raise Refused(
            f"You saw the link of this account, so another administrator vouches: {', '.join(others[:3])}.",
            code="link_seen",
        )


def ask_to_confirm_address(*, by: User, at: datetime) -> None:
    """At most one e-mail an hour; its link is good for this account and this address."""
    if by.counts_as_id is None:
        raise Refused("Your address is proven already.", code="proven")
    if not settings.SENDS_MAIL:
        raise Refused("No mail leaves this installation: ask an administrator to vouch for you.", code="no_mail")
    token = signing.dumps({"user": str(by.pk), "email": by.email}, salt=_SALT)
    queue_message(
        event=f"address:{by.pk}:{at:%Y-%m-%dT%H}",
        address=by.email,
        subject="Confirm your address in RolloutGov",
        body=(
            "Sign in to RolloutGov and open this link within two days:\n"
            f"{settings.BASE_URL}{reverse('address_confirm', args=[token])}\n\n"
            "If you did not ask for it, you need do nothing.\n"
        ),
        at=at,
    )


def confirm_address(*, token: str, by: User) -> User:
    try:
        said = signing.loads(token, salt=_SALT, max_age=VALID_FOR)
    except signing.BadSignature:
        raise Refused("This link is not valid any more: ask for another in your settings.", code="unknown") from None
    if said != {"user": str(by.pk), "email": by.email}:
        raise Refused("This link is for another account: sign in with that one.", code="another_person")
    with transaction.atomic():
        held = _hold_unproven(by)
        prove_address(held)
        record("person.address_proven", by=by, target=held)
    return held


def prove_address(user: User) -> None:
    """Gates may have waited for it: they are worked out again."""
    if user.counts_as_id is None:
        return
    user.counts_as = None
    user.save(update_fields=["counts_as"])
    for pilot in Pilot.objects.filter(memberships__user=user).distinct():
        announce(pilot, reason="an address was proven")


def _hold_unproven(user: User) -> User:
    held = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=user.pk)
    if held.counts_as_id is None:
        raise Refused(f"The address of {held.name} is proven already.", code="proven")
    return held
