"""What happens by itself: news from the floors below, what runs out, and repair of what was missed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Count, F, Q, When

from governance.actions.answers import lapse_answer
from governance.actions.design import hand_over_cells
from governance.actions.doubts import doubt_by_halt, doubt_by_pattern, withdraw_doubts
from governance.actions.events import lapse_for
from governance.actions.gates import reevaluate
from governance.actions.items import hand_over_items, hold_item, sync_items
from governance.actions.sign_offs import expire_sign_off
from governance.actions.waivers import end_waiver
from governance.models import Condition, Gate, Item, SignOffRequest, Waiver
from governance.renewal import sentence_of
from pilots.actions.pilots import lock_pilot
from pilots.audit import record
from pilots.models import Change, Pilot, User


def absorb_changes(pilot: Pilot, at: datetime) -> int:
    """Act on the news about one pilot and work its gates out. Safe to run twice or at once: the rows are claimed."""
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        claimed = list(Change.objects.select_for_update(skip_locked=True).filter(pilot=pilot))
        if not claimed:
            return 0
        for change in claimed:
            _absorb(pilot, change, at)
        sync_items(pilot, at)
        reevaluate(pilot, at)
        Change.objects.filter(pk__in=[change.pk for change in claimed]).delete()
    return len(claimed)


def _absorb(pilot: Pilot, change: Change, at: datetime) -> None:
    if change.event == "owner_left" and "user_id" in change.data:
        _hand_over(pilot, change, at)
    if "pattern_id" in change.data and pilot.state != Pilot.State.ENDED:
        doubt_by_pattern(pilot, change, at)
    if "halted_stage_id" in change.data and pilot.state != Pilot.State.ENDED:
        doubt_by_halt(pilot, change, at)
    if "not_back_pattern_id" in change.data and pilot.state != Pilot.State.ENDED:
        withdraw_doubts(pilot, change, at)
    if not change.event:
        return
    sentence = sentence_of(change.event)
    reason = f"{sentence.removesuffix('.')} ({change.reason})." if change.reason else sentence
    # Where the news names workflows, it is about their questions alone.
    workflows = change.data.get("workflow_ids", [None])
    for workflow_id in workflows:
        lapse_for(pilot, change.event, at=at, reason=reason, before=change.created_at, workflow_id=workflow_id)


def _hand_over(pilot: Pilot, change: Change, at: datetime) -> None:
    """What somebody who left owned here goes to their successor, or to nobody, which is a finding."""
    left, successor_id = UUID(change.data["user_id"]), change.data.get("successor_id")
    successor = User.objects.filter(pk=successor_id, is_active=True).first() if successor_id else None
    items = hand_over_items(pilot=pilot, from_user_id=left, to_user=successor)
    unmet = Condition.objects.filter(pilot=pilot, owner_id=left, met_at__isnull=True, withdrawn_at__isnull=True)
    # A condition always has an owner: without a successor it stays with who left, and says so.
    conditions = unmet.update(owner=successor) if successor else 0
    cells = hand_over_cells(pilot=pilot, from_user_id=left, to_user=successor, at=at) if successor else 0
    if items or conditions or cells:
        data = {"from": left, "to": successor_id, "items": items, "conditions": conditions, "cells": cells}
        record("items.handed_over", by=None, pilot=pilot, target=pilot, data=data)


def pilots_with_changes() -> list[Pilot]:
    return list(Pilot.objects.filter(pk__in=Change.objects.values("pilot_id")))


def expire(at: datetime) -> int:
    """Lapse what ran out: answers, waivers, sign-off requests. Returns how many."""
    done = 0
    for item in Item.objects.lapsing_before(at).select_related("pilot").order_by("pilot_id", "pk"):
        done += _lapse_expired(item, at)
    for waiver in Waiver.objects.filter(state=Waiver.State.APPROVED, ends_at__lte=at).select_related("pilot", "item"):
        end_waiver(waiver=waiver, at=at, reason="Its time ran out.")
        done += 1
    expired = SignOffRequest.objects.filter(state=SignOffRequest.State.OPEN, expires_at__lte=at)
    for request in expired.select_related("pilot"):
        done += _expire_request(request, at)
    return done


def _lapse_expired(item: Item, at: datetime) -> bool:
    with transaction.atomic():
        pilot = lock_pilot(item.pilot)
        item = hold_item(item)
        still = item.answer is not None and item.answer.valid_until is not None and item.answer.valid_until <= at
        lapsed = still and lapse_answer(item=item, at=at, reason="its time ran out")
        if lapsed:
            reevaluate(pilot, at)
    return lapsed


def _expire_request(request: SignOffRequest, at: datetime) -> bool:
    with transaction.atomic():
        lock_pilot(request.pilot)
        held = SignOffRequest.objects.select_for_update().get(pk=request.pk)
        if held.state != SignOffRequest.State.OPEN:
            return False
        expire_sign_off(held, at)
    return True


def sweep(at: datetime) -> int:
    """Work out every gate that time or a lost message left behind."""
    stale = Pilot.objects.exclude(state=Pilot.State.ENDED).filter(
        pk__in=Gate.objects.stale(at).filter(_worth_sweeping()).values("pilot_id")
    )
    for pilot in stale:
        with transaction.atomic():
            reevaluate(lock_pilot(pilot), at)
    return len(stale)


def _worth_sweeping() -> Q:
    return Q(state=Gate.State.OPEN) | Q(next_change_at__isnull=False)


def drift() -> list[tuple[Gate, int, int]]:
    """Gates whose counter disagrees with a recount, as (gate, counted, recounted): empty unless something broke."""
    counted = Case(When(state=Gate.State.PASSED, then=F("lapsed_open")), default=F("open_blocking"))
    recounted = Count("findings", filter=Q(findings__blocking=True, findings__state="open"))
    gates = Gate.objects.annotate(counted=counted, recounted=recounted).exclude(counted=F("recounted"))
    return [(gate, gate.counted, gate.recounted) for gate in gates]
