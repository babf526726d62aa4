"""News for the floors above, written inside the action's transaction."""

from typing import Any

from django.db.models import F

from pilots.alone import try_now
from pilots.models import Change, Pilot, Recalculation


def announce(pilot: Pilot, *, event: str = "", reason: str = "", data: dict[str, Any] | None = None) -> Change:
    """Say that something a gate may depend on changed; `event` names what answers it makes stale."""
    return Change.objects.create(pilot=pilot, event=event, reason=reason[:300], data=data or {})


def evidence_changed(pilot: Pilot, *, reason: str) -> Change:
    """The same, of what figures and forecasts rest on: they are worked out again."""
    row, _ = Recalculation.objects.get_or_create(pilot=pilot)
    Recalculation.objects.filter(pk=row.pk).update(changes=F("changes") + 1)
    try_now(f"figures:{pilot.pk}", f"forecast:{pilot.pk}")
    return announce(pilot, reason=reason)
