"""Drills, escalations, concerns and barriers: whether something was done, and what waits for one person."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from feedback.models import Barrier, Concern, DrillGap, Escalation, Flag
from pilots.models import Pilot, User


@dataclass(frozen=True)
class Gap:
    """What a drill showed to be missing and nobody has closed yet."""

    id: UUID
    text: str
    owner_id: UUID | None


@dataclass(frozen=True)
class Rehearsed:
    """Whether it was done at all; nothing here says how well."""

    flag_went_round: bool
    escalation_answered: bool
    gaps: tuple[Gap, ...]


def rehearsed(pilot: Pilot) -> Rehearsed:
    """In two queries. A flag went round when it was read, decided, and its reporter told by somebody else."""
    round_trip = Flag.objects.filter(pilot=OuterRef("pk"), is_drill=True, state=Flag.State.CLOSED)
    round_trip = round_trip.filter(assessed_at__isnull=False).exclude(closed_by=F("reporter"))
    answered = Escalation.objects.filter(pilot=OuterRef("pk"), flag__is_drill=True, state=Escalation.State.ANSWERED)
    done = Pilot.objects.filter(pk=pilot.pk).values_list(Exists(round_trip), Exists(answered))
    flag_went_round, escalation_answered = done.get()
    gaps = DrillGap.objects.filter(pilot=pilot, closed_at__isnull=True).order_by("found_at", "pk")
    rows = gaps.values_list("pk", "what", "owner_id", "owner__is_active")
    found = tuple(Gap(key, what, owner if is_active else None) for key, what, owner, is_active in rows)
    return Rehearsed(flag_went_round, escalation_answered, found)


@dataclass(frozen=True)
class PersonalTask:
    """Something of feedback that waits for one person. `state` is a key of the interface's states."""

    what: str
    why: str
    pilot: str
    url: str
    state: str
    verb: str
    due: datetime | date | None


def personal_tasks(user: User, *, concerns: QuerySet[Pilot], most: int) -> list[PersonalTask]:
    """Escalations that one was called to, concerns to answer (in the pilots of `concerns`), gaps and barriers."""
    running = {"pilot__state": Pilot.State.RUNNING}
    called = Escalation.objects.open().filter(calls__person=user, **running).distinct()
    to_answer = Concern.objects.open().filter(Q(pilot__in=concerns.values("pk")) | Q(named=user), **running)
    gaps = DrillGap.objects.filter(owner=user, closed_at__isnull=True, **running).select_related("pilot")
    barriers = Barrier.objects.filter(owner=user, state=Barrier.State.OPEN, **running)
    tasks = [_judge(row) for row in called.select_related("pilot", "flag").order_by("promised_by")[:most]]
    to_answer = to_answer.exclude(raiser=user).select_related("pilot")
    tasks += [_answer(row) for row in to_answer.order_by("answer_by")[:most]]
    tasks += [_close(gap) for gap in gaps.order_by("due_on")[:most]]
    return tasks + [
        PersonalTask(
            what=str(row),
            why=row.measure,
            pilot=row.pilot.name,
            url=reverse("barrier", args=[row.pilot.slug, row.pk]),
            state="open",
            verb="See what the measure shows",
            due=row.review_on,
        )
        for row in barriers.select_related("pilot", "segment").order_by("review_on")[:most]
    ]


def _judge(row: Escalation) -> PersonalTask:
    drill = "Drill: " if row.flag.is_drill else ""
    return PersonalTask(
        what=f"{drill}Judge whether the output of {row.flag.reference} can be used",
        why="Somebody could not tell and waits",
        pilot=row.pilot.name,
        url=reverse("escalation", args=[row.pilot.slug, row.pk]),
        state="waiting",
        verb="Answer",
        due=row.promised_by,
    )


def _answer(row: Concern) -> PersonalTask:
    return PersonalTask(
        what="Answer a concern",
        why="Accepted with what it changes, or not accepted with the reason",
        pilot=row.pilot.name,
        url=reverse("concern", args=[row.pilot.slug, row.pk]),
        state="waiting",
        verb="Answer",
        due=row.answer_by,
    )


def _close(gap: DrillGap) -> PersonalTask:
    return PersonalTask(
        what=gap.what,
        why="A drill showed that it is missing",
        pilot=gap.pilot.name,
        url=reverse("drill", args=[gap.pilot.slug, gap.drill_id]),
        state="open",
        verb="Say what closes it",
        due=gap.due_on,
    )
