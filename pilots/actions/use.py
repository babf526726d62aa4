"""Amount of use: outputs served and active users by day, from a file or through the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot
from pilots.audit import record
from pilots.errors import Refused
from pilots.models import Pilot, Segment, Use, UseCase, User
from pilots.models.use import LONGEST_VERSION
from pilots.permissions import Permission

MOST_AT_ONCE: Final = 50_000
MOST_IN_A_DAY: Final = 1_000_000_000
# Of the values that were replaced, so many stand in the trail; the rest is counted.
KEPT_IN_TRAIL: Final = 200


@dataclass(frozen=True)
class DayOfUse:
    """Of the whole pilot, or of one part of it. A figure that is None is not said, and leaves what was said before."""

    day: date
    use_case: UseCase | None = None
    outputs: int | None = None
    active_users: int | None = None
    segment: Segment | None = None
    tool_version: str = ""

    @property
    def key(self) -> tuple[UUID | None, UUID | None, str, date]:
        case, segment = self.use_case, self.segment
        return (case.pk if case else None, segment.pk if segment else None, self.tool_version, self.day)

    @property
    def parts(self) -> list[str]:
        """How the parts are called that it is of: one, or none for the whole pilot."""
        return [part for part in (_slug(self.use_case), _slug(self.segment), self.tool_version) if part]


def _slug(part: UseCase | Segment | None) -> str:
    return part.slug if part else ""


@dataclass(frozen=True)
class Recorded:
    added: int
    replaced: int
    unchanged: int


def record_use(*, pilot: Pilot, days: Sequence[DayOfUse], source: str, by: User, at: datetime) -> Recorded:
    """All or nothing. Said again it changes nothing; a later value replaces the earlier, which stays in the trail."""
    require(by, Permission.RECORD_USE, pilot)
    _check(pilot, days, at)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        there = {(use.use_case_id, use.segment_id, use.tool_version, use.day): use for use in _held(pilot, days)}
        changed, replaced = [], []
        for one in days:
            use = there.get(one.key)
            before = (use.outputs, use.active_users) if use else None
            after = _joined(before, one)
            if before == after:
                continue
            of = {"use_case": one.use_case, "segment": one.segment, "tool_version": one.tool_version}
            use = use or Use(pilot=pilot, day=one.day, **of)
            use.outputs, use.active_users = after
            use.source, use.recorded_at, use.recorded_by = source, at, by
            changed.append(use)
            if before is not None:
                replaced.append([next(iter(one.parts), None), one.day.isoformat(), before, after])
        Use.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["outputs", "active_users", "source", "recorded_at", "recorded_by"],
            batch_size=2000,
        )
        done = Recorded(len(changed) - len(replaced), len(replaced), len(days) - len(changed))
        if changed:
            _record(pilot, changed, replaced, done, source, by)
    return done


def _held(pilot: Pilot, days: Sequence[DayOfUse]) -> list[Use]:
    if not days:
        return []
    between = Q(day__gte=min(one.day for one in days), day__lte=max(one.day for one in days))
    return list(Use.objects.filter(between, pilot=pilot))


def _joined(before: tuple[int | None, int | None] | None, one: DayOfUse) -> tuple[int | None, int | None]:
    outputs, active_users = before or (None, None)
    return (
        outputs if one.outputs is None else one.outputs,
        active_users if one.active_users is None else one.active_users,
    )


def _check(pilot: Pilot, days: Sequence[DayOfUse], at: datetime) -> None:
    if len(days) > MOST_AT_ONCE:
        raise Refused(f"At most {MOST_AT_ONCE:,} days at once.", field="days", code="too_many")
    if len({one.key for one in days}) < len(days):
        raise Refused("A day stands there twice for the same part.", field="days", code="twice")
    for one in days:
        if one.day > latest_day(at):
            raise Refused(f"{one.day} is still to come.", field="days", code="future")
        if one.use_case is not None and (one.use_case.pilot_id != pilot.pk or one.use_case.removed_at is not None):
            raise Refused("Choose a use case of this pilot.", field="days", code="unknown")
        if one.segment is not None and (one.segment.pilot_id != pilot.pk or one.segment.removed_at is not None):
            raise Refused("Choose a segment of this pilot.", field="days", code="unknown")
        if len(one.parts) > 1:
            raise Refused(f"{one.day}: give a use case, a segment or a version, not two of them.", field="days")
        if len(one.tool_version) > LONGEST_VERSION:
            raise Refused(f"A version has at most {LONGEST_VERSION} characters.", field="days", code="too_long")
        given = [figure for figure in (one.outputs, one.active_users) if figure is not None]
        if not given:
            raise Refused(f"Give outputs or active users for {one.day}.", field="days", code="missing")
        if not all(0 <= figure <= MOST_IN_A_DAY for figure in given):
            raise Refused(f"A figure of {one.day} is below 0 or far too large.", field="days", code="out_of_range")


def latest_day(at: datetime) -> date:
    """Today, wherever it already is."""
    return (at + timedelta(hours=14)).date()


def _record(pilot: Pilot, changed: list[Use], replaced: list[list[Any]], done: Recorded, source: str, by: User) -> None:
    days = [use.day for use in changed]
    data: dict[str, Any] = {
        "source": source,
        "added": done.added,
        "replaced": done.replaced,
        "first": min(days).isoformat(),
        "last": max(days).isoformat(),
        # Part (a use case, a segment or a version), day, and [outputs, active users] before and after.
        "values": replaced[:KEPT_IN_TRAIL],
    }
    lender = acting_for(by, pilot, Permission.RECORD_USE)
    record("use.recorded", by=by, on_behalf_of=lender, pilot=pilot, target=pilot, data=data)
