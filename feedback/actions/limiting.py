"""What a decision about a pattern does to the uses that its flags name: human review only, or withdrawn, at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from feedback import steps
from feedback.actions.telling import tell_of_rule
from feedback.models import Flag, Pattern
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
    """Who waits for an answer about the same use; the reporters of `pattern` hear of it with the decision."""
    tell_of_rule(
        limit.use_case,
        f"limit:{limit.pk}",
        steps.limited(limit.use_case.name, WORDS[UseLimit.Kind(limit.kind)]),
        apart_from=pattern,
        by=limit.set_by,
        at=limit.set_at,
    )
