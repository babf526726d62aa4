"""What a decision about a pattern does to the uses that its flags name: human review only, or withdrawn, at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from feedback import steps
from feedback.actions.telling import tell_of_rule
from feedback.models import Flag, Pattern, Reply
from pilots.actions.limits import WORDS, put_limits
from pilots.errors import Refused
from pilots.models import UseCase, UseLimit, User

LIMITS: Final[dict[str, UseLimit.Kind]] = {
    Pattern.Action.HUMAN_ONLY: UseLimit.Kind.HUMAN_ONLY,
    Pattern.Action.WITHDRAW: UseLimit.Kind.WITHDRAWN,
}


def uses_named_by(pattern: Pattern) -> list[UseCase]:
    named = Flag.objects.filter(pattern=pattern, use_case__isnull=False).values("use_case")
    return list(UseCase.objects.filter(pk__in=named, removed_at__isnull=True))


def limit_uses(
    pattern: Pattern, action: str, chosen: Sequence[UseCase], reason: str, *, by: User, at: datetime
) -> list[UseCase]:
    """The use cases that are limited from now on; taking the decision back lifts nothing, only a reason does."""
    if action not in LIMITS:
        return []
    found = list(chosen) or uses_named_by(pattern)
    if not found:
        raise Refused("Its flags name no use: choose which it is about.", field="use_cases", code="missing")
    if any(case.pilot_id != pattern.pilot_id or case.removed_at is not None for case in found):
        raise Refused("Choose a use case of this pilot.", field="use_cases", code="unknown")
    because = reason or f"{pattern.title} ({pattern.reference})"
    for limit in put_limits(found, LIMITS[action], because, source=pattern.reference, by=by, at=at):
        _tell_the_others(limit, pattern)
    return found


def _tell_the_others(limit: UseLimit, pattern: Pattern) -> None:
    """The reporters of `pattern` hear of it with the decision."""
    _tell(limit, _waiting(limit).exclude(pattern=pattern), limit.set_at)


def tell_of_limits(at: datetime) -> int:
    """Of those that somebody set on a use case itself, to whose reporters nobody has said so. How many heard."""
    told = 0
    for limit in UseLimit.objects.filter(source="", lifted_at__isnull=True).select_related("use_case", "set_by"):
        heard = Reply.objects.filter(flag=OuterRef("pk"), key=_key(limit))
        told += _tell(limit, _waiting(limit).filter(~Exists(heard)), at)
    return told


def _waiting(limit: UseLimit) -> QuerySet[Flag]:
    """Who waited for an answer about this use when the limit was set."""
    flags = Flag.objects.filter(use_case=limit.use_case, reported_at__lte=limit.set_at)
    return flags.exclude(state=Flag.State.CLOSED)


def _key(limit: UseLimit) -> str:
    return f"limit:{limit.pk}"


def _tell(limit: UseLimit, flags: QuerySet[Flag], at: datetime) -> int:
    text = steps.limited(limit.use_case.name, WORDS[UseLimit.Kind(limit.kind)])
    return tell_of_rule(flags, _key(limit), text, by=limit.set_by, at=at)
