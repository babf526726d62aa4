"""All figures of a pilot, or of one use case or segment of it, by the question that they answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pilots.measured import words
from pilots.measured.questions import HEADLESS, OF_TASKS, QUESTIONS, REMEDIES, Question, Remedy, codes_of, family
from pilots.models import Figure, Pilot, Segment, Stake, UseCase
from pilots.stats.metrics import About

ALL, WITH_HELP, WITHOUT_HELP = Figure.Part.ALL, Figure.Part.SUPPORTED, Figure.Part.UNSUPPORTED
# Stands on a page of its own, and is no row here.
ELSEWHERE: Final = frozenset({"M36"})
# By code and part.
Found = Mapping[tuple[str, str], Figure]


@dataclass(frozen=True)
class Line:
    """`row` None: nobody measured it."""

    about: About
    row: Figure | None
    with_help: Figure | None = None
    without_help: Figure | None = None

    @property
    def state(self) -> str:
        return words.state(self.row)


@dataclass(frozen=True)
class Family:
    """Figures told apart by what stands after the dot. `lines` is empty where none of them is there."""

    name: str
    question: str
    trap: str
    lines: tuple[Line, ...]
    missing: tuple[About, ...]
    remedy: Remedy
    is_elsewhere: bool = False

    @property
    def is_measured(self) -> bool:
        return any(not line.state for line in self.lines)

    @property
    def is_hidden(self) -> bool:
        return any(line.row is not None and line.row.is_hidden for line in self.lines)


@dataclass(frozen=True)
class Asked:
    """A question with its answer, which is the heading, and the figures that it rests on."""

    question: Question
    answer: str
    families: tuple[Family, ...]


@dataclass(frozen=True)
class Measured:
    asked: tuple[Asked, ...]

    @property
    def families(self) -> list[Family]:
        return [one for asked in self.asked for one in asked.families if not one.is_elsewhere]

    @property
    def measured(self) -> int:
        return sum(one.is_measured for one in self.families)

    @property
    def too_few(self) -> int:
        """Families of which something is there, and nothing may be shown."""
        return sum(not one.is_measured and one.is_hidden for one in self.families)

    @property
    def recalled(self) -> int:
        return self._count(lambda row: row.is_recalled)

    @property
    def by_supplier(self) -> int:
        return self._count(lambda row: Stake.SUPPLIER in row.stakes)

    def _count(self, holds: Callable[[Figure], bool]) -> int:
        return sum(any(line.row and holds(line.row) for line in one.lines) for one in self.families)


def measured(pilot: Pilot, use_case: UseCase | None = None, segment: Segment | None = None) -> Measured:
    """One query."""
    rows = Figure.objects.filter(pilot=pilot, use_case=use_case, segment=segment).select_related("use_case", "segment")
    found = {(row.code, row.part): row for row in rows.filter(part__in=(ALL, WITH_HELP, WITHOUT_HELP))}
    whole = use_case is None and segment is None
    asked = []
    for question in QUESTIONS:
        families = tuple(
            _family(of, found) for of in question.families if whole or of in OF_TASKS or _any_of(of, found)
        )
        if families:
            asked.append(Asked(question, _answer(question, families), families))
    return Measured(tuple(asked))


def _any_of(of: str, found: Found) -> bool:
    return any(family(code) == of and part == ALL for code, part in found)


def _family(of: str, found: Found) -> Family:
    codes = codes_of(of) or [of]
    head = words.about(codes[0])
    lines = tuple(_line(code, found) for code in codes if (code, ALL) in found)
    missing = tuple(words.about(code) for code in codes if lines and (code, ALL) not in found)
    name, question = HEADLESS.get(of, (head.name, head.question))
    return Family(name, question, head.trap, lines, missing, REMEDIES[of], of in ELSEWHERE)


def _line(code: str, found: Found) -> Line:
    helped, alone = found.get((code, WITH_HELP)), found.get((code, WITHOUT_HELP))
    return Line(words.about(code), found[code, ALL], helped, alone)


def _answer(question: Question, families: Sequence[Family]) -> str:
    first = families[0]
    heads = [line for line in first.lines if not line.state]
    if heads and family(heads[0].about.code) == question.families[0]:
        return _in_words(question, heads)
    others = [line for one in families for line in one.lines if not line.state]
    if others:
        return f"{others[0].about.name}: {words.value(others[0].row)}"
    asks = question.asks[0].lower() + question.asks[1:]
    return f"{'Not enough data' if any(one.is_hidden for one in families) else 'Not measured'}: {asks}"


def _in_words(question: Question, lines: Sequence[Line]) -> str:
    """Of a family without a head (barriers) the largest answers."""
    line = lines[0] if question.families[0] not in HEADLESS else max(lines, key=lambda one: _number(one.row))
    barrier = line.about.name.removeprefix("People ")
    return question.answer.format(value=words.value(line.row), less=less(_number(line.row)), barrier=barrier)


def _number(row: Figure | None) -> float:
    assert row is not None and row.value is not None
    return row.value


def less(minutes: float) -> str:
    """Of a saving: “4.2 min less”, “3 min more”."""
    if minutes == 0:
        return "as long as before"
    return f"{words.in_unit(abs(minutes), 'min')} {'less' if minutes > 0 else 'more'} than before"
