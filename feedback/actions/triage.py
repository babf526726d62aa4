"""What triage does with a flag: say how severe it is, close it with an answer, or carry it by name."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from feedback import steps
from feedback.actions.flags import chosen_categories
from feedback.actions.telling import tell_reporter
from feedback.models import Flag
from feedback.models.reply import Step
from feedback.redaction import clean
from feedback.taxonomy import SEVERE, Category, Severity
from pilots.access import acting_for, require
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.events import publish_event
from pilots.models import User
from pilots.permissions import Permission

MOST_CHARACTERS = 4000


def assess_flag(*, flag: Flag, severity: int, note: str = "", version: int, by: User, at: datetime) -> Flag:
    """Again later, too, when somebody learns more. The catalogue says which answers `severe_flag` makes stale."""
    if severity not in list(Severity):
        raise Refused("Choose how severe it is.", field="severity", code="unknown")
    note = _text(note, "note")
    if severity != flag.severity and not note:
        raise Refused("Say why your level is another than the reporter’s.", field="note", code="reason_missing")
    with transaction.atomic():
        flag = _lock(flag, version, by)
        if flag.state == Flag.State.CLOSED:
            raise Refused("It is closed. Its reporter can open it again.", code="closed")
        before = flag.assessed_severity
        flag.state, flag.assessed_severity, flag.assessment = Flag.State.ASSESSED, severity, note
        flag.assessed_at, flag.assessed_by = at, by
        flag.looked_at = flag.looked_at or at
        # What somebody carried by name was the earlier assessment.
        flag.carried_at = flag.carried_by = None
        flag.carry_reason = ""
        _save(flag)
        newly_severe = severity >= SEVERE and (before is None or before < SEVERE)
        _announce(flag, "was assessed", event="severe_flag" if newly_severe and not flag.is_drill else "")
        others = max(flag.pattern.size - 1, 0) if flag.pattern else 0
        text = steps.assessed(flag.reference, severity, flag.severity, others)
        tell_reporter(flag, f"assessed:{flag.version}", text, by=by, at=at, words=note)
        _record("flag.assessed", flag, by, {"severity": severity, "before": before, "note": digest_of(note)})
    return flag


def relabel_flag(*, flag: Flag, categories: Sequence[str], version: int, by: User, at: datetime) -> Flag:
    """What is wrong, in the eyes of triage; what the reporter chose is kept beside it. In whatever state it is."""
    chosen = chosen_categories(categories)
    with transaction.atomic():
        flag = _lock(flag, version, by)
        if chosen == flag.current_categories:
            raise Refused("It says so already.", field="categories", code="same")
        before = flag.current_categories
        flag.assessed_categories, flag.relabelled_at, flag.relabelled_by = chosen, at, by
        _save(flag)
        _announce(flag, "was labelled anew")
        _record("flag.relabelled", flag, by, {"categories": chosen, "before": before})
    return flag


def close_flag(*, flag: Flag, resolution: str, answer: str, version: int, by: User, at: datetime) -> Flag:
    """`answer` is what the reporter reads; nothing is closed without one."""
    if resolution not in Flag.Resolution:
        raise Refused("Choose how it ends.", field="resolution", code="unknown")
    answer = _text(answer, "answer")
    if not answer:
        raise Refused("Tell the reporter what became of it.", field="answer", code="answer_missing")
    with transaction.atomic():
        flag = _lock(flag, version, by)
        _require_state(flag, Flag.State.ASSESSED, Flag.State.CARRIED)
        _end(flag, resolution, answer, by, at)
        word = Flag.Resolution(resolution).label.removesuffix(", because").lower()
        fixed = resolution == Flag.Resolution.FIXED
        text, step = steps.closed(flag.reference, word, fixed=fixed), Step.LIVE if fixed else Step.DECISION
        tell_reporter(flag, f"closed:{flag.version}", text, by=by, at=at, step=step, words=answer)
        _record("flag.closed", flag, by, {"resolution": resolution, "answer": digest_of(answer)})
    return flag


def _end(flag: Flag, resolution: str, answer: str, by: User, at: datetime) -> None:
    flag.state, flag.resolution, flag.answer = Flag.State.CLOSED, resolution, answer
    flag.closed_at, flag.closed_by = at, by
    _save(flag)
    _announce(flag, "was closed")
    publish_event(flag.pilot, "flag.closed", {"reference": flag.reference, "resolution": resolution})


def close_as_judged(*, flag: Flag, answer: str, by: User, at: datetime) -> bool:
    """Part of answering an escalation, which tells the reporter and the trail. A flag that asked for nothing but a
    judgement, and whose output may be used, has its answer with it; the rest, and what is severe, waits for triage.
    """
    held = Flag.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=flag.pk)
    is_open = held.state in (Flag.State.NEW, Flag.State.ASSESSED)
    if not is_open or held.current_categories != [Category.JUDGE] or held.current_severity >= SEVERE:
        return False
    if held.assessed_at is None:
        held.assessed_severity, held.assessed_at, held.assessed_by = held.severity, at, by
    held.looked_at = held.looked_at or at
    _end(held, Flag.Resolution.NOT_A_FAULT, answer, by, at)
    return True


def carry_flag(*, flag: Flag, reason: str, version: int, by: User, at: datetime) -> Flag:
    """`by` answers by name for going on although it is not fixed; a stage is no longer held by it."""
    reason = _text(reason, "reason")
    if not reason:
        raise Refused("Say why the pilot can go on with it.", field="reason", code="reason_missing")
    with transaction.atomic():
        flag = _lock(flag, version, by)
        _require_state(flag, Flag.State.ASSESSED)
        flag.state, flag.carry_reason = Flag.State.CARRIED, reason
        flag.carried_at, flag.carried_by = at, by
        _save(flag)
        _announce(flag, "is carried by name")
        text = steps.carried(flag.reference)
        tell_reporter(flag, f"carried:{flag.version}", text, by=by, at=at, step=Step.DECISION, words=reason)
        _record("flag.carried", flag, by, {"severity": flag.assessed_severity, "reason": digest_of(reason)})
    return flag


def _lock(flag: Flag, version: int, by: User) -> Flag:
    """The row as it stands, held until the transaction ends; Conflict when it is not what `by` looked at."""
    require(by, Permission.TRIAGE_FLAGS, flag.pilot)
    flag = Flag.objects.select_for_update(of=("self",)).select_related("pilot", "reporter", "pattern").get(pk=flag.pk)
    if flag.version != version:
        current = {"State": flag.get_state_display(), "Severity": f"{flag.current_severity} {flag.severity_word}"}
        if flag.state == Flag.State.CLOSED:
            current["Answer"] = flag.answer
        raise Conflict("Somebody else worked on this flag since you opened it.", current=current)
    return flag


def _require_state(flag: Flag, *states: Flag.State) -> None:
    if flag.state == Flag.State.NEW:
        raise Refused("Assess it first: how severe it is goes into the answer.", code="not_assessed")
    if flag.state not in states:
        raise Refused(f"It is {flag.get_state_display().lower()} already.", code="wrong_state")


def _text(text: str, field: str) -> str:
    cleaned = clean(text)
    if len(cleaned) > MOST_CHARACTERS:
        raise Refused(f"Use at most {MOST_CHARACTERS} characters.", field=field, code="too_long")
    return cleaned


def _save(flag: Flag) -> None:
    flag.version += 1
    flag.save()


def _announce(flag: Flag, what: str, event: str = "") -> None:
    data = {"flag_id": str(flag.pk)} if event else {}
    announce(flag.pilot, event=event, reason=f"flag {flag.reference} {what}", data=data)


def _record(verb: str, flag: Flag, by: User, data: dict[str, object]) -> None:
    lender = acting_for(by, flag.pilot, Permission.TRIAGE_FLAGS)
    record(verb, by=by, on_behalf_of=lender, pilot=flag.pilot, target=flag, data=data)
