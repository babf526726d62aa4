"""All figures of a pilot, or of one use case or segment of it, by the question that they answer."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pilots.measured import words
from pilots.measured.questions import HEADLESS, OF_TASKS, QUESTIONS, REMEDIES, Question, Remedy, codes_of, family
from pilots.models import Figure, Pilot, Recalculation, Segment, Stake, UseCase
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

    @property
    def provenance(self) -> tuple[object, ...] | None:
        """What is said of who measured it, how and when; None where no figure is shown."""
        if self.row is None or self.state:
            return None
        one = self.row
        said = (one.methods, one.measured_by, one.stakes)
        return (*map(tuple, said), one.first_day, one.last_day, one.is_synthetic, one.is_held)


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
    def unmeasured(self) -> int:
        if not self.lines and not self.missing:
            return 0 if self.is_elsewhere else 1
        return len(self.missing) + sum(line.state == "not_measured" for line in self.lines)

    @property
    def is_measured(self) -> bool:
        return any(not line.state for line in self.lines)

    @property
    def is_hidden(self) -> bool:
        return any(line.row is not None and line.row.is_hidden for line in self.lines)


@dataclass(frozen=True)
class Asked:
    """A question with its answer, which is the heading, and the figures that it rests on. `lead` is what answers."""

    question: Question
    answer: str
    families: tuple[Family, ...]
    lead: Line | None = None

    @property
    def is_answered(self) -> bool:
        return self.lead is not None

    @property
    def first(self) -> tuple[Family, ...]:
        """What answers, alone; where nothing does, what would."""
        for one in self.families:
            if self.lead in one.lines:
                return (replace(one, lines=(self.lead,), missing=()),)
        return self.families[:1]

    @property
    def rest(self) -> tuple[Family, ...]:
        if self.lead is None:
            return self.families[1:]
        left = (self._without_lead(one) for one in self.families)
        return tuple(one for one in left if one is not None)

    def _without_lead(self, one: Family) -> Family | None:
        if self.lead not in one.lines:
            return one
        lines = tuple(line for line in one.lines if line != self.lead)
        return replace(one, lines=lines, trap="") if lines or one.missing else None

    @property
    def more(self) -> int:
        """Figures of the rest of which something is there."""
        return sum(line.state != "not_measured" for one in self.rest for line in one.lines)

    @property
    def unmeasured(self) -> int:
        return sum(one.unmeasured for one in self.rest)

    @property
    def shared(self) -> Figure | None:
        """One that was measured as two or more of these were: said once for all of them."""
        lines = [line for one in self.families for line in one.lines if line.provenance]
        for usual, times in Counter(line.provenance for line in lines).most_common(1):
            if times > 1:
                return next(line.row for line in lines if line.provenance == usual)
        return None

    @property
    def has_others(self) -> bool:
        """Whether some figure was measured in another way than `shared`."""
        shown = sum(line.provenance is not None for one in self.families for line in one.lines)
        return shown > len(self.as_shared)

    @property
    def as_shared(self) -> frozenset[int]:
        """Figures measured as `shared` was, by their id."""
        if self.shared is None:
            return frozenset()
        usual = Line(words.about(self.shared.code), self.shared).provenance
        lines = (line for one in self.families for line in one.lines)
        return frozenset(line.row.pk for line in lines if line.row and line.provenance == usual)


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


def are_behind(pilot: Pilot) -> bool:
    """Whether evidence or scope changed since figures were worked out, so that what they do not show is not unknown."""
    return Recalculation.objects.due("figures").filter(pilot=pilot).exists()


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
            asked.append(_asked(question, families))
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


def _asked(question: Question, families: tuple[Family, ...]) -> Asked:
    lead = _lead(question, families)
    return Asked(question, _answer(question, families, lead), families, lead)


def _lead(question: Question, families: Sequence[Family]) -> Line | None:
    """Of a family without a head (barriers) the largest; where it is not measured, the next that is."""
    heads = [line for line in families[0].lines if not line.state]
    if heads and _is_of(question, heads[0]):
        return heads[0] if question.families[0] not in HEADLESS else max(heads, key=lambda one: _number(one.row))
    return next((line for one in families for line in one.lines if not line.state), None)


def _is_of(question: Question, line: Line) -> bool:
    return family(line.about.code) == question.families[0]


def _answer(question: Question, families: Sequence[Family], lead: Line | None) -> str:
    if lead is None:
        asks = question.asks[0].lower() + question.asks[1:]
        return f"{'Not enough data' if any(one.is_hidden for one in families) else 'Not measured'}: {asks}"
    value = words.value(lead.row)
    if not _is_of(question, lead):
        return f"{lead.about.name}: {value}"
    barrier = lead.about.name.removeprefix("People ")
    return question.answer.format(value=value, less=less(_number(lead.row)), barrier=barrier)


def _number(row: Figure | None) -> float:
    assert row is not None and row.value is not None
    return row.value


def less(minutes: float) -> str:
    """Of a saving: “4.2 min less”, “3 min more”."""
    if minutes == 0:
        return "as long as before"
    return f"{words.in_unit(abs(minutes), 'min')} {'less' if minutes > 0 else 'more'} than before"
