"""A pattern that was fixed and is seen again. Strays come after every fix, so one flag is a sign, not yet a return."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Coalesce

from feedback.actions.deciding import NOT_CARRIED, contradict, decide
from feedback.actions.telling import tell_reporter, tell_triage_of_pattern
from feedback.figures import against_of
from feedback.grouping.recurrence import POSSIBLE, regressed
from feedback.models import Flag, Pattern
from feedback.taxonomy import SEVERE
from pilots.errors import Refused
from pilots.models import Pilot, User

# How long before the fix its rate is read from.
BEFORE: Final = timedelta(days=28)


def come_back(pattern: Pattern, note: str, *, by: User | None, at: datetime) -> None:
    """`pattern` is held. It counts for the governance questions at once: what was said to be mended is not."""
    if pattern.state != Pattern.State.FIXED:
        raise Refused("It was not fixed yet, so it cannot come back.", code="not_fixed")
    decide(pattern, "returned", by=by, at=at, text=note, state=Pattern.State.REGRESSED, **NOT_CARRIED)
    contradict(pattern, "came back after it was fixed")
    text = f"{pattern.reference} “{pattern.title}” came back after it was fixed."
    tell_triage_of_pattern(pattern, f"returned:{pattern.version}", text, at=at)


def reported_again(flag: Flag, note: str, *, at: datetime) -> None:
    """Its reporter says so. The word of somebody with a name is enough; without one, triage looks first."""
    if flag.pattern_id is None:
        return
    pattern = _held_if_fixed(flag.pattern_id)
    if pattern is None:
        return
    if flag.reporter_id is not None:
        come_back(pattern, note or f"The reporter of {flag.reference} saw it again.", by=None, at=at)
    else:
        _may_be_back(pattern, flag, at)


def notice_returns(placed: Mapping[UUID, float], *, at: datetime) -> None:
    """Of flags that a job just put into patterns, with how close they are."""
    fixed = Flag.objects.filter(pk__in=placed, pattern__state=Pattern.State.FIXED)
    for flag in fixed.select_related("pattern", "pilot", "reporter").order_by("pattern_id", "reported_at", "pk"):
        assert flag.pattern is not None
        since = flag.pattern.fixed_from
        if since is None or flag.output_at < since or placed[flag.pk] < POSSIBLE:
            continue
        pattern = _held_if_fixed(flag.pattern.pk)
        if pattern is None:
            continue
        # Nobody stops anything with flags that carry no name and that nobody has read.
        if flag.current_severity >= SEVERE and (flag.reporter_id is not None or flag.assessed_at is not None):
            come_back(pattern, f"The severe flag {flag.reference} came after the fix.", by=None, at=at)
        else:
            _may_be_back(pattern, flag, at)


def _may_be_back(pattern: Pattern, flag: Flag, at: datetime) -> None:
    text = f"{pattern.reference} “{pattern.title}” may be back: {flag.reference} looks like it."
    tell_triage_of_pattern(pattern, f"possible:{flag.pk}:{flag.version}", text, at=at)
    words = f"Your flag {flag.reference} looks like something that was fixed. Triage looks whether it is back."
    tell_reporter(flag, f"possible:{flag.version}", words, by=None, at=at)


def _held_if_fixed(pattern: UUID) -> Pattern | None:
    held = Pattern.objects.select_for_update(of=("self",)).select_related("pilot", "owner")
    return held.filter(pk=pattern, state=Pattern.State.FIXED).first()


def find_returns(*, pilot: Pilot, at: datetime) -> int:
    """Fixed patterns whose flags come at more than 30 % of the rate before. How many came back."""
    found = 0
    fixed = list(Pattern.objects.filter(pilot=pilot, state=Pattern.State.FIXED))
    against = against_of(pilot, at.astimezone(UTC).date()) if fixed else None
    use = against.days if against and against.is_use else {}
    for pattern in fixed:
        if is_back(pattern, at, use):
            with transaction.atomic():
                held = _held_if_fixed(pattern.pk)
                if held is not None:
                    note = "More flags came after the fix than strays would explain."
                    come_back(held, note, by=None, at=at)
                    found += 1
    return found


def is_back(pattern: Pattern, at: datetime, use: Mapping[date, int]) -> bool:
    """Only outputs made after the fix took effect count, whenever they were flagged. Where use is recorded the rate is
    one of use: flags that rise because more is used are no return."""
    since = pattern.fixed_from
    assert since is not None
    made = Flag.objects.filter(pattern=pattern).annotate(moment=Coalesce("made_at", "reported_at"))
    moments = list(made.filter(moment__gte=since - BEFORE).order_by().values_list("moment", flat=True))
    before = [moment for moment in moments if since - BEFORE <= moment < since]
    days_before = min((since - min(before)).days + 1, BEFORE.days) if before else BEFORE.days
    after = [0] * ((at.astimezone(UTC) - since).days + 1)
    for moment in moments:
        if since <= moment <= at:
            after[(moment - since).days] += 1
    exposure = _normal_days(since, days_before, len(after), use)
    return regressed(len(before), float(days_before), after, exposure).is_back


def _normal_days(since: datetime, before: int, after: int, use: Mapping[date, int]) -> list[float]:
    """How much each day after the fix was used, in average days before it. A day of which nothing is known is one."""
    first = since.astimezone(UTC).date()
    known = [use[day] for n in range(1, before + 1) if (day := first - timedelta(days=n)) in use]
    normal = fmean(known) if known else 0.0
    if normal <= 0:
        return [1.0] * after
    days = (first + timedelta(days=n) for n in range(after))
    return [use[day] / normal if day in use else 1.0 for day in days]
