"""Lending a role to another person for a time."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse

from pilots.access import can, forget
from pilots.actions.notifications import tell
from pilots.actions.pilots import lock_pilot
from pilots.actions.stepping_aside import require_acting_sponsor
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import NotAllowed, Refused
from pilots.models import Delegation, Membership, Pilot, User
from pilots.permissions import ROLES, Permission, Role
from pilots.when import day_in_words

LONGEST: Final = timedelta(days=90)


def delegate(
    *,
    pilot: Pilot,
    role: Role,
    to_user: User,
    reason: str,
    ends_at: datetime,
    by: User,
    at: datetime,
    starts_at: datetime | None = None,
) -> Delegation:
    """Only a role that `by` has in their own name: what was lent to them they cannot lend on."""
    starts_at = max(starts_at or at, at)
    if not Membership.objects.filter(pilot=pilot, user=by, role=role).exists():
        raise NotAllowed(f"You can delegate only a role that you have yourself; you are not {_in_words(role)} here.")
    _check_words_and_dates(reason, starts_at, ends_at)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        _check_delegate(pilot, role, by, to_user, starts_at, ends_at)
        row = Delegation.objects.create(
            pilot=pilot,
            from_user=by,
            to_user=to_user,
            role=role,
            reason=reason.strip(),
            starts_at=starts_at,
            ends_at=ends_at,
            created_at=at,
            created_by=by,
        )
        forget(to_user)
        announce(pilot, reason=f"the role of {_in_words(role)} was delegated")
        text = f"{by.name} delegated to you the role of {_in_words(role)} in {pilot} until {day_in_words(ends_at)}."
        tell(
            to_user,
            event=f"delegation:{row.pk}",
            text=text,
            at=at,
            pilot=pilot,
            url=reverse("pilot_people", args=[pilot.slug]),
        )
        data = {"from": by.pk, "to": to_user.pk, "role": role, "starts_at": starts_at, "ends_at": ends_at}
        record("delegation.made", by=by, pilot=pilot, target=row, data={**data, "reason": digest_of(reason.strip())})
    return row


def end_delegation(*, delegation: Delegation, by: User, at: datetime) -> Delegation:
    """By who gave it, who has it, or who looks after the pilot's people."""
    pilot = delegation.pilot
    if by.pk not in {delegation.from_user_id, delegation.to_user_id} and not can(by, Permission.MANAGE_MEMBERS, pilot):
        raise NotAllowed(
            "Only these can end this delegation.", who=[delegation.from_user.name, delegation.to_user.name]
        )
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        held = Delegation.objects.select_for_update(no_key=True, of=("self",)).get(pk=delegation.pk)
        if held.ended_at is not None or held.ends_at <= at:
            raise Refused("This delegation has ended already.", code="already_ended")
        held.ended_at, held.ended_by = at, by
        held.save(update_fields=["ended_at", "ended_by"])
        if held.role == Role.SPONSOR and held.starts_at <= at:
            require_acting_sponsor(pilot, at)
        forget(delegation.to_user)
        announce(pilot, reason="a delegation ended")
        data = {"from": held.from_user_id, "to": held.to_user_id, "role": held.role}
        record("delegation.ended", by=by, pilot=pilot, target=held, data=data)
    return held


def _check_words_and_dates(reason: str, starts_at: datetime, ends_at: datetime) -> None:
    if not reason.strip():
        raise Refused("Say why.", field="reason", code="reason_missing")
    if ends_at <= starts_at:
        raise Refused("It ends before it begins.", field="ends_at", code="dates_swapped")
    if ends_at - starts_at > LONGEST:
        raise Refused(f"A delegation lasts at most {LONGEST.days} days.", field="ends_at", code="too_long")


def _check_delegate(pilot: Pilot, role: Role, by: User, to_user: User, starts_at: datetime, ends_at: datetime) -> None:
    if to_user.pk == by.pk:
        raise Refused("Choose another person.", field="to_user", code="to_oneself")
    if not to_user.is_active:
        raise Refused(f"{to_user.name} is deactivated.", field="to_user", code="inactive")
    if pilot.stepped_aside.filter(user=to_user, ended_at__isnull=True).exists():
        raise Refused(f"{to_user.name} has stepped aside in this pilot.", field="to_user", code="aside")
    same = pilot.delegations.filter(from_user=by, to_user=to_user, role=role, ended_at__isnull=True)
    if same.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        raise Refused(f"{to_user.name} has this role from you at that time already.", field="to_user", code="twice")


def _in_words(role: Role) -> str:
    return ROLES[role].label.lower()
