"""Who is on triage, how fast, and who is called when a clock has run out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from feedback.actions.deciding import plain_text
from feedback.actions.telling import called_next, tell_triage_of_severe, triage_of
from feedback.clocks import (
    CORRECT_HOURS,
    READ_HOURS,
    STANDARD,
    Clocks,
    call_manager_by,
    look_by,
    monday_of,
)
from feedback.models import ClockOverrun, Flag, TriageClocks, TriageWeek
from feedback.taxonomy import SEVERE
from pilots.access import acting_for, holders, require
from pilots.actions.notifications import notify
from pilots.actions.pilots import lock_pilot
from pilots.audit import digest_of, record
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission, Role

Week = tuple[User | None, User | None]
# Flags that one run of the sweep looks at.
AT_ONCE: Final = 500


def set_rota(*, pilot: Pilot, weeks: Mapping[date, Week], by: User, at: datetime) -> list[TriageWeek]:
    """By Monday: who is called first, and who next. Nobody as the first empties the week."""
    require(by, Permission.RUN_REVIEWS, pilot)
    this_week = monday_of(at.astimezone(UTC).date())
    with transaction.atomic():
        lock_pilot(pilot)
        people = triage_of(pilot, at)
        kept = [_set_week(pilot, monday, week, people, this_week, by, at) for monday, week in sorted(weeks.items())]
        data = {day.isoformat(): [str(person.pk) for person in week if person] for day, week in weeks.items()}
        lender = acting_for(by, pilot, Permission.RUN_REVIEWS)
        record("rota.set", by=by, on_behalf_of=lender, pilot=pilot, target=pilot, data={"weeks": data})
    return [week for week in kept if week is not None]


def _set_week(
    pilot: Pilot, monday: date, week: Week, people: Sequence[User], this_week: date, by: User, at: datetime
) -> TriageWeek | None:
    person, cover = week
    if monday.weekday() != 0 or monday < this_week:
        raise Refused("A week begins on a Monday, and this one is over.", field="monday", code="past")
    if person is None:
        TriageWeek.objects.filter(pilot=pilot, monday=monday).delete()
        return None
    for who in (person, cover):
        if who is not None and who not in people:
            raise Refused(f"{who} may not decide about flags here.", field="person", code="not_in_triage")
    if person == cover:
        raise Refused("Who stands in has to be somebody else.", field="cover", code="same")
    values = {"person": person, "cover": cover, "set_at": at, "set_by": by}
    return TriageWeek.objects.update_or_create(pilot=pilot, monday=monday, defaults=values)[0]


def set_clocks(
    *,
    pilot: Pilot,
    read_hours: Sequence[int],
    correct_hours: Sequence[int],
    procedure: str = "",
    version: int,
    by: User,
    at: datetime,
) -> TriageClocks:
    """Faster than the application promises, never slower."""
    require(by, Permission.RUN_REVIEWS, pilot)
    procedure = plain_text(procedure, field="procedure")
    _require_within("read_hours", read_hours, READ_HOURS)
    _require_within("correct_hours", correct_hours, CORRECT_HOURS)
    with transaction.atomic():
        lock_pilot(pilot)
        held = TriageClocks.objects.select_for_update().filter(pilot=pilot).first() or TriageClocks(
            pilot=pilot, version=0
        )
        if held.version != version:
            raise Conflict(
                "Somebody else set the clocks since you opened them.", current={"Hours": str(held.read_hours)}
            )
        held.read_hours, held.correct_hours, held.procedure = list(read_hours), list(correct_hours), procedure
        held.set_at, held.set_by = at, by
        held.version += 1
        held.save()
        data = {"read_hours": list(read_hours), "correct_hours": list(correct_hours), "procedure": digest_of(procedure)}
        lender = acting_for(by, pilot, Permission.RUN_REVIEWS)
        record("clocks.set", by=by, on_behalf_of=lender, pilot=pilot, target=held, data=data)
    return held


def _require_within(field: str, hours: Sequence[int], most: Sequence[int]) -> None:
    if len(hours) != len(most):
        raise Refused("One figure for each severity.", field=field, code="incomplete")
    for severity, (given, promised) in enumerate(zip(hours, most, strict=True)):
        if not 1 <= given <= promised:
            words = f"Severity {severity}: between 1 and the promised {promised} hours."
            raise Refused(words, field=field, code="beyond_the_promise")


def clocks_of(pilot: Pilot) -> Clocks:
    return clocks_of_all([pilot]).get(pilot.pk, STANDARD)


def clocks_of_all(pilots: Iterable[Pilot]) -> dict[object, Clocks]:
    """Of those that set their own."""
    rows = TriageClocks.objects.filter(pilot__in=[pilot.pk for pilot in pilots])
    return {row.pk: Clocks(tuple(row.read_hours), tuple(row.correct_hours)) for row in rows}


def call_next_people(at: datetime) -> int:
    """Calls who stands in, then the program manager, about flags that nobody looked at in time; each once."""
    waiting = _unlooked(at)
    clocks = clocks_of_all({flag.pilot for flag in waiting})
    late: dict[tuple[Pilot, int], list[tuple[Flag, datetime]]] = {}
    zone = timezone.get_default_timezone()
    for flag in waiting:
        own = clocks.get(flag.pilot_id, STANDARD)
        since, severity = flag.waits_since, flag.current_severity
        ends = look_by(since, severity, zone, own), call_manager_by(since, severity, zone, own)
        for level, end in zip(ClockOverrun.Level, ends, strict=True):
            if end <= at:
                late.setdefault((flag.pilot, level), []).append((flag, end))
    return sum(_call(pilot, level, flags, at) for (pilot, level), flags in late.items())


def _unlooked(at: datetime) -> list[Flag]:
    """New ones of running pilots that the last person to call has not been called about."""
    since = Coalesce("recurred_at", "reported_at")
    called = ClockOverrun.objects.filter(
        flag=OuterRef("pk"), waited_since=OuterRef("since"), level=ClockOverrun.Level.MANAGER
    )
    flags = Flag.objects.filter(state=Flag.State.NEW, pilot__state=Pilot.State.RUNNING)
    flags = flags.annotate(since=since).filter(since__lte=at - timedelta(hours=1)).filter(~Exists(called))
    return list(flags.select_related("pilot").order_by(F("severity").desc(), "since")[:AT_ONCE])


def _call(pilot: Pilot, level: int, late: Sequence[tuple[Flag, datetime]], at: datetime) -> int:
    """A severe flag by itself, by e-mail too; the others of a pilot together, once a day."""
    with transaction.atomic():
        rows = [
            ClockOverrun(pilot=pilot, flag=flag, waited_since=flag.waits_since, level=level, ran_out_at=end, told_at=at)
            for flag, end in late
        ]
        told = {
            (row.flag_id, row.waited_since)
            for row in ClockOverrun.objects.filter(flag__in=[flag for flag, _ in late], level=level)
        }
        ClockOverrun.objects.bulk_create(rows, ignore_conflicts=True)
        new = [flag for flag, _ in late if (flag.pk, flag.waits_since) not in told]
        people = called_next(pilot, at) if level == ClockOverrun.Level.COVER else _managers(pilot)
        ordinary = [flag for flag in new if flag.current_severity < SEVERE]
        for flag in new:
            if flag.current_severity >= SEVERE:
                text = f"Flag {flag.reference} says: {flag.severity_word.lower()}. Nobody has looked at it in time."
                tell_triage_of_severe(flag, f"late:{level}:{flag.version}", text, at=at, people=people)
                record("flag.waited_too_long", by=None, pilot=pilot, target=flag, data={"level": level})
        if ordinary:
            count = f"{len(ordinary)} flag{'s' if len(ordinary) > 1 else ''} of {pilot.name}"
            text = f"{count} waited longer for a first look than promised."
            event = f"flags-late:{pilot.pk}:{level}:{at.astimezone(UTC).date()}"
            notify(people, event=event, text=text, at=at, pilot=pilot, url=reverse("flags", args=[pilot.slug]))
    return len(new)


def _managers(pilot: Pilot) -> list[User]:
    found = holders(pilot, [Role.PROGRAM_MANAGER]) or holders(pilot, [Role.SPONSOR])
    return [membership.user for membership in found]
