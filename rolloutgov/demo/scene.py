"""One pilot while its story is played: the people in it, its questions, and what time it is in the story."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from typing import Any, Final

from governance.models import Gate, Item
from pilots.models import PhaseKind, Pilot, User
from pilots.permissions import Role
from rolloutgov.demo.story import Story, accepting_comments

# Half past eight to half past five.
_OPENS: Final = timedelta(hours=8.5)
_HOURS: Final = timedelta(hours=9)
_BETWEEN: Final = timedelta(minutes=4)
_SATURDAY: Final = 5


@dataclass
class Scene:
    story: Story
    cast: Mapping[str, User]
    now: datetime
    pilot: Pilot
    # The moment of the last thing that happened: nothing happens before it any more.
    clock: datetime

    def __post_init__(self) -> None:
        self._accepters: Iterator[str] = cycle(self.story.accepters or tuple(self.cast))
        self._comments: Iterator[str] = cycle(accepting_comments())
        self.aside: set[str] = set()

    def move_to(self, day: float) -> datetime:
        """In working hours on that day, after what happened before, and never later than now."""
        self.clock = min(max(moment(self.now, day), self.clock + _BETWEEN), self.now)
        return self.clock

    def date(self, day: float) -> date:
        return moment(self.now, day).date()

    def person(self, key: str) -> User:
        return self.cast[key]

    def holder(self, role: str) -> User:
        """Who has the role here; where nobody has it, the program manager."""
        keys = self.story.roles.get(role) or self.story.roles[Role.PROGRAM_MANAGER]
        return self.cast[keys[0]]

    def owner_of(self, item: Item) -> User:
        """Who answers this question: the role that usually does, or who answers for its workflow."""
        if item.workflow is not None and item.question.owner_role == Role.ACCOUNTABLE_OWNER:
            return self.cast[self._workflow(item)["owner"]]
        return self.holder(item.question.owner_role)

    def accepter(self, author: User) -> User:
        """The next in turn who neither wrote it nor stepped aside."""
        keys = (key for key in self._accepters if key not in self.aside and self.cast[key] != author)
        return self.cast[next(keys)]

    def comment(self) -> str:
        return next(self._comments)

    def items(self, args: Mapping[str, Any]) -> list[Item]:
        """By `phase` (one or more), `only` (codes) and `but` (codes), in the order of the catalogue."""
        rows = Item.objects.of(self.pilot)
        if "phase" in args:
            phases = [args["phase"]] if isinstance(args["phase"], str) else args["phase"]
            rows = rows.filter(phase__in=phases)
        if "only" in args:
            rows = rows.filter(code__in=args["only"])
        found = list(rows.exclude(code__in=args.get("but", ())))
        for item in found:
            item.pilot = self.pilot
        return found

    def item(self, code: str) -> Item:
        return self.items({"only": [code]})[0]

    def gate(self, key: str) -> Gate:
        """By its phase, with the stage behind a hyphen: `staged_rollout-1`."""
        phase, _, stage = key.partition("-")
        return Gate.objects.select_related("pilot").get(pilot=self.pilot, phase=PhaseKind(phase), stage=int(stage or 0))

    def values(self, item: Item | None = None) -> dict[str, Any]:
        """What stands for the braces of an answer."""
        named = {key: person.name for key, person in self.cast.items()}
        by_role = {"pm": Role.PROGRAM_MANAGER, "owner": Role.ACCOUNTABLE_OWNER, "sponsor": Role.SPONSOR}
        leads = ("evaluation", "triage", "change", "integration")
        by_role |= {key: Role(f"{key}_lead") for key in leads}
        named |= {key: self.holder(role).name for key, role in by_role.items()}
        values = {**named, **self.story.values}
        values |= {name.capitalize(): capitalised(str(values[name])) for name in ("tool", "outputs")}
        if item is not None and item.workflow is not None:
            workflow = self._workflow(item)
            values |= {"workflow": f"“{item.workflow}”", "answers_for": self.cast[workflow["owner"]].name}
            values["deputy"] = self.cast[workflow["deputy"]].name
        return values

    def _workflow(self, item: Item) -> Mapping[str, str]:
        return next(row for row in self.story.workflows if row["name"] == str(item.workflow))


def moment(now: datetime, day: float) -> datetime:
    """`day` days from now in working hours, its fraction giving the time; a weekend counts as the Friday before."""
    whole = int(day // 1)
    on = (now + timedelta(days=whole)).replace(hour=0, minute=0, second=0, microsecond=0)
    on -= timedelta(days=max(on.weekday() - _SATURDAY + 1, 0))
    return on + _OPENS + _HOURS * (day - whole)


def capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]
