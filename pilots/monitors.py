"""What the rule says of a running stage, from the readings as they stand. The rule itself: `stats.stages`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
from django.db.models import F, Sum

from pilots.models import Criterion, OutcomeReading, Stage, StageEvent
from pilots.readings import WEEK, monday_of
from pilots.stages import guardrail_of, plan_of
from pilots.stats.stages import Call, Plan, Reading, State, Verdict, join, read_guardrails

# What a reading counts for each metric. A habit has a curve of its own and is no guardrail of the day.
FIELDS: Final = {
    Criterion.Metric.SUCCESS: "done_well",
    Criterion.Metric.OVERRIDE: "overridden",
    Criterion.Metric.OUT_OF_SCOPE: "out_of_scope",
    Criterion.Metric.MINUTES: "minutes_saved",
    Criterion.Metric.INCIDENTS: "incidents",
}
HALTING: Final = (Criterion.Purpose.PAUSE, Criterion.Purpose.STEP_BACK)
# The gravest first.
_CALLS: Final = (Call.HALT, Call.INCONCLUSIVE, Call.HOLD, Call.EXPAND)


@dataclass(frozen=True)
class Judged:
    call: Call
    why: tuple[str, ...]
    read: tuple[tuple[Criterion, Reading], ...]

    @property
    def broken(self) -> list[Criterion]:
        """Of those that halt it."""
        return [one for one, reading in self.read if one.purpose in HALTING and reading.state == State.BROKEN]

    def as_rows(self) -> list[dict[str, Any]]:
        return [_row(criterion, reading) for criterion, reading in self.read]


def judge(stage: Stage, today: date) -> Judged | None:
    """None where no criterion can be looked at from day to day."""
    assert stage.opened_at is not None
    criteria = [one for one in stage.criteria.all() if one.metric in FIELDS]
    if not criteria:
        return None
    plan, days = plan_of(stage), (today - stage.opened_at.date()).days
    sums = _sums(stage, counted_from(stage), {FIELDS[Criterion.Metric(one.metric)] for one in criteria})
    halting = _read([one for one in criteria if one.purpose in HALTING], sums, plan)
    widening = _read([one for one in criteria if one.purpose == Criterion.Purpose.SATISFACTORY], sums, plan)
    was_halted = stage.halted_at is not None
    halted = join(_only(halting), plan, days=days, was_halted=was_halted) if halting else None
    kept = join(_only(widening), plan, days=days) if widening else None
    call, why = _both(halted, kept, plan, days)
    return Judged(call, why, (*halting, *widening))


def counted_from(stage: Stage) -> date | None:
    """The first Monday on which a person let it go on after a halt: what had halted it does not halt it again, and
    lets nothing widen. None: everything counts."""
    halted = StageEvent.objects.filter(stage=stage, kind=StageEvent.Kind.HALTED).order_by("-id").first()
    if halted is None:
        return None
    later = StageEvent.objects.filter(stage=stage, kind=StageEvent.Kind.RESUMED, id__gt=halted.pk)
    resumed = later.order_by("id").first()
    if resumed is None:
        return None
    monday = monday_of(resumed.at.date())
    return monday if monday == resumed.at.date() else monday + WEEK


_Sums = dict[str, tuple[np.ndarray, np.ndarray]]
_Read = list[tuple[Criterion, Reading]]


def _sums(stage: Stage, since: date | None, fields: Iterable[str]) -> _Sums:
    """Of each field what its tasks brought and how many they were, person by person."""
    rows = OutcomeReading.objects.counting().filter(stage=stage)
    rows = rows if since is None else rows.filter(week__gte=since)
    return {name: _by_person(rows, name) for name in sorted(fields)}


def _by_person(rows: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    told = rows.filter(**{f"{name}__isnull": False}).order_by().values("person")
    pairs = list(told.annotate(brought=Sum(F(name)), of=Sum("tasks")).values_list("brought", "of"))
    return np.array([brought for brought, _ in pairs], float), np.array([of for _, of in pairs], float)


def _read(criteria: Sequence[Criterion], sums: _Sums, plan: Plan) -> _Read:
    of = [(guardrail_of(one), *sums[FIELDS[Criterion.Metric(one.metric)]]) for one in criteria]
    return list(zip(criteria, read_guardrails(of, plan), strict=True))


def _only(read: _Read) -> list[Reading]:
    return [reading for _, reading in read]


def _both(halted: Verdict | None, kept: Verdict | None, plan: Plan, days: int) -> tuple[Call, tuple[str, ...]]:
    """Halted by what pauses it; widened only if that is kept and what makes it satisfactory too."""
    if halted is not None and halted.call == Call.HALT:
        return halted.call, halted.why
    calls, why = [], list[str]()
    for verdict in (kept, halted):
        if verdict is not None:
            calls.append(_not_halting(verdict.call, is_over=days >= plan.days))
            why += verdict.why if verdict.call != Call.EXPAND or len(calls) == 1 else ()
    return min(calls, key=_CALLS.index), tuple(dict.fromkeys(why))


def _not_halting(call: Call, *, is_over: bool) -> Call:
    """Short of satisfactory, and not so bad as to be paused."""
    return call if call != Call.HALT else Call.INCONCLUSIVE if is_over else Call.HOLD


def _row(criterion: Criterion, reading: Reading) -> dict[str, Any]:
    return {
        "metric": criterion.metric,
        "purpose": criterion.purpose,
        "state": reading.state.value,
        "value": reading.value,
        "low": reading.low,
        "high": reading.high,
        "bound": criterion.bound,
        "side": criterion.side,
        "users": reading.users,
        "tasks": reading.tasks,
    }
