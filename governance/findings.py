"""What a check of a gate finds: the words that rules, pages and stored rows share. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from pilots.canonical import digest
from pilots.permissions import Role


class State(StrEnum):
    OPEN = "open"
    MET = "met"
    WAIVED = "waived"


class Reason(StrEnum):
    """Why a finding is as it is; the interface has its own words and colour for each."""

    MET = "met"
    WAIVED = "waived"
    UNOWNED = "unowned"
    UNANSWERED = "unanswered"
    UNEVIDENCED = "unevidenced"
    PROPOSED = "proposed"
    RETURNED = "returned"
    LAPSED = "lapsed"
    IN_DOUBT = "in_doubt"
    MISSING = "missing"
    UNACCEPTED = "unaccepted"
    MISSED = "missed"
    SEVERE = "severe"


# Somebody has only to decide; all other open reasons need something to be done first.
WAITING: Final = frozenset({Reason.PROPOSED, Reason.UNACCEPTED})


@dataclass(frozen=True)
class Finding:
    code: str
    subject: str
    state: State
    reason: Reason
    text: str
    version: str
    detail: str = ""
    blocking: bool = True
    not_measured: bool = False
    who_ids: tuple[UUID, ...] = ()
    who_roles: tuple[Role, ...] = ()
    # When time alone will open it.
    changes_at: datetime | None = None


def simple(code: str, subject: str, met: bool, text: str, shortfall: str, roles: list[Role]) -> Finding:
    return Finding(
        code=code,
        subject=subject,
        state=State.MET if met else State.OPEN,
        reason=Reason.MET if met else Reason.MISSING,
        text=text,
        detail="" if met else shortfall,
        version=digest([met]),
        who_roles=tuple(roles),
    )
