"""Correcting what already went out: who does it, who was told, and whether within the promised hours."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.urls import reverse

from feedback.actions.deciding import plain_text
from feedback.actions.owners import require_works_here
from feedback.actions.rota import clocks_of
from feedback.clocks import correct_by
from feedback.models import Correction, CorrectionNotice, Flag, Pattern
from feedback.redaction import clean
from pilots.access import acting_for, require
from pilots.actions.notifications import tell
from pilots.actions.pilots import lock_pilot
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission

LONGEST_LINE: Final = 200


def open_correction(
    *,
    pilot: Pilot,
    pattern: Pattern | None = None,
    flag: Flag | None = None,
    went_out: str,
    audience: str,
    owner: User,
    by: User,
    at: datetime,
) -> Correction:
    """Of a pattern or of one flag. By when follows from its severity."""
    require(by, Permission.CORRECT_OUTPUT, pilot)
    went_out = plain_text(went_out, field="went_out", missing="Say what went out.")
    if audience not in Correction.Audience:
        raise Refused("Choose whom it reached.", field="audience", code="unknown")
    about = pattern or flag
    if about is None or (pattern is not None and flag is not None):
        raise Refused("Choose the pattern or the flag that it belongs to.", field="about", code="missing")
    if about.pilot_id != pilot.pk or about.state == Pattern.State.MERGED:
        raise Refused("Choose a pattern of this pilot that stands by itself, or a flag of it.", field="about")
    with transaction.atomic():
        lock_pilot(pilot)
        require_works_here(owner, pilot, "owner")
        return _open(about, went_out, audience, owner, by, at)


def rehearse_correction(*, flag: Flag, went_out: str, by: User, at: datetime) -> Correction:
    """Of the flag of a drill, for whoever may run drills: from here it goes the way of any other."""
    require(by, Permission.RUN_DRILLS, flag.pilot)
    with transaction.atomic():
        lock_pilot(flag.pilot)
        return _open(flag, went_out, Correction.Audience.TEAM, by, by, at)


def _open(about: Pattern | Flag, went_out: str, audience: str, owner: User, by: User, at: datetime) -> Correction:
    pilot = about.pilot
    severity = about.worst if isinstance(about, Pattern) else about.current_severity
    last = Correction.objects.filter(pilot=pilot).order_by("-number").first()
    correction = Correction.objects.create(
        pilot=pilot,
        number=last.number + 1 if last else 1,
        pattern=about if isinstance(about, Pattern) else None,
        flag=about if isinstance(about, Flag) else None,
        severity=severity,
        went_out=went_out,
        audience=audience,
        owner=owner,
        opened_at=at,
        opened_by=by,
        due_at=correct_by(at, severity, clocks_of(pilot)),
    )
    _tell_owner(correction, by, at)
    announce(pilot, reason=f"{correction} is to be corrected")
    data = {"audience": audience, "owner": str(owner.pk), "due_at": correction.due_at.isoformat()}
    _record("correction.opened", correction, by, data | {"severity": severity, "went_out": digest_of(went_out)})
    return correction


def note_told(
    *, correction: Correction, told: str, how: str = "", told_at: datetime | None = None, by: User, at: datetime
) -> CorrectionNotice:
    """Somebody whom it had reached knows now. Groups and roles rather than names."""
    require(by, Permission.CORRECT_OUTPUT, correction.pilot)
    told, how = clean(told)[:LONGEST_LINE], clean(how)[:LONGEST_LINE]
    if not told:
        raise Refused("Say who was told.", field="told", code="missing")
    if told_at is not None and told_at > at:
        raise Refused("Say when they were told; what is still to be done belongs into the plan.", field="told_at")
    with transaction.atomic():
        held = _hold(correction)
        notice = CorrectionNotice.objects.create(
            pilot=held.pilot, correction=held, told=told, how=how, told_at=told_at or at, told_by=by
        )
        _record("correction.told", held, by, {"told": digest_of(told)})
    return notice


def plan_correction(
    *, correction: Correction, owner: User, due_at: datetime, reason: str, version: int, by: User, at: datetime
) -> Correction:
    """Another person or another time than was promised: by name and with the reason."""
    require(by, Permission.CORRECT_OUTPUT, correction.pilot)
    reason = plain_text(reason, field="reason", missing="Say why it takes another person or another time.")
    if due_at <= at:
        raise Refused("That time is over. Choose a later one.", field="due_at", code="past")
    with transaction.atomic():
        held = _hold(correction, version)
        require_works_here(owner, held.pilot, "owner")
        held.owner, held.due_at = owner, due_at
        held.planned_at, held.planned_by, held.plan_reason = at, by, reason
        _save(held)
        _tell_owner(held, by, at)
        announce(held.pilot, reason=f"{held} has another time")
        data = {"owner": str(owner.pk), "due_at": due_at.isoformat(), "reason": digest_of(reason)}
        _record("correction.planned", held, by, data)
    return held


def finish_correction(
    *, correction: Correction, what_was_done: str, version: int, by: User, at: datetime
) -> Correction:
    """Nothing that left the team is corrected as long as nobody outside of it was told."""
    require(by, Permission.CORRECT_OUTPUT, correction.pilot)
    done = plain_text(what_was_done, field="what_was_done", missing="Say what was done.")
    with transaction.atomic():
        held = _hold(correction, version)
        told = CorrectionNotice.objects.filter(correction=held).exists()
        if held.audience != Correction.Audience.INTERNAL and not told:
            raise Refused("It reached others: note first who was told.", code="nobody_told")
        held.done_at, held.done_by, held.what_was_done = at, by, done
        _save(held)
        announce(held.pilot, reason=f"{held} was corrected")
        late = held.due_at < at
        _record("correction.done", held, by, {"late": late, "what_was_done": digest_of(done)})
    return held


def _hold(correction: Correction, version: int | None = None) -> Correction:
    rows = Correction.objects.select_for_update(of=("self",)).select_related("pilot", "owner")
    held = rows.get(pk=correction.pk)
    if held.is_done:
        raise Refused("It is corrected already.", code="done")
    if version is not None and held.version != version:
        current = {"Who": held.owner.name, "By when": f"{held.due_at:%-d %B %Y, %H:%M}"}
        raise Conflict("Somebody else changed this correction since you opened it.", current=current)
    return held


def _save(correction: Correction) -> None:
    correction.version += 1
    correction.save()


def _tell_owner(correction: Correction, by: User, at: datetime) -> None:
    if correction.owner == by:
        return
    text = f"{correction} in {correction.pilot.name} is yours to correct by {correction.due_at:%-d %B %Y, %H:%M} UTC."
    url = reverse("correction", args=[correction.pilot.slug, correction.number])
    event = f"correction:{correction.pk}:{correction.version}"
    tell(correction.owner, event=event, text=text, at=at, pilot=correction.pilot, url=url)


def _record(verb: str, correction: Correction, by: User, data: dict[str, Any]) -> None:
    pilot = correction.pilot
    lender = acting_for(by, pilot, Permission.CORRECT_OUTPUT)
    record(verb, by=by, on_behalf_of=lender, pilot=pilot, target=correction, data=data)
