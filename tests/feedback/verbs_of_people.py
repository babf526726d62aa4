"""The verbs about escalations, concerns, barriers and drills, for the test that each leaves one row in the trail."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from feedback.actions import concerns, drills, escalations, people, routing
from feedback.models import Concern, DrillGap, Escalation, SensitiveRole
from pilots.models import Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.feedback_people import ROUND_THE_CLOCK, a_barrier, a_concern, a_drill
from tests.factories.pilots import SegmentFactory

Before = Callable[[Pilot, People, datetime], object] | None
Verb = Callable[[Any, Pilot, People, datetime], object]


def asked(pilot: Pilot, _: People, at: datetime) -> Escalation:
    flag = FlagFactory.create(pilot=pilot, categories=["JUDGE"])
    return Escalation.objects.create(pilot=pilot, flag=flag, opened_at=at)


def started(pilot: Pilot, who: People, at: datetime) -> Any:
    return a_drill(pilot, who.pm, at, kind="stop", state="running", started_at=at, started_by=who.pm)


def gap(pilot: Pilot, who: People, at: datetime) -> DrillGap:
    drill = started(pilot, who, at)
    return DrillGap.objects.create(pilot=pilot, drill=drill, what="Nobody knew.", found_at=at, found_by=who.pm)


def owned(pilot: Pilot, who: People, at: datetime) -> DrillGap:
    found = gap(pilot, who, at)
    found.owner, found.due_on = who.pm, at.date()
    found.save()
    return found


def concern(pilot: Pilot, _: People, at: datetime) -> Concern:
    return a_concern(pilot, at)


def role(pilot: Pilot, who: People, at: datetime) -> SensitiveRole:
    return SensitiveRole.objects.create(
        pilot=pilot, name="Translators", why="Craft.", identified_at=at, identified_by=who.change
    )


def _set_path(_: Any, pilot: Pilot, who: People, at: datetime) -> object:
    steps = [escalations.Step(4, role="evaluation_lead")]
    return escalations.set_escalation_path(pilot=pilot, steps=steps, version=0, by=who.pm, at=at, **ROUND_THE_CLOCK)


def _decide(accept: bool) -> Verb:
    def do(row: Any, _: Pilot, who: People, at: datetime) -> object:
        change = concerns.Change("decision", "Nobody is asked why.", at.date()) if accept else None
        return concerns.decide_concern(
            concern=row, accept=accept, reason="So.", change=change, version=1, by=who.change, at=at
        )

    return do


def _barrier(segment: Any, pilot: Pilot, who: People, at: datetime) -> object:
    return people.record_barrier(
        pilot=pilot, segment=segment, kind="role", what="x", actions=["role"], action="y",
        owner=who.change, measure="z", review_on=at.date(), by=who.change, at=at,
    )  # fmt: skip


OF_PEOPLE: dict[str, tuple[Before, Verb]] = {
    "escalation.unroutable": (asked, lambda _, pilot, who, at: routing.route_escalations(at=at)),
    "escalation.opened": (
        lambda pilot, who, at: FlagFactory.create(pilot=pilot, categories=["JUDGE"]),
        lambda _, pilot, who, at: routing.route_escalations(at=at),
    ),
    "escalation.answered": (
        asked,
        lambda row, pilot, who, at: escalations.answer_escalation(
            escalation=row, decision="use", answer="So.", version=1, by=who.owner, at=at
        ),
    ),
    "escalation.given_up": (
        asked,
        lambda row, pilot, who, at: escalations.give_up_escalation(escalation=row, at=at),
    ),
    "escalation_path.set": (None, _set_path),
    "concern.raised": (
        None,
        lambda _, pilot, who, at: concerns.raise_concern(
            pilot=pilot, submission=uuid4(), text="x", by=who.member, at=at
        ),
    ),
    "concern.named": (
        concern,
        lambda row, pilot, who, at: concerns.name_for_concern(
            concern=row, named=who.owner, version=1, by=who.change, at=at
        ),
    ),
    "concern.accepted": (concern, _decide(True)),
    "concern.not_accepted": (concern, _decide(False)),
    "concern.erased": (
        concern,
        lambda row, pilot, who, at: concerns.erase_concern(concern=row, at=at),
    ),
    "barrier.recorded": (lambda pilot, who, at: SegmentFactory.create(pilot=pilot), _barrier),
    "barrier.closed": (
        a_barrier,
        lambda row, pilot, who, at: people.close_barrier(
            barrier=row, state="lifted", outcome="So.", version=1, by=who.change, at=at
        ),
    ),
    "sensitive_role.identified": (
        None,
        lambda _, pilot, who, at: people.identify_role(pilot=pilot, name="x", why="y", by=who.change, at=at),
    ),
    "sensitive_role.asked": (
        role,
        lambda row, pilot, who, at: people.record_asking(
            role=row, whom="apart", how="survey", asked_on=at.date(), people_asked=3, people_answered=2, in_sum="x",
            by=who.change, at=at,
        ),
    ),
    "drill.planned": (
        None,
        lambda _, pilot, who, at: drills.plan_drill(
            pilot=pilot, kind="stop", scenario="x", planned_for=at.date(), by=who.pm, at=at
        ),
    ),
    "drill.started": (
        lambda pilot, who, at: a_drill(pilot, who.pm, at, kind="escalation"),
        lambda row, pilot, who, at: drills.start_drill(drill=row, version=1, by=who.pm, at=at),
    ),
    "drill.ended": (
        started,
        lambda row, pilot, who, at: drills.end_drill(
            drill=row, account="x", took_part=[who.pm], version=1, by=who.pm, at=at
        ),
    ),
    "drill.called_off": (
        started,
        lambda row, pilot, who, at: drills.call_off_drill(drill=row, reason="x", version=1, by=who.pm, at=at),
    ),
    "drill_gap.found": (
        started,
        lambda row, pilot, who, at: drills.find_gap(drill=row, what="x", by=who.pm, at=at),
    ),
    "drill_gap.owned": (
        gap,
        lambda row, pilot, who, at: drills.own_gap(
            gap=row, owner=who.owner, due_on=at.date(), version=1, by=who.pm, at=at
        ),
    ),
    "drill_gap.closed": (
        owned,
        lambda row, pilot, who, at: drills.close_gap(gap=row, note="x", version=1, by=who.pm, at=at),
    ),
}  # fmt: skip
