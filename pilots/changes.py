"""News for the floors above, written inside the action's transaction."""

from typing import Any

from pilots.models import Change, Pilot


def announce(pilot: Pilot, *, event: str = "", reason: str = "", data: dict[str, Any] | None = None) -> Change:
    """Say that something a gate may depend on changed; `event` names what answers it makes stale."""
    return Change.objects.create(pilot=pilot, event=event, reason=reason[:300], data=data or {})
