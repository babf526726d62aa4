"""What somebody who left the organisation had still to do goes to who took over for them in that pilot."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from feedback.actions.calling import call, may_be_called
from feedback.clocks import monday_of
from feedback.models import (
    Barrier,
    Concern,
    Correction,
    DrillGap,
    Escalation,
    EscalationCall,
    EscalationPath,
    EscalationStep,
    Pattern,
    Review,
    ReviewSchedule,
    TriageWeek,
)
from feedback.summaries.owned import OWNED
from pilots.actions.notifications import tell
from pilots.actions.pilots import lock_pilot
from pilots.audit import record
from pilots.changes import announce
from pilots.models import Handover


def handovers_to_follow(at: datetime) -> list[Handover]:
    """Of people who are gone; whoever came back keeps what they are given anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT handover.id FROM pilots_handover AS handover
            JOIN pilots_user AS leaver ON leaver.id = handover.leaver_id AND NOT leaver.is_active
            JOIN pilots_user AS successor ON successor.id = handover.successor_id AND successor.is_active
            JOIN ({OWNED}) AS owned ON owned.person = leaver.id AND owned.pilot_id = handover.pilot_id
            """,  # noqa: S608
            {"monday": monday_of(at.date())},
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    return list(Handover.objects.filter(pk__in=ids).select_related("pilot", "leaver", "successor", "handed_over_by"))


def take_over(*, handover: Handover, at: datetime) -> int:
    """How many things went to the successor."""
    with transaction.atomic():
        pilot = lock_pilot(handover.pilot)
        moved = [name for rows, whose in _owned(handover) for name in _given(handover, rows, whose)]
        moved += _take_turns(handover, at) + _take_concerns(handover) + _take_calls(handover, at)
        if moved:
            _tell(handover, len(moved), at)
            # A gap of a drill, for one, has an owner again.
            announce(pilot, reason="what somebody who left had still to do went to who took over")
            data = {"from": handover.leaver_id, "to": handover.successor_id, "things": len(moved), "moved": moved}
            record("feedback.handed_over", by=handover.handed_over_by, pilot=pilot, target=pilot, data=data)
    return len(moved)


def _owned(handover: Handover) -> list[tuple[QuerySet[Any], str]]:
    pilot = {"pilot": handover.pilot}
    over = (Pattern.State.FIXED, Pattern.State.DECLINED, Pattern.State.MERGED)
    return [
        (Pattern.objects.filter(**pilot).exclude(state__in=over), "owner"),
        (Correction.objects.filter(done_at__isnull=True, **pilot), "owner"),
        (Barrier.objects.filter(state=Barrier.State.OPEN, **pilot), "owner"),
        (DrillGap.objects.filter(closed_at__isnull=True, **pilot), "owner"),
        (ReviewSchedule.objects.filter(**pilot), "chair"),
        (Review.objects.filter(closed_at__isnull=True, **pilot), "chair"),
    ]


def _given(handover: Handover, rows: QuerySet[Any], name: str) -> list[str]:
    """A page that is open on one of them has to be read again."""
    theirs = rows.filter(**{name: handover.leaver})
    moved = [_key(row) for row in theirs]
    theirs.update(version=F("version") + 1, **{name: handover.successor})
    return moved


def _key(row: Any) -> str:
    """What the trail says of it: nothing that a person wrote."""
    return f"{row._meta.model_name}:{row.pk}"


def _take_turns(handover: Handover, at: datetime) -> list[str]:
    """Nobody covers for themselves: where the successor had the other place, nobody covers."""
    weeks = TriageWeek.objects.filter(pilot=handover.pilot, monday__gte=monday_of(at.date()))
    steps = EscalationStep.objects.filter(pilot=handover.pilot)
    moved = []
    for rows in (weeks, steps):
        moved += [_key(row) for row in rows.filter(Q(person=handover.leaver) | Q(cover=handover.leaver))]
        first, cover = rows.filter(person=handover.leaver), rows.filter(cover=handover.leaver)
        first.filter(cover=handover.successor).update(cover=None)
        cover.filter(person=handover.successor).update(cover=None)
        first.update(person=handover.successor)
        cover.update(cover=handover.successor)
    if any(key.startswith("escalationstep") for key in moved):
        EscalationPath.objects.filter(pilot=handover.pilot).update(version=F("version") + 1)
    return moved


def _take_concerns(handover: Handover) -> list[str]:
    """Nobody answers their own: such a one waits again for all who answer concerns."""
    theirs = Concern.objects.open().filter(pilot=handover.pilot, named=handover.leaver)
    moved = [_key(row) for row in theirs]
    theirs.filter(raiser=handover.successor).update(named=None, version=F("version") + 1)
    theirs.update(named=handover.successor, version=F("version") + 1)
    return moved


def _take_calls(handover: Handover, at: datetime) -> list[str]:
    """Where nobody else who is still here was called: within the hours that the step has left."""
    pilot, person = handover.pilot, handover.successor
    if not may_be_called(pilot, person, at):
        return []
    asked = Escalation.objects.open().filter(pilot=pilot, calls__person=handover.leaver, calls__position=F("step"))
    alone = [escalation for escalation in asked.select_related("flag").distinct() if not escalation.called_now()]
    for escalation in alone:
        EscalationCall.objects.create(
            pilot=pilot,
            escalation=escalation,
            position=escalation.step,
            whom=f"{handover.leaver}, who left"[:160],
            person=person,
            as_cover=True,
            called_at=at,
            answer_by=escalation.next_at,
        )
        reference = escalation.flag.reference
        call(
            [person],
            event=f"escalation:{escalation.pk}:taken_over:{handover.pk}",
            subject=f"Your judgement on {reference} in {pilot.name}",
            text=f"Somebody cannot tell whether an output is right ({reference}), and {handover.leaver} "
            "whom we called has left. Say whether it can be used.",
            url=reverse("escalation", args=[pilot.slug, escalation.pk]),
            pilot=pilot,
            at=at,
        )
    return [_key(escalation) for escalation in alone]


def _tell(handover: Handover, things: int, at: datetime) -> None:
    what = "1 thing is" if things == 1 else f"{things} things are"
    text = f"{handover.leaver} left {handover.pilot}: {what} yours to do about flags now. They stand in your work."
    url = reverse("reviews", args=[handover.pilot.slug])
    event = f"taken-over:{handover.pk}:{int(at.timestamp())}"
    tell(handover.successor, event=event, text=text, at=at, pilot=handover.pilot, url=url)
