"""A reporter who said by one click that it came back takes that back: all stands as it did before the click."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from feedback.actions.deciding import bring_back, decide
from feedback.actions.escalations import give_up_escalation
from feedback.actions.telling import tell_triage_of_pattern
from feedback.models import Escalation, Flag, Pattern, PatternDecision, Reply
from feedback.models.reply import Step
from feedback.taxonomy import SEVERE
from pilots.audit import record
from pilots.changes import announce
from pilots.errors import Refused

# Long enough to notice the click, too short for triage to have built on it.
WITHIN: Final = timedelta(hours=1)


def standing_before(flag: Flag) -> dict[str, Any]:
    """What opening a closed flag again drops, as JSON keeps it."""
    return {
        "assessed_severity": flag.assessed_severity,
        "assessed_at": flag.assessed_at and flag.assessed_at.isoformat(),
        "assessed_by": flag.assessed_by_id and str(flag.assessed_by_id),
        "carried_at": flag.carried_at and flag.carried_at.isoformat(),
        "carried_by": flag.carried_by_id and str(flag.carried_by_id),
        "recurred_at": flag.recurred_at and flag.recurred_at.isoformat(),
        "recurrence": flag.recurrence,
        "version": flag.version,
    }


def may_take_back(flag: Flag, last_return: Reply | None, at: datetime) -> bool:
    """Nobody touched it since the click."""
    if flag.state != Flag.State.NEW or last_return is None or not last_return.before:
        return False
    untouched: bool = flag.version == last_return.before["version"] + 1
    return untouched and at <= last_return.told_at + WITHIN


def last_return_of(flag: Flag) -> Reply | None:
    return Reply.objects.filter(flag=flag, step=Step.RETURN).order_by("-pk").first()


def take_back_return(*, flag: Flag, at: datetime) -> Flag:
    """By its reporter, whom the link or the account proves. What fell in doubt by it alone counts again."""
    with transaction.atomic():
        held = Flag.objects.select_for_update(of=("self",)).select_related("pilot").get(pk=flag.pk)
        said = last_return_of(held)
        if said is None or not may_take_back(held, said, at):
            raise Refused("Somebody works on it already, or it is over an hour ago.", code="too_late")
        before = said.before
        held.state = Flag.State.CLOSED
        held.assessed_severity, held.recurrence = before["assessed_severity"], before["recurrence"]
        held.assessed_at, held.carried_at, held.recurred_at = (
            before[name] and datetime.fromisoformat(before[name])
            for name in ("assessed_at", "carried_at", "recurred_at")
        )
        held.assessed_by_id, held.carried_by_id = (
            before[name] and UUID(before[name]) for name in ("assessed_by", "carried_by")
        )
        held.recurrences -= 1
        held.version += 1
        held.save()
        Reply.objects.create(
            pilot=held.pilot,
            flag=held,
            step=Step.RETURN,
            key=f"taken_back:{held.version}",
            text="You took back that it came back: the answer stands as before.",
            told_at=at,
        )
        _give_up_escalation(held, said, at)
        _bring_pattern_back(held, said, at)
        announce(held.pilot, reason=f"the reporter of {held.reference} took back that it came back")
        record("flag.return_taken_back", by=None, pilot=held.pilot, target=held, data={"recurrences": held.recurrences})
    return held


def _bring_pattern_back(flag: Flag, said: Reply, at: datetime) -> None:
    """Fixed as it was, where only such clicks brought it back, all are taken back and nobody decided anything since."""
    if flag.pattern_id is None:
        return
    held = Pattern.objects.select_for_update(of=("self",)).select_related("pilot", "owner").get(pk=flag.pattern_id)
    last = PatternDecision.objects.filter(pattern=held).order_by("-pk").first()
    by_itself = last is not None and last.verb == "returned" and last.decided_by_id is None
    if last is None or not by_itself or held.state != Pattern.State.REGRESSED:
        return
    by_a_click = last.decided_at == said.told_at or _taken_back_too(held, last.decided_at)
    if not by_a_click or _seen_by_others(held, flag, last.decided_at):
        return
    before = last.before
    decide(held, "return_taken_back", by=None, at=at)
    bring_back(held, before)
    held.save()
    # `since`: what fell in doubt before that has another cause.
    data = {"not_back_pattern_id": str(held.pk), "since": last.decided_at.isoformat()}
    announce(held.pilot, reason=f"{held.reference} did not come back after all", data=data)
    text = f"{held.reference} “{held.title}” did not come back after all, says who had said so. It is fixed as before."
    tell_triage_of_pattern(held, f"return_taken_back:{held.version}", text, at=at)


def _taken_back_too(pattern: Pattern, returned_at: datetime) -> bool:
    """The click of another reporter, which brought it back then."""
    returns = Reply.objects.filter(flag__pattern=pattern, step=Step.RETURN)
    clicked = returns.filter(key__startswith="reopened:", told_at=returned_at).values("flag")
    return returns.filter(flag__in=clicked, key__startswith="taken_back:", told_at__gte=returned_at).exists()


def _seen_by_others(pattern: Pattern, flag: Flag, since: datetime) -> bool:
    """What would have brought it back without this click, by the rules of `feedback.actions.returns`."""
    others = Flag.objects.filter(pattern=pattern).exclude(pk=flag.pk).exclude(state=Flag.State.CLOSED)
    again = Q(recurred_at__gte=since, reporter__isnull=False)
    known = Q(reporter__isnull=False) | Q(assessed_at__isnull=False)
    made_since = Q(made_at__isnull=True) | Q(made_at__gte=pattern.fixed_from)
    severe = Q(assessed_severity__gte=SEVERE) | Q(assessed_severity__isnull=True, severity__gte=SEVERE)
    return others.filter(again | Q(reported_at__gte=since) & made_since & severe & known).exists()


def _give_up_escalation(flag: Flag, said: Reply, at: datetime) -> None:
    """The one that opening the flag again had opened: nobody waits for it any more."""
    opened = Escalation.objects.open().filter(flag=flag, opened_at=said.told_at).first()
    if opened is not None:
        give_up_escalation(escalation=opened, at=at)
