"""Amount of use as pages and figures read it, in one query each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pilots.models import Pilot, Use


@dataclass(frozen=True)
class UseOfDay:
    """None is unknown."""

    outputs: int | None = None
    active_users: int | None = None

    def __add__(self, other: "UseOfDay") -> "UseOfDay":
        return UseOfDay(_sum(self.outputs, other.outputs), _sum(self.active_users, other.active_users))

    def or_else(self, other: "UseOfDay") -> "UseOfDay":
        outputs = other.outputs if self.outputs is None else self.outputs
        return UseOfDay(outputs, other.active_users if self.active_users is None else self.active_users)


def _sum(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else one + other


UseByDay = dict[date, UseOfDay]


def use_of(pilot: Pilot, first: date | None = None, last: date | None = None) -> dict[UUID | None, UseByDay]:
    """By use case and day; None is the pilot: what was said of all of it, else the sum over its use cases.

    Who uses two use cases is summed twice, so active users by use case are an upper bound for the pilot.
    """
    rows = Use.objects.filter(pilot=pilot, segment=None, tool_version="")
    rows = rows.filter(day__gte=first) if first else rows
    rows = rows.filter(day__lte=last) if last else rows
    return joined(rows.order_by().values_list("use_case_id", "day", "outputs", "active_users"))


def use_of_parts(pilot: Pilot) -> tuple[dict[str, UseByDay], dict[str, UseByDay]]:
    """By the name of a segment, and by version of the tool: only what was said of each."""
    segments: dict[str, UseByDay] = {}
    versions: dict[str, UseByDay] = {}
    rows = Use.objects.filter(pilot=pilot).exclude(segment=None, tool_version="").order_by()
    for segment, version, day, *figures in rows.values_list(
        "segment__name", "tool_version", "day", "outputs", "active_users"
    ):
        found = versions.setdefault(version, {}) if version else segments.setdefault(segment, {})
        found[day] = UseOfDay(*figures)
    return segments, versions


def joined(rows: Iterable[tuple[UUID | None, date, int | None, int | None]]) -> dict[UUID | None, UseByDay]:
    said: dict[UUID | None, UseByDay] = {None: {}}
    summed: UseByDay = {}
    for use_case, day, outputs, active_users in rows:
        one = UseOfDay(outputs, active_users)
        said.setdefault(use_case, {})[day] = one
        if use_case is not None:
            summed[day] = summed.get(day, UseOfDay()) + one
    whole = said[None]
    for day, total in summed.items():
        whole[day] = whole.get(day, UseOfDay()).or_else(total)
    return said
