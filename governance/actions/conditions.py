"""What a gate is passed on: added before the decision, done by its date, missed at the next gate."""

from datetime import date, datetime

from django.db import transaction

from governance.actions.gates import reevaluate
from governance.models import Condition, Gate
from pilots.access import can, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.errors import Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission


def add_condition(*, gate: Gate, by: User, at: datetime, text: str, owner: User, due_on: date) -> Condition:
    """Voids a sign-off that is asked, since its deciders saw the gate without it."""
    require(by, Permission.ASK_SIGN_OFF, gate.pilot)
    if not text.strip():
        raise Refused("Say what has to be done.", field="text", code="missing")
    if due_on <= at.date():
        raise Refused("The date has to be in the future.", field="due_on", code="in_the_past")
    if not can(owner, Permission.CLOSE_CONDITION, gate.pilot):
        raise Refused(f"{owner.name} has no role in this pilot that does this.", field="owner", code="cannot_own")
    with transaction.atomic():
        pilot = lock_pilot(gate.pilot)
        require_not_ended(pilot)
        gate = Gate.objects.select_for_update(no_key=True).get(pk=gate.pk)
        if gate.state == Gate.State.PASSED:
            raise Refused("This gate is passed; its conditions are what they were.", code="passed")
        condition = Condition.objects.create(
            pilot=pilot, gate=gate, text=text.strip(), owner=owner, due_on=due_on, added_at=at, added_by=by
        )
        reevaluate(pilot, at)
        data = {"text": digest_of(condition.text), "owner": owner.pk, "due_on": due_on, "gate": gate.pk}
        record("condition.added", by=by, pilot=pilot, target=condition, data=data)
    return condition


def withdraw_condition(*, condition: Condition, by: User, at: datetime) -> Condition:
    require(by, Permission.ASK_SIGN_OFF, condition.pilot)
    with transaction.atomic():
        pilot, condition = _hold(condition)
        if condition.gate.state == Gate.State.PASSED:
            raise Refused("The gate was passed on it, so it stays.", code="passed")
        condition.withdrawn_at, condition.withdrawn_by = at, by
        condition.save(update_fields=["withdrawn_at", "withdrawn_by"])
        reevaluate(pilot, at)
        record("condition.withdrawn", by=by, pilot=pilot, target=condition)
    return condition


def meet_condition(*, condition: Condition, by: User, at: datetime, note: str) -> Condition:
    require(by, Permission.CLOSE_CONDITION, condition.pilot)
    if not note.strip():
        raise Refused("Say what was done, and where it can be seen.", field="note", code="missing")
    with transaction.atomic():
        pilot, condition = _hold(condition)
        if condition.met_at is not None:
            raise Refused("This condition is met already.", code="met")
        condition.met_at, condition.met_by, condition.met_note = at, by, note.strip()
        condition.save(update_fields=["met_at", "met_by", "met_note"])
        reevaluate(pilot, at)
        record("condition.met", by=by, pilot=pilot, target=condition, data={"note": digest_of(note.strip())})
    return condition


def _hold(condition: Condition) -> tuple[Pilot, Condition]:
    pilot = lock_pilot(condition.pilot)
    require_not_ended(pilot)
    held = Condition.objects.select_for_update(no_key=True, of=("self",)).select_related("gate").get(pk=condition.pk)
    if held.withdrawn_at is not None:
        raise Refused("This condition was withdrawn.", code="withdrawn")
    return pilot, held
