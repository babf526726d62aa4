"""Registers of how it is measured: figures that are quoted, cohorts, blind spots, standards."""

import datetime as dt
from collections import Counter
from typing import Final
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q

from pilots.models import (
    Batch,
    BlindSpot,
    Cell,
    Cohort,
    HeadlineFigure,
    Observation,
    Participant,
    Pilot,
    Route,
    Segment,
    Stake,
    Standard,
    Workflow,
)
from pilots.registers.register import Register, few

KEPT_FOR: Final = 7 * 24 * 3600


def _figures_missing(pilot: Pilot, day: dt.date) -> list[str]:
    alone = FIGURES.entries(pilot).exclude(stake=Stake.NONE).filter(recomputed_by_whom="").count()
    said = "worked out again by anybody without a stake"
    return few(alone, f"figure was not {said}", f"figures were not {said}")


def _figure_state(figure: HeadlineFigure, day: dt.date) -> tuple[str, str]:
    if figure.is_independent:
        return "met", "Worked out again"
    return ("ok", "By somebody without a stake") if figure.stake == Stake.NONE else ("open", "Not worked out again")


FIGURES: Final = Register(
    slug="headline-figures",
    group="measuring",
    model=HeadlineFigure,
    name="Figures that people quote",
    one="figure",
    title="Who produced the figures that people quote, and who worked them out again?",
    lede="Whoever has a stake finds what they hope for. Somebody without one works the figure out again.",
    button="Record the figure",
    empty="Figures that stand in presentations and answers, with who produced them and with what stake.",
    columns=("what", "value", "measured_by", "stake", "people", "recomputed_by_whom", "recomputed_value"),
    example={
        "what": "Minutes saved per letter",
        "value": "11 minutes",
        "method": "recalled",
        "measured_by": "The supplier",
        "stake": "supplier",
        "people": 9,
        "recomputed_by_whom": "Controlling",
        "recomputed_value": "4 minutes",
        "recomputed_on": "2026-11-18",
    },
    labels={"what": "What is claimed", "method": "How it was measured", "stake": "With what stake"},
    help={"recomputed_by_whom": "Somebody else than who produced it, and without a stake in the result."},
    missing=_figures_missing,
    state=_figure_state,
)


def people_of(pilot: Pilot) -> Counter[tuple[UUID, str]]:
    """How many people were observed, by the segment whose work they did and by the route on which they came.

    Every row has to be looked at: half a second for a million. So it is kept until a batch is imported or withdrawn,
    both of which only ever add up; in between it costs a count of the pilot's batches.
    """
    states = Batch.objects.filter(pilot=pilot).aggregate(
        counting=Count("pk", filter=Q(state=Batch.State.IMPORTED)),
        withdrawn=Count("pk", filter=Q(state=Batch.State.WITHDRAWN)),
    )
    if not states["counting"]:
        return Counter()
    key = f"people-of:{pilot.pk}:{states['counting'] + states['withdrawn']}:{states['withdrawn']}"
    kept: Counter[tuple[UUID, str]] | None = cache.get(key)
    if kept is None:
        kept = _count_people(pilot)
        cache.set(key, kept, timeout=KEPT_FOR)
    return kept


def _count_people(pilot: Pilot) -> Counter[tuple[UUID, str]]:
    """As gates count them (`governance/evidence_beside.py`)."""
    counting = Batch.objects.filter(pilot=pilot, state=Batch.State.IMPORTED)
    pairs = Observation.objects.filter(batch__in=list(counting.values_list("pk", flat=True))).order_by()
    segments = dict(Cell.objects.filter(pilot=pilot).values_list("pk", "segment"))
    routes = dict(Participant.objects.filter(pilot=pilot).values_list("pk", "route"))
    worked = {(segments[cell], person) for cell, person in pairs.values_list("cell", "participant").distinct()}
    return Counter((segment, routes[person]) for segment, person in worked)


