"""Rehearsals: planned, started, run the real way and ended with who took part; each gap gets an owner and a date."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.urls import reverse

from feedback.actions.corrections import rehearse_correction
from feedback.actions.deciding import plain_text
from feedback.actions.flags import Details, hand_in_flag
from feedback.actions.owners import require_works_here
from feedback.models import Drill, DrillGap, DrillPart
from feedback.taxonomy import Category, Severity
from pilots.access import acting_for, require
from pilots.actions.notifications import tell
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import Phase, Pilot, User
from pilots.permissions import Permission

State = Drill.State
_CATEGORY: Final = {
    Drill.Kind.FLAGGING: Category.WRONG,
    Drill.Kind.ESCALATION: Category.JUDGE,
    Drill.Kind.CORRECTION: Category.WRONG,
}
# Names what is derived from a drill's own id.
_FLAG_OF: Final = UUID("6f1d7f0e-58a4-4d0b-9d6f-0c6a1f0f9b11")


def plan_drill(*, pilot: Pilot, kind: str, scenario: str, planned_for: date, by: User, at: datetime) -> Drill:
    require(by, Permission.RUN_DRILLS, pilot)
    if kind not in Drill.Kind:
        raise Refused("Choose what is rehearsed.", field="kind", code="unknown")
    if planned_for < at.date():
        raise Refused("That day is over. Choose today or a later day.", field="planned_for", code="past")
    scenario = plain_text(scenario, field="scenario", missing="Say what people will meet.")
    with transaction.atomic():
        drill = Drill.objects.create(
            pilot=pilot, kind=kind, scenario=scenario, planned_for=planned_for, planned_at=at, planned_by=by
        )
        data = {"kind": kind, "planned_on": planned_for.isoformat(), "scenario": digest_of(scenario)}
        _record("drill.planned", drill, by, data)
    return drill


def start_drill(*, drill: Drill, version: int, by: User, at: datetime) -> Drill:
    """One of flagging, escalation or correction begins with a flag in the name of `by`, marked as a drill: it goes the
    real way. One of correction has something to correct, which `by` sees to or gives to whoever it would fall to.
    """
    require(by, Permission.RUN_DRILLS, drill.pilot)
    with transaction.atomic():
        held = _hold(drill, version, State.PLANNED)
        current = Phase.objects.filter(pilot=held.pilot, state=Phase.State.CURRENT).first()
        held.state, held.phase = State.RUNNING, current.kind if current else ""
        held.started_at, held.started_by = at, by
        if held.kind in Drill.WITH_A_FLAG:
            held.flag = hand_in_flag(
                pilot=held.pilot,
                submission=uuid5(_FLAG_OF, str(held.pk)),
                categories=[_CATEGORY[Drill.Kind(held.kind)]],
                severity=Severity.CAUGHT,
                output=held.scenario,
                details=Details(is_drill=True),
                by=by,
                at=at,
            ).flag
        if held.flag is not None and held.kind == Drill.Kind.CORRECTION:
            rehearse_correction(flag=held.flag, went_out=held.scenario, by=by, at=at)
        _save(held)
        announce(held.pilot, reason=f"{held} was started")
        _record("drill.started", held, by, {"kind": held.kind, "phase": held.phase})
    return held


def end_drill(*, drill: Drill, account: str, took_part: Sequence[User], version: int, by: User, at: datetime) -> Drill:
    """`account`: what happened; where a decision was rehearsed, what was decided and by whom."""
    require(by, Permission.RUN_DRILLS, drill.pilot)
    account = plain_text(account, field="account", missing="Say what happened, and what was decided.")
    people = list(dict.fromkeys(took_part))
    if not people:
        raise Refused("Say who took part.", field="took_part", code="missing")
    with transaction.atomic():
        held = _hold(drill, version, State.RUNNING)
        for person in people:
            require_works_here(person, held.pilot, "took_part")
        held.state, held.account, held.ended_at, held.ended_by = State.ENDED, account, at, by
        _save(held)
        DrillPart.objects.bulk_create([DrillPart(pilot=held.pilot, drill=held, person=person) for person in people])
        announce(held.pilot, reason=f"{held} was held")
        _record("drill.ended", held, by, {"people": len(people), "account": digest_of(account)})
    return held


def call_off_drill(*, drill: Drill, reason: str, version: int, by: User, at: datetime) -> Drill:
    """A planned one, or one that broke off; its flag, if it has one, still wants an answer."""
    require(by, Permission.RUN_DRILLS, drill.pilot)
    reason = plain_text(reason, field="reason", missing="Say why it is called off.")
    with transaction.atomic():
        held = _hold(drill, version, State.PLANNED, State.RUNNING)
        held.state, held.account, held.ended_at, held.ended_by = State.CALLED_OFF, reason, at, by
        _save(held)
        _record("drill.called_off", held, by, {"reason": digest_of(reason)})
    return held


def find_gap(
    *,
    drill: Drill,
    what: str,
    owner: User | None = None,
    due_on: date | None = None,
    by: User,
    at: datetime,
) -> DrillGap:
    """Without an owner it is an open finding of the gate out of infrastructure build."""
    require(by, Permission.RUN_DRILLS, drill.pilot)
    what = plain_text(what, field="what", missing="Say what was missing.")
    with transaction.atomic():
        held = Drill.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=drill.pk)
        if held.started_at is None:
            raise Refused("A drill shows gaps once it has begun.", code="wrong_state")
        gap = DrillGap(pilot=held.pilot, drill=held, what=what, found_at=at, found_by=by)
        if owner is not None or due_on is not None:
            _give(gap, owner, due_on, at)
        gap.save()
        _tell_owner(gap, by, at)
        announce(held.pilot, reason=f"{held} showed a gap")
        _record_gap("drill_gap.found", gap, by, {"what": digest_of(what), "owner": _id(owner)})
    return gap


def own_gap(*, gap: DrillGap, owner: User, due_on: date, version: int, by: User, at: datetime) -> DrillGap:
    require(by, Permission.RUN_DRILLS, gap.pilot)
    with transaction.atomic():
        held = _hold_gap(gap, version)
        _give(held, owner, due_on, at)
        held.version += 1
        held.save()
        _tell_owner(held, by, at)
        announce(held.pilot, reason=f"{held} has an owner")
        _record_gap("drill_gap.owned", held, by, {"owner": _id(owner), "due_on": due_on.isoformat()})
    return held


def close_gap(*, gap: DrillGap, note: str, version: int, by: User, at: datetime) -> DrillGap:
    require(by, Permission.RUN_DRILLS, gap.pilot)
    note = plain_text(note, field="note", missing="Say what closes it.")
    with transaction.atomic():
        held = _hold_gap(gap, version)
        if held.owner is None:
            raise Refused("Nobody owns it yet. Give it an owner first.", code="unowned")
        held.note, held.closed_at, held.closed_by = note, at, by
        held.version += 1
        held.save()
        announce(held.pilot, reason=f"{held} was closed")
        _record_gap("drill_gap.closed", held, by, {"note": digest_of(note)})
    return held


def _give(gap: DrillGap, owner: User | None, due_on: date | None, at: datetime) -> None:
    if owner is None:
        raise Refused("Choose who sees to it.", field="owner", code="missing")
    if due_on is None:
        raise Refused("Say by when.", field="due_on", code="missing")
    if due_on < at.date():
        raise Refused("That day is over. Choose today or a later day.", field="due_on", code="past")
    require_works_here(owner, gap.pilot, "owner")
    gap.owner, gap.due_on = owner, due_on


def _tell_owner(gap: DrillGap, by: User, at: datetime) -> None:
    if gap.owner is not None and gap.owner != by:
        text = f"A drill in {gap.pilot.name} showed a gap that you see to by {gap.due_on:%d %b %Y}."
        url = reverse("drill", args=[gap.pilot.slug, gap.drill_id])
        tell(gap.owner, event=f"gap:{gap.pk}:{gap.version}", text=text, at=at, pilot=gap.pilot, url=url)


def _hold(drill: Drill, version: int, *states: Drill.State) -> Drill:
    held = Drill.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=drill.pk)
    if held.version != version:
        raise Conflict("Somebody else worked on this drill since you opened it.", current={"State": _word(held)})
    if held.state not in states:
        raise Refused(f"It is {_word(held).lower()} already.", code="wrong_state")
    return held


def _hold_gap(gap: DrillGap, version: int) -> DrillGap:
    held = DrillGap.objects.select_for_update(of=("self",)).select_related("pilot", "drill", "owner").get(pk=gap.pk)
    if held.version != version:
        current = {"Owner": str(held.owner or "Nobody yet"), "Due": str(held.due_on or "")}
        raise Conflict("Somebody else worked on this gap since you opened it.", current=current)
    if held.closed_at is not None:
        raise Refused("It is closed already.", code="wrong_state")
    return held


def _word(drill: Drill) -> str:
    return drill.get_state_display()


def _id(owner: User | None) -> str | None:
    return str(owner.pk) if owner else None


def _save(drill: Drill) -> None:
    drill.version += 1
    drill.save()


def _record(verb: str, drill: Drill, by: User, data: dict[str, object]) -> None:
    lender = acting_for(by, drill.pilot, Permission.RUN_DRILLS)
    record(verb, by=by, on_behalf_of=lender, pilot=drill.pilot, target=drill, data=data)


def _record_gap(verb: str, gap: DrillGap, by: User, data: dict[str, object]) -> None:
    lender = acting_for(by, gap.pilot, Permission.RUN_DRILLS)
    record(verb, by=by, on_behalf_of=lender, pilot=gap.pilot, target=gap, data=data)
