"""A decision about a pattern counts for each of its flags, and taking it back puts them where they were."""

from datetime import datetime

from django.db.models import F

from feedback import steps
from feedback.actions.telling import News, tell_each
from feedback.models import Flag, Pattern, PatternDecision
from feedback.models.flag import FlagQuerySet
from feedback.models.reply import Step
from feedback.taxonomy import SEVERE
from pilots.changes import announce
from pilots.events import publish_events
from pilots.models import User


def close_flags_of(
    pattern: Pattern, resolution: str, answer: str, *, until: datetime | None, by: User, at: datetime
) -> list[str]:
    """References of the flags that were closed. `until`: only those whose output was made before that moment."""
    word = Flag.Resolution(resolution).label.removesuffix(", because").lower()
    closed = []
    for flag in _held(Flag.objects.filter(pattern=pattern).exclude(state=Flag.State.CLOSED)):
        if until is not None and flag.output_at >= until:
            continue
        flag.state, flag.resolution, flag.answer = Flag.State.CLOSED, resolution, answer
        flag.closed_at, flag.closed_by = at, by
        flag.version += 1
        closed.append(flag)
    Flag.objects.bulk_update(closed, ["state", "resolution", "answer", "closed_at", "closed_by", "version"])
    _tell_closed(closed, resolution, word, since=until, by=by, at=at)
    if closed:
        news = [{"reference": flag.reference, "resolution": resolution} for flag in closed]
        publish_events(pattern.pilot, "flag.closed", news)
        announce(pattern.pilot, reason=f"{len(closed)} flags of {pattern.reference} were closed")
    return [flag.reference for flag in closed]


def _tell_closed(
    closed: list[Flag], resolution: str, word: str, *, since: datetime | None, by: User, at: datetime
) -> None:
    fixed = resolution == Flag.Resolution.FIXED
    news = [
        News(
            flag,
            f"closed:{flag.version}",
            steps.closed(flag.reference, word, fixed=fixed, since=since),
            flag.answer,
        )
        for flag in closed
    ]
    tell_each(news, Step.LIVE if fixed else Step.DECISION, by=by, at=at)


def assess_flags_of(pattern: Pattern, *, by: User, at: datetime) -> int:
    """Who confirms a pattern has read what is in it. Severe flags are read one by one, since they stop a stage."""
    waiting = Flag.objects.filter(pattern=pattern, state=Flag.State.NEW, severity__lt=SEVERE)
    assessed = _held(waiting)
    for flag in assessed:
        flag.state, flag.assessed_severity = Flag.State.ASSESSED, flag.severity
        flag.assessment = f"Read as one of a pattern, {pattern}."
        flag.assessed_at, flag.assessed_by = at, by
        flag.looked_at = flag.looked_at or at
        flag.version += 1
    Flag.objects.bulk_update(
        assessed,
        ["state", "assessed_severity", "assessment", "assessed_at", "assessed_by", "looked_at", "version"],
    )
    return len(assessed)


def put_flags_back(decision: PatternDecision, *, by: User, at: datetime) -> int:
    """Of those that this decision assessed or closed, the ones that still stand so. How many are open again."""
    pending = Flag.objects.filter(pattern=decision.pattern_id, state=Flag.State.ASSESSED)
    if decision.verb == "confirmed":
        pending.filter(assessed_at=decision.decided_at, assessed_by=decision.decided_by_id).update(
            state=Flag.State.NEW,
            assessed_severity=None,
            assessment="",
            assessed_at=None,
            assessed_by=None,
            version=F("version") + 1,
        )
    closed = Flag.objects.filter(
        pilot=decision.pilot_id, reference__in=decision.data.get("closed", ()), closed_at=decision.decided_at
    )
    opened = []
    for flag in _held(closed.filter(state=Flag.State.CLOSED)):
        flag.state = _state_before(flag)
        flag.version += 1
        opened.append(flag)
    Flag.objects.bulk_update(opened, ["state", "version"])
    back = "The answer to your flag {} was taken back: it is open again, and you get another one."
    news = [News(flag, f"opened:{flag.version}", back.format(flag.reference)) for flag in opened]
    tell_each(news, Step.TRIAGE, by=by, at=at)
    if opened:
        announce(decision.pilot, reason=f"{len(opened)} flags of {decision.pattern.reference} were opened again")
    return len(opened)


def _state_before(flag: Flag) -> str:
    if flag.carried_at is not None:
        return Flag.State.CARRIED
    return Flag.State.NEW if flag.assessed_at is None else Flag.State.ASSESSED


def _held(flags: FlagQuerySet) -> list[Flag]:
    return list(flags.select_for_update(of=("self",)).select_related("pilot", "reporter").order_by("pk"))
