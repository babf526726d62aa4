"""News for other systems, written inside the action's transaction: a row for each receiver, sent by a task."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from pilots.models import Pilot, WebhookEvent

# One statement for any number of events and receivers, mostly none: handing in a flag waits for it.
_QUEUE: Final = """
    INSERT INTO pilots_delivery
        (id, pilot_id, webhook_id, event_id, event, body, created_at, next_try_at, attempts, error)
    SELECT gen_random_uuid(), webhook.pilot_id, webhook.id, news.event_id, %(event)s, news.body, now(), now(), 0, ''
    FROM pilots_webhook webhook CROSS JOIN unnest(%(ids)s::uuid[], %(bodies)s::text[]) AS news (event_id, body)
    WHERE webhook.pilot_id = %(pilot)s AND webhook.disabled_at IS NULL AND %(event)s = ANY (webhook.events)
"""


def publish_event(pilot: Pilot, event: str, data: Mapping[str, Any]) -> None:
    """Tells who chose to hear of `event` (a `WebhookEvent`). `data`: references, states and figures, never texts."""
    publish_events(pilot, event, [data])


def publish_events(pilot: Pilot, event: str, each: Iterable[Mapping[str, Any]]) -> None:
    """The same of many things at once."""
    news = [(event_id, body_of(pilot, event, data, event_id)) for data in each for event_id in (uuid4(),)]
    values: dict[str, Any] = {
        "event": WebhookEvent(event).value,
        "pilot": pilot.pk,
        "ids": [str(event_id) for event_id, _ in news],
        "bodies": [body for _, body in news],
    }
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE, values)


def body_of(pilot: Pilot, event: str, data: Mapping[str, Any], event_id: UUID) -> str:
    said = {"id": str(event_id), "event": event, "pilot": pilot.slug, "data": dict(data)}
    return json.dumps(said, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":"))
