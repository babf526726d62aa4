"""Escalations, concerns, barriers and drills as pages meet them, in every state."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from feedback.actions import drills
from feedback.actions.concerns import Change, decide_concern, raise_concern
from feedback.actions.escalations import Step, answer_escalation, set_escalation_path
from feedback.actions.flags import hand_in_flag
from feedback.actions.people import close_barrier, identify_role, record_asking, record_barrier
from feedback.actions.routing import route_escalations
from feedback.models import Barrier, Concern, Escalation
from pilots.models import Pilot, Segment
from tests.cast import People

WORDS = "It writes the part of a letter that I like, and leaves me the part that nobody likes. " * 3


def look_after_people(letters: Pilot, bare: Pilot, people: People, at: datetime) -> list[str]:
    """In `letters` with a path, in `bare` without one. Addresses, each behind who opens it: “pm /pilots/…”."""
    found = [*_escalations(letters, bare, people, at), *_concerns(letters, people, at)]
    return [*found, *_barriers(letters, people, at), *_drills(letters, people, at)]


def _escalations(letters: Pilot, bare: Pilot, people: People, at: datetime) -> list[str]:
    steps = [
        Step(4, role="evaluation_lead", cover=people.integration), Step(8, person=people.owner),
    ]  # fmt: skip
    set_escalation_path(
        pilot=letters, opens=time(8), closes=time(18), weekends=False, steps=steps, version=0, by=people.pm, at=at
    )
    asked = [_ask(letters, people, at) for _ in range(3)]
    answer_escalation(
        escalation=asked[0], decision="corrected", answer=WORDS, corrected_output="From the lower side.", version=1,
        by=people.evaluator, at=at,
    )  # fmt: skip
    route_escalations(at=at + timedelta(days=2))
    nobody = _ask(bare, people, at)
    flags = [escalation.flag.reference for escalation in (asked[0], asked[1])]
    return [
        "evaluator /pilots/letters/escalations/",
        "pm /pilots/letters/escalations/path/",
        *(f"triage /pilots/letters/escalations/{escalation.pk}/" for escalation in asked[:2]),
        f"pm /pilots/{bare.slug}/escalations/",
        f"pm /pilots/{bare.slug}/escalations/{nobody.pk}/",
        *(f"stranger /my-flags/{reference}/" for reference in flags),
    ]


def _ask(pilot: Pilot, people: People, at: datetime) -> Escalation:
    flag = hand_in_flag(
        pilot=pilot, submission=uuid4(), categories=["JUDGE"], severity=1, output=WORDS, by=people.stranger, at=at
    ).flag
    return Escalation.objects.select_related("pilot", "flag").get(flag=flag)


def _concerns(letters: Pilot, people: People, at: datetime) -> list[str]:
    group = Segment.objects.filter(pilot=letters)[0]
    flag = hand_in_flag(
        pilot=letters,
        submission=uuid4(),
        categories=["FIT"],
        severity=0,
        what_happened=WORDS,
        by=people.stranger,
        at=at,
    ).flag
    raised = raise_concern(
        pilot=letters, submission=uuid4(), text=WORDS, segment=group, by=people.stranger, named=False, at=at
    )
    mine = raise_concern(
        pilot=letters, submission=uuid4(), text=WORDS, segment=group, by=people.stranger, at=at
    ).concern
    change = Change("gate", "Stage one waits for the daily note.", at.date(), phase="staged_rollout", stage=1)
    decide_concern(
        concern=mine, accept=True, reason="You are right.", change=change, version=1, by=people.change, at=at
    )
    came_with = Concern.objects.get(flag=flag)
    return [
        "stranger /concern/letters/",
        "stranger /my-concerns/",
        "pm /my-concerns/",
        f"visitor /concern/receipt/{raised.token}/",
        f"stranger /my-flags/{flag.reference}/",
        f"evaluator /pilots/letters/flags/{flag.reference}/",
        "change /pilots/letters/change/",
        "leader /pilots/letters/change/",
        *(f"change /pilots/letters/change/concerns/{concern.pk}/" for concern in (came_with, mine)),
    ]


def _barriers(letters: Pilot, people: People, at: datetime) -> list[str]:
    group = Segment.objects.filter(pilot=letters)[0]
    made = [
        record_barrier(
            pilot=letters, segment=group, kind=kind, what=WORDS, actions=["time", "beside"], action=WORDS,
            owner=people.change, measure=WORDS, review_on=at.date(), by=people.change, at=at,
        )
        for kind in Barrier.Kind
    ]  # fmt: skip
    close_barrier(barrier=made[0], state="stands", outcome=WORDS, version=1, by=people.change, at=at)
    role = identify_role(pilot=letters, name="Translators", why=WORDS, by=people.change, at=at)
    for whom, answered in (("apart", 8), ("apart", 14), ("volunteers", 30)):
        record_asking(
            role=role, whom=whom, how="interview", asked_on=at.date(), people_asked=40, people_answered=answered,
            in_sum=WORDS, by=people.change, at=at,
        )  # fmt: skip
    return [
        "change /pilots/letters/change/barriers/add/",
        "change /pilots/letters/change/roles/add/",
        f"change /pilots/letters/change/roles/{role.pk}/ask/",
        f"change /pilots/letters/change/barriers/{made[0].pk}/",
        f"change /pilots/letters/change/barriers/{made[1].pk}/",
        f"leader /pilots/letters/change/barriers/{made[1].pk}/",
    ]


def _drills(letters: Pilot, people: People, at: datetime) -> list[str]:
    made = [
        drills.plan_drill(pilot=letters, kind=kind, scenario=WORDS, planned_for=at.date(), by=people.pm, at=at)
        for kind in ("flagging", "stop", "escalation")
    ]
    running = drills.start_drill(drill=made[0], version=1, by=people.pm, at=at)
    held = drills.start_drill(drill=made[1], version=1, by=people.pm, at=at)
    drills.end_drill(
        drill=held, account=WORDS, took_part=[people.pm, people.owner], version=2, by=people.pm,
        at=at + timedelta(hours=2),
    )  # fmt: skip
    drills.find_gap(drill=held, what=WORDS, by=people.pm, at=at)
    owned = drills.find_gap(
        drill=held, what="The deputy was never shown how.", owner=people.owner, due_on=at.date(), by=people.pm, at=at
    )
    closed = drills.find_gap(
        drill=held, what="No number to call.", owner=people.owner, due_on=at.date(), by=people.pm, at=at
    )
    drills.close_gap(gap=closed, note="It stands on every page.", version=1, by=people.owner, at=at)
    assert owned.owner
    return [
        "pm /pilots/letters/drills/",
        "pm /pilots/letters/drills/plan/",
        *(f"pm /pilots/letters/drills/{drill.pk}/" for drill in (running, held, made[2])),
        f"member /pilots/letters/drills/{held.pk}/",
        "pm /pilots/desk-01/drills/",
        "pm /pilots/desk-01/change/",
        "pm /pilots/desk-01/escalations/",
    ]
