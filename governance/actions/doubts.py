"""An accepted answer that something contradicts: raised by a person, a pattern of flags or the halt of a stage."""

from datetime import datetime
from functools import partial
from typing import Final

from django.db import transaction

from feedback.taxonomy import Category
from governance.actions.gates import reevaluate
from governance.actions.items import done_once, hold_item
from governance.models import Doubt, Item
from pilots.access import require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.errors import Refused
from pilots.models import Change, Criterion, Pilot, User
from pilots.permissions import Permission

# What a stage that broke its criterion shows, in the catalogue's words for the flags that would say the same.
SHOWN_BY_A_HALT: Final[dict[str, tuple[str, ...]]] = {
    Criterion.Metric.SUCCESS: (Category.WRONG, Category.MADEUP, Category.LOGIC),
    Criterion.Metric.OVERRIDE: (Category.WRONG, Category.JUDGE, Category.STYLE),
    Criterion.Metric.OUT_OF_SCOPE: (Category.SCOPE,),
    Criterion.Metric.MINUTES: (Category.FIT,),
    Criterion.Metric.INCIDENTS: ("severity_2", "severity_3", "severity_4"),
}


@done_once
def raise_doubt(
    *,
    item: Item,
    reason: str,
    at: datetime,
    by: User | None = None,
    source: str | None = None,
    version: int | None = None,
) -> Doubt | None:
    """Put an accepted answer in doubt. `source` (`kind:id`) doubts an answer once; None is the person in `by`.

    Returns None when the same source doubts it already.
    """
    if by is not None:
        require(by, Permission.RAISE_DOUBT, item.pilot)
    source = source or (f"person:{by.pk}" if by else "")
    if not reason.strip() or not source:
        raise Refused("Say what contradicts the answer.", field="reason", code="reason_missing")
    with transaction.atomic():
        pilot = lock_pilot(item.pilot)
        require_not_ended(pilot)
        item = hold_item(item, version, partial(_doubted, source=source, reason=reason))
        if item.answer is None or item.state not in (Item.State.ACCEPTED, Item.State.IN_DOUBT):
            raise Refused("Only an accepted answer can be put in doubt.", code="not_accepted")
        doubt, new = Doubt.objects.get_or_create(
            answer=item.answer,
            source=source,
            resolved_at__isnull=True,
            defaults={"pilot": pilot, "item": item, "reason": reason.strip(), "raised_at": at, "raised_by": by},
        )
        if not new:
            return None
        item.state, item.version = Item.State.IN_DOUBT, item.version + 1
        item.save(update_fields=["state", "version"])
        reevaluate(pilot, at)
        data = {"source": source, "reason": digest_of(reason.strip()), "answer": item.answer.number}
        record("answer.doubted", by=by, pilot=pilot, target=item, data=data)
    return doubt


def _doubted(item: Item, *, source: str, reason: str) -> Doubt | None:
    raised = Doubt.objects.filter(answer=item.answer_id, source=source, reason=reason.strip(), resolved_at=None)
    return raised.first()


def doubt_by_pattern(pilot: Pilot, change: Change, at: datetime) -> int:
    """Of the accepted answers whose question says that such flags speak against it. How many are newly in doubt."""
    shown = {*change.data["categories"], *(f"severity_{level}" for level in range(change.data["severity"] + 1))}
    return _doubt_all(pilot, shown, f"{Doubt.BY_PATTERN}{change.data['pattern_id']}", f"{change.reason}.", at)


def doubt_by_halt(pilot: Pilot, change: Change, at: datetime) -> int:
    """Of the accepted answers that the readings of a stage speak against. How many are newly in doubt."""
    shown = {sign for metric in change.data["metrics"] for sign in SHOWN_BY_A_HALT[metric]}
    return _doubt_all(pilot, shown, f"{Doubt.BY_STAGE}{change.data['halted_stage_id']}", change.reason, at)


def _doubt_all(pilot: Pilot, shown: set[str], source: str, reason: str, at: datetime) -> int:
    against = Item.objects.of(pilot).filter(
        state__in=(Item.State.ACCEPTED, Item.State.IN_DOUBT), question__doubted_by__overlap=sorted(shown)
    )
    found = [raise_doubt(item=item, reason=reason, at=at, source=source) for item in against.order_by("pk")]
    return len([doubt for doubt in found if doubt is not None])


def withdraw_doubts(pilot: Pilot, change: Change, at: datetime) -> int:
    """A pattern had come back, and who said so took it back. What the return alone had put in doubt, and nobody has
    acted on, counts again. How many answers do."""
    since = datetime.fromisoformat(change.data["since"])
    source = f"{Doubt.BY_PATTERN}{change.data['not_back_pattern_id']}"
    raised = Doubt.objects.filter(pilot=pilot, source=source, resolved_at__isnull=True, raised_at__gte=since)
    return sum(_withdraw(doubt, pilot, at) for doubt in raised.select_related("item").order_by("item_id"))


def _withdraw(doubt: Doubt, pilot: Pilot, at: datetime) -> bool:
    item = hold_item(doubt.item)
    if item.state != Item.State.IN_DOUBT or item.answer_id != doubt.answer_id:
        return False
    doubt.resolution, doubt.resolved_at = Doubt.Resolution.WITHDRAWN, at
    doubt.save(update_fields=["resolution", "resolved_at"])
    others = Doubt.objects.filter(answer=doubt.answer_id, resolved_at__isnull=True).exists()
    if not others:
        item.state, item.version = Item.State.ACCEPTED, item.version + 1
        item.save(update_fields=["state", "version"])
    record("answer.doubt_withdrawn", by=None, pilot=pilot, target=item, data={"source": doubt.source})
    return not others


def resolve_doubts(item: Item, resolution: str, *, by: User, at: datetime, comment: str) -> int:
    return Doubt.objects.filter(item=item, resolved_at__isnull=True).update(
        resolution=resolution, resolved_at=at, resolved_by=by, resolution_comment=comment.strip()
    )
