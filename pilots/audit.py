"""Writing the append-only trail. An action calls `record` last, so that the stream is locked briefly."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, QuerySet

from pilots.canonical import canonical
from pilots.clock import now
from pilots.models import (
    AuditEvent,
    AuditSalt,
    Delegation,
    Entry,
    Invitation,
    Membership,
    Message,
    OrganisationMembership,
    Pilot,
    SteppingAside,
    User,
)
from pilots.models.audit_event import ORGANISATION_STREAM

# Rows whose text would put a name or an address into the trail, which nobody can erase; the ids stand in `data`.
_NAMELESS: Final[dict[type[Model], str]] = {
    User: "a person",
    Membership: "a membership",
    OrganisationMembership: "a role over the organisation",
    Delegation: "a delegation",
    SteppingAside: "a person who stepped aside",
    Invitation: "an invitation",
    Message: "an e-mail",
}


def stream_of(pilot: Pilot | None) -> str:
    return f"pilot:{pilot.pk}" if pilot else ORGANISATION_STREAM


def record(
    verb: str,
    *,
    by: User | None,
    target: Model,
    pilot: Pilot | None = None,
    on_behalf_of: User | None = None,
    data: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """One row saying that `by` (None: the system itself) did `verb` to `target`.

    `data` holds ids, states and digests; texts that a person wrote go in as `digest_of(text)`, never as they are.
    """
    at, salt = now(), secrets.token_hex(32)
    given = dict(data or {})
    texts = {name: value.text for name, value in given.items() if isinstance(value, PersonalText)}
    # What an entry of a register is called by is what somebody wrote.
    nameless = str(target._meta.verbose_name) if isinstance(target, Entry) else _NAMELESS.get(type(target))
    label = nameless or str(target)[:300]
    body: dict[str, Any] = {
        "stream": stream_of(pilot),
        "at": at.isoformat(),
        "verb": verb,
        "actor": by.pk if by else None,
        "on_behalf_of": on_behalf_of.pk if on_behalf_of else None,
        "pilot": pilot.pk if pilot else None,
        "target": {"type": target._meta.label_lower, "id": str(target.pk), "text": label},
        "data": given | {name: _salted(salt, text) for name, text in texts.items()},
    }
    event = AuditEvent.objects.create(
        stream=body["stream"],
        sequence=0,  # the trigger numbers it
        at=at,
        verb=verb,
        actor_id=body["actor"],
        on_behalf_of_id=body["on_behalf_of"],
        pilot_id=body["pilot"],
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_text=label,
        body=canonical(body),
    )
    if texts:
        AuditSalt.objects.create(event_id=event.pk, salt=salt)
    return event


@dataclass(frozen=True)
class PersonalText:
    """Goes into the trail as a digest that only its salt can repeat."""

    text: str


def digest_of(text: str) -> PersonalText:
    """Stands in the trail for a text that lives outside it and may be erased, together with the event's `AuditSalt`."""
    return PersonalText(text)


def is_digest_of(event: AuditEvent, name: str, text: str) -> bool:
    """Whether this is the text that the event's `data` speaks of; of an event whose salt was erased nobody can say."""
    kept = AuditSalt.objects.filter(pk=event.pk).first()
    return kept is not None and bool(kept.salt) and json.loads(event.body)["data"].get(name) == _salted(kept.salt, text)


def erase_digests(events: QuerySet[AuditEvent], at: datetime) -> int:
    """Takes the salts of these events: their digests confirm no guess any more, and the chain verifies as before."""
    kept = AuditSalt.objects.filter(event_id__in=events.values("pk"), erased_at__isnull=True)
    return kept.update(salt="", erased_at=at)


def _salted(salt: str, text: str) -> str:
    return hmac.new(bytes.fromhex(salt), text.encode(), hashlib.sha256).hexdigest()
