"""Weekly readings of a stage: their two kinds, and what was read in which week."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max, Min, Q, Sum
from django.http import Http404

from pilots.models import OutcomeReading, Segment, Stage, UseReading
from pilots.models.stage import StageCell
from pilots.stats.metrics.suppression import LEAST

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class ReadingKind:
    """`key`: whose a reading is, beside its stage and week. `values`: what it says."""

    slug: str
    label: str
    model: type[Any]
    key: tuple[str, ...]
    values: tuple[str, ...]


KINDS: Final = {
    kind.slug: kind
    for kind in (
        ReadingKind(
            "use",
            "Who uses it",
            UseReading,
            ("segment", "site"),
            ("eligible", "licensed", "tried", "active", "habitual", "incidents", "cost"),
        ),
        ReadingKind(
            "outcomes",
            "How its tasks came out",
            OutcomeReading,
            ("person", "use_case"),
            ("segment", "team", "tasks", "done_well", "overridden", "out_of_scope", "incidents", "minutes_saved"),
        ),
    )
}


def get_kind(slug: str) -> ReadingKind:
    if slug not in KINDS:
        raise Http404("Readings are of use or of outcomes.")
    return KINDS[slug]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True)
class Week:
    """What is known of one week. `people` and `tasks` are None where they are of fewer than ten people."""

    monday: date
    segments: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    has_outcomes: bool = False
    people: int | None = None
    tasks: int | None = None
    # Readings that a later one replaced, and that came after the week that follows.
    corrected: int = 0
    late: int = 0

    @property
    def is_measured(self) -> bool:
        return bool(self.segments) or self.has_outcomes


@dataclass
class _Found:
    use: dict[date, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    outcomes: dict[date, tuple[int, int]] = field(default_factory=dict)
    corrected: Counter[date] = field(default_factory=Counter)
    late: Counter[date] = field(default_factory=Counter)


def weeks_of(stage: Stage, today: date) -> list[Week]:
    """Each week from the one in which it opened to the last that is over, the newest first; four queries."""
    if stage.opened_at is None:
        return []
    names = dict(_segments(stage).values_list("pk", "name"))
    found = _found(stage)
    last = (stage.closed_at.date() if stage.closed_at else today) - WEEK
    mondays = {*_mondays(monday_of(stage.opened_at.date()), last), *found.use, *found.outcomes}
    return [_week(monday, names, found) for monday in sorted(mondays, reverse=True)]


def _segments(stage: Stage) -> Any:
    return Segment.objects.filter(pk__in=StageCell.objects.filter(stage=stage).values("cell__segment"))


def _mondays(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first += WEEK


def _found(stage: Stage) -> _Found:
    found = _Found()
    use: Any = UseReading.objects.filter(stage=stage)
    outcomes: Any = OutcomeReading.objects.filter(stage=stage)
    for week, segment in use.counting().values_list("week", "segment").distinct():
        found.use[week].add(segment)
    counted = outcomes.counting().order_by().values_list("week")
    for week, people, tasks in counted.annotate(people=Count("person", distinct=True), tasks=Sum("tasks")):
        found.outcomes[week] = (people, tasks)
    for rows in (use, outcomes):
        told = (
            rows.order_by()
            .values_list("week")
            .annotate(
                corrected=Count("pk", filter=Q(replaced_at__isnull=False)),
                first=Min("recorded_at"),
                last=Max("recorded_at"),
            )
        )
        for week, corrected, first, _ in told:
            found.corrected[week] += corrected
            found.late[week] += int(first.date() >= week + 2 * WEEK)
    return found


def _week(monday: date, names: dict[UUID, str], found: _Found) -> Week:
    read = found.use.get(monday, set())
    people, tasks = found.outcomes.get(monday, (0, 0))
    enough = people >= LEAST
    return Week(
        monday,
        segments=tuple(sorted(names[segment] for segment in read if segment in names)),
        missing=tuple(sorted(name for segment, name in names.items() if segment not in read)),
        has_outcomes=people > 0,
        people=people if enough else None,
        tasks=tasks if enough else None,
        corrected=found.corrected[monday],
        late=found.late[monday],
    )
