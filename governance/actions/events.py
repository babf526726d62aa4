"""What makes answers stale all at once: the catalogue's `renew_events`, seen by the system or fired by hand."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.actions.answers import lapse_answer
from governance.actions.gates import reevaluate
from governance.actions.items import hold_items
from governance.models import Item
from governance.renewal import EVENTS, fired_by_hand
from pilots.access import require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.errors import Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission


def fire_event(*, pilot: Pilot, event: str, reason: str, by: User, at: datetime) -> list[Item]:
    """By hand, for what the system cannot see. Returns the items whose answers lapsed."""
    require(by, Permission.FIRE_EVENT, pilot)
    if event not in {known.name for known in fired_by_hand()}:
        raise Refused("Choose one of what the system cannot see by itself.", field="event", code="missing")
    if not reason.strip():
        raise Refused("Say what happened.", field="reason", code="reason_missing")
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        lapsed = lapse_for(pilot, event, at=at, reason=f"{EVENTS[event].sentence} {reason.strip()}", by=by)
        reevaluate(pilot, at)
        data = {"event": event, "reason": digest_of(reason.strip()), "lapsed": [item.pk for item in lapsed]}
        record("event.fired", by=by, pilot=pilot, target=pilot, data=data)
    return lapsed


def lapse_for(
    pilot: Pilot,
    event: str,
    *,
    at: datetime,
    reason: str,
    by: User | None = None,
    before: datetime | None = None,
    workflow_id: UUID | None = None,
) -> list[Item]:
    """Lapse what the event makes stale; answers accepted after `before` already know of it."""
    stale = Item.objects.filter(
        pilot=pilot,
        retired_at__isnull=True,
        state__in=(Item.State.ACCEPTED, Item.State.IN_DOUBT),
        question__renew_events__contains=[event],
    )
    if before is not None:
        stale = stale.filter(answer__decided_at__lte=before)
    if workflow_id is not None:
        stale = stale.filter(workflow_id=workflow_id)
    held = hold_items(list(stale), {})
    # What a person wrote stands beside the answer, and in the trail only what happened.
    told = EVENTS[event].sentence if by is not None else ""
    return [item for item in held if lapse_answer(item=item, at=at, reason=reason, by=by, told=told)]
