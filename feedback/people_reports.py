"""Figures about escalations and concerns, and what people said when they were asked: nothing under ten people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final
from uuid import UUID

from django.db.models.functions import Coalesce

from feedback.models import Asking, Concern, Escalation, SensitiveRole
from feedback.suppression import FEWEST, NOT_ENOUGH, enough, hidden_cells
from pilots.models import Pilot, Segment

NO_SEGMENT: Final = "Not stated"


@dataclass(frozen=True)
class EscalationFigures:
    """M26. `in_time` of those whose time is over or who have their answer (`judged`); None: nothing to judge yet."""

    raised: int
    judged: int
    in_time: int
    unroutable: int
    gave_up: int
    open: int
    longest_wait: timedelta | None

    @property
    def share_in_time(self) -> int | None:
        return round(100 * self.in_time / self.judged) if self.judged else None


def escalation_figures(pilot: Pilot, at: datetime) -> EscalationFigures:
    """Over all of the pilot, without rehearsals. Who gave up waited in vain: they count as not answered in time."""
    rows = list(
        Escalation.objects.filter(pilot=pilot)
        .real()
        .values_list("state", "opened_at", "promised_by", "answered_at", "gave_up", "unroutable_since")
    )
    judged = in_time = 0
    waits = []
    for _, opened_at, promised_by, answered_at, gave_up, _ in rows:
        ended = answered_at or gave_up
        waits.append((ended or at) - opened_at)
        if ended or promised_by is None or promised_by <= at:
            judged += 1
            in_time += answered_at is not None and promised_by is not None and answered_at <= promised_by
    states = [row[0] for row in rows]
    return EscalationFigures(
        raised=len(rows),
        judged=judged,
        in_time=in_time,
        unroutable=sum(row[5] is not None for row in rows),
        gave_up=states.count("gave_up"),
        open=states.count("open"),
        longest_wait=max(waits, default=None),
    )


@dataclass(frozen=True)
class ConcernFigures:
    """M31 of a group. All None where fewer than ten people raised one, or where the others would give it away."""

    label: str
    raised: int | None = None
    accepted_share: int | None = None
    not_accepted_share: int | None = None
    median_days_open: float | None = None

    @property
    def is_shown(self) -> bool:
        return self.raised is not None


@dataclass(frozen=True)
class _Raised:
    who: UUID | None
    segment: str
    state: str
    days: float


def concern_figures(pilot: Pilot, at: datetime) -> list[ConcernFigures]:
    """All of them first, then by segment: the only cut there is, so that no two can be taken from one another."""
    raised = _raised(pilot, at)
    names = list(Segment.objects.filter(pilot=pilot, removed_at__isnull=True).values_list("name", flat=True))
    cells = {name: [one for one in raised if one.segment == name] for name in [*names, NO_SEGMENT]}
    gone = [one for one in raised if one.segment not in cells]
    cells[NO_SEGMENT] += gone
    people = {name: _people(rows) for name, rows in cells.items()}
    hidden = hidden_cells(people)
    whole = ConcernFigures("All", *_figures(raised)) if enough(_people(raised)) else ConcernFigures("All")
    return [whole, *(ConcernFigures(name, *(() if name in hidden else _figures(cells[name]))) for name in cells)]


def _raised(pilot: Pilot, at: datetime) -> list[_Raised]:
    rows = Concern.objects.filter(pilot=pilot).annotate(group=Coalesce("segment__name", "flag__segment__name"))
    found = []
    for who, group, state, raised_at, decided_at in rows.values_list(
        "raiser_id", "group", "state", "raised_at", "decided_at"
    ):
        days = ((decided_at or at) - raised_at) / timedelta(days=1)
        found.append(_Raised(who, group or NO_SEGMENT, state, days))
    return found


def _people(rows: Iterable[_Raised]) -> int:
    """Whoever gave no name may be one person many times: together they count as one."""
    listed = list(rows)
    return len({one.who for one in listed})


def _figures(rows: list[_Raised]) -> tuple[int, int, int, float]:
    accepted = sum(one.state == Concern.State.ACCEPTED for one in rows)
    refused = sum(one.state == Concern.State.NOT_ACCEPTED for one in rows)
    count = len(rows)
    days = round(median(one.days for one in rows), 1)
    return count, round(100 * accepted / count), round(100 * refused / count), days


@dataclass(frozen=True)
class Said:
    """One asking as it is shown."""

    whom: str
    how: str
    asked_on: object
    asked: str
    answered: str
    in_sum: str
    is_shown: bool


@dataclass(frozen=True)
class Sensitive:
    """A role with what its people said, and beside it what volunteers said: never one figure of both."""

    role: SensitiveRole
    apart: list[Said]
    volunteers: list[Said]


def sensitive_roles(pilot: Pilot) -> list[Sensitive]:
    """In two queries."""
    roles = SensitiveRole.objects.filter(pilot=pilot).select_related("segment").prefetch_related("askings")
    return [
        Sensitive(
            role,
            [said(asking) for asking in role.askings.all() if asking.whom == Asking.Whom.APART],
            [said(asking) for asking in role.askings.all() if asking.whom == Asking.Whom.VOLUNTEERS],
        )
        for role in roles
    ]


def said(asking: Asking) -> Said:
    is_shown = enough(asking.people_answered)
    return Said(
        whom=asking.whom,
        how=asking.get_how_display(),
        asked_on=asking.asked_on,
        asked=_count(asking.people_asked),
        answered=_count(asking.people_answered),
        in_sum=asking.in_sum if is_shown else NOT_ENOUGH,
        is_shown=is_shown,
    )


def _count(people: int) -> str:
    return str(people) if enough(people) else f"fewer than {FEWEST}"
