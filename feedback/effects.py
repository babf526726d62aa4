"""What a fix did, from the flags of its pilot: counts, amount of use and windows for `grouping.effect`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from feedback.figures import Against, against_of
from feedback.grouping.effect import Effect, effect
from feedback.models import Flag, Pattern

# Before the fix and after it, at most.
WINDOW: Final = timedelta(days=28)
# Fewer other flags than these say little about how much the tool was used; then days do.
LEAST_OTHERS: Final = 50


@dataclass(frozen=True)
class Measured:
    """`since` to `fixed_from` is before, `fixed_from` to `until` after; `unit` says what use was counted in."""

    pattern: Pattern
    effect: Effect
    since: datetime
    fixed_from: datetime
    until: datetime
    unit: str

    @property
    def days_before(self) -> int:
        return max(round((self.fixed_from - self.since) / timedelta(days=1)), 1)

    @property
    def days_after(self) -> int:
        return max(round((self.until - self.fixed_from) / timedelta(days=1)), 1)

    @property
    def percent(self) -> int | None:
        return None if self.effect.ratio is None else round(100 * self.effect.ratio)

    @property
    def low_percent(self) -> int:
        return round(100 * self.effect.low)

    @property
    def high_percent(self) -> int | None:
        return None if self.effect.high == float("inf") else round(100 * self.effect.high)


@dataclass(frozen=True)
class Use:
    before: float
    after: float
    unit: str


Moment = tuple[UUID | None, datetime]


def use_around(
    pattern: Pattern,
    since: datetime,
    fixed_from: datetime,
    until: datetime,
    moments: Sequence[Moment],
    against: Against,
) -> Use:
    """The one place that says how much the tool was used before and after.

    As it was recorded; else all other flags of the pilot stand for it, and days where there are too few of them.
    """
    if against.is_use:
        recorded = _recorded(against, since, fixed_from), _recorded(against, fixed_from, until)
        if min(recorded) > 0:
            return Use(*recorded, against.uses)
    others = [moment for key, moment in moments if key != pattern.pk]
    before = sum(since <= moment < fixed_from for moment in others)
    after = sum(fixed_from <= moment < until for moment in others)
    if min(before, after) >= LEAST_OTHERS:
        return Use(before, after, "other flags")
    day = timedelta(days=1)
    return Use((fixed_from - since) / day, (until - fixed_from) / day, "days")


def _recorded(against: Against, start: datetime, end: datetime) -> float:
    """Of a day that lies in the window in part, as much of its use; 0 where a day is not known."""
    total, day = 0.0, timedelta(days=1)
    midnight = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight < end:
        inside = (min(midnight + day, end) - max(midnight, start)) / day
        use = against.days.get(midnight.date())
        if use is None and inside == 1:
            return 0.0
        total += inside * (use or 0)
        midnight += day
    return total


def effects_of(patterns: Iterable[Pattern], at: datetime) -> list[Measured]:
    """Of those of one pilot that were fixed, in a few queries. By when the output was made, whenever it was flagged."""
    fixed = [pattern for pattern in patterns if pattern.fixed_from is not None and pattern.fixed_from < at]
    if not fixed:
        return []
    earliest = min(pattern.fixed_from for pattern in fixed if pattern.fixed_from is not None) - WINDOW
    flags = Flag.objects.filter(pilot=fixed[0].pilot_id, is_drill=False)
    flags = flags.annotate(moment=Coalesce("made_at", "reported_at")).filter(moment__gte=earliest)
    moments = list(flags.values_list("pattern_id", "moment"))
    against = against_of(fixed[0].pilot, at.astimezone(UTC).date())
    return [_measured(pattern, moments, against, at) for pattern in fixed]


def _measured(pattern: Pattern, moments: Sequence[Moment], against: Against, at: datetime) -> Measured:
    fixed_from = pattern.fixed_from
    assert fixed_from is not None
    own = [moment for key, moment in moments if key == pattern.pk]
    first = min((moment for moment in own if moment < fixed_from), default=fixed_from - WINDOW)
    # A pattern that began a week before its fix is not compared with four weeks.
    since, until = max(fixed_from - WINDOW, first), min(fixed_from + WINDOW, at)
    before = sum(since <= moment < fixed_from for moment in own)
    after = sum(fixed_from <= moment < until for moment in own)
    use = use_around(pattern, since, fixed_from, until, moments, against)
    return Measured(pattern, effect(before, use.before, after, use.after), since, fixed_from, until, use.unit)


def went_live(pilot_patterns: "QuerySet[Pattern]", at: datetime) -> list[Pattern]:
    """Fixed within two windows: what a review looks back on."""
    states = (Pattern.State.FIXED, Pattern.State.REGRESSED)
    rows = pilot_patterns.filter(state__in=states, fixed_from__gte=at - 2 * WINDOW, fixed_from__lt=at)
    return list(rows.order_by("-fixed_from"))
