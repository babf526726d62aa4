"""What the loop from a flag to an answer owes before another stage opens. Pure, beside `rules`, which turns it into
findings. None of it reads whether a figure is good: only whether somebody decided, in time, and said so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from pilots.permissions import Permission, Role, roles_with

# More than these are counted rather than named.
NAMED: Final = 4


@dataclass(frozen=True)
class Owed:
    """Something with a day or a moment by which somebody has to have done it."""

    reference: str
    due: datetime
    owner_id: UUID | None = None


@dataclass(frozen=True)
class SevereFlagFacts:
    reference: str
    severity: int


@dataclass(frozen=True)
class FeedbackFacts:
    """Of one pilot, at one moment. What is severe here is neither fixed nor carried by name."""

    severe_flags: tuple[SevereFlagFacts, ...] = ()
    # Numbers of patterns.
    severe_patterns: tuple[int, ...] = ()
    decisions: tuple[Owed, ...] = ()
    reviews: tuple[Owed, ...] = ()
    review_is_set: bool = True
    corrections: tuple[Owed, ...] = ()
    untold: int = 0


@dataclass(frozen=True)
class Need:
    """A finding in the making; `reason` is the value of a `rules.Reason`."""

    code: str
    subject: str
    met: bool
    reason: str
    text: str
    detail: str = ""
    who_ids: tuple[UUID, ...] = ()
    who_roles: tuple[Role, ...] = ()
    changes_at: datetime | None = None
    # Beside `met` and `detail`, what makes it another finding than the one somebody saw.
    version: tuple[object, ...] = ()


CODES: Final = frozenset(
    {"severe_flag", "severe_pattern", "decisions_in_time", "review_in_time", "corrections_in_time", "reporters_told"}
)
_TRIAGE: Final = tuple(roles_with(Permission.TRIAGE_FLAGS))
_REVIEW: Final = tuple(roles_with(Permission.RUN_REVIEWS))


def needs(facts: FeedbackFacts, at: datetime) -> Iterator[Need]:
    for flag in facts.severe_flags:
        yield Need(
            "severe_flag",
            f"flag:{flag.reference}",
            met=False,
            reason="severe",
            text=f"Flag {flag.reference}, severity {flag.severity}, is fixed or carried by name",
            detail="Triage assessed it; it is neither closed nor carried",
            who_roles=_TRIAGE,
            version=(flag.severity,),
        )
    for number in facts.severe_patterns:
        yield Need(
            "severe_pattern",
            f"pattern:{number}",
            met=False,
            reason="severe",
            text=f"Pattern P-{number}, which is severe, is fixed or carried by name",
            detail="A person stands behind it; it is neither fixed nor carried",
            who_roles=_TRIAGE,
        )
    yield _in_time("decisions_in_time", "patterns:", "No decision about a pattern is overdue", facts.decisions, at)
    held = _in_time("review_in_time", "reviews:", "The standing review is held and closed in time", facts.reviews, at)
    if held.met and not facts.review_is_set:
        held = replace(held, met=False, reason="missing", detail="Nobody has set on which day patterns are reviewed")
    yield held
    yield _in_time("corrections_in_time", "corrections:", "What went out is corrected in time", facts.corrections, at)
    yield Need(
        "reporters_told",
        "flags:untold",
        met=not facts.untold,
        reason="met" if not facts.untold else "missing",
        text="Everybody who flagged what was decided about has been told",
        detail=f"{facts.untold} flag{'s' if facts.untold > 1 else ''} without an answer" if facts.untold else "",
        who_roles=_TRIAGE,
    )


def _in_time(code: str, subject: str, text: str, owed: Iterable[Owed], at: datetime) -> Need:
    found = sorted(owed, key=lambda one: (one.due, one.reference))
    late = [one for one in found if one.due <= at]
    upcoming = [one.due for one in found if one.due > at]
    owners = tuple(dict.fromkeys(one.owner_id for one in late if one.owner_id is not None))
    return Need(
        code,
        subject,
        met=not late,
        reason="missed" if late else "met",
        text=text,
        detail=_named(late),
        who_ids=owners,
        who_roles=() if owners else _REVIEW,
        changes_at=min(upcoming, default=None) if not late else None,
    )


def _named(late: list[Owed]) -> str:
    if not late:
        return ""
    shown = [one.reference for one in late[:NAMED]]
    more = f" and {len(late) - NAMED} more" if len(late) > NAMED else ""
    return f"Overdue: {', '.join(shown)}{more}"
