"""What an entry can point at: parts of the same pilot, its other entries, its members."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, Q, QuerySet

from pilots.models import Pilot, Stressor, User
from pilots.registers.register import Register

SHOWN_OF_A_PLAN = 60


def to_choose(field: "ForeignKey[Any, Any]", pilot: Pilot) -> QuerySet[Any]:
    """Of this pilot and not removed; people: its members."""
    model = field.related_model
    assert isinstance(model, type)
    if model is User:
        return User.objects.filter(memberships__pilot=pilot, is_active=True).distinct()
    return model._default_manager.filter(pilot=pilot, removed_at__isnull=True)


def still_to_choose(field: "ForeignKey[Any, Any]", pilot: Pilot, entry: Any) -> QuerySet[Any]:
    """And what the entry points at already, also where it was removed since."""
    model: Any = field.related_model
    there = Q(pk__in=to_choose(field, pilot).order_by().values("pk")) | Q(pk=getattr(entry, field.attname, None))
    found: QuerySet[Any] = model._default_manager.filter(there)
    return found


def called(thing: Any) -> str:
    """How somebody tells it from its neighbours."""
    return f"{thing}: {thing.plan[:SHOWN_OF_A_PLAN]}" if isinstance(thing, Stressor) else str(thing)


def spellings(field: "ForeignKey[Any, Any]", pilot: Pilot) -> dict[str, Any]:
    """What a file may write for each: its name unless two have it, its short name or address, its id."""
    things = list(to_choose(field, pilot))
    names = Counter(called(thing).casefold() for thing in things)
    found: dict[str, Any] = {called(thing): thing for thing in things if names[called(thing).casefold()] == 1}
    for thing in things:
        found |= {str(getattr(thing, name)): thing for name in ("slug", "email") if getattr(thing, name, "")}
    return found | {str(thing.pk): thing for thing in things}


def spelled(register: Register, pilot: Pilot) -> dict[str, dict[UUID, str]]:
    """By field and id, how a file writes what an entry points at: so that what was written out can be read in."""
    written: dict[str, dict[UUID, str]] = {}
    for field in register.links:
        written[field.name] = {}
        for words, thing in spellings(field, pilot).items():
            written[field.name].setdefault(thing.pk, words)
    return written
