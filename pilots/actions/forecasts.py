"""A forecast asked for, and locked before the stage that it speaks of. What works it out: `forecasting`."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.models import Forecast, Pilot, Stage, User
from pilots.permissions import Permission

LONGEST_NOTE: Final = 2000
UNDER_WAY: Final = (Forecast.State.WAITING, Forecast.State.RUNNING)


def ask_forecast(*, pilot: Pilot, by: User, at: datetime, stage: int = 0) -> Forecast:
    """One that waits; a task works it out. One at a time is under way in a pilot. `stage` 0: the whole rollout."""
    require(by, Permission.EDIT_EVIDENCE, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        if there := Forecast.objects.filter(pilot=pilot, state__in=UNDER_WAY).first():
            raise Refused(f"{there.reference} is being worked out already. It has what changed.", code="under_way")
        if stage and not Stage.objects.filter(pilot=pilot, number=stage, criteria_locked_at__isnull=True).exists():
            raise Refused(f"Stage {stage} is not planned, or locked already.", field="stage", code="not_planned")
        forecast = begin(pilot, at, stage)
        lender = acting_for(by, pilot, Permission.EDIT_EVIDENCE)
        record("forecast.asked", by=by, on_behalf_of=lender, pilot=pilot, target=forecast, data=_facts(forecast))
    return forecast


def begin(pilot: Pilot, at: datetime, stage: int = 0) -> Forecast:
    """The next number; the caller holds the pilot's row."""
    last = Forecast.objects.filter(pilot=pilot).aggregate(last=Max("number"))["last"] or 0
    return Forecast.objects.create(pilot=pilot, number=last + 1, asked_at=at, stage=stage)


def lock_forecast(*, forecast: Forecast, by: User, at: datetime, note: str = "") -> Forecast:
    """What was promised: from here on the database refuses to change it."""
    require(by, Permission.LOCK_FORECAST, forecast.pilot)
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Refused(f"Use at most {LONGEST_NOTE} characters.", field="note", code="too_long")
    with transaction.atomic():
        pilot = lock_pilot(forecast.pilot)
        require_not_ended(pilot)
        forecast = Forecast.objects.select_for_update(no_key=True, of=("self",)).get(pk=forecast.pk)
        if forecast.locked_at is not None:
            raise Refused(f"{forecast.reference} is locked already.", code="locked")
        if forecast.state != Forecast.State.READY:
            raise Refused(
                f"{forecast.reference} is not worked out, so there is nothing to lock yet.", code="not_worked_out"
            )
        forecast.locked_at, forecast.locked_by, forecast.lock_note = at, by, note
        forecast.save(update_fields=["locked_at", "locked_by", "lock_note"])
        announce(pilot, reason=f"{forecast.reference} was locked")
        lender = acting_for(by, pilot, Permission.LOCK_FORECAST)
        data = _facts(forecast) | {"data": forecast.data_hash, "note": digest_of(note)}
        record("forecast.locked", by=by, on_behalf_of=lender, pilot=pilot, target=forecast, data=data)
    forecast.pilot = pilot
    return forecast


def _facts(forecast: Forecast) -> dict[str, object]:
    return {"forecast": forecast.pk, "number": forecast.number, "stage": forecast.stage}
