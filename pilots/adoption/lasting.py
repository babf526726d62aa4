"""Whether use lasts, whom it reaches, and whether the work is as good as in the pilot."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import Count, Q, Sum

from pilots.adoption.outcomes import Brought, Of, brought_by
from pilots.adoption.weeks import Known, Table
from pilots.models import Batch, Figure, Observation, Outcome, OutcomeReading, Stage, UseCase
from pilots.stats.adoption import consistency_of_sums, decay, gap_of_counts, spread_of_sums
from pilots.stats.metrics.figure import Figure as Found
from pilots.stats.metrics.linked import hidden_entries
from pilots.stats.metrics.making import nothing
from pilots.stats.metrics.observations import Numbers, Truths
from pilots.stats.metrics.suppression import LEAST
from pilots.stats.rates import Interval, wilson

# A week of use for a habit: one task at least.
A_TASK: Final = 1
TOO_FEW: Final = "Too few people are behind it, or it would give away what they did."


@dataclass(frozen=True)
class SameWork:
    """One use case. `stage` and `pilot` None where nothing may be said of it, and then the ratio says nothing too."""

    use_case: UseCase
    is_hidden: bool
    stage: Interval | None
    people: int
    ratio: Found | None


def shown(found: Found) -> Found:
    """Of one to nine people nothing is said."""
    if found.people is not None and 0 < found.people < LEAST:
        return replace(nothing(found.code, TOO_FEW), people=found.people)
    return found


def gap_of(table: Table) -> Found:
    """Between segments that are meant to benefit and those that are not; of who is neither nothing is known."""
    sides: list[tuple[int, int]] = []
    for meant in (True, False):
        lines = [one for one in table.segments if one.segment and one.segment.is_beneficiary is meant]
        there = [one.last for one in lines if one.last]
        if not there and any(one.state == Known.TOO_FEW for one in lines):
            # Under ten: how many is not said.
            return nothing("M18", TOO_FEW, LEAST - 1)
        sides.append((sum(one.habitual for one in there), sum(one.eligible for one in there)))
    return shown(gap_of_counts(sides[0], sides[1]))


def decay_of(stage: Stage) -> Found:
    """From each person's own first week of use on, since nobody says when they were given access."""
    rows = OutcomeReading.objects.counting().filter(stage=stage).order_by()
    tasks: dict[str, dict[date, int]] = {}
    for person, week, many in rows.values_list("person", "week").annotate(Sum("tasks")):
        tasks.setdefault(person, {})[week] = many
    if not tasks:
        return nothing("M19")
    return shown(decay(_own_weeks(tasks), A_TASK))


def _own_weeks(tasks: dict[str, dict[date, int]]) -> Numbers:
    """(people, weeks): nought where somebody did nothing, nan where nobody was measured or the week is to come."""
    read = {week for mine in tasks.values() for week in mine}
    first, last = min(read), max(read)
    weeks = (last - first).days // 7 + 1
    measured = np.full(weeks, np.nan)
    measured[[(week - first).days // 7 for week in read]] = 0
    table = np.full((len(tasks), weeks), np.nan)
    for row, mine in zip(table, tasks.values(), strict=True):
        began = (min(mine) - first).days // 7
        row[: weeks - began] = measured[began:]
        for week, many in mine.items():
            row[(week - first).days // 7 - began] = many
    return table


def work_of(stage: Stage) -> tuple[list[SameWork], Found]:
    """By use case whether the work is done as well as it was in the pilot without help; and how much teams differ."""
    brought = brought_by(stage, [Of.SUCCESS])[Of.SUCCESS]
    cases = list(UseCase.objects.filter(pk__in={row.use_case for row in brought.rows}).order_by("name"))
    parts = [brought.where(one.pk) for one in cases]
    off = _hidden(brought, parts)
    before = _before(stage)
    rows = [_same(case, part, bool(hide), before) for case, part, hide in zip(cases, parts, off, strict=True)]
    teams = [one.by_person() for one in brought.teams()]
    spread = spread_of_sums("M20.spread", teams) if teams else nothing("M20.spread", "Nobody said which team is whose.")
    return rows, shown(spread)


def _hidden(brought: Brought, parts: list[Brought]) -> Truths:
    """What is hidden cannot be worked out from all of them together, which is scored."""
    place = {person: number for number, person in enumerate(sorted({row.person for row in brought.rows}))}
    who = [np.unique([place[row.person] for row in one.rows]).astype(int) for one in (*parts, brought)]
    table = np.repeat(np.arange(len(who))[:, None], 2, axis=1)
    return np.asarray(hidden_entries([table], who)[:-1])


def _same(case: UseCase, part: Brought, hide: bool, before: dict[UUID, tuple[Numbers, Numbers]]) -> SameWork:
    if hide:
        return SameWork(case, True, None, 0, None)
    good, tasks = part.by_person()
    worth = float(tasks.sum())
    found = shown(consistency_of_sums("M20", (good, tasks), before[case.pk])) if case.pk in before else None
    return SameWork(case, False, wilson(float(good.sum()), worth), part.people, found)


def _before(stage: Stage) -> dict[UUID, tuple[Numbers, Numbers]]:
    """By use case, each person's tasks without help and how many were done well: only of what the pilot's own pages
    show, and show of all that counts."""
    told = Figure.objects.filter(pilot=stage.pilot, code="success", part=Figure.Part.UNSUPPORTED, segment=None)
    told = told.filter(use_case__isnull=False, is_hidden=False, is_held=False)
    cases = set(told.values_list("use_case", flat=True))
    counting = {"pilot": stage.pilot, "supported": False, "batch__state": Batch.State.IMPORTED}
    rows = Observation.objects.filter(**counting, cell__use_case__in=cases).order_by()
    by_person = rows.values_list("cell__use_case", "participant").annotate(
        good=Count("pk", filter=Q(outcome=Outcome.SUCCESS)), tasks=Count("pk")
    )
    found: dict[UUID, list[tuple[int, int]]] = {}
    for case, _, good, tasks in by_person:
        found.setdefault(case, []).append((good, tasks))
    return {case: _columns(rows) for case, rows in found.items()}


def _columns(rows: list[tuple[int, int]]) -> tuple[Numbers, Numbers]:
    both = np.array(rows, float)
    return both[:, 0], both[:, 1]
