"""What becomes of a stress finding: something is built, it is decided that nothing changes, or somebody takes the risk.

None of the three can be written into the register as if it were a field.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.actions.registers import hold_entry, require_member
from pilots.audit import digest_of, record
from pilots.changes import evidence_changed
from pilots.errors import Refused
from pilots.models import FailureMode, User
from pilots.models.failure import LONGEST
from pilots.permissions import Permission

# A risk is looked at again once a year at least.
ANSWERS: Final = (FailureMode.Answer.BUILD, FailureMode.Answer.DECIDED)
LONGEST_ACCEPTANCE: Final = dt.timedelta(days=365)


def answer_failure(
    *,
    failure: FailureMode,
    by: User,
    at: dt.datetime,
    answer: str,
    reason: str,
    owner: User | None = None,
    due_on: dt.date | None = None,
    version: int | None = None,
) -> FailureMode:
    """`answer`: "build" with an owner and a day, or "decided" with why nothing changes. It ends an accepted risk."""
    require(by, Permission.EDIT_EVIDENCE, failure.pilot)
    if answer not in ANSWERS:
        raise Refused("Choose what becomes of it.", field="answer", code="unknown")
    builds = answer == FailureMode.Answer.BUILD
    reason = _reason(reason, "Say what is built." if builds else "Say why nothing changes.")
    if builds and owner is None:
        raise Refused("Somebody has to see to it.", field="owner", code="missing")
    if builds and due_on is None:
        raise Refused("Say by when it is built.", field="due_on", code="missing")
    with transaction.atomic():
        held = _hold(failure, version)
        require_member(held.pilot, owner, "owner")
        held.answer, held.answer_reason = answer, reason
        held.build_owner, held.build_due_on = (owner, due_on) if builds else (None, None)
        held.built_on = held.accepted_until = held.accepted_at = held.accepted_by = None
        _save(held, "is answered")
        data = {"answer": str(answer), "reason": digest_of(reason), "owner": held.build_owner_id}
        data["due_on"] = due_on.isoformat() if builds and due_on else None
        _record("failure.answered", held, by, data)
    return held


def build_failure(
    *, failure: FailureMode, by: User, at: dt.datetime, on: dt.date, version: int | None = None
) -> FailureMode:
    """What was to be built stands, since `on`."""
    require(by, Permission.EDIT_EVIDENCE, failure.pilot)
    if on > (at + dt.timedelta(hours=14)).date():
        raise Refused("That day is still to come.", field="on", code="future")
    with transaction.atomic():
        held = _hold(failure, version)
        if held.answer != FailureMode.Answer.BUILD or held.built_on is not None:
            raise Refused("There is nothing that is still to be built.", code="nothing_to_build")
        held.built_on = on
        _save(held, "is built")
        _record("failure.built", held, by, {"built_on": on.isoformat()})
    return held


def accept_risk(
    *, failure: FailureMode, by: User, at: dt.datetime, until: dt.date, reason: str, version: int | None = None
) -> FailureMode:
    """`by` takes the risk in their own name, for a year at most; after `until` the finding is open again."""
    require(by, Permission.ACCEPT_RISK, failure.pilot)
    reason = _reason(reason, "Say why the risk can be taken.")
    if until <= at.date():
        raise Refused("That day is over, or today.", field="until", code="past")
    if until > (at + LONGEST_ACCEPTANCE).date():
        raise Refused(f"At most {LONGEST_ACCEPTANCE.days} days ahead.", field="until", code="too_long")
    with transaction.atomic():
        held = _hold(failure, version)
        held.answer, held.answer_reason = FailureMode.Answer.ACCEPTED, reason
        held.build_owner = held.build_due_on = held.built_on = None
        held.accepted_until, held.accepted_at, held.accepted_by = until, at, by
        _save(held, "is accepted as a risk")
        data = {"until": until.isoformat(), "severity": held.severity, "reason": digest_of(reason)}
        _record("risk.accepted", held, by, data, Permission.ACCEPT_RISK)
    return held


def _hold(failure: FailureMode, version: int | None) -> Any:
    require_not_ended(lock_pilot(failure.pilot))
    return hold_entry(failure, version)


def _save(failure: FailureMode, said: str) -> None:
    failure.version += 1
    failure.save()
    evidence_changed(failure.pilot, reason=f"a failure mode {said}")


def _record(
    verb: str,
    failure: FailureMode,
    by: User,
    data: Mapping[str, Any],
    permission: Permission = Permission.EDIT_EVIDENCE,
) -> None:
    lender = acting_for(by, failure.pilot, permission)
    record(verb, by=by, on_behalf_of=lender, pilot=failure.pilot, target=failure, data=data)


def _reason(reason: str, missing: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused(missing, field="reason", code="reason_missing")
    if len(reason) > LONGEST:
        raise Refused(f"Use at most {LONGEST} characters.", field="reason", code="too_long")
    return reason
