"""Pausing a stage, stepping it back, letting it go on: by a named person, with a reason, effective at once."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.urls import reverse

from pilots.access import acting_for, can, require
from pilots.actions.looking import deciding
from pilots.actions.notifications import notify
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.models import Pilot, Stage, StageEvent, User
from pilots.permissions import Permission

MOST_CHARACTERS: Final = 2000
_FROM: Final = {
    StageEvent.Kind.PAUSED: (Stage.State.OPEN,),
    StageEvent.Kind.STEPPED_BACK: (Stage.State.OPEN, Stage.State.PAUSED),
    StageEvent.Kind.RESUMED: (Stage.State.PAUSED, Stage.State.STEPPED_BACK),
}
_TO: Final = {
    StageEvent.Kind.PAUSED: Stage.State.PAUSED,
    StageEvent.Kind.STEPPED_BACK: Stage.State.STEPPED_BACK,
    StageEvent.Kind.RESUMED: Stage.State.OPEN,
}
_SAID: Final = {
    StageEvent.Kind.PAUSED: "paused",
    StageEvent.Kind.STEPPED_BACK: "stepped back",
    StageEvent.Kind.RESUMED: "let go on",
}


def may_stop(user: User, pilot: Pilot) -> bool:
    """Whoever decides about the pilot, and whoever may take a use from the tool."""
    return can(user, Permission.DECIDE_PILOT, pilot) or can(user, Permission.LIMIT_USE, pilot)


def require_may_stop(user: User, pilot: Pilot) -> None:
    if not can(user, Permission.DECIDE_PILOT, pilot):
        require(user, Permission.LIMIT_USE, pilot)


def pause_stage(*, stage: Stage, reason: str, by: User, at: datetime) -> Stage:
    require_may_stop(by, stage.pilot)
    return _step("stage.paused", StageEvent.Kind.PAUSED, stage, reason, by, at)


def step_back_stage(*, stage: Stage, reason: str, by: User, at: datetime) -> Stage:
    """Its uses are not open any more. A decision about a halt, where there was one."""
    require_may_stop(by, stage.pilot)
    return _step("stage.stepped_back", StageEvent.Kind.STEPPED_BACK, stage, reason, by, at)


def resume_stage(*, stage: Stage, reason: str, by: User, at: datetime) -> Stage:
    """Only a person lets it go on. After a halt its readings count from the next week on."""
    require(by, Permission.DECIDE_PILOT, stage.pilot)
    return _step("stage.resumed", StageEvent.Kind.RESUMED, stage, reason, by, at)


def _step(verb: str, kind: StageEvent.Kind, stage: Stage, reason: str, by: User, at: datetime) -> Stage:
    reason = _checked(reason)
    with transaction.atomic():
        pilot = lock_pilot(stage.pilot)
        require_not_ended(pilot)
        stage = Stage.objects.get(pk=stage.pk)
        stage.pilot = pilot
        if stage.state not in _FROM[kind]:
            raise Refused(f"Stage {stage.number} is {stage.get_state_display().lower()}.", code="state")
        stage.state, stage.version = _TO[kind], stage.version + 1
        if kind != StageEvent.Kind.PAUSED:
            stage.halted_at = None
        stage.save(update_fields=["state", "halted_at", "version"])
        event = StageEvent.objects.create(stage=stage, kind=kind, reason=reason, at=at, by=by)
        announce(pilot, reason=f"stage {stage.number} was {_SAID[kind]}")
        _tell(stage, event, by)
        used = Permission.DECIDE_PILOT if can(by, Permission.DECIDE_PILOT, pilot) else Permission.LIMIT_USE
        data = {"stage": stage.number, "reason": digest_of(reason)}
        record(verb, by=by, on_behalf_of=acting_for(by, pilot, used), pilot=pilot, target=stage, data=data)
    return stage


def _checked(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused("Say why: whoever uses the tool reads it.", field="reason", code="reason_missing")
    if len(reason) > MOST_CHARACTERS:
        raise Refused(f"Use at most {MOST_CHARACTERS:,} characters.", field="reason", code="too_long")
    return reason


def _tell(stage: Stage, event: StageEvent, by: User) -> None:
    text = f"{by.name}: {stage} of {stage.pilot} is {_SAID[StageEvent.Kind(event.kind)]}. {event.reason}"
    url = reverse("stage_run", args=[stage.pilot.slug, stage.number])
    people = [person for person in deciding(stage.pilot) if person != by]
    notify(people, event=f"stage:{event.pk}", text=text, at=event.at, pilot=stage.pilot, url=url)
