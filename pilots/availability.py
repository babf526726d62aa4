"""Which uses of a pilot are open at this moment, for people and for other tools. One query."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from pilots.models import Pilot, Stage, StageCell, StageEvent, UseCase


class Availability(StrEnum):
    OPEN = "open"
    HUMAN_ONLY = "human_review_only"
    PAUSED = "paused"
    NOT_OPEN = "not_open"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Use:
    """`state`: open where it is open to anybody. `open_to`, `stopped_for`: names of segments. `reason` of what is not
    as designed, empty where nobody stopped anything; `since` when."""

    slug: str
    name: str
    state: Availability
    open_to: tuple[str, ...] = ()
    stopped_for: tuple[str, ...] = ()
    reason: str = ""
    since: datetime | None = None
    is_limited: bool = False

    @property
    def is_stopped(self) -> bool:
        """By a stage, for some of its people at least."""
        return bool(self.stopped_for)


# A stage that was closed has done its work: what it opened stays open.
_OPEN: Final = {Stage.State.OPEN.value, Stage.State.CLOSED.value}
_STOPPED: Final = {Stage.State.PAUSED.value, Stage.State.STEPPED_BACK.value}
_ROLLED_OUT: Final = {Pilot.Outcome.ROLLED_OUT, Pilot.Outcome.ROLLED_OUT_IN_PART}


def cases_in_stages(pilot: Pilot) -> QuerySet[UseCase]:
    """Its use cases in the order of their names, each with what `use_of` needs."""
    cells = StageCell.objects.filter(cell__use_case=OuterRef("pk"), cell__segment__removed_at__isnull=True)
    last = StageEvent.objects.filter(stage=OuterRef("stage")).order_by("-id")
    told = cells.order_by("cell__segment__name").annotate(
        why=Subquery(last.values("reason")[:1]), at=Subquery(last.values("at")[:1])
    )
    row = JSONObject(segment="cell__segment__name", state="stage__state", why="why", at="at")
    cases = UseCase.objects.filter(pilot=pilot, removed_at__isnull=True).order_by("name", "slug")
    return cases.annotate(in_stages=ArraySubquery(told.values(row=row)))


def availability_of(pilot: Pilot) -> list[Use]:
    return [use_of(pilot, case) for case in cases_in_stages(pilot)]


def use_of(pilot: Pilot, case: Any) -> Use:
    """`case` from `cases_in_stages`."""
    cells: list[dict[str, Any]] = case.in_stages
    is_over = pilot.state == Pilot.State.ENDED and pilot.outcome not in _ROLLED_OUT
    open_to = tuple(cell["segment"] for cell in cells if cell["state"] in _OPEN and not is_over)
    stopped = [cell for cell in cells if cell["state"] in _STOPPED and not is_over]
    state = _state(pilot, case, open_to, stopped)
    reason, since = _why(pilot, case, state, stopped)
    is_open = state in (Availability.OPEN, Availability.HUMAN_ONLY)
    return Use(
        case.slug,
        case.name,
        state,
        open_to if is_open else (),
        tuple(cell["segment"] for cell in stopped),
        reason,
        since,
        is_limited=bool(case.limit),
    )


def _why(
    pilot: Pilot, case: UseCase, state: Availability, stopped: list[dict[str, Any]]
) -> tuple[str, datetime | None]:
    if state is Availability.PAUSED and pilot.state == Pilot.State.PAUSED:
        return pilot.pause_reason, pilot.paused_at
    if stopped and case.withdrawn_at is None:
        newest = max(stopped, key=lambda cell: str(cell["at"]))
        return newest["why"], datetime.fromisoformat(newest["at"])
    return case.limit_reason, case.withdrawn_at or case.human_only_at


def _state(pilot: Pilot, case: UseCase, open_to: tuple[str, ...], stopped: list[dict[str, Any]]) -> Availability:
    if case.withdrawn_at is not None:
        return Availability.WITHDRAWN
    if open_to:
        if pilot.state == Pilot.State.PAUSED:
            return Availability.PAUSED
        return Availability.HUMAN_ONLY if case.human_only_at else Availability.OPEN
    if any(cell["state"] == Stage.State.PAUSED for cell in stopped):
        return Availability.PAUSED
    return Availability.NOT_OPEN
