"""What is held on a person: every row of the application that names them or carries their address.

Found by walking the models, so that a table added later is in it without being listed here. What a person wrote or is
described by stands in full; of what they merely decided about others' words only what it was and when.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db.models import BinaryField, EmailField, Field, ForeignKey, Model, OneToOneField
from django.db.models.fields.files import FieldFile
from django.template.loader import render_to_string

from pilots.models import AuditEvent, User

_APPS: Final = ("pilots", "feedback", "governance", "account", "socialaccount", "mfa")
# The rows behind these are the person's own; behind every other link they are somebody else's, or the pilot's.
_OWN: Final = frozenset(
    {
        *("user", "reporter", "author", "owner", "written_by", "raised_by", "asked_by", "reported_by", "recorded_by"),
        *("gap_owner", "build_owner", "set_aside_owner", "uploaded_by"),
        *("from_user", "to_user", "accepted_by", "published_by", "signed_by", "flagged_by", "asker"),
    }
)
# Keys and fingerprints of keys say nothing about anybody, and some of them open something.
_SECRET: Final = frozenset({"password", "token_hash", "link_hash", "request_digest", "prefix", "data", "submission"})


_HOW: Final = {"oneself": "it is you", "user": "it is about you", "email": "it carries your address"}


@dataclass(frozen=True)
class Holding:
    """`role`: how the rows are about the person (“reporter”). Rows as JSON takes them."""

    kind: str
    role: str
    rows: list[dict[str, Any]]

    @property
    def how(self) -> str:
        return _HOW.get(self.role) or self.role.replace("_", " ")


def held_on(user: User) -> list[Holding]:
    found = [Holding("person", "oneself", [_row(user, full=True)])]
    for model in _models():
        for field in model._meta.local_concrete_fields:
            rows = _rows(model, field, user)
            if rows:
                found.append(Holding(str(model._meta.verbose_name), field.name, rows))
    events = AuditEvent.objects.filter(actor_id=user.pk).order_by("at", "pk")
    done = [{"at": at.isoformat(), "verb": verb, "about": text} for at, verb, text in _facts(events)]
    return [*found, Holding("event of the trail", "who did it", done)] if done else found


def held_as_zip(user: User, at: datetime) -> bytes:
    """The same twice: as JSON for a program, and as a page to read."""
    holdings = held_on(user)
    said = {
        "person": user.name,
        "made_at": at.isoformat(),
        "holdings": [{"kind": held.kind, "role": held.role, "rows": held.rows} for held in holdings],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("held.json", json.dumps(said, ensure_ascii=False, indent=1))
        page = render_to_string("pilots/personal_data_export.html", {"person": user, "at": at, "holdings": holdings})
        made.writestr("held.html", page)
    return packed.getvalue()


def _facts(events: Any) -> Iterator[tuple[datetime, str, str]]:
    yield from events.values_list("at", "verb", "target_text").iterator(chunk_size=2000)


def _models() -> Iterator[type[Model]]:
    for label in _APPS:
        yield from (model for model in apps.get_app_config(label).get_models() if model is not User)


def _rows(model: type[Model], field: "Field[Any, Any]", user: User) -> list[dict[str, Any]]:
    manager = model._default_manager
    if isinstance(field, ForeignKey | OneToOneField) and field.related_model is User:
        full = field.name in _OWN
        return [_row(row, full=full, at=field.name) for row in manager.filter(**{field.name: user}).order_by("pk")]
    if isinstance(field, EmailField):
        return [_row(row, full=True) for row in manager.filter(**{field.name: user.email}).order_by("pk")]
    return []


def _row(row: Model, *, full: bool, at: str = "") -> dict[str, Any]:
    if not full:
        moment = getattr(row, f"{at.removesuffix('_by')}_at", None)
        return {"id": str(row.pk), "what": _named(row), "at": _plain(moment)}
    fields = (field for field in row._meta.local_concrete_fields if field.name not in _SECRET)
    return {field.name: _plain(getattr(row, field.attname)) for field in fields if not isinstance(field, BinaryField)}


def _named(row: Model) -> str:
    """Its reference where it has one: the words of others stay out."""
    reference = getattr(row, "reference", "")
    return str(reference) if isinstance(reference, str) and reference else str(row._meta.verbose_name)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | FieldFile):
        return str(value)
    return value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
