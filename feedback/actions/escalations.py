"""Answering an escalation, giving it up, and the path that says who is called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from django.db import transaction

from feedback.actions.calling import may_be_called
from feedback.actions.deciding import plain_text
from feedback.actions.telling import tell_reporter
from feedback.actions.triage import close_as_judged
from feedback.models import Escalation, EscalationPath, EscalationStep
from feedback.models.escalation import MOST_HOURS
from feedback.redaction import clean
from pilots.access import acting_for, require
from pilots.actions.notifications import notify
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission, Role, roles_with

MOST_STEPS: Final = 5
MOST_CORRECTED: Final = 8000
Decision = Escalation.Decision


def answer_escalation(
    *,
    escalation: Escalation,
    decision: str,
    answer: str,
    corrected_output: str = "",
    version: int,
    by: User,
    at: datetime,
) -> Escalation:
    """Whether the output can be used, in words that its reporter reads."""
    require(by, Permission.ANSWER_ESCALATIONS, escalation.pilot)
    if decision not in Decision:
        raise Refused("Choose whether it can be used.", field="decision", code="unknown")
    answer = plain_text(answer, field="answer", missing="Tell who asked what to do, and why.")
    corrected = clean(corrected_output) if decision == Decision.CORRECTED else ""
    if decision == Decision.CORRECTED and not corrected:
        raise Refused("Write what to use instead.", field="corrected_output", code="missing")
    if len(corrected) > MOST_CORRECTED:
        raise Refused(f"Use at most {MOST_CORRECTED} characters.", field="corrected_output", code="too_long")
    with transaction.atomic():
        held = _hold(escalation, version)
        if held.flag.reporter_id == by.pk:
            raise Refused("You asked for it, so somebody else has to judge it.", code="own_escalation")
        held.state, held.decision, held.answer, held.corrected_output = "answered", decision, answer, corrected
        held.answered_at, held.answered_by, held.next_at = at, by, None
        _save(held)
        word = Decision(decision).label
        text = f"Your flag {held.flag.reference} was judged: {word.lower()}. Read why."
        tell_reporter(held.flag, f"escalation:{held.pk}:answered", text, by=by, at=at)
        closed = decision == Decision.USE and close_as_judged(flag=held.flag, answer=answer, by=by, at=at)
        announce(held.pilot, reason=f"{held} was answered")
        data = {"decision": decision, "late": held.is_late(at), "closed": closed, "answer": digest_of(answer)}
        if corrected:
            data["corrected_output"] = digest_of(corrected)
        lender = acting_for(by, held.pilot, Permission.ANSWER_ESCALATIONS)
        record("escalation.answered", by=by, on_behalf_of=lender, pilot=held.pilot, target=held, data=data)
    return held


def give_up_escalation(*, escalation: Escalation, at: datetime) -> Escalation:
    """By its reporter, whom the link or the account proves: they went on without an answer, which is counted."""
    with transaction.atomic():
        held = _hold(escalation)
        held.state, held.gave_up, held.next_at = Escalation.State.GAVE_UP, at, None
        _save(held)
        called = {call.person for call in held.calls.select_related("person") if call.person is not None}
        text = f"Who asked for a judgement on {held.flag.reference} went on without one."
        notify(called, event=f"escalation:{held.pk}:given_up", text=text, at=at, pilot=held.pilot)
        record("escalation.given_up", by=None, pilot=held.pilot, target=held, data={"late": held.is_late(at)})
    return held


def _hold(escalation: Escalation, version: int | None = None) -> Escalation:
    rows = Escalation.objects.select_for_update(of=("self",)).select_related("pilot", "flag__reporter", "flag__pilot")
    held = rows.get(pk=escalation.pk)
    if version is not None and held.version != version:
        current = {"State": held.get_state_display(), "Answer": held.answer}
        raise Conflict("Somebody else answered it since you opened it.", current=current)
    if not held.is_open:
        raise Refused(f"It is {held.get_state_display().lower()} already.", code="wrong_state")
    return held


def _save(escalation: Escalation) -> None:
    escalation.version += 1
    escalation.save()


@dataclass(frozen=True)
class Step:
    """A role or a person, who stands in when they are away, and how many hours of cover they have."""

    within_hours: int
    role: str = ""
    person: User | None = None
    cover: User | None = None


def set_escalation_path(
    *,
    pilot: Pilot,
    opens: time,
    closes: time,
    weekends: bool,
    steps: Sequence[Step],
    version: int,
    by: User,
    at: datetime,
) -> EscalationPath:
    """`version` 0: there is none yet. Those on their way go on at the step that follows their last one."""
    require(by, Permission.EDIT_ESCALATION_PATH, pilot)
    if closes < opens:
        raise Refused("The hours of cover end before they begin.", field="closes", code="order")
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Refused(f"Give one step at least, and at most {MOST_STEPS}.", field="steps", code="too_many")
    for number, step in enumerate(steps, 1):
        _require_sound(pilot, step, number, at)
    with transaction.atomic():
        # The pilot's row: two people may set the first path at once.
        Pilot.objects.select_for_update().get(pk=pilot.pk)
        path = EscalationPath.objects.filter(pilot=pilot).first() or EscalationPath(pilot=pilot, version=0)
        if path.version != version:
            current = {"Changed by": str(path.set_by)}
            raise Conflict("Somebody else changed the path since you opened it.", current=current)
        path.opens, path.closes, path.weekends = opens, closes, weekends
        path.set_at, path.set_by = at, by
        path.version += 1
        path.save()
        EscalationStep.objects.filter(pilot=pilot).delete()
        EscalationStep.objects.bulk_create(
            [
                EscalationStep(
                    pilot=pilot,
                    position=number,
                    role=step.role,
                    person=step.person,
                    cover=step.cover,
                    within_hours=step.within_hours,
                )
                for number, step in enumerate(steps, 1)
            ]
        )
        data = {"hours": f"{opens:%H:%M}-{closes:%H:%M}", "weekends": weekends, "steps": [_plain(s) for s in steps]}
        lender = acting_for(by, pilot, Permission.EDIT_ESCALATION_PATH)
        record("escalation_path.set", by=by, on_behalf_of=lender, pilot=pilot, target=path, data=data)
    return path


def _require_sound(pilot: Pilot, step: Step, number: int, at: datetime) -> None:
    """Only who may answer here can be called: a step that reaches somebody who may not is one that reaches nobody."""
    if bool(step.role) == bool(step.person):
        raise Refused(f"Step {number}: choose a role or a person.", field=f"whom_{number}", code="missing")
    if step.role and step.role not in {role.value for role in roles_with(Permission.ANSWER_ESCALATIONS)}:
        raise Refused(f"Step {number}: that role answers no escalations.", field=f"whom_{number}", code="unknown")
    for field, person in (("whom", step.person), ("cover", step.cover)):
        if person is not None and not may_be_called(pilot, person, at):
            raise Refused(
                f"Step {number}: {person} has no role here that answers escalations.",
                field=f"{field}_{number}",
                code="unknown",
            )
    if not 1 <= step.within_hours <= MOST_HOURS:
        raise Refused(f"Step {number}: give 1 to {MOST_HOURS} hours.", field=f"within_hours_{number}", code="range")


def _plain(step: Step) -> dict[str, Any]:
    who = {"role": Role(step.role).value} if step.role else {"person_id": str(step.person.pk if step.person else "")}
    return {**who, "cover_id": str(step.cover.pk) if step.cover else None, "hours": step.within_hours}