def _cohorts_missing(pilot: Pilot, day: dt.date) -> list[str]:
    cohorts, people = list(COHORTS.entries(pilot)), people_of(pilot)
    said = []
    if all(cohort.route == Route.VOLUNTEERED for cohort in cohorts):
        said.append("No cohort of people who did not volunteer is planned")
    there = Segment.objects.filter(pilot=pilot, removed_at__isnull=True).exclude(
        pk__in=[cohort.segment_id for cohort in cohorts]
    )
    said += few(there.count(), "segment has no cohort", "segments have no cohort")
    short = sum(people[(one.segment_id, one.route)] < one.minimum and not one.shortfall for one in cohorts)
    open_ = "and does not say what that leaves open"
    return said + few(
        short,
        f"cohort has fewer people than its minimum {open_}",
        f"cohorts have fewer people than their minimum {open_.replace('does', 'do')}",
    )


COHORTS: Final = Register(
    slug="cohorts",
    group="measuring",
    model=Cohort,
    name="Cohorts",
    one="cohort",
    title="Who has to take part, by which route, and how many are enough?",
    lede="Volunteers are not the rollout. How many others are enough is fixed before any of them is observed.",
    button="Plan the cohort",
    empty="For each segment: people who volunteered, were nominated or assigned, and how many of them are enough.",
    columns=("segment", "route", "minimum", "because", "shortfall"),
    example={
        "segment": "night-shift",
        "route": "assigned",
        "minimum": 12,
        "because": "With twelve a difference of a third shows, and cells of ten stay hidden no longer",
    },
    labels={"route": "How they came to take part"},
    help={
        "minimum": "Fixed before the first of them is observed.",
        "shortfall": "When fewer came: what nobody can say because of it.",
    },
    missing=_cohorts_missing,
)


def _spots_missing(pilot: Pilot, day: dt.date) -> list[str]:
    rows = list(SPOTS.entries(pilot))
    kinds = {row.kind for row in rows}
    silent = [label.lower() for kind, label in BlindSpot.Kind.choices if kind not in kinds]
    said = [f"Nothing is written yet about: {', '.join(silent)}"] if silent else []
    alone = sum(row.owner_id is None for row in rows)
    return said + few(alone, "blind spot has no owner", "blind spots have no owner")


SPOTS: Final = Register(
    slug="blind-spots",
    group="measuring",
    model=BlindSpot,
    name="What we are not seeing",
    one="blind spot",
    title="What are we not seeing, and why?",
    lede="Participants, conditions, use cases and measurement: what the pilot says nothing about, in whose words.",
    button="Add the blind spot",
    empty="Somebody asked what the pilot cannot show. Each answer says why, and what would show it.",
    columns=("what", "kind", "why", "would_show", "weeks", "owner"),
    example={
        "kind": "participants",
        "what": "Nobody over 55 takes part",
        "why": "The invitation went out by chat only",
        "would_show": "Six people of the two offices without chat",
        "weeks": 3,
    },
    labels={"kind": "About what", "why": "Why we do not see it"},
    missing=_spots_missing,
)


def _standards_missing(pilot: Pilot, day: dt.date) -> list[str]:
    known = STANDARDS.entries(pilot).values("workflow")
    without = Workflow.objects.filter(pilot=pilot, removed_at__isnull=True).exclude(pk__in=known).count()
    said = few(without, "workflow has no standard", "workflows have no standard")
    loose = STANDARDS.entries(pilot).filter(tolerance__isnull=True).count()
    bear = "how many errors its recipients bear"
    return said + few(loose, f"standard does not say {bear}", f"standards do not say {bear}")


STANDARDS: Final = Register(
    slug="standards",
    group="measuring",
    model=Standard,
    name="Standards",
    one="standard",
    title="What is good enough, and how many errors do recipients bear?",
    lede="One for each workflow, with an example that passes and one that fails: two reviewers then mean the same.",
    button="Write the standard",
    empty="What makes an output good enough, by examples, and the tolerance that its recipients gave.",
    columns=("workflow", "what", "tolerance", "tolerance_set_by", "check_minutes"),
    example={
        "workflow": "answering-letters",
        "what": "Every date and sum is right, and the tone is that of the house",
        "passes": "Letter 17: both dates right, no promise made",
        "fails": "Letter 23: promises a refund that nobody decided",
        "tolerance": 2,
        "tolerance_set_by": "The complaints office",
        "check_minutes": 4,
    },
    help={"tolerance": "Empty: nobody has asked them. Together with who of them said so."},
    missing=_standards_missing,
)

MEASURING: Final = (FIGURES, COHORTS, SPOTS, STANDARDS)
