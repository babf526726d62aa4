"""Verbs of the trail about telling reporters and other systems, as `tests/test_actions_and_the_trail.py` takes them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from feedback.actions.reopening import reopen_flag
from feedback.actions.taking_back import take_back_return
from feedback.actions.triage import assess_flag, close_flag
from pilots.actions import deliveries, webhooks
from pilots.models import Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.pilots import DeliveryFactory, WebhookFactory

Before = Callable[[Pilot, People, datetime], object] | None
Done = Callable[[Any, Pilot, People, datetime], object]


def closed(pilot: Pilot, people: People, at: datetime) -> Any:
    flag = FlagFactory.create(pilot=pilot)
    flag = assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=at)
    return close_flag(flag=flag, resolution="fixed", answer="Mended", version=2, by=people.triage, at=at)


def reopened(pilot: Pilot, people: People, at: datetime) -> Any:
    return reopen_flag(flag=closed(pilot, people, at), at=at)


VERBS: dict[str, tuple[Before, Done]] = {
    "webhook.created": (
        None,
        lambda _, pilot, people, at: webhooks.create_webhook(
            pilot=pilot, url="https://tickets.example.org/hook", events=["flag.closed"], by=people.pm, at=at
        ),
    ),
    "webhook.secret_rotated": (
        lambda pilot, people, at: WebhookFactory.create(pilot=pilot),
        lambda webhook, pilot, people, at: webhooks.rotate_secret(webhook=webhook, by=people.pm, at=at),
    ),
    "webhook.sent_again": (
        lambda pilot, people, at: DeliveryFactory.create(webhook=WebhookFactory.create(pilot=pilot)),
        lambda delivery, pilot, people, at: deliveries.send_delivery_again(delivery=delivery, by=people.pm, at=at),
    ),
    "flag.return_taken_back": (
        reopened,
        lambda flag, pilot, people, at: take_back_return(flag=flag, at=at),
    ),
}
