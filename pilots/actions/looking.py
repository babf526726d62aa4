"""Looking at every running stage once a day: what the rule says is kept as it was said, and a halt stops the stage."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from pilots.access import holders
from pilots.actions.notifications import notify
from pilots.actions.pilots import lock_pilot
from pilots.alone import alone
from pilots.audit import record
from pilots.changes import announce
from pilots.models import Look, Pilot, Stage, StageEvent, User
from pilots.monitors import Judged, judge
from pilots.permissions import Permission, roles_with
from pilots.stats.stages import Call

logger = logging.getLogger(__name__)
LONGEST_WHY = 2000


def look_at_stages(at: datetime) -> int:
    """How many have something new to say. One that fails holds up no other."""
    done, went_wrong = 0, None
    with alone("look_at_stages") as mine:
        looked_at = Stage.objects.filter(state__in=(Stage.State.OPEN, Stage.State.PAUSED)).order_by("pk")
        # A pilot that has ended reads nothing more.
        for stage in looked_at.exclude(pilot__state=Pilot.State.ENDED).select_related("pilot") if mine else ():
            try:
                done += look_at_stage(stage, at)
            except Exception as error:
                logger.exception("A stage could not be looked at", extra={"stage": stage.pk})
                went_wrong = error
    if went_wrong is not None:
        raise went_wrong
    return done


def look_at_stage(stage: Stage, at: datetime) -> bool:
    """Whether it says something else than it said on this day already."""
    with transaction.atomic():
        pilot = lock_pilot(stage.pilot)
        stage = Stage.objects.get(pk=stage.pk)
        stage.pilot = pilot
        if stage.state not in (Stage.State.OPEN, Stage.State.PAUSED):
            return False
        judged = judge(stage, at.date())
        if judged is None or not _keep(stage, judged, at.date(), at):
            return False
        if judged.call == Call.HALT and stage.halted_at is None:
            _halt(stage, judged, at)
        announce(pilot, reason=f"stage {stage.number} was looked at")
    return True


def _keep(stage: Stage, judged: Judged, today: date, at: datetime) -> bool:
    said = {"call": judged.call.value, "why": list(judged.why), "readings": judged.as_rows()}
    before = Look.objects.filter(stage=stage, day=today).first()
    if before is not None and all(getattr(before, name) == value for name, value in said.items()):
        return False
    Look.objects.update_or_create(stage=stage, day=today, defaults={**said, "looked_at": at})
    return True


def _halt(stage: Stage, judged: Judged, at: datetime) -> None:
    """It is paused at once, and stays so until a person decides, whatever milder weeks say."""
    reason = " ".join(judged.why)[:LONGEST_WHY]
    stage.state, stage.halted_at = Stage.State.PAUSED, at
    stage.version += 1
    stage.save(update_fields=["state", "halted_at", "version"])
    event = StageEvent.objects.create(stage=stage, kind=StageEvent.Kind.HALTED, reason=reason, at=at)
    metrics = sorted({criterion.metric for criterion in judged.broken})
    news = {"halted_stage_id": stage.pk, "metrics": metrics}
    announce(stage.pilot, reason=f"Stage {stage.number} was halted: {reason}", data=news)
    _tell(stage, event, at)
    data = {"stage": stage.number, "metrics": ", ".join(metrics)}
    record("stage.halted", by=None, pilot=stage.pilot, target=stage, data=data)


def _tell(stage: Stage, event: StageEvent, at: datetime) -> None:
    text = f"{stage} of {stage.pilot} was halted and waits for a decision. {event.reason}"
    url = reverse("stage_run", args=[stage.pilot.slug, stage.number])
    notify(deciding(stage.pilot), event=f"stage:{event.pk}:halted", text=text, at=at, pilot=stage.pilot, url=url)


def deciding(pilot: Pilot) -> list[User]:
    """Who may pause a stage or let it go on; each once."""
    roles = {role for may in (Permission.DECIDE_PILOT, Permission.LIMIT_USE) for role in roles_with(may)}
    return list({membership.user_id: membership.user for membership in holders(pilot, roles)}.values())
