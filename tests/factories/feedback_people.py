"""Escalations, concerns, barriers and drills as they stand in the database."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from feedback.models import (
    Barrier,
    Concern,
    Drill,
    DrillGap,
    Escalation,
    EscalationPath,
    EscalationStep,
    SensitiveRole,
)
from pilots.models import Pilot, User
from pilots.permissions import Role
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.pilots import SegmentFactory

ROUND_THE_CLOCK: dict[str, Any] = {"opens": time(0), "closes": time(0), "weekends": True}


def a_path(pilot: Pilot, by: User, at: datetime, *steps: dict[str, Any], **hours: Any) -> EscalationPath:
    """Round the clock, so that an hour is an hour; by default the evaluation lead has four, then the owner two."""
    usual = ({"role": Role.EVALUATION_LEAD, "within_hours": 4}, {"role": Role.ACCOUNTABLE_OWNER, "within_hours": 2})
    path = EscalationPath.objects.create(pilot=pilot, set_at=at, set_by=by, **{**ROUND_THE_CLOCK, **hours})
    for position, step in enumerate(steps or usual, 1):
        EscalationStep.objects.create(pilot=pilot, position=position, **step)
    return path


def a_concern(
    pilot: Pilot, at: datetime, text: str = "It takes the part of my work that I like.", **how: Any
) -> Concern:
    made: Concern = Concern.objects.create(
        **{
            "pilot": pilot,
            "text": text,
            "raised_at": at,
            "answer_by": (at + timedelta(days=14)).date(),
            "submission": uuid.uuid4(),
            **how,
        }
    )
    return made


def a_barrier(pilot: Pilot, people: People, at: datetime, **how: Any) -> Barrier:
    usual = {
        "segment": how.pop("segment", None) or SegmentFactory.create(pilot=pilot, slug=f"s-{uuid.uuid4().hex[:8]}"),
        "kind": "overloaded",
        "what": "They open it on no day of the week.",
        "actions": ["time"],
        "action": "Two hours off the rota.",
        "owner": people.change,
        "measure": "Opened on two days a week.",
        "review_on": (at + timedelta(days=30)).date(),
        "recorded_at": at,
        "recorded_by": people.change,
    }
    made: Barrier = Barrier.objects.create(pilot=pilot, **{**usual, **how})
    return made


def a_drill(pilot: Pilot, by: User, at: datetime, kind: str = "flagging", **how: Any) -> Drill:
    made: Drill = Drill.objects.create(
        pilot=pilot,
        kind=kind,
        scenario="A made-up letter grants a refund that no rule knows.",
        planned_for=at.date(),
        planned_at=at,
        planned_by=by,
        **how,
    )
    return made


def things_of_people(pilot: Pilot, people: People, at: datetime) -> dict[str, Any]:
    """One of each, by the name of the part of an address."""
    asked = FlagFactory.create(pilot=pilot, categories=["JUDGE"])
    drill = a_drill(pilot, people.pm, at, kind="reject", state="running", started_at=at, started_by=people.pm)
    gap = DrillGap.objects.create(pilot=pilot, drill=drill, what="Nobody knew.", found_at=at, found_by=people.pm)
    role = SensitiveRole.objects.create(
        pilot=pilot, name="Translators", why="It is their craft.", identified_at=at, identified_by=people.change
    )
    return {
        "escalation": Escalation.objects.create(pilot=pilot, flag=asked, opened_at=at).pk,
        "concern": a_concern(pilot, at).pk,
        "barrier": a_barrier(pilot, people, at).pk,
        "sensitive": role.pk,
        "drill": drill.pk,
        "gap": gap.pk,
    }
