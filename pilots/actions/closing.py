"""Closing a stage: its forecast is scored against what it brought, and what is to be done otherwise is written down."""

from datetime import datetime
from typing import Final

from django.db import transaction

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import ForecastScore, Stage, StageEvent, User
from pilots.permissions import Permission
from pilots.scoring import scores_of

LONGEST_LESSON: Final = 2000


def close_stage(*, stage: Stage, by: User, at: datetime, lesson: str, version: int | None = None) -> Stage:
    """Final, as are its scores. Figures that ten people at least are not behind have none."""
    require(by, Permission.DECIDE_PILOT, stage.pilot)
    lesson = _lesson(lesson)
    with transaction.atomic():
        pilot = lock_pilot(stage.pilot)
        require_not_ended(pilot)
        held = _hold(stage, version)
        held.pilot = pilot
        scores = ForecastScore.objects.bulk_create(scores_of(held, at))
        held.state, held.closed_at, held.closed_by, held.lesson = Stage.State.CLOSED, at, by, lesson
        held.version += 1
        held.save(update_fields=["state", "closed_at", "closed_by", "lesson", "version"])
        StageEvent.objects.create(stage=held, kind=StageEvent.Kind.CLOSED, reason=lesson, at=at, by=by)
        announce(pilot, reason=f"Stage {held.number} was closed")
        data = {
            "stage": held.pk,
            "number": held.number,
            "lesson": digest_of(lesson),
            "scores": {score.figure.of: score.look.removeprefix("score_") for score in scores},
        }
        lender = acting_for(by, pilot, Permission.DECIDE_PILOT)
        record("stage.closed", by=by, on_behalf_of=lender, pilot=pilot, target=held, data=data)
    return held


def _lesson(lesson: str) -> str:
    lesson = lesson.strip()
    if not lesson:
        raise Refused("Say what the next stage, or the next pilot, does otherwise.", field="lesson", code="missing")
    if len(lesson) > LONGEST_LESSON:
        raise Refused(f"Use at most {LONGEST_LESSON} characters.", field="lesson", code="too_long")
    return lesson


def _hold(stage: Stage, version: int | None) -> Stage:
    held = Stage.objects.select_for_update(no_key=True, of=("self",)).select_related("forecast").get(pk=stage.pk)
    if held.state == Stage.State.CLOSED:
        raise Refused(f"Stage {held.number} is closed already.", code="closed")
    if not held.is_running:
        raise Refused(f"Stage {held.number} was never opened, so there is nothing to close.", code="not_open")
    if version is not None and version != held.version:
        raise Conflict("Somebody else changed this stage while you had it open.")
    return held
