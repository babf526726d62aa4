"""Stages of a rollout: planned, given their criteria, locked before they open, and opened by their gate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import Cell, Criterion, Forecast, Pilot, Stage, StageCell, StageEvent, User
from pilots.permissions import Permission
from pilots.stages import SIDES, cells_foreseen, to_be_foreseen

LONGEST_NAME: Final = 120
LONGEST_WHY: Final = 2000
MOST_USERS: Final = 2**31 - 1
MOST_DAYS: Final = 366
# From the least strict to the strictest: whoever falls below the last should have been paused before.
_ORDER: Final = (Criterion.Purpose.STEP_BACK, Criterion.Purpose.PAUSE, Criterion.Purpose.SATISFACTORY)


@dataclass(frozen=True)
class Planned:
    """What a person says of a stage. `because` goes nowhere from which nobody could erase it."""

    name: str
    cells: Sequence[int]
    because: str
    users_planned: int | None = None
    days: int | None = None


@dataclass(frozen=True)
class Bound:
    """Shares and incidents from 0 to 1, minutes as they are; the metric says on which side of it is good."""

    metric: str
    purpose: str
    bound: float


def plan_stage(*, pilot: Pilot, planned: Planned, by: User, at: datetime) -> Stage:
    """The next one. A stage may be planned long before its gate; only one cell once."""
    require(by, Permission.EDIT_EVIDENCE, pilot)
    _check(planned)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        last = Stage.objects.filter(pilot=pilot).aggregate(last=Max("number"))["last"] or 0
        stage = Stage(pilot=pilot, number=last + 1)
        _write(stage, planned)
        _tell("stage.planned", stage, by, at)
    return stage


def edit_stage(*, stage: Stage, planned: Planned, by: User, at: datetime, version: int) -> Stage:
    """While it is not locked; `version` is the one that was shown."""
    require(by, Permission.EDIT_EVIDENCE, stage.pilot)
    _check(planned)
    with transaction.atomic():
        stage = _held(stage)
        _require_version(stage, version)
        stage.version += 1
        _write(stage, planned)
        _tell("stage.edited", stage, by, at)
    return stage


def set_criteria(*, stage: Stage, criteria: Sequence[Bound], by: User, at: datetime, version: int) -> Stage:
    """All of them anew."""
    require(by, Permission.EDIT_EVIDENCE, stage.pilot)
    _check_criteria(criteria)
    with transaction.atomic():
        stage = _held(stage)
        _require_version(stage, version)
        stage.criteria.all().delete()
        Criterion.objects.bulk_create(
            Criterion(stage=stage, side=SIDES[Criterion.Metric(one.metric)], **vars(one)) for one in criteria
        )
        stage.version += 1
        stage.save(update_fields=["version"])
        _tell("stage.criteria_set", stage, by, at, {"criteria": len(criteria)})
    return stage


def lock_stage(*, stage: Stage, by: User, at: datetime) -> Stage:
    """With its cells, its criteria and its locked forecast: from here on the database refuses to change them."""
    require(by, Permission.LOCK_FORECAST, stage.pilot)
    with transaction.atomic():
        stage = _held(stage)
        if not (stage.users_planned and stage.days):
            raise Refused("Say how many people are to come, and after how many days it is decided.", code="missing")
        _require_judged(stage)
        stage.forecast = _locked_forecast(stage)
        stage.criteria_locked_at, stage.criteria_locked_by = at, by
        stage.version += 1
        stage.save(update_fields=["forecast", "criteria_locked_at", "criteria_locked_by", "version"])
        lender = acting_for(by, stage.pilot, Permission.LOCK_FORECAST)
        _tell("stage.locked", stage, by, at, {"forecast": stage.forecast.number}, lender)
    return stage


def begin_stage(pilot: Pilot, number: int, *, by: User, at: datetime) -> None:
    """Its gate was passed by the last signature needed, whose action holds the pilot and writes the trail."""
    stage = Stage.objects.get(pilot=pilot, number=number)
    stage.state, stage.opened_at, stage.opened_by = Stage.State.OPEN, at, by
    stage.version += 1
    stage.save(update_fields=["state", "opened_at", "opened_by", "version"])
    reason = "Its gate was passed."
    StageEvent.objects.create(stage=stage, kind=StageEvent.Kind.OPENED, reason=reason, at=at, by=by)


def _check(planned: Planned) -> None:
    if not planned.name.strip():
        raise Refused("Give the stage a name.", field="name", code="missing")
    if len(planned.name.strip()) > LONGEST_NAME:
        raise Refused(f"Use at most {LONGEST_NAME} characters.", field="name", code="too_long")
    if not planned.because.strip():
        raise Refused("Say why these, and why now.", field="because", code="missing")
    if len(planned.because.strip()) > LONGEST_WHY:
        raise Refused(f"Use at most {LONGEST_WHY:,} characters.", field="because", code="too_long")
    if not planned.cells:
        raise Refused("Choose at least one use case × segment.", field="cells", code="missing")
    for field, most in (("users_planned", MOST_USERS), ("days", MOST_DAYS)):
        value = getattr(planned, field)
        if value is not None and not 1 <= value <= most:
            raise Refused(f"Give a number from 1 to {most:,}.", field=field, code="out_of_range")


def _check_criteria(criteria: Sequence[Bound]) -> None:
    found: dict[tuple[str, str], float] = {}
    for one in criteria:
        if one.metric not in Criterion.Metric.values or one.purpose not in Criterion.Purpose.values:
            raise Refused("There is no such criterion.", field="criteria", code="unknown")
        if (one.metric, one.purpose) in found:
            raise Refused(f"{_called(one.metric)} stands twice for one purpose.", field="criteria", code="twice")
        if one.metric != Criterion.Metric.MINUTES and not 0 < one.bound < 1:
            raise Refused(
                f"{_called(one.metric)}: a share lies between 0 and 100 %, without either.",
                field=f"{one.metric}_{one.purpose}",
                code="out_of_range",
            )
        found[one.metric, one.purpose] = one.bound
    for metric in Criterion.Metric:
        _check_order(metric, found)


def _check_order(metric: Criterion.Metric, found: dict[tuple[str, str], float]) -> None:
    sign = 1 if SIDES[metric] == Criterion.Side.FLOOR else -1
    purposes = [purpose for purpose in _ORDER if (metric, purpose) in found]
    for milder, stricter in pairwise(purposes):
        if sign * found[metric, milder] > sign * found[metric, stricter]:
            raise Refused(
                f"{metric.label}: the figure for “{milder.label.lower()}” is stricter than the one for "
                f"“{stricter.label.lower()}”.",
                field=f"{metric}_{milder}",
                code="out_of_order",
            )


def _called(metric: str) -> str:
    return str(Criterion.Metric(metric).label)


def _held(stage: Stage) -> Stage:
    """As it stands now, with its pilot held; still to be changed."""
    pilot = lock_pilot(stage.pilot)
    require_not_ended(pilot)
    held = Stage.objects.get(pk=stage.pk)
    held.pilot = pilot
    if held.criteria_locked_at is not None:
        raise Refused(f"Stage {held.number} is locked: nobody can change it any more.", code="locked")
    return held


def _require_version(stage: Stage, version: int) -> None:
    if stage.version != version:
        current = {"Name": stage.name, "Why these, and why now": stage.because}
        raise Conflict("Somebody else changed this stage meanwhile.", current=current)


def _write(stage: Stage, planned: Planned) -> None:
    cells = list(Cell.objects.filter(pk__in=_in_scope(stage.pilot, planned.cells)).order_by("pk"))
    _require_free(stage, cells)
    stage.name, stage.because = planned.name.strip(), planned.because.strip()
    stage.users_planned, stage.days = planned.users_planned, planned.days
    stage.save()
    stage.cells.exclude(cell__in=cells).delete()
    there = set(stage.cells.values_list("cell", flat=True))
    StageCell.objects.bulk_create(StageCell(stage=stage, cell=cell) for cell in cells if cell.pk not in there)


def _in_scope(pilot: Pilot, wanted: Sequence[int]) -> set[int]:
    found = set(Cell.objects.of(pilot).filter(pk__in=wanted).values_list("pk", flat=True))
    if found != set(wanted):
        raise Refused("One of the cells is not in this pilot’s scope any more.", field="cells", code="gone")
    return found


def _require_free(stage: Stage, cells: Sequence[Cell]) -> None:
    taken = StageCell.objects.filter(cell__in=cells).exclude(stage=stage.pk)
    other = taken.select_related("stage", "cell__use_case", "cell__segment").first()
    if other is not None:
        raise Refused(f"{other.cell} is in stage {other.stage.number} already.", field="cells", code="in_another_stage")


def _require_judged(stage: Stage) -> None:
    purposes = set(stage.criteria.exclude(metric=Criterion.Metric.HABITUAL).values_list("purpose", flat=True))
    if Criterion.Purpose.SATISFACTORY not in purposes:
        raise Refused("Say first from which figures on the stage is satisfactory.", code="no_criteria")
    if Criterion.Purpose.PAUSE not in purposes:
        raise Refused("Say first at which figure the stage is paused.", code="no_criteria")


def _locked_forecast(stage: Stage) -> Forecast:
    """The newest that is locked and speaks of exactly these cells."""
    rows = Forecast.objects.filter(pilot=stage.pilot, stage=stage.number, locked_at__isnull=False)
    told, wanted = cells_foreseen(rows), to_be_foreseen(stage)
    for forecast in rows.defer("inputs").order_by("-number"):
        if told[forecast.pk] == wanted:
            return forecast
    raise Refused(
        f"Lock a forecast of stage {stage.number} first, of the cells that it has now.", code="no_locked_forecast"
    )


def _tell(
    verb: str, stage: Stage, by: User, at: datetime, data: dict[str, Any] | None = None, lender: User | None = None
) -> None:
    announce(stage.pilot, reason=f"stage {stage.number} was changed")
    lender = lender or acting_for(by, stage.pilot, Permission.EDIT_EVIDENCE)
    facts = {
        "stage": stage.number,
        "cells": sorted(stage.cells.values_list("cell", flat=True)),
        "users": stage.users_planned,
        "days": stage.days,
        "because": digest_of(stage.because),
    }
    record(verb, by=by, on_behalf_of=lender, pilot=stage.pilot, target=stage, data=facts | (data or {}))
