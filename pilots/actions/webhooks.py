"""Receivers of a pilot's events: who may add one, its secret shown once, and a delivery to try it out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from pilots.access import acting_for, require
from pilots.audit import digest_of, record
from pilots.errors import Conflict, Refused
from pilots.events import body_of
from pilots.models import Delivery, Pilot, User, Webhook, WebhookEvent
from pilots.models.webhook import TEST_EVENT
from pilots.permissions import Permission
from pilots.public_addresses import NotPublic, parse

PREFIX: Final = "whsec_"
# After a rotation both signatures go along, so that a receiver may change its secret without losing an event.
OLD_SECRET_COUNTS: Final = timedelta(days=1)
MOST: Final = 20


@dataclass(frozen=True)
class NewWebhook:
    row: Webhook
    # The only time that it is shown.
    secret: str


def secret_of(webhook: Webhook, number: int | None = None) -> str:
    """256 bits that only the server can work out again: neither the database nor a backup of it holds them."""
    counted = f"{webhook.pk}:{number or webhook.secret_number}"
    return PREFIX + salted_hmac("pilots.webhook", counted, algorithm="sha256").hexdigest()


def secrets_of(webhook: Webhook, at: datetime) -> list[str]:
    """Those that count, the newest first."""
    numbers = [webhook.secret_number]
    if webhook.rotated_at is not None and at < webhook.rotated_at + OLD_SECRET_COUNTS:
        numbers.append(webhook.secret_number - 1)
    return [secret_of(webhook, number) for number in numbers]


def create_webhook(*, pilot: Pilot, url: str, events: Collection[str], by: User, at: datetime) -> NewWebhook:
    require(by, Permission.MANAGE_CHANNELS, pilot)
    url, chosen = _address(url), _events(events)
    with transaction.atomic():
        # Holds the pilot, so that two at once do not both become the last one.
        Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
        if Webhook.objects.filter(pilot=pilot, disabled_at__isnull=True).count() >= MOST:
            raise Refused(f"A pilot has at most {MOST} webhooks. Disable one first.", code="too_many")
        row = Webhook.objects.create(pilot=pilot, url=url, events=chosen, created_at=at, created_by=by)
        _record("webhook.created", row, by, events=chosen)
    return NewWebhook(row, secret_of(row))


def edit_webhook(
    *, webhook: Webhook, url: str, events: Collection[str], version: int, by: User, at: datetime
) -> Webhook:
    """What is on its way goes to the new address too."""
    url, chosen = _address(url), _events(events)
    with transaction.atomic():
        held = _hold(webhook, by)
        if held.version != version:
            current = {"Address": held.url, "Events": ", ".join(held.event_words)}
            raise Conflict("Somebody else changed this webhook since you opened it.", current=current)
        held.url, held.events = url, chosen
        _save(held)
        _record("webhook.edited", held, by, events=chosen)
    return held


def rotate_secret(*, webhook: Webhook, by: User, at: datetime) -> NewWebhook:
    """The one before counts for a day more."""
    with transaction.atomic():
        held = _hold(webhook, by)
        held.secret_number += 1
        held.rotated_at, held.rotated_by = at, by
        _save(held)
        _record("webhook.secret_rotated", held, by)
    return NewWebhook(held, secret_of(held))


def disable_webhook(*, webhook: Webhook, by: User, at: datetime) -> Webhook:
    """Hears of nothing from now on, and what waits is not sent until it is enabled again."""
    with transaction.atomic():
        held = _hold(webhook, by)
        if not held.is_enabled:
            raise Refused("It is disabled already.", code="disabled")
        held.disabled_at, held.disabled_by = at, by
        _save(held)
        _record("webhook.disabled", held, by)
    return held


def enable_webhook(*, webhook: Webhook, by: User, at: datetime) -> Webhook:
    with transaction.atomic():
        held = _hold(webhook, by)
        if held.is_enabled:
            raise Refused("It is enabled already.", code="enabled")
        held.disabled_at = held.disabled_by = None
        _save(held)
        _record("webhook.enabled", held, by)
    return held


def test_webhook(*, webhook: Webhook, by: User, at: datetime) -> Delivery:
    """An event of its own, sent to this receiver alone, so that somebody can see it arrive."""
    with transaction.atomic():
        held = _hold(webhook, by)
        if not held.is_enabled:
            raise Refused("It is disabled: enable it to send something.", code="disabled")
        event_id = uuid4()
        delivery = Delivery.objects.create(
            pilot=held.pilot,
            webhook=held,
            event_id=event_id,
            event=TEST_EVENT,
            body=body_of(held.pilot, TEST_EVENT, {"asked_at": at}, event_id),
            created_at=at,
            next_try_at=at,
        )
        _record("webhook.tested", held, by)
    return delivery


def _hold(webhook: Webhook, by: User) -> Webhook:
    require(by, Permission.MANAGE_CHANNELS, webhook.pilot)
    return Webhook.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=webhook.pk)


def _save(webhook: Webhook) -> None:
    webhook.version += 1
    webhook.save()


def _address(url: str) -> str:
    try:
        parse(url.strip(), loopback=settings.WEBHOOKS_TO_LOOPBACK)
    except NotPublic as refusal:
        raise Refused(str(refusal), field="url", code="not_public") from None
    return url.strip()


def _events(events: Collection[str]) -> list[str]:
    if not events or not set(events) <= set(WebhookEvent.values):
        raise Refused("Choose what it hears of.", field="events", code="missing")
    return sorted(set(events))


def _record(verb: str, webhook: Webhook, by: User, **data: object) -> None:
    lender = acting_for(by, webhook.pilot, Permission.MANAGE_CHANNELS)
    said = {"url": digest_of(webhook.url), **data}
    record(verb, by=by, on_behalf_of=lender, pilot=webhook.pilot, target=webhook, data=said)
