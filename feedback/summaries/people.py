"""Drills, escalations, concerns and barriers: whether something was done, and what waits for one person."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from feedback.models import Barrier, Concern, DrillGap, Escalation, Flag
from pilots.models import Pilot, User
from pilots.when import day_in_words

CHANGED_WORDS: Final = {value: str(label).lower() for value, label in Concern.Changed.choices}


@dataclass(frozen=True)
class ChangedByConcern:
    """What is different since a concern was accepted. Never whose it was nor what they said."""

    what: str
    on: date


def concerns_beside(pilot: str, phase: str) -> dict[str, Any]:
    """An annotation of rows that have both, so that a gate's page pays no query for it."""
    found = Concern.objects.filter(pilot=OuterRef(pilot), changed_phase=OuterRef(phase), state=Concern.State.ACCEPTED)
    row = JSONObject(what="changed_what", on="changed_on", stage="changed_stage")
    return {"changed_here": ArraySubquery(found.order_by("changed_on", "pk").values(row=row))}


def changed_by_concerns(row: Any, stage: int) -> list[ChangedByConcern]:
    """Of one gate, from a row with this annotation; `stage` is 0 where the phase has one gate."""
    return [
        ChangedByConcern(one["what"], date.fromisoformat(one["on"]))
        for one in row.changed_here
        if not stage or one["stage"] in (None, stage)
    ]


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


def rehearsed_beside(pilot: str) -> dict[str, Any]:
    """Annotations of any rows that have a pilot at `pilot`, so that a gate's page pays no query for them.

    A flag went round when it was read, decided, and its reporter told by somebody else.
    """
    here = OuterRef(pilot)
    round_trip = Flag.objects.filter(pilot=here, is_drill=True, state=Flag.State.CLOSED, assessed_at__isnull=False)
    answered = Escalation.objects.filter(pilot=here, flag__is_drill=True, state=Escalation.State.ANSWERED)
    gaps = DrillGap.objects.filter(pilot=here, closed_at__isnull=True).order_by("found_at", "pk")
    gap = JSONObject(id="pk", text="what", owner="owner_id", is_there="owner__is_active")
    return {
        "flag_went_round": Exists(round_trip.exclude(closed_by=F("reporter"))),
        "escalation_answered": Exists(answered),
        "open_gaps": ArraySubquery(gaps.values(row=gap)),
    }


def rehearsed_of(row: Any) -> Rehearsed:
    """From a row with these annotations."""
    gaps = tuple(
        Gap(UUID(gap["id"]), gap["text"], UUID(gap["owner"]) if gap["is_there"] else None) for gap in row.open_gaps
    )
    return Rehearsed(row.flag_went_round, row.escalation_answered, gaps)


def rehearsed(pilot: Pilot) -> Rehearsed:
    return rehearsed_of(Pilot.objects.annotate(**rehearsed_beside("pk")).get(pk=pilot.pk))


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
    to_answer = to_answer.exclude(raiser=user).select_related("pilot", "segment")
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
    """None of its words: this list stands open on a screen."""
    raised = timezone.localtime(row.raised_at).date()
    return PersonalTask(
        what=f"Answer the concern{f' from {row.segment}' if row.segment else ''} of {day_in_words(raised)}",
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
