"""A pilot's flags as the grouping sees them: rows of numbers, and codes for patterns and reporters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import TextField
from django.db.models.functions import Cast

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

    kept: dict[tuple[UUID, str], tuple[dict[str, int], Any]] = field(default_factory=dict)

    def of(self, pilot: Pilot, model: str, flags: Sequence[str]) -> Matrix:
        place, numbers = self.kept.pop((pilot.pk, model), ({}, np.zeros((0, DIMENSIONS), np.float16)))
        missing = [flag for flag in flags if flag not in place]
        if missing:
            found = FlagVector.objects.filter(pilot=pilot, model=model)
            read = dict((found.filter(pk__in=[*map(UUID, missing)]) if place else found).values_list("pk", "numbers"))
            place = place | {str(flag): len(numbers) + row for row, flag in enumerate(read)}
            numbers = np.concatenate([numbers, unpack([*read.values()]).astype(np.float16)])
        numbers = numbers[[place[flag] for flag in flags]]
        self.kept[pilot.pk, model] = ({flag: row for row, flag in enumerate(flags)}, numbers)
        while len(self.kept) > 1 and sum(len(numbers) for _, numbers in self.kept.values()) > MOST_KEPT:
            del self.kept[next(iter(self.kept))]  # the one that was asked for longest ago
        return numbers.astype(np.float32)


_vectors: Final = Vectors()


@dataclass(frozen=True)
class Held:
    """What the numbers of `corpus` stand for: a row is a flag, a code a pattern.

    Ids are texts here: with 50,000 flags, making an object of each id took half of the time of a look.
    """

    ids: list[str]
    references: list[str]
    patterns: list[UUID]
    corpus: Corpus

    def flag(self, row: int) -> UUID:
        return UUID(self.ids[row])

    def rows_of(self, flags: set[UUID]) -> list[int]:
        wanted = {str(flag) for flag in flags}
        return [row for row, flag in enumerate(self.ids) if flag in wanted]


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
    code_of = {str(pattern.pk): code for code, pattern in enumerate(patterns)}
    rows = list(_rows(pilot, model))
    ids = [row[0] for row in rows]
    row_of = {flag: number for number, flag in enumerate(ids)}
    apart = NotTogether.objects.filter(pilot=pilot).annotate(_flag=_text("flag_id"), _pattern=_text("pattern_id"))
    corpus = Corpus(
        vectors=_vectors.of(pilot, model, ids),
        pattern=np.array([code_of.get(row[2], UNSORTED) for row in rows], np.int64),
        reporter=_reporters(rows),
        pinned=np.array([row[5] for row in rows], bool),
        touched=frozenset(code for code, pattern in enumerate(patterns) if pattern.is_touched),
        apart=frozenset(
            (row_of[flag], code_of[pattern])
            for flag, pattern in apart.values_list("_flag", "_pattern")
            if flag in row_of and pattern in code_of
        ),
        separate=_separate(pilot, code_of),
    )
    return Held(ids, [row[1] for row in rows], [pattern.pk for pattern in patterns], corpus)


def _text(name: str) -> Cast:
    return Cast(name, TextField())


def _rows(pilot: Pilot, model: str) -> Any:
    """Of each flag: id, reference, pattern, reporter, when it was assessed, whether it is pinned, its source."""
    found = FlagVector.objects.filter(pilot=pilot, model=model).order_by("flag__reported_at", "flag_id")
    ids = {"_flag": "flag_id", "_pattern": "flag__pattern_id", "_reporter": "flag__reporter_id"}
    found = found.annotate(**{name: _text(column) for name, column in ids.items()})
    beside = ("flag__assessed_at", "flag__pinned", "flag__source")
    return found.values_list("_flag", "flag__reference", "_pattern", "_reporter", *beside)


def _reporters(rows: list[tuple[Any, ...]]) -> Any:
    """One number for each person. Who gave no name is nobody in particular until triage has read the flag."""
    codes: dict[str, int] = {}
    given = []
    for flag, _, _, reporter, assessed_at, _, source in rows:
        who = reporter or (flag if assessed_at or source not in OPEN_DOORS else None)
        given.append(NAMELESS if who is None else codes.setdefault(who, len(codes)))
    return np.array(given, np.int64)


def _separate(pilot: Pilot, code_of: dict[str, int]) -> frozenset[frozenset[int]]:
    """Pairs whose merge a person took back."""
    undone = PatternDecision.objects.filter(pilot=pilot, verb="merged", undone_by__isnull=False)
    pairs = [(str(pattern), data["into"]) for pattern, data in undone.values_list("pattern_id", "data")]
    return frozenset(frozenset((code_of[a], code_of[b])) for a, b in pairs if a in code_of and b in code_of)
