"""With and without: the same figure of two groups of people or conditions, and their difference in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pilots.measured import words
from pilots.measured.questions import Remedy
from pilots.models import Figure, Pilot
from pilots.stats.metrics import About

Part = Figure.Part


@dataclass(frozen=True)
class Pair:
    """`first` is what the pilot mostly had, `second` what the rollout brings; `lead` opens the sentence about it."""

    key: str
    asks: str
    first: Part
    second: Part
    lead: str
    remedy: Remedy
    # What participants said of themselves: shown of ten people together, and never row by row.
    is_personal: bool = False


PAIRS: Final = (
    Pair(
        "help",
        "What is left when nobody helps?",
        Part.SUPPORTED,
        Part.UNSUPPORTED,
        "Without help",
        Remedy("Plan weeks without help", "register", "unsupported-periods"),
    ),
    Pair(
        "route",
        "Do those who did not choose it do as well?",
        Part.SELECTED,
        Part.ASSIGNED,
        "Among those who were assigned",
        Remedy("Plan a cohort of people who did not volunteer", "register", "cohorts"),
    ),
    Pair(
        "attitude",
        "Does it work for sceptics?",
        Part.ENTHUSIASTS,
        Part.SCEPTICS,
        "Among sceptics",
        Remedy("Import what participants said before first use"),
        is_personal=True,
    ),
    Pair(
        "training",
        "What is left without training?",
        Part.TRAINED,
        Part.UNTRAINED,
        "Without training",
        Remedy("Plan the stressor “Untrained users”", "register", "stressors"),
    ),
    Pair(
        "time",
        "Does it last?",
        Part.FIRST,
        Part.LATER,
        "After the first four weeks of use",
        Remedy("Import observations of later weeks"),
    ),
)
# Of each figure what more and less of it means: {d} is the difference in its unit.
_MEANS: Final[Mapping[str, tuple[str, str, str]]] = {
    "success": ("{d} more tasks are done well", "{d} fewer tasks are done well", "as many tasks are done well"),
    "M01": ("a task saves {d} more", "a task saves {d} less", "a task saves as much time"),
    "M02": ("the tool alone saves {d} more", "the tool alone saves {d} less", "the tool alone saves as much time"),
    "M03": ("people spend {d} more on learning", "people spend {d} less on learning", "learning takes as long"),
    "M04": ("checking and mending takes {d} more", "checking and mending takes {d} less", "mending takes as much"),
    "M05": ("{d} more outputs are put aside", "{d} fewer outputs are put aside", "as many outputs are put aside"),
    "M11": ("{d} more is out of scope", "{d} less is out of scope", "as much is out of scope"),
    "M27": ("the tool fails {d} more often", "the tool fails {d} less often", "the tool fails as often"),
}
_DIFFERENCES: Final = {"min/task": "min", "h/user-week": "h a week"}
# In this order the first that can be told is the heading.
_ORDER: Final = tuple(_MEANS)
# What stands open; all else folds away.
_MAIN: Final = frozenset({"success", "M01", "M05"})


@dataclass(frozen=True)
class Compared:
    about: About
    first: Figure | None
    second: Figure | None
    # In words; empty where one of them is not there to be compared.
    difference: str
    # Whether the two intervals have nothing in common; None: one of them has none.
    is_apart: bool | None


@dataclass(frozen=True)
class Shown:
    pair: Pair
    finding: str
    lines: tuple[Compared, ...]

    @property
    def is_told(self) -> bool:
        return any(line.difference for line in self.lines)

    @property
    def is_hidden(self) -> bool:
        return any(row is not None and row.is_hidden for line in self.lines for row in (line.first, line.second))

    @property
    def main(self) -> list[Compared]:
        return [line for line in self.lines if line.about.code in _MAIN]

    @property
    def more(self) -> list[Compared]:
        return [line for line in self.lines if line.about.code not in _MAIN]


def pairs_of(pilot: Pilot) -> list[Shown]:
    """Of the pilot as a whole, in one query."""
    parts = [part for pair in PAIRS for part in (pair.first, pair.second)]
    rows = Figure.objects.filter(pilot=pilot, use_case=None, segment=None, part__in=parts)
    found = {(row.code, row.part): row for row in rows}
    return [_shown(pair, found) for pair in PAIRS]


def _shown(pair: Pair, found: Mapping[tuple[str, str], Figure]) -> Shown:
    codes = sorted({code for code, part in found if part in (pair.first, pair.second)}, key=_place)
    lines = [compared(pair, found.get((code, pair.first)), found.get((code, pair.second))) for code in codes]
    shown = Shown(pair, "", tuple(lines))
    return replace(shown, finding=_finding(shown))


def _place(code: str) -> tuple[int, str]:
    return (_ORDER.index(code) if code in _ORDER else len(_ORDER), code)


def compared(pair: Pair, first: Figure | None, second: Figure | None) -> Compared:
    row = first or second
    assert row is not None
    said = words.about(row.code)
    if first is None or second is None or words.state(first) or words.state(second):
        return Compared(said, first, second, "", None)
    assert first.value is not None and second.value is not None
    return Compared(said, first, second, difference(said, second.value - first.value), _apart(first, second))


def difference(of: About, by: float) -> str:
    """“23 points fewer tasks are done well”; of what has no sentence of its own its name."""
    more, fewer, same = _MEANS.get(of.code, (f"{of.name}: {{d}} more", f"{of.name}: {{d}} less", f"{of.name}: alike"))
    # What is rounded away is no difference that anybody should act on.
    size = round(abs(by), 0 if of.unit == "%" else 2)
    if not size:
        return same
    return (more if by > 0 else fewer).format(d=_size(size, of.unit))


def _size(size: float, unit: str) -> str:
    if unit == "%":
        return f"{size:.0f} point{'' if size == 1 else 's'}"
    return words.in_unit(size, _DIFFERENCES.get(unit, unit))


def _apart(first: Figure, second: Figure) -> bool | None:
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return None
    return first.low > second.high or second.low > first.high


def _finding(shown: Shown) -> str:
    pair, told = shown.pair, [line for line in shown.lines if line.difference]
    if told:
        sure = "" if told[0].is_apart is not False else "; it may be chance"
        return f"{pair.lead} {_lower(told[0].difference)}{sure}"
    if shown.is_hidden:
        return f"{pair.lead} there is not enough data to tell"
    return f"Nobody measured it: {_lower(pair.asks)}"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
