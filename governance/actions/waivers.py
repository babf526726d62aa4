"""Leave to pass with one question open: asked with a reason, decided by the sponsor, for at most 60 days."""

from datetime import datetime
from typing import Any

from django.db import transaction

from governance.access import why_not_waive
from governance.actions import news
from governance.actions.gates import reevaluate
from governance.actions.items import hold_item
from governance.models import Item, Waiver
from governance.models.waiver import LONGEST
from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.errors import Refused
from pilots.models import User
from pilots.permissions import Permission


def ask_waiver(
    *, item: Item, by: User, at: datetime, reason: str, ends_at: datetime, version: int | None = None
) -> Waiver:
    require(by, Permission.ASK_WAIVER, item.pilot)
    if not reason.strip():
        raise Refused("Say why it can wait.", field="reason", code="reason_missing")
    if not at < ends_at <= at + LONGEST:
        raise Refused(f"A waiver ends within {LONGEST.days} days.", field="ends_on", code="too_long")
    with transaction.atomic():
        pilot = lock_pilot(item.pilot)
        require_not_ended(pilot)
        item = hold_item(item, version)
        if item.question.blocking == "never":
            raise Refused("This question blocks nothing, so there is nothing to waive.", code="not_blocking")
        if item.state == Item.State.ACCEPTED:
            raise Refused("This question is answered.", code="answered")
        before = Waiver.objects.filter(item=item, state__in=(Waiver.State.ASKED, Waiver.State.APPROVED)).first()
        if before is not None and (before.requested_by_id, before.reason, before.state) == (
            by.pk,
            reason.strip(),
            Waiver.State.ASKED,
        ):
            # Sent twice: asked once.
            return before
        if before is not None:
            raise Refused("A waiver for it is in force or waits for a decision.", code="already_asked")
        waiver = Waiver.objects.create(
            pilot=pilot, item=item, reason=reason.strip(), requested_at=at, requested_by=by, ends_at=ends_at
        )
        news.waiver_asked(waiver)
        data = {"reason": digest_of(waiver.reason), "ends_at": ends_at}
        record("waiver.asked", by=by, pilot=pilot, target=item, data=data)
    return waiver


def decide_waiver(*, waiver: Waiver, by: User, at: datetime, approve: bool, comment: str) -> Waiver:
    """By the sponsor; one that the sponsor asks for, by the sponsor's recorded delegate."""
    require(by, Permission.DECIDE_WAIVER, waiver.pilot)
    if not comment.strip():
        raise Refused("Say why.", field="comment", code="missing")
    with transaction.atomic():
        pilot = lock_pilot(waiver.pilot)
        require_not_ended(pilot)
        item = hold_item(waiver.item)
        waiver = Waiver.objects.select_for_update(no_key=True).get(pk=waiver.pk)
        wanted = Waiver.State.APPROVED if approve else Waiver.State.REFUSED
        if (waiver.decided_by_id, waiver.state, waiver.decision_comment) == (by.pk, wanted, comment.strip()):
            # Sent twice: decided once.
            return waiver
        if waiver.state != Waiver.State.ASKED:
            raise Refused("This waiver is decided already.", code="decided")
        why_not = why_not_waive(waiver, by)
        if why_not:
            raise Refused(why_not, code="own_waiver")
        if approve and item.state == Item.State.ACCEPTED:
            raise Refused("The question was answered meanwhile, so there is nothing to waive.", code="answered")
        if approve and waiver.ends_at <= at:
            raise Refused("The day it would have ended has passed: ask for another.", code="too_late")
        waiver.state = wanted
        waiver.decided_at, waiver.decided_by, waiver.decision_comment = at, by, comment.strip()
        waiver.on_behalf_of = acting_for(by, pilot, Permission.DECIDE_WAIVER)
        waiver.save()
        reevaluate(pilot, at)
        news.waiver_decided(waiver)
        record(
            "waiver.approved" if approve else "waiver.refused",
            by=by,
            on_behalf_of=waiver.on_behalf_of,
            pilot=pilot,
            target=item,
            data={"waiver": waiver.pk, "ends_at": waiver.ends_at, "comment": digest_of(comment.strip())},
        )
    return waiver


def end_waiver(*, waiver: Waiver, at: datetime, reason: str, by: User | None = None) -> Waiver:
    """Before its day by the sponsor, on its day by the sweep; its item is open again."""
    if by is not None:
        require(by, Permission.DECIDE_WAIVER, waiver.pilot)
    if not reason.strip():
        raise Refused("Say why it ends.", field="reason", code="reason_missing")
    with transaction.atomic():
        pilot = lock_pilot(waiver.pilot)
        waiver = Waiver.objects.select_for_update(no_key=True).get(pk=waiver.pk)
        if waiver.state != Waiver.State.APPROVED:
            raise Refused("This waiver is not in force.", code="not_in_force")
        waiver.state, waiver.ended_at, waiver.end_reason = Waiver.State.ENDED, at, reason[:300]
        waiver.save(update_fields=["state", "ended_at", "end_reason"])
        reevaluate(pilot, at)
        data: dict[str, Any] = {"waiver": waiver.pk, "reason": reason}
        if by is not None:
            data |= {"reason": "before its day", "comment": digest_of(reason.strip())}
        record("waiver.ended", by=by, pilot=pilot, target=waiver.item, data=data)
    return waiver
