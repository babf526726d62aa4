"""What the loop from a flag to an answer owes before another stage opens. Pure.

None of it reads whether a figure is good: only whether somebody decided, in time, and said so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from governance.findings import Finding, Reason, State, simple
from pilots.canonical import digest
from pilots.permissions import Permission, roles_with

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


class HasFeedback(Protocol):
    @property
    def at(self) -> datetime: ...

    @property
    def feedback(self) -> FeedbackFacts: ...


CODES: Final = frozenset(
    {"severe_flag", "severe_pattern", "decisions_in_time", "review_in_time", "corrections_in_time", "reporters_told"}
)
_TRIAGE: Final = tuple(roles_with(Permission.TRIAGE_FLAGS))
_REVIEW: Final = tuple(roles_with(Permission.RUN_REVIEWS))


def feedback_acted_on(facts: HasFeedback) -> Iterator[Finding]:
    owed, at = facts.feedback, facts.at
    for flag in owed.severe_flags:
        yield _severe(
            "severe_flag",
            f"flag:{flag.reference}",
            f"Flag {flag.reference}, severity {flag.severity}, is fixed or carried by name",
            "Triage assessed it; it is neither closed nor carried",
            flag.severity,
        )
    for number in owed.severe_patterns:
        yield _severe(
            "severe_pattern",
            f"pattern:{number}",
            f"Pattern P-{number}, which is severe, is fixed or carried by name",
            "A person stands behind it; it is neither fixed nor carried",
        )
    yield _in_time("decisions_in_time", "patterns:", "No decision about a pattern is overdue", owed.decisions, at)
    yield _review_held(owed, at)
    yield _in_time("corrections_in_time", "corrections:", "What went out is corrected in time", owed.corrections, at)
    yield simple(
        "reporters_told",
        "flags:untold",
        not owed.untold,
        "Everybody who flagged what was decided about has been told",
        f"{owed.untold} flag{'s' if owed.untold > 1 else ''} without an answer",
        list(_TRIAGE),
    )


def _severe(code: str, subject: str, text: str, detail: str, *version: object) -> Finding:
    return Finding(
        code=code,
        subject=subject,
        state=State.OPEN,
        reason=Reason.SEVERE,
        text=text,
        detail=detail,
        version=digest([detail, *version]),
        who_roles=_TRIAGE,
    )


def _review_held(owed: FeedbackFacts, at: datetime) -> Finding:
    held = _in_time("review_in_time", "reviews:", "The standing review is held and closed in time", owed.reviews, at)
    if held.state is State.OPEN or owed.review_is_set:
        return held
    missing = "Nobody has set on which day patterns are reviewed"
    return replace(held, state=State.OPEN, reason=Reason.MISSING, detail=missing, version=digest([missing]))


def _in_time(code: str, subject: str, text: str, owed: Iterable[Owed], at: datetime) -> Finding:
    found = sorted(owed, key=lambda one: (one.due, one.reference))
    late = [one for one in found if one.due <= at]
    owners = tuple(dict.fromkeys(one.owner_id for one in late if one.owner_id is not None))
    return Finding(
        code=code,
        subject=subject,
        state=State.OPEN if late else State.MET,
        reason=Reason.MISSED if late else Reason.MET,
        text=text,
        detail=_named(late),
        version=digest([_named(late)]),
        who_ids=owners,
        who_roles=() if owners else _REVIEW,
        changes_at=None if late else min((one.due for one in found), default=None),
    )


def _named(late: list[Owed]) -> str:
    if not late:
        return ""
    shown = [one.reference for one in late[:NAMED]]
    more = f" and {len(late) - NAMED} more" if len(late) > NAMED else ""
    return f"Overdue: {', '.join(shown)}{more}"
