"""Who is partial decides nothing in a pilot until they step back in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from pilots.access import forget, require
from pilots.actions.pilots import lock_pilot
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.models import Delegation, Membership, Pilot, SteppingAside, User
from pilots.permissions import Permission, Role


def acting_sponsors(pilot: Pilot, at: datetime) -> set[UUID]:
    """The people who can decide as sponsor now: the sponsor and active delegates, without those who are aside."""
    sponsors = Membership.objects.filter(pilot=pilot, role=Role.SPONSOR)
    own = sponsors.filter(user__is_active=True).values_list("user_id", flat=True)
    lent = Delegation.objects.active(at).filter(
        pilot=pilot,
        role=Role.SPONSOR,
        from_user__in=sponsors.values("user"),
        from_user__is_active=True,
        to_user__is_active=True,
    )
    aside = SteppingAside.objects.filter(pilot=pilot, ended_at__isnull=True).values_list("user_id", flat=True)
    return {*own, *lent.values_list("to_user_id", flat=True)} - set(aside)


def require_acting_sponsor(pilot: Pilot, at: datetime) -> None:
    """Called after a change, so that assignment never deadlocks. A pilot without any sponsor is not one: name one."""
    if Membership.objects.filter(pilot=pilot, role=Role.SPONSOR).exists() and not acting_sponsors(pilot, at):
        raise Refused(
            f"The sponsor of {pilot} has stepped aside and nobody else could decide. First the sponsor steps back in "
            "or delegates to another person, or another sponsor is named.",
            code="no_other_sponsor",
        )


def step_aside(*, pilot: Pilot, by: User, reason: str, at: datetime) -> SteppingAside:
    require(by, Permission.STEP_ASIDE, pilot)
    if not reason.strip():
        raise Refused("Say why you are partial here.", field="reason", code="reason_missing")
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        if pilot.stepped_aside.filter(user=by, ended_at__isnull=True).exists():
            raise Refused("You have stepped aside already.", code="already_aside")
        if acting_sponsors(pilot, at) == {by.pk}:
            raise Refused(
                "Nobody else could decide as sponsor. Delegate the role of sponsor to another person first.",
                code="no_other_sponsor",
            )
        row = SteppingAside.objects.create(pilot=pilot, user=by, reason=reason.strip(), started_at=at)
        forget(by)
        announce(pilot, reason="somebody stepped aside")
        data = {"user_id": by.pk, "reason": digest_of(reason.strip())}
        record("member.stepped_aside", by=by, pilot=pilot, target=row, data=data)
    return row


def step_back_in(*, pilot: Pilot, by: User, at: datetime) -> SteppingAside:
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        row = pilot.stepped_aside.filter(user=by, ended_at__isnull=True).first()
        if row is None:
            raise Refused("You have not stepped aside here.", code="not_aside")
        row.ended_at, row.ended_by = at, by
        row.save(update_fields=["ended_at", "ended_by"])
        forget(by)
        announce(pilot, reason="somebody stepped back in")
        record("member.stepped_back_in", by=by, pilot=pilot, target=row, data={"user_id": by.pk})
    return row
