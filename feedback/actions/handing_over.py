"""What somebody who left the organisation had still to do goes to who took over for them in that pilot."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet

from feedback.clocks import monday_of
from feedback.models import (
    Barrier,
    Correction,
    DrillGap,
    EscalationStep,
    Pattern,
    Review,
    ReviewSchedule,
    TriageWeek,
)
from feedback.summaries.owned import OWNED
from pilots.actions.pilots import lock_pilot
from pilots.audit import record
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
        moved = sum(_given(handover, rows, name) for rows, name in _owned(handover)) + _take_turns(handover, at)
        if moved:
            data = {"from": handover.leaver_id, "to": handover.successor_id, "things": moved}
            record("feedback.handed_over", by=handover.handed_over_by, pilot=pilot, target=pilot, data=data)
    return moved


def _owned(handover: Handover) -> list[tuple[QuerySet[Any], str]]:
    pilot = {"pilot": handover.pilot}
    return [
        (Pattern.objects.filter(state=Pattern.State.ACTING, **pilot), "owner"),
        (Correction.objects.filter(done_at__isnull=True, **pilot), "owner"),
        (Barrier.objects.filter(state=Barrier.State.OPEN, **pilot), "owner"),
        (DrillGap.objects.filter(closed_at__isnull=True, **pilot), "owner"),
        (ReviewSchedule.objects.filter(**pilot), "chair"),
        (Review.objects.filter(closed_at__isnull=True, **pilot), "chair"),
    ]


def _given(handover: Handover, rows: QuerySet[Any], name: str) -> int:
    """A page that is open on one of them has to be read again."""
    return rows.filter(**{name: handover.leaver}).update(version=F("version") + 1, **{name: handover.successor})


def _take_turns(handover: Handover, at: datetime) -> int:
    """Nobody covers for themselves: where the successor had the other place, nobody covers."""
    weeks = TriageWeek.objects.filter(pilot=handover.pilot, monday__gte=monday_of(at.date()))
    steps = EscalationStep.objects.filter(pilot=handover.pilot)
    moved = 0
    for rows in (weeks, steps):
        first, cover = rows.filter(person=handover.leaver), rows.filter(cover=handover.leaver)
        first.filter(cover=handover.successor).update(cover=None)
        moved += cover.filter(person=handover.successor).update(cover=None)
        moved += first.update(person=handover.successor) + cover.update(cover=handover.successor)
    return moved
