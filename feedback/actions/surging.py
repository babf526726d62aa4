"""Patterns that rise against the amount of use, those that just appeared, and those that were set aside long enough."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, UUIDField, When
from django.db.models.functions import TruncDate

from feedback.actions.deciding import contradict, contradicts, decide
from feedback.actions.telling import tell_triage_of_pattern
from feedback.grouping.exposure import MEASURES, OTHER_FLAGS, Known, filled, measure_of
from feedback.grouping.surges import Numbers, Surge, pooled_spread, reporters_in_windows, scaled_exposure, surges
from feedback.models import Flag, Grouping, Pattern
from feedback.models.reporting import OPEN_DOORS
from pilots.models import Pilot
from pilots.reports import use_of

HOURLY: Final = timedelta(hours=1)
YOUNG: Final = timedelta(days=14)
# A surge is shown for so long after the day of its alarm.
SHOWN: Final = timedelta(days=7)
# Older flags weigh less than one in a thousand (`surges.MEMORY`).
YEAR: Final = timedelta(days=365)
# Use is smoothed over a week, so that a quiet Sunday is not taken for nobody working.
WEEK: Final = 7


def groupings_to_search(at: datetime) -> QuerySet[Grouping]:
    """Those in which nobody has looked for an hour, the longest ago first."""
    due = Q(surges_sought_at__isnull=True) | Q(surges_sought_at__lte=at - HOURLY)
    return Grouping.objects.filter(due).order_by(F("surges_sought_at").asc(nulls_first=True)).select_related("pilot")


def find_surges(*, pilot: Pilot, at: datetime) -> int:
    """Mark what surges by now and unmark what no longer does. How many were newly found."""
    Grouping.objects.filter(pilot=pilot).update(surges_sought_at=at)
    today = at.astimezone(UTC).date()
    patterns = [p for p in Pattern.objects.filter(pilot=pilot).live() if p.first_at is not None]
    counted = _by_day(pilot, today - YEAR)
    everything = _sum([*counted.values()])
    known = _use_by_day(pilot)
    measure = measure_of(known, today)
    use = None if measure == OTHER_FLAGS else known[measure]
    series = {pattern.pk: _series(pattern, counted[pattern.pk], everything, use, today) for pattern in patterns}
    spread = pooled_spread([(counts, exposure) for counts, exposure, _ in series.values()])
    found = 0
    for pattern in patterns:
        counts, exposure, people = series[pattern.pk]
        # Without a flag lately there is nothing to find, and going through all days is what costs.
        lately = counts[-2 * SHOWN.days :].any()
        alarms = surges(counts, exposure, reporters_in_windows(people), spread=spread) if lately else []
        found += _mark(pattern, alarms[-1] if alarms else None, len(counts), measure, at)
    return found


def _use_by_day(pilot: Pilot) -> dict[str, Known]:
    days = use_of(pilot)[None]
    return {
        name: {day: use for day, of_day in days.items() if (use := getattr(of_day, name)) is not None}
        for name in MEASURES
    }


Days = dict[date, tuple[int, set[object]]]


def _by_day(pilot: Pilot, since: date) -> dict[UUID | None, Days]:
    """By pattern and day: how many flags, and from whom. Grouped by the database, for days are far fewer than flags."""
    found: dict[UUID | None, Days] = defaultdict(dict)
    start = datetime.combine(since, datetime.min.time(), UTC)
    rows = Flag.objects.filter(pilot=pilot, vector__isnull=False, reported_at__gte=start)
    # Without a name one is nobody in particular until triage has read the flag.
    read = When(Q(assessed_at__isnull=False) | ~Q(source__in=sorted(OPEN_DOORS)), then=F("pk"))
    who = Case(When(reporter__isnull=False, then=F("reporter_id")), read, output_field=UUIDField())
    days = rows.order_by().annotate(day=TruncDate("reported_at", tzinfo=UTC)).values_list("pattern_id", "day")
    for pattern, day, flags, people in days.annotate(flags=Count("pk"), people=ArrayAgg(who, distinct=True)):
        found[pattern][day] = (flags, set(people))
    return found


def _sum(days: list[Days]) -> dict[date, int]:
    total: dict[date, int] = defaultdict(int)
    for part in days:
        for day, (flags, _) in part.items():
            total[day] += flags
    return total


def _series(
    pattern: Pattern, own: Days, everything: dict[date, int], use: Known | None, today: date
) -> tuple[Numbers, Numbers, list[set[object]]]:
    """Counts, amount of use and the people by day, from two weeks before its first flag on.

    `use` None: until use itself is recorded, all other flags of the pilot stand for it.
    """
    assert pattern.first_at is not None
    first = min(own) if own else max(pattern.first_at.astimezone(UTC).date(), today - YEAR)
    earliest = max(min(everything, default=first), first - YOUNG)
    days = [earliest + timedelta(days=n) for n in range((today - earliest).days + 1)]
    nothing: tuple[int, set[object]] = (0, set())
    counts = np.array([own.get(day, nothing)[0] for day in days], np.float64)
    people = [own.get(day, nothing)[1] for day in days]
    if use is not None:
        return counts, scaled_exposure(filled(use, days)), people
    others = np.array([everything.get(day, 0) for day in days], np.float64) - counts
    return counts, scaled_exposure(_smooth(others)), people


def _smooth(others: Numbers) -> Numbers:
    """The week's average; where there is hardly anything else, every day is as good as any."""
    if others.mean() < 1:
        return np.ones_like(others)
    padded = np.concatenate([np.full(WEEK - 1, others[:WEEK].mean()), others])
    return np.maximum(np.convolve(padded, np.ones(WEEK) / WEEK, "valid"), 0.25)


