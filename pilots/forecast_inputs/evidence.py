"""What was seen, as codes of levels: of whom or of what nobody knows a level, it is the one that a pilot likes best."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from pilots.forecast_inputs.rollout import OF_SEGMENTS, Scope
from pilots.forecast_inputs.rows import DAYS, WEEKS_OF_USE, Farthest, Group, Habit
from pilots.models import Participant, Pilot, Segment
from pilots.stats.forecast.levels import KIND, ROUTE, Levels

_COUNTS: Final = ("tried", "good", "outside", "made", "overridden", "timed", "minutes", "squares")
# Of people, and what those are called who are taken to be as a pilot likes them.
_LIKED: Final = {
    "attitude": "enthusiasts",
    "workload": "people with a low workload",
    "comfort": "people at ease with new tools",
}


@dataclass(eq=False)
class Crowd:
    """Everybody on the roster; `number` takes the place of their names."""

    scope: Scope
    people: dict[int, Participant]
    first_day: dict[int, date]
    number: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.number = {pk: number for number, pk in enumerate(sorted(self.people))}
        self.levels_of = cache(self._levels_of)

    @classmethod
    def of(cls, pilot: Pilot, scope: Scope, groups: Sequence[Group], elsewhere: set[int]) -> "Crowd":
        """Not whoever was seen `elsewhere` alone: of them nobody can say that they never used it."""
        first: dict[int, date] = {}
        for group in groups:
            first[group.person] = min(group.first, first.get(group.person, group.first))
        roster = Participant.objects.filter(pilot=pilot).exclude(pk__in=elsewhere - first.keys())
        return cls(scope, {one.pk: one for one in roster}, first)

    def _levels_of(self, pk: int, segment_id: UUID | None) -> dict[str, int]:
        """Where somebody said nothing, most people of the segment speak for them."""
        person = self.people[pk]
        segment = self.scope.segments.get(segment_id) if segment_id else None
        if not person.route:
            self.scope.assumed.add("Nobody knows how some participants came: counted as volunteers.")
        found = {"route": ROUTE.codes["assigned" if person.route == "assigned" else "selected"]}
        for levels, called in OF_SEGMENTS.items():
            own = self._attitude(person) if levels.name == "attitude" else getattr(person, levels.name)
            level = own or _of(segment, levels)
            if not level:
                words = f"Nobody knows {called} of some participants: counted as {_LIKED[levels.name]}."
                self.scope.assumed.add(words)
            found[levels.name] = levels.codes.get(level, 0)
        if self.scope.roles:
            found["role"] = self.scope.roles.codes.get(segment.role if segment else "", 0)
        return found

    def _attitude(self, person: Participant) -> str:
        """What somebody thinks after the first use is no attitude that they came with."""
        first = self.first_day.get(person.pk)
        late = first is not None and person.asked_on is not None and person.asked_on > first
        return "" if late else str(person.attitude)


def _of(segment: Segment | None, levels: Levels) -> str:
    return str(getattr(segment, levels.name)) if segment else ""


class Rows:
    """Columns; combinations of levels stand once, since there are few."""

    def __init__(self, names: Sequence[str]) -> None:
        self.codes: dict[tuple[int, ...], int] = {}
        self.columns: dict[str, list[Any]] = {name: [] for name in ("code", "user", "part", *names)}

    def add(self, codes: tuple[int, ...], **values: Any) -> None:
        self.columns["code"].append(self.codes.setdefault(codes, len(self.codes)))
        for name, value in values.items():
            self.columns[name].append(value)

    @property
    def document(self) -> dict[str, Any]:
        return {"codes": [list(codes) for codes in self.codes], **self.columns}


def rows_of_tasks(scope: Scope, crowd: Crowd, groups: Sequence[Group]) -> dict[str, Any]:
    part = {cell.pk: place for place, cell in enumerate(scope.cells)}
    kinds = {one.pk: one for one in scope.seen}
    rows = Rows(("early", *_COUNTS))
    for group in groups:
        case = kinds[group.use_case]
        if not case.kind:
            scope.assumed.add("Nobody said how hard {names} is: what was seen of it counts as curated.", case.name)
        if group.trained is None:
            scope.assumed.add("Nobody knows whether some tasks were done after training: counted as done after it.")
        found = crowd.levels_of(group.person, group.segment) | {
            "kind": KIND.codes.get(case.kind, 0),
            "support": int(not group.supported),
            "trained": int(group.trained is False),
        }
        if scope.use_cases:
            found["use_case"] = scope.use_cases.codes[str(group.use_case)]
        rows.add(
            tuple(found[one.name] for one in scope.of_tasks),
            user=crowd.number[group.person],
            part=part.get(group.cell, -1),
            early=int(group.early),
            **{name: getattr(group, name) for name in _COUNTS},
        )
    return rows.document


def farthest_in(groups: Sequence[Group], farthest: Farthest | None) -> dict[str, Any] | None:
    """In which of the rows that have minutes it stands."""
    if farthest is None:
        return None
    timed = [(one.person, one.cell, one.supported, one.trained, one.early) for one in groups if one.timed]
    where = (farthest.person, farthest.cell, farthest.supported, farthest.trained, farthest.early)
    return {"row": timed.index(where), "minutes": farthest.minutes, "share_of_top": round(farthest.share_of_top, 6)}


def rows_of_people(
    scope: Scope, crowd: Crowd, habits: Sequence[Habit], early: Sequence[Habit]
) -> dict[str, Any] | None:
    """Who was watched for four weeks at least, and whoever never used it at all. None where nobody was watched so
    long, or nobody knows how many people the rollout reaches."""
    watched = {one.person: one for one in habits}
    then = {one.person: one for one in early if one.days >= DAYS}
    if not scope.headcounts or not any(one.days >= DAYS for one in habits):
        return None
    part = {pk: place for place, pk in enumerate(scope.headcounts)}
    rows = Rows(("tried", "active", "early_tried", "early_active"))
    for pk, person in sorted(crowd.people.items()):
        habit, before = watched.get(pk), then.get(pk)
        if habit is not None and habit.days < DAYS:
            continue
        segment = person.segment_id or (habit.segment if habit else None)
        found = crowd.levels_of(pk, segment) | {
            "support": int(habit is not None and not habit.supported),
            "trained": int(habit is not None and not habit.trained),
        }
        rows.add(
            tuple(found[one.name] for one in scope.of_people),
            user=crowd.number[pk],
            part=part.get(segment, -1) if segment else -1,
            tried=1,
            active=int(habit is not None and habit.weeks >= WEEKS_OF_USE),
            early_tried=int(before is not None),
            early_active=int(before is not None and before.weeks >= WEEKS_OF_USE),
        )
    return rows.document
