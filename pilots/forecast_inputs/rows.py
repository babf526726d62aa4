"""Observations as a forecast takes them: added up in the database, however many there are."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from pilots.models import Batch, Pilot, UseMade
from pilots.models import Outcome as O
from pilots.stats.metrics.suppression import may_release

# Who uses a tool in three of the last four weeks in which they were watched has made a habit of it (M17).
WEEKS, WEEKS_OF_USE = 4, 3
DAYS: Final = 7 * WEEKS
_TOP: Final = 100


class Group(NamedTuple):
    """Tasks of one person in one cell, alike in all else. `squares`: of minutes about their mean."""

    person: int
    cell: int
    use_case: UUID
    segment: UUID
    supported: bool
    trained: bool | None
    early: bool
    first: date
    tried: int
    good: int
    outside: int
    made: int
    overridden: int
    timed: int
    minutes: float
    squares: float


class Farthest(NamedTuple):
    """The task whose net minutes are farthest from the mean, and the part of the variance of the longest hundredth."""

    person: int
    cell: int
    supported: bool
    trained: bool | None
    early: bool
    minutes: float
    share_of_top: float


class Habit(NamedTuple):
    """`weeks`: with use, of the last four of `days` in which somebody was watched."""

    person: int
    weeks: int
    days: int
    supported: bool
    trained: bool
    segment: UUID


# Numbers are added up as exact decimals: added up as floats they would hang on the order in which rows are read.
_NET: Final = """
    (seen.baseline_minutes - seen.tool_minutes - seen.learning_minutes - seen.correcting_minutes)::numeric
"""
_FROM: Final = """
    FROM pilots_observation seen JOIN pilots_batch batch ON batch.id = seen.batch_id
    WHERE seen.pilot_id = %(pilot)s AND seen.batch_id = ANY(%(batches)s)
"""
_GROUPS: Final = f"""
    WITH tasks AS MATERIALIZED (
        SELECT participant_id, cell_id, supported, trained, batch.phase = 'demonstration' AS early, min(day) AS first,
            count(*), count(*) FILTER (WHERE outcome = {O.SUCCESS}), count(*) FILTER (WHERE outcome = {O.OUT_OF_SCOPE}),
            count(*) FILTER (WHERE use_made IS NOT NULL AND outcome <> {O.NO_OUTPUT}),
            count(*) FILTER (WHERE use_made = {UseMade.OVERRIDDEN} AND outcome <> {O.NO_OUTPUT}),
            count({_NET}), sum({_NET}), sum({_NET} * {_NET})
        {_FROM}
        GROUP BY participant_id, cell_id, supported, trained, early
    )
    SELECT participant_id, cell_id, cell.use_case_id, cell.segment_id, tasks.*
    FROM tasks JOIN pilots_cell cell ON cell.id = tasks.cell_id
    ORDER BY participant_id, cell_id, supported, trained NULLS FIRST, early
"""  # noqa: S608  numbers of ours
_FARTHEST: Final = f"""
    WITH timed AS MATERIALIZED (
        SELECT seen.id, participant_id, cell_id, supported, trained, batch.phase = 'demonstration' AS early,
            {_NET}::float8 AS net
        {_FROM} AND {_NET} IS NOT NULL
    ), off AS MATERIALIZED (SELECT id, (net - %(mean)s) ^ 2 AS square FROM timed ORDER BY 2 DESC, 1 LIMIT %(top)s)
    SELECT participant_id, cell_id, supported, trained, early, net, (SELECT sum(square ORDER BY square) FROM off)
    FROM timed WHERE id = (SELECT id FROM off ORDER BY square DESC, id LIMIT 1)
