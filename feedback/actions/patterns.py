"""What triage decides about a pattern. Each decision is told to whoever flagged it, and can be taken back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from feedback import steps
from feedback.actions.closing import assess_flags_of, close_flags_of, put_flags_back
from feedback.actions.counting import recount
from feedback.actions.deciding import (
    NOT_CARRIED,
    bring_back,
    contradict,
    contradicts,
    decide,
    hold_pattern,
    plain_text,
)
from feedback.actions.limiting import limit_uses
from feedback.actions.returns import come_back
from feedback.actions.telling import tell_reporters
from feedback.models import Flag, Pattern, PatternDecision
from feedback.models.pattern import LONGEST_TITLE
from feedback.models.reply import Step
from feedback.redaction import clean
from feedback.taxonomy import SEVERE
from pilots.changes import announce
from pilots.errors import Refused
from pilots.models import Membership, UseCase, User

State = Pattern.State
# What a merge changed is taken back by `sorting.unmerge_pattern`, from the pattern that it went up in.
NOT_UNDONE: Final = ("merged", "surged", "undone", "unmerged")


def confirm_pattern(*, pattern: Pattern, note: str = "", version: int, by: User, at: datetime) -> Pattern:
    """One thing goes wrong, and these flags are about it. From then on it counts for the governance questions."""
    note = plain_text(note, field="note")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        if pattern.state not in (State.NEW, State.ACKNOWLEDGED, State.SNOOZED, State.DECLINED):
            raise Refused(f"It is {pattern.state_word.lower()} already.", code="wrong_state")
        others = max(pattern.size - 1, 0)
        tell_reporters(pattern, steps.pattern_confirmed(others), by=by, at=at)
        if contradicts_once_confirmed(pattern):
            contradict(pattern, "was confirmed")
        assessed = assess_flags_of(pattern, by=by, at=at)
        recount([pattern.pk])
        pattern.refresh_from_db(fields=["reporters"])
        decide(pattern, "confirmed", by=by, at=at, text=note, data={"assessed": assessed}, state=State.CONFIRMED)
    return pattern


def contradicts_once_confirmed(pattern: Pattern) -> bool:
    as_confirmed = Pattern(state=State.CONFIRMED, worst=pattern.worst, surging_since=pattern.surging_since)
    return contradicts(as_confirmed)


def acknowledge_pattern(*, pattern: Pattern, note: str = "", version: int, by: User, at: datetime) -> Pattern:
    """“I know; tell me if it grows.”"""
    note = plain_text(note, field="note")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        if pattern.state not in (State.NEW, State.CONFIRMED):
            raise Refused(f"It is {pattern.state_word.lower()} already.", code="wrong_state")
        decide(pattern, "acknowledged", by=by, at=at, text=note, state=State.ACKNOWLEDGED)
    return pattern


def act_on_pattern(
    *,
    pattern: Pattern,
    action: str,
    owner: User,
    due_on: date,
    reason: str = "",
    use_cases: Sequence[UseCase] = (),
    version: int,
    by: User,
    at: datetime,
) -> Pattern:
    """An action with a person and a day. Its reporters hear what will change and when.

    Human review only and withdrawing are in force at once for `use_cases`, or else for those that its flags name.
    """
    reason = plain_text(reason, field="reason")
    if action not in Pattern.Action:
        raise Refused("Choose what will be done.", field="action", code="unknown")
    if due_on < at.date():
        raise Refused("That day is over. Choose today or a later day.", field="due_on", code="past")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        if not owner.is_active or not Membership.objects.filter(pilot=pattern.pilot, user=owner).exists():
            raise Refused("Choose somebody who works on this pilot.", field="owner", code="unknown")
        if pattern.state not in (State.CONFIRMED, State.ACKNOWLEDGED, State.ACTING, State.REGRESSED):
            raise Refused("Confirm first that it is one thing that goes wrong.", code="not_confirmed")
        limited = limit_uses(pattern, action, use_cases, reason, by=by, at=at)
        word = Pattern.Action(action).label
        at_once = action == Pattern.Action.HUMAN_ONLY
        text, step = steps.acting(word, due_on), Step.DECISION
        if at_once:
            text, step = steps.human_only(due_on), Step.INTERIM
        tell_reporters(pattern, text, by=by, at=at, step=step, words=reason)
        data = {"action": action, "owner": str(owner.pk), "due_on": due_on.isoformat()}
        data |= {"use_cases": ", ".join(case.name for case in limited)} if limited else {}
        changed = {"action": action, "owner_id": owner.pk, "due_on": due_on, "reason": reason}
        announce(pattern.pilot, reason=f"{pattern.reference} is acted on")
        decide(pattern, "acted_on", by=by, at=at, text=reason, data=data, state=State.ACTING, **changed)
    return pattern


def fix_pattern(
    *, pattern: Pattern, fixed_from: datetime, reason: str, version: int, by: User, at: datetime
) -> Pattern:
    """Live: outputs made from `fixed_from` on should be free of it. Closes its flags with the same answer."""
    reason = plain_text(reason, field="reason", missing="Tell its reporters what changed.")
    if fixed_from > at:
        raise Refused("Say since when it is live; for later, leave it as being acted on.", field="fixed_from")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        if pattern.state not in (State.CONFIRMED, State.ACKNOWLEDGED, State.ACTING, State.REGRESSED):
            raise Refused("Confirm first that it is one thing that goes wrong.", code="not_confirmed")
        closed = close_flags_of(pattern, Flag.Resolution.FIXED, reason, until=fixed_from, by=by, at=at)
        data = {"fixed_from": fixed_from.isoformat(), "closed": closed}
        changed = {"fixed_from": fixed_from, "reason": reason, **NOT_CARRIED}
        announce(pattern.pilot, reason=f"{pattern.reference} was fixed")
        decide(pattern, "fixed", by=by, at=at, text=reason, data=data, state=State.FIXED, **changed)
    return pattern


def decline_pattern(*, pattern: Pattern, reason: str, version: int, by: User, at: datetime) -> Pattern:
    """Nothing changes, because: the reason is what each of its reporters reads."""
    reason = plain_text(reason, field="reason", missing="Tell its reporters why nothing changes.")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        if pattern.state in (State.FIXED, State.DECLINED):
            raise Refused(f"It is {pattern.state_word.lower()} already.", code="wrong_state")
        closed = close_flags_of(pattern, Flag.Resolution.NO_CHANGE, reason, until=None, by=by, at=at)
        decide(
            pattern, "declined", by=by, at=at, text=reason, data={"closed": closed}, state=State.DECLINED, reason=reason
        )
    return pattern


def carry_pattern(*, pattern: Pattern, reason: str, version: int, by: User, at: datetime) -> Pattern:
    """`by` answers by name for going on although it is severe and not fixed; a stage is no longer held by it."""
    reason = plain_text(reason, field="reason", missing="Say why the pilot can go on with it.")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        if pattern.worst < SEVERE:
            raise Refused("Only what is severe holds a stage: this one needs nobody to carry it.", code="not_severe")
        if pattern.state not in (State.CONFIRMED, State.ACKNOWLEDGED, State.ACTING, State.REGRESSED, State.SNOOZED):
            raise Refused(f"It is {pattern.state_word.lower()}, so there is nothing to carry.", code="wrong_state")
        text = "Your flag {reference} is known and not fixed yet: the pilot goes on with it. " + reason
        tell_reporters(pattern, text, by=by, at=at)
        announce(pattern.pilot, reason=f"{pattern.reference} is carried by name")
        carried: dict[str, Any] = {"carried_at": at, "carried_by_id": by.pk, "carry_reason": reason}
        decide(pattern, "carried", by=by, at=at, text=reason, **carried)
    return pattern


def snooze_pattern(
    *,
    pattern: Pattern,
    until: date | None = None,
    growth: int | None = None,
    note: str = "",
    version: int,
    by: User,
    at: datetime,
) -> Pattern:
    """Aside until a day, or until so many more flags came, whichever is first."""
    note = plain_text(note, field="note")
    if until is None and growth is None:
        raise Refused("Say until when, or until how many more flags.", field="until", code="missing")
    if until is not None and until <= at.date():
        raise Refused("Choose a later day than today.", field="until", code="past")
    if growth is not None and growth < 1:
        raise Refused("At least one more flag.", field="growth", code="too_few")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        if not pattern.is_open and pattern.state != State.ACKNOWLEDGED:
            raise Refused(f"It is {pattern.state_word.lower()} already.", code="wrong_state")
        size = None if growth is None else pattern.size + growth
        data = {"until": until.isoformat() if until else None, "size": size}
        changed = {"state": State.SNOOZED, "snoozed_until": until, "snoozed_size": size}
        decide(pattern, "snoozed", by=by, at=at, text=note, data=data, **changed)
    return pattern


def return_pattern(*, pattern: Pattern, note: str, version: int, by: User, at: datetime) -> Pattern:
    """A person of the pilot saw it again after it was fixed."""
    note = plain_text(note, field="note", missing="Say where it was seen again.")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        come_back(pattern, note, by=by, at=at)
    return pattern


def rename_pattern(*, pattern: Pattern, title: str, version: int, by: User, at: datetime) -> Pattern:
    """A name that a person gave is never changed by a job."""
    title = clean(title)
    if not title:
        raise Refused("Say in a few words what goes wrong.", field="title", code="missing")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"Use at most {LONGEST_TITLE} characters.", field="title", code="too_long")
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        decide(pattern, "renamed", by=by, at=at, title=title, is_renamed=True)
    return pattern


def undo_decision(*, pattern: Pattern, version: int, by: User, at: datetime) -> Pattern:
    """Take back the last decision that a person made; what it closed is open again, and its reporters hear that."""
    with transaction.atomic():
        pattern = hold_pattern(pattern, version, by=by)
        last = decision_to_undo(pattern)
        if last is None:
            raise Refused("Nothing is left to take back.", code="nothing_to_undo")
        opened = put_flags_back(last, by=by, at=at)
        last.undone_at, last.undone_by = at, by
        last.save(update_fields=["undone_at", "undone_by"])
        before = last.before
        decide(pattern, "undone", by=by, at=at, data={"decision": last.verb, "opened": opened})
        bring_back(pattern, before)
        pattern.save()
    return pattern


def decision_to_undo(pattern: Pattern) -> PatternDecision | None:
    """The newest that stands, unless a job has decided since."""
    found = PatternDecision.objects.filter(pattern=pattern, undone_at__isnull=True).exclude(verb__in=NOT_UNDONE)
    last = found.order_by("-pk").first()
    return last if last is not None and last.decided_by_id is not None else None
