"""Checks on what was rehearsed before it is needed: that it was done and is owned, never how well it went. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from governance.findings import Finding, Reason, State, simple
from pilots.canonical import digest
from pilots.permissions import Permission, roles_with


@dataclass(frozen=True)
class GapFacts:
    """Shown by a drill and not closed. `owner_id` None: nobody who is still here sees to it."""

    id: UUID
    text: str
    owner_id: UUID | None


@dataclass(frozen=True)
class RehearsedFacts:
    flag_went_round: bool = False
    escalation_answered: bool = False
    gaps: tuple[GapFacts, ...] = ()


class HasRehearsed(Protocol):
    @property
    def rehearsed(self) -> RehearsedFacts: ...


def drills_held(facts: HasRehearsed) -> Iterator[Finding]:
    roles = roles_with(Permission.RUN_DRILLS)
    yield simple(
        "drill_held",
        "drill:flagging",
        facts.rehearsed.flag_went_round,
        "A drill flag went all the way round: flagged, triaged, decided, told",
        "No drill flag was read, decided and answered to who flagged it",
        roles,
    )
    yield simple(
        "drill_held",
        "drill:escalation",
        facts.rehearsed.escalation_answered,
        "An escalation drill was answered",
        "No escalation was rehearsed up to an answer",
        roles,
    )


def drill_gaps_owned(facts: HasRehearsed) -> Iterator[Finding]:
    for gap in facts.rehearsed.gaps:
        owned = gap.owner_id is not None
        yield Finding(
            code="drill_gap",
            subject=f"gap:{gap.id}",
            state=State.MET if owned else State.OPEN,
            reason=Reason.MET if owned else Reason.UNOWNED,
            text=f"A gap that a drill showed has an owner: {gap.text}"[:500],
            detail="" if owned else "Nobody sees to it",
            version=digest([owned, gap.text]),
            who_roles=() if owned else tuple(roles_with(Permission.RUN_DRILLS)),
        )