def _mark(pattern: Pattern, last: Surge | None, days: int, measure: str, at: datetime) -> bool:
    day = None if last is None else at - timedelta(days=days - 1 - last.day)
    surging = day is not None and day >= at - SHOWN
    emerging = surging and pattern.began_at >= at - YOUNG
    if surging == (pattern.surging_since is not None):
        if emerging != pattern.is_emerging:
            Pattern.objects.filter(pk=pattern.pk).update(is_emerging=emerging)
        return False
    with transaction.atomic():
        held = Pattern.objects.select_for_update(of=("self",)).select_related("pilot", "owner").get(pk=pattern.pk)
        if last is None or not surging:
            Pattern.objects.filter(pk=held.pk).update(surging_since=None, is_emerging=False)
            return False
        surge = {
            "count": last.count,
            "expected": round(last.expected, 2),
            "days": last.window,
            "p": last.p,
            "measure": measure,
        }
        decide(held, "surged", by=None, at=at, data=surge, surging_since=day, surge=surge, is_emerging=emerging)
        if contradicts(held):
            contradict(held, "surges")
        text = f"{held.reference} “{held.title}” rises: {last.count} flags in {last.window} days, "
        text += f"{last.expected:.1f} were to be expected."
        tell_triage_of_pattern(held, f"surged:{held.version}", text, at=at)
    return True


def wake_snoozed(*, pilot: Pilot, at: datetime) -> int:
    """Patterns whose day has come, or that grew as far as somebody said."""
    due = Q(snoozed_until__lte=at.date())
    aside = Pattern.objects.filter(pilot=pilot, state=Pattern.State.SNOOZED)
    found = [pattern.pk for pattern in aside if _has_grown(pattern)]
    found += aside.filter(due).values_list("pk", flat=True)
    for key in sorted(set(found)):
        with transaction.atomic():
            held = Pattern.objects.select_for_update(of=("self",)).select_related("pilot", "owner").get(pk=key)
            if held.state == Pattern.State.SNOOZED:
                state = Pattern.State.CONFIRMED
                decide(held, "woken", by=None, at=at, state=state, snoozed_until=None, snoozed_size=None)
                text = f"{held.reference} “{held.title}” was set aside until now. It has {held.size} flags."
                tell_triage_of_pattern(held, f"woken:{held.version}", text, at=at)
    return len(set(found))


def _has_grown(pattern: Pattern) -> bool:
    return pattern.snoozed_size is not None and pattern.size >= pattern.snoozed_size
