"""The outbox of webhooks: events wait as rows until their receiver took them, or a day of trying is over.

A delivery is held while it is sent and marked in the same transaction, so that two senders never send one. If the
worker dies after the receiver took it, the mark is lost and it goes out again with the same id: receivers know it by
that, and none is lost. Never sent again by themselves are those that were given up.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from pilots.access import acting_for, require
from pilots.actions.webhooks import secrets_of
from pilots.audit import record
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import Delivery, User
from pilots.permissions import Permission
from pilots.posting import Answer, NotDelivered, post
from pilots.public_addresses import NotPublic

# Between the attempts: a day in all.
WAITS: Final = tuple(timedelta(minutes=minutes) for minutes in (0.25, 1, 5, 20, 60, 180, 420, 753.75))
ATTEMPTS: Final = len(WAITS) + 1
KEPT: Final = timedelta(days=30)

Post = Callable[..., Answer]


def send_webhooks(seconds: float = 15, *, send: Post = post) -> int:
    """Sends what is due for about so long. How many were taken.

    A receiver that fails waits until the next run with all that is for it, so that it delays the others once only.
    """
    until, taken = time.monotonic() + seconds, 0
    failing: set[UUID] = set()
    while time.monotonic() < until:
        ended = _send_next(failing, send)
        if ended is None:
            break
        if ended.sent_at is not None:
            taken += 1
        else:
            failing.add(ended.webhook_id)
    return taken


def _send_next(failing: set[UUID], send: Post) -> Delivery | None:
    with transaction.atomic():
        at = now()
        due = _due(at).exclude(webhook__in=failing).select_related("webhook")
        delivery = due.select_for_update(skip_locked=True, of=("self",)).order_by("next_try_at", "pk").first()
        if delivery is None:
            return None
        delivery.attempts += 1
        _try(delivery, at, send)
        delivery.save(update_fields=["attempts", "sent_at", "failed_at", "status", "error", "next_try_at"])
    return delivery


def _due(at: datetime) -> QuerySet[Delivery]:
    waiting = Delivery.objects.filter(sent_at__isnull=True, failed_at__isnull=True, next_try_at__lte=at)
    return waiting.filter(webhook__disabled_at__isnull=True)


def _try(delivery: Delivery, at: datetime, send: Post) -> None:
    body = delivery.body.encode()
    delivery.status, delivery.error = None, ""
    try:
        answer = send(
            delivery.webhook.url, body, headers_of(delivery, body, at), loopback=settings.WEBHOOKS_TO_LOOPBACK
        )
    except (NotPublic, NotDelivered) as error:
        delivery.error = str(error)[:300]
    else:
        delivery.status = answer.status
        if answer.taken:
            delivery.sent_at = at
            return
        elsewhere = 300 <= answer.status < 400
        delivery.error = "It leads elsewhere, which is not followed." if elsewhere else f"It answered {answer.status}."
    if delivery.attempts >= ATTEMPTS:
        delivery.failed_at = at
    else:
        delivery.next_try_at = at + WAITS[delivery.attempts - 1]


def headers_of(delivery: Delivery, body: bytes, at: datetime) -> dict[str, str]:
    moment = int(at.timestamp())
    signed = [f"v1={signature(secret, moment, body)}" for secret in secrets_of(delivery.webhook, at)]
    return {
        "Content-Type": "application/json",
        "User-Agent": "RolloutGov",
        "X-RolloutGov-Event": delivery.event,
        "X-RolloutGov-Event-Id": str(delivery.event_id),
        "X-RolloutGov-Signature": ",".join([f"t={moment}", *signed]),
    }


def signature(secret: str, moment: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


def given_up() -> QuerySet[Delivery]:
    return Delivery.objects.filter(failed_at__isnull=False)


def send_delivery_again(*, delivery: Delivery, by: User, at: datetime) -> Delivery:
    """From the first attempt on, with the same id."""
    require(by, Permission.MANAGE_CHANNELS, delivery.pilot)
    with transaction.atomic():
        held = Delivery.objects.select_for_update(of=("self",)).select_related("pilot", "webhook").get(pk=delivery.pk)
        if held.failed_at is None:
            raise Refused("It did not fail, or it is on its way again.", code="not_failed")
        held.attempts, held.failed_at, held.error, held.status, held.next_try_at = 0, None, "", None, at
        held.save(update_fields=["attempts", "failed_at", "error", "status", "next_try_at"])
        lender = acting_for(by, held.pilot, Permission.MANAGE_CHANNELS)
        data = {"event": held.event, "event_id": str(held.event_id)}
        record("webhook.sent_again", by=by, on_behalf_of=lender, pilot=held.pilot, target=held.webhook, data=data)
    return held


def forget_deliveries(at: datetime) -> int:
    """What was taken, after a month; what was given up stays for somebody to look at, three months."""
    old = Delivery.objects.filter(sent_at__lt=at - KEPT).delete()[0]
    return old + given_up().filter(failed_at__lt=at - 3 * KEPT).delete()[0]
