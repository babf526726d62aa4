"""“An edge case”, “future work”: a degradation is put off only with an owner and a stress test that will look at it."""

from datetime import datetime

from django.db import transaction

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.actions.registers import require_member
from pilots.audit import record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.models import Stressor, UseCase, User
from pilots.permissions import Permission


def set_aside_use_case(
    *, use_case: UseCase, by: User, at: datetime, as_: str, owner: User | None, stressor: Stressor | None
) -> UseCase:
    """`as_` is one of UseCase.SetAside; empty takes it back, and owner and stress test with it."""
    require(by, Permission.EDIT_EVIDENCE, use_case.pilot)
    if as_ and as_ not in UseCase.SetAside.values:
        raise Refused("Choose how it is set aside.", field="as_", code="unknown")
    if as_ and owner is None:
        raise Refused("Nothing is set aside without somebody who owns it.", field="owner", code="missing")
    if as_ and stressor is None:
        raise Refused("Nothing is set aside without a stress test that looks at it.", field="stressor", code="missing")
    with transaction.atomic():
        require_not_ended(lock_pilot(use_case.pilot))
        held = UseCase.objects.select_for_update(no_key=True, of=("self",)).select_related("pilot").get(pk=use_case.pk)
        if held.removed_at is not None:
            raise Refused("This use case was removed.", code="removed")
        held.set_aside = as_
        held.set_aside_owner, held.set_aside_stressor = (owner, stressor) if as_ else (None, None)
        require_member(held.pilot, held.set_aside_owner, "owner")
        if held.set_aside_stressor is not None:
            _require_there(held, held.set_aside_stressor)
        held.save(update_fields=["set_aside", "set_aside_owner", "set_aside_stressor"])
        announce(held.pilot, reason=f"{held.name} was set aside" if as_ else f"{held.name} is no longer set aside")
        data = {"as": as_, "owner": held.set_aside_owner_id, "stressor": str(held.set_aside_stressor_id or "")}
        lender = acting_for(by, held.pilot, Permission.EDIT_EVIDENCE)
        record("use_case.set_aside", by=by, on_behalf_of=lender, pilot=held.pilot, target=held, data=data)
    return held


def _require_there(use_case: UseCase, stressor: Stressor) -> None:
    if stressor.pilot_id != use_case.pilot_id or stressor.removed_at is not None:
        raise Refused("Choose a stressor of this pilot that is still there.", field="stressor", code="unknown")