"""  # noqa: S608
# A window ends where the batches end in which somebody was seen: whom nobody watches any longer has not stopped.
# Windows and no join of days with themselves, of which PostgreSQL knows no counts: that once took minutes.
_HABITS: Final = f"""
    WITH days AS MATERIALIZED (
        SELECT participant_id, day, cell_id, max(coalesce(batch.last_day, day)) AS until, count(*) AS tasks,
            count(*) FILTER (WHERE supported) AS helped, count(*) FILTER (WHERE trained IS NOT FALSE) AS trained
        {_FROM}
        GROUP BY participant_id, day, cell_id
    ), watched AS (
        SELECT *, max(until) OVER person AS ends, min(day) OVER person AS since
        FROM days WINDOW person AS (PARTITION BY participant_id)
    )
    SELECT participant_id, count(DISTINCT (ends - day) / 7) FILTER (WHERE ends - day < {DAYS}), ends - since + 1,
        2 * coalesce(sum(helped) FILTER (WHERE ends - day < {DAYS}), sum(helped))
            > coalesce(sum(tasks) FILTER (WHERE ends - day < {DAYS}), sum(tasks)),
        2 * sum(trained) >= sum(tasks), mode() WITHIN GROUP (ORDER BY cell.segment_id)
    FROM watched JOIN pilots_cell cell ON cell.id = cell_id
    GROUP BY participant_id, ends, since
    ORDER BY participant_id
"""  # noqa: S608

_WHO: Final = f"SELECT DISTINCT participant_id {_FROM}"


def counting_batches(pilot: Pilot) -> list[Batch]:
    rows = Batch.objects.counting().filter(pilot=pilot, kind=Batch.Kind.OBSERVATIONS).order_by("pk")
    return list(rows.only("pk", "number", "phase", "is_synthetic"))


def groups_of(pilot: Pilot, batches: Iterable[int]) -> list[Group]:
    with localcontext(prec=60):
        return [_group(row) for row in _rows(_GROUPS, pilot, batches)]


def _group(row: Sequence[Any]) -> Group:
    """The columns that say who and where stand twice: once beside the cell."""
    person, cell, use_case, segment = row[:4]
    *counts, timed, total, squares = row[6:]
    minutes = total or Decimal(0)
    about = max((squares or Decimal(0)) - minutes * minutes / max(timed, 1), Decimal(0))
    return Group._make((person, cell, use_case, segment, *counts, timed, float(minutes), float(about)))


def farthest_of(pilot: Pilot, batches: Iterable[int], groups: Sequence[Group]) -> Farthest | None:
    timed = sum(one.timed for one in groups)
    if timed < 2:
        return None
    mean = sum(one.minutes for one in groups) / timed
    whole = sum(one.squares + one.timed * (one.minutes / one.timed - mean) ** 2 for one in groups if one.timed)
    top = max(round(timed / _TOP), 1)
    ((*where, of_top),) = _rows(_FARTHEST, pilot, batches, mean=mean, top=top)
    return Farthest._make((*where, min(of_top / whole, 1.0) if whole > 0 else 0.0))


def habits_of(pilot: Pilot, batches: Iterable[int]) -> list[Habit]:
    return [Habit._make(row) for row in _rows(_HABITS, pilot, batches)]


def seen_elsewhere(pilot: Pilot, batches: Iterable[int]) -> set[int]:
    """Whose tasks stand in other batches than these, which do not count or do not count yet."""
    others = Batch.objects.filter(pilot=pilot, kind=Batch.Kind.OBSERVATIONS).exclude(pk__in=list(batches))
    return {pk for (pk,) in _rows(_WHO, pilot, others.values_list("pk", flat=True))}


def may_change(pilot: Pilot, gone: Iterable[int], came: Iterable[int]) -> bool:
    """Whether a forecast with the batches that are gone and one with those that came may stand side by side: whatever
    of one figure came or went, of the demonstration or in all, is nobody's, or ten people's at least. Whose tasks only
    came in another batch changed nothing."""
    groups = set(groups_of(pilot, gone)) ^ set(groups_of(pilot, came))
    return all(
        may_release(len({one.person for one in groups if getattr(one, tried) and (one.early or not early_only)}))
        for tried in ("tried", "made", "timed")
        for early_only in (False, True)
    )


def _rows(query: str, pilot: Pilot, batches: Iterable[int], **more: float) -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"pilot": str(pilot.pk), "batches": list(batches), **more})
        # One by one: as they came and as they are taken, all of them twice would be the most that is ever held.
        yield from cursor
