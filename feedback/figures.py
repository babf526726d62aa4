"""How often a pattern is flagged: against the amount of use where it is recorded, else as a share of all flags."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count
from django.db.models.functions import TruncDate

from feedback.grouping.exposure import OTHER_FLAGS, measure_of
from feedback.models import Flag, Pattern
from pilots.charts import Picture, amount, bars, by_day, picture, points_with_intervals, upright_line
from pilots.models import Pilot
from pilots.reports import UseByDay, use_of
from pilots.stats.figures import in_figures
from pilots.stats.rates import Interval, rate, rate_ratio, share

WEEKS: Final = 12
WEEK: Final = timedelta(days=7)
# So many weeks are compared with as many before them.
HALF: Final = 4
LEAST_DAYS: Final = 4
PER: Final = {"outputs": 1000.0, "active_users": 100.0, OTHER_FLAGS: 100.0}
UNITS: Final = {
    "outputs": "in 1,000 outputs",
    "active_users": "for 100 people who use it on a day",
    OTHER_FLAGS: "of 100 flags",
}
USES: Final = {"outputs": "outputs", "active_users": "people, counted by day", OTHER_FLAGS: "flags of all kinds"}


@dataclass(frozen=True)
class Against:
    """What the flags of a pilot are measured against. `days`: of the whole pilot; `of_case`: of each use case."""

    measure: str
    days: Mapping[date, int]
    of_case: Mapping[UUID, Mapping[date, int]]

    @property
    def is_use(self) -> bool:
        return self.measure != OTHER_FLAGS

    @property
    def unit(self) -> str:
        return UNITS[self.measure]

    @property
    def uses(self) -> str:
        return USES[self.measure]

    def rate(self, flags: int, use: int) -> Interval | None:
        if self.is_use:
            return rate(flags, use, PER[self.measure])
        found = share(flags, use)
        return found and found.times(PER[self.measure])


@dataclass(frozen=True)
class Week:
    """`rate` None: how much it was used is not known, or it was not."""

    first: date
    flags: int
    use: int
    rate: Interval | None


@dataclass(frozen=True)
class Often:
    """`flags` against `use` from `first` to `last`; `outside`: its flags on other days, which count for no rate."""

    against: Against
    finding: str
    flags: int
    use: int
    first: date
    last: date
    rate: Interval | None
    outside: int
    weeks: list[Week]
    picture: Picture


def how_often(pattern: Pattern, against: Against, at: datetime) -> Often:
    today = at.astimezone(UTC).date()
    counted = _by_day(pattern)
    start = today - WEEKS * WEEK + timedelta(days=1)
    seen = sorted(day for day in against.days if start <= day <= today)
    first, last = (seen[0], seen[-1]) if seen else (start, today)
    flags = sum(n for day, n in counted.items() if first <= day <= last)
    use = sum(against.days[day] for day in seen)
    weeks = _weeks(counted, against, start)
    finding = finding_of(weeks, against)
    drawn = _picture(finding, weeks, against, pattern)
    outside = pattern.size - flags
    return Often(against, finding, flags, use, first, last, against.rate(flags, use), outside, weeks, drawn)


def against_of(pilot: Pilot, today: date) -> Against:
    """In one query where use is recorded, else in two."""
    use = use_of(pilot)
    every = {name: known(use[None], name) for name in ("outputs", "active_users")}
    measure = measure_of(every, today)
    if measure == OTHER_FLAGS:
        return Against(measure, _all_flags(pilot), {})
    return Against(measure, every[measure], {case: known(days, measure) for case, days in use.items() if case})


def known(days: UseByDay, name: str) -> dict[date, int]:
    return {day: n for day, of_day in days.items() if (n := getattr(of_day, name)) is not None}


def _all_flags(pilot: Pilot) -> dict[date, int]:
    return _days(Flag.objects.filter(pilot=pilot, vector__isnull=False))


def _by_day(pattern: Pattern) -> dict[date, int]:
    return _days(Flag.objects.filter(pattern=pattern))


def _days(flags: Any) -> dict[date, int]:
    by_day = flags.order_by().annotate(day=TruncDate("reported_at", tzinfo=UTC)).values_list("day")
    return dict(by_day.annotate(flags=Count("pk")))


def _weeks(counted: Mapping[date, int], against: Against, start: date) -> list[Week]:
    flags: dict[int, int] = defaultdict(int)
    use: dict[int, int] = defaultdict(int)
    known: dict[int, int] = defaultdict(int)
    for day, n in counted.items():
        flags[(day - start).days // 7] += n
    for day, n in against.days.items():
        use[(day - start).days // 7] += n
        known[(day - start).days // 7] += 1
    # Of a week that is hardly known the rate would say next to nothing, over half of the picture.
    rates = {n: against.rate(flags[n], use[n]) for n in range(WEEKS) if not against.is_use or known[n] >= LEAST_DAYS}
    return [Week(start + n * WEEK, flags[n], use[n], rates.get(n)) for n in range(WEEKS)]


def finding_of(weeks: Sequence[Week], against: Against) -> str:
    """The last four weeks beside the four before, told apart only where chance does not explain it."""
    late, early = weeks[-HALF:], weeks[-2 * HALF : -HALF]
    after, before = sum(week.flags for week in late), sum(week.flags for week in early)
    use_after, use_before = sum(week.use for week in late), sum(week.use for week in early)
    if not after and not before:
        return "Not flagged in the last eight weeks"
    now, then = _figure(after, use_after, against), _figure(before, use_before, against)
    said = f"{now} in the last four weeks, {then} in the four before"
    ratio = rate_ratio(before, use_before, after, use_after)
    if ratio is None:
        return f"Too little is known to compare: {said}"
    if ratio.low > 1:
        return f"More often than before: {said}"
    return f"Less often than before: {said}" if ratio.high < 1 else f"No clear change: {said}"


def _figure(flags: int, use: int, against: Against) -> str:
    found = against.rate(flags, use)
    return f"{flags} flag{'' if flags == 1 else 's'}" if found is None else f"{in_figures(found.value)} {against.unit}"


def _picture(finding: str, weeks: Sequence[Week], against: Against, pattern: Pattern) -> Picture:
    rows: list[dict[str, Any]] = []
    for week in weeks:
        row: dict[str, Any] = {"day": (week.first + timedelta(days=3)).isoformat(), "flags": week.flags}
        if week.rate is not None:
            row |= {"rate": week.rate.value, "low": week.rate.low, "high": week.rate.high}
        rows.append(row)
    if against.is_use:
        y, described = (
            amount("rate", against.unit),
            f"Flags {against.unit} by week over twelve weeks, with 95 % intervals.",
        )
        layers = points_with_intervals(by_day(), y, "low", "high")
        rows = [row for row in rows if "rate" in row]
    else:
        described = "Flags by week over twelve weeks, as bars."
        layers = [bars(by_day(), amount("flags", "flags a week"), 14)]
    fixed = pattern.fixed_from.astimezone(UTC).date() if pattern.fixed_from else None
    if fixed is not None and weeks[0].first <= fixed <= weeks[-1].first + WEEK:
        layers += upright_line(fixed, "fixed")
        described += f" An upright line stands at its fix on {fixed}."
    return picture(finding, described, layers, rows)
