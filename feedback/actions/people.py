"""Barriers in a segment's way with what is done about them, and roles that are asked apart from volunteers."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from feedback.actions.deciding import plain_text
from feedback.actions.owners import require_works_here
from feedback.models import Asking, Barrier, SensitiveRole
from feedback.models.people import ACCESS, LONGEST
from feedback.redaction import clean
from pilots.access import acting_for, require
from pilots.actions.notifications import tell
from pilots.audit import digest_of, record
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, Segment, User
from pilots.permissions import Permission


def record_barrier(
    *,
    pilot: Pilot,
    segment: Segment,
    kind: str,
    what: str,
    actions: Sequence[str],
    action: str,
    owner: User,
    measure: str,
    review_on: date,
    by: User,
    at: datetime,
) -> Barrier:
    """With an action beyond access, somebody who sees to it, and what will show that it worked."""
    require(by, Permission.EDIT_CHANGE, pilot)
    if segment.pilot_id != pilot.pk or segment.removed_at is not None:
        raise Refused("Choose a group of this pilot.", field="segment", code="unknown")
    if kind not in Barrier.Kind:
        raise Refused("Choose what stands in their way.", field="kind", code="unknown")
    with transaction.atomic():
        barrier = Barrier(pilot=pilot, segment=segment, kind=kind, recorded_at=at, recorded_by=by)
        _fill(barrier, what, actions, action, owner, measure, review_on, at)
        barrier.save()
        _tell_owner(barrier, by, at)
        _record("barrier.recorded", barrier, by, _said(barrier))
    return barrier


def revise_barrier(
    *,
    barrier: Barrier,
    what: str,
    actions: Sequence[str],
    action: str,
    owner: User,
    measure: str,
    review_on: date,
    version: int,
    by: User,
    at: datetime,
) -> Barrier:
    require(by, Permission.EDIT_CHANGE, barrier.pilot)
    with transaction.atomic():
        held = _hold(barrier, version)
        before = held.owner_id
        _fill(held, what, actions, action, owner, measure, review_on, at)
        held.version += 1
        held.save()
        if held.owner_id != before:
            _tell_owner(held, by, at)
        _record("barrier.revised", held, by, _said(held))
    return held


def close_barrier(*, barrier: Barrier, state: str, outcome: str, version: int, by: User, at: datetime) -> Barrier:
    """Lifted as its measure shows, or it stands and the rollout is planned with it."""
    require(by, Permission.EDIT_CHANGE, barrier.pilot)
    if state not in (Barrier.State.LIFTED, Barrier.State.STANDS):
        raise Refused("Choose how it ends.", field="state", code="unknown")
    outcome = _text(outcome, "outcome", "Say what the measure shows.")
    with transaction.atomic():
        held = _hold(barrier, version)
        held.state, held.outcome, held.closed_at, held.closed_by = state, outcome, at, by
        held.version += 1
        held.save()
        _record("barrier.closed", held, by, {"state": state, "outcome": digest_of(outcome)})
    return held


def _fill(
    barrier: Barrier,
    what: str,
    actions: Sequence[str],
    action: str,
    owner: User,
    measure: str,
    review_on: date,
    at: datetime,
) -> None:
    chosen = list(dict.fromkeys(actions))
    if not chosen or not set(chosen) <= set(Barrier.Action.values):
        raise Refused("Choose what is done.", field="actions", code="unknown")
    if chosen == [ACCESS]:
        raise Refused(
            "Giving access answers no barrier: choose what else is done.", field="actions", code="access_alone"
        )
    if review_on < at.date():
        raise Refused("That day is over. Choose today or a later day.", field="review_on", code="past")
    require_works_here(owner, barrier.pilot, "owner")
    barrier.what = _text(what, "what", "Say how it shows.")
    barrier.actions, barrier.action = chosen, _text(action, "action", "Say what is done.")
    barrier.owner, barrier.measure = owner, _text(measure, "measure", "Say what will show that it worked.")
    barrier.review_on = review_on


def _hold(barrier: Barrier, version: int) -> Barrier:
    rows = Barrier.objects.select_for_update(of=("self",)).select_related("pilot", "segment", "owner")
    held = rows.get(pk=barrier.pk)
    if held.version != version:
        current = {"State": held.get_state_display(), "Action": held.action}
        raise Conflict("Somebody else worked on this barrier since you opened it.", current=current)
    if not held.is_open:
        raise Refused("It is closed.", code="wrong_state")
    return held


def _tell_owner(barrier: Barrier, by: User, at: datetime) -> None:
    if barrier.owner != by:
        text = f"You see to a barrier in {barrier.pilot.name}: {barrier}."
        tell(barrier.owner, event=f"barrier:{barrier.pk}:{barrier.version}", text=text, at=at, pilot=barrier.pilot)


def _said(barrier: Barrier) -> dict[str, object]:
    return {
        "kind": barrier.kind,
        "actions": ", ".join(barrier.actions),
        "owner": str(barrier.owner_id),
        "review_on": barrier.review_on.isoformat(),
        "what": digest_of(barrier.what),
        "action": digest_of(barrier.action),
        "measure": digest_of(barrier.measure),
    }


def identify_role(
    *, pilot: Pilot, name: str, why: str, segment: Segment | None = None, by: User, at: datetime
) -> SensitiveRole:
    """Whose view of their own work is at stake, so that they are asked apart from volunteers."""
    require(by, Permission.EDIT_CHANGE, pilot)
    name = clean(name) or (segment.name if segment else "")
    if not name:
        raise Refused("Name the role, or choose a group.", field="name", code="missing")
    if len(name) > 120:
        raise Refused("Use at most 120 characters.", field="name", code="too_long")
    if segment is not None and (segment.pilot_id != pilot.pk or segment.removed_at is not None):
        raise Refused("Choose a group of this pilot.", field="segment", code="unknown")
    why = _text(why, "why", "Say what about their work is at stake.")
    try:
        with transaction.atomic():
            role = SensitiveRole.objects.create(
                pilot=pilot, segment=segment, name=name, why=why, identified_at=at, identified_by=by
            )
            _record("sensitive_role.identified", role, by, {"why": digest_of(why)})
    except IntegrityError:
        raise Refused("This role is listed already.", field="name", code="known") from None
    return role


def record_asking(
    *,
    role: SensitiveRole,
    whom: str,
    how: str,
    asked_on: date,
    people_asked: int,
    people_answered: int,
    in_sum: str,
    by: User,
    at: datetime,
) -> Asking:
    """What they said in sum. Under ten answers it is kept and shown to nobody."""
    require(by, Permission.EDIT_CHANGE, role.pilot)
    if whom not in Asking.Whom:
        raise Refused("Choose who was asked.", field="whom", code="unknown")
    if how not in Asking.How:
        raise Refused("Choose how they were asked.", field="how", code="unknown")
    if asked_on > at.date():
        raise Refused("That day has not come yet.", field="asked_on", code="future")
    if people_asked < 1:
        raise Refused("At least one.", field="people_asked", code="range")
    if not 0 <= people_answered <= people_asked:
        raise Refused("No more can answer than were asked.", field="people_answered", code="range")
    in_sum = _text(in_sum, "in_sum", "Say what they said, in sum.")
    with transaction.atomic():
        asking = Asking.objects.create(
            pilot=role.pilot,
            role=role,
            whom=whom,
            how=how,
            asked_on=asked_on,
            people_asked=people_asked,
            people_answered=people_answered,
            in_sum=in_sum,
            recorded_at=at,
            recorded_by=by,
        )
        _record("sensitive_role.asked", role, by, {"whom": whom, "how": how, "in_sum": digest_of(in_sum)})
    return asking


def _text(text: str, field: str, missing: str) -> str:
    return plain_text(text, field=field, missing=missing, most=LONGEST)


def _record(verb: str, target: Barrier | SensitiveRole, by: User, data: dict[str, object]) -> None:
    lender = acting_for(by, target.pilot, Permission.EDIT_CHANGE)
    record(verb, by=by, on_behalf_of=lender, pilot=target.pilot, target=target, data=data)
