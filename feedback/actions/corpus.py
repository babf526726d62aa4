"""A pilot's flags as the grouping sees them: rows of numbers, and codes for patterns and reporters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np

from feedback.grouping.patterns import NAMELESS, UNSORTED, Corpus, Thresholds
from feedback.grouping.vectors import DIMENSIONS, Matrix, unpack
from feedback.models import Flag, FlagVector, Grouping, NotTogether, Pattern, PatternDecision
from feedback.models.reporting import OPEN_DOORS
from feedback.taxonomy import NOT_A_DEFECT
from pilots.models import Pilot

# Kept in each process, about 80 MB: with every flag that arrives, its pilot's vectors would all be read again.
MOST_KEPT: Final = 100_000


@dataclass
class Vectors:
    """Of flags that were read before. A vector never changes; which ones there are is asked of the database each time,
    so that what was erased is gone here too with the next look."""

    kept: dict[tuple[UUID, str], tuple[dict[UUID, int], Any]] = field(default_factory=dict)

    def of(self, pilot: Pilot, model: str, flags: Sequence[UUID]) -> Matrix:
        place, numbers = self.kept.pop((pilot.pk, model), ({}, np.zeros((0, DIMENSIONS), np.float16)))
        missing = [flag for flag in flags if flag not in place]
        if missing:
            found = FlagVector.objects.filter(pilot=pilot, model=model)
            read = dict((found.filter(pk__in=missing) if place else found).values_list("pk", "numbers"))
            place = place | {flag: len(numbers) + row for row, flag in enumerate(read)}
            numbers = np.concatenate([numbers, unpack([*read.values()]).astype(np.float16)])
        numbers = numbers[[place[flag] for flag in flags]]
        self.kept[pilot.pk, model] = ({flag: row for row, flag in enumerate(flags)}, numbers)
        while len(self.kept) > 1 and sum(len(numbers) for _, numbers in self.kept.values()) > MOST_KEPT:
            del self.kept[next(iter(self.kept))]  # the one that was asked for longest ago
        return numbers.astype(np.float32)


_vectors: Final = Vectors()


@dataclass(frozen=True)
class Held:
    """`flags[row]` and `patterns[code]` are what the numbers of `corpus` stand for."""

    flags: list[UUID]
    references: list[str]
    patterns: list[UUID]
    corpus: Corpus

    def rows_of(self, flags: set[UUID]) -> list[int]:
        return [row for row, flag in enumerate(self.flags) if flag in flags]


def hold_grouping(pilot: Pilot) -> Grouping:
    """Whoever moves flags between this pilot's patterns holds this row until the transaction ends."""
    Grouping.objects.get_or_create(pilot=pilot)
    return Grouping.objects.select_for_update().get(pilot=pilot)


def thresholds_of(grouping: Grouping) -> Thresholds:
    return Thresholds.of(grouping.coarseness)


def text_of(flag: Flag) -> str:
    """What is compared: the reporter's own words first, since only so many words count."""
    return "\n".join(part for part in (flag.what_happened, flag.output) if part)


def is_defect(flag: Flag) -> bool:
    """A need for judgement, a burden and a rehearsal are answered one by one, not counted as a fault of the output."""
    return not flag.is_drill and not NOT_A_DEFECT.issuperset(flag.current_categories)


def read_corpus(pilot: Pilot, model: str) -> Held:
    """In five queries, however many flags. Vectors of another model stay out until they are made anew."""
    patterns = list(Pattern.objects.filter(pilot=pilot).live().order_by("number"))
    code_of = {pattern.pk: code for code, pattern in enumerate(patterns)}
    rows = list(_rows(pilot, model))
    row_of = {row[0]: number for number, row in enumerate(rows)}
    apart = NotTogether.objects.filter(pilot=pilot).values_list("flag_id", "pattern_id")
    corpus = Corpus(
        vectors=_vectors.of(pilot, model, [row[0] for row in rows]),
        pattern=np.array([code_of.get(row[2], UNSORTED) for row in rows], np.int64),
        reporter=_reporters(rows),
        pinned=np.array([row[5] for row in rows], bool),
        touched=frozenset(code for code, pattern in enumerate(patterns) if pattern.is_touched),
        apart=frozenset((row_of[f], code_of[p]) for f, p in apart if f in row_of and p in code_of),
        separate=_separate(pilot, code_of),
    )
    return Held([row[0] for row in rows], [row[1] for row in rows], [pattern.pk for pattern in patterns], corpus)


def _rows(pilot: Pilot, model: str) -> Any:
    found = FlagVector.objects.filter(pilot=pilot, model=model).order_by("flag__reported_at", "flag_id")
    names = ("reference", "pattern_id", "reporter_id", "assessed_at", "pinned", "source")
    return found.values_list("pk", *(f"flag__{name}" for name in names))


def _reporters(rows: list[tuple[Any, ...]]) -> Any:
    """One number for each person. Who gave no name is nobody in particular until triage has read the flag."""
    codes: dict[Any, int] = {}
    given = []
    for flag, _, _, reporter, assessed_at, _, source in rows:
        who = reporter or (flag if assessed_at or source not in OPEN_DOORS else None)
        given.append(NAMELESS if who is None else codes.setdefault(who, len(codes)))
    return np.array(given, np.int64)


def _separate(pilot: Pilot, code_of: dict[UUID, int]) -> frozenset[frozenset[int]]:
    """Pairs whose merge a person took back."""
    undone = PatternDecision.objects.filter(pilot=pilot, verb="merged", undone_by__isnull=False)
    pairs = [(pattern, UUID(data["into"])) for pattern, data in undone.values_list("pattern_id", "data")]
    return frozenset(frozenset((code_of[a], code_of[b])) for a, b in pairs if a in code_of and b in code_of)
