"""A pilot's flags as the grouping sees them: rows of numbers, and codes for patterns and reporters."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from feedback.grouping.patterns import NAMELESS, UNSORTED, Corpus, Thresholds
from feedback.grouping.vectors import DIMENSIONS, unpack
from feedback.models import Flag, FlagVector, Grouping, NotTogether, Pattern, PatternDecision
from feedback.models.reporting import OPEN_DOORS
from feedback.taxonomy import NOT_A_DEFECT
from pilots.models import Pilot


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
    """In four queries, however many flags. Vectors of another model stay out until they are made anew."""
    patterns = list(Pattern.objects.filter(pilot=pilot).live().order_by("number"))
    code_of = {pattern.pk: code for code, pattern in enumerate(patterns)}
    rows = list(_rows(pilot, model))
    row_of = {row[0]: number for number, row in enumerate(rows)}
    apart = NotTogether.objects.filter(pilot=pilot).values_list("flag_id", "pattern_id")
    corpus = Corpus(
        vectors=unpack([row[2] for row in rows]) if rows else np.zeros((0, DIMENSIONS), np.float32),
        pattern=np.array([code_of.get(row[3], UNSORTED) for row in rows], np.int64),
        reporter=_reporters(rows),
        pinned=np.array([row[6] for row in rows], bool),
        touched=frozenset(code for code, pattern in enumerate(patterns) if pattern.is_touched),
        apart=frozenset((row_of[f], code_of[p]) for f, p in apart if f in row_of and p in code_of),
        separate=_separate(pilot, code_of),
    )
    return Held([row[0] for row in rows], [row[1] for row in rows], [pattern.pk for pattern in patterns], corpus)


def _rows(pilot: Pilot, model: str) -> Any:
    found = FlagVector.objects.filter(pilot=pilot, model=model).order_by("flag__reported_at", "flag_id")
    names = ("pk", "reference", "numbers", "pattern_id", "reporter_id", "assessed_at", "pinned", "source")
    own = {"pk", "numbers"}
    return found.values_list(*(name if name in own else f"flag__{name}" for name in names))


def _reporters(rows: list[tuple[Any, ...]]) -> Any:
    """One number for each person. Who gave no name is nobody in particular until triage has read the flag."""
    codes: dict[Any, int] = {}
    given = []
    for flag, _, _, _, reporter, assessed_at, _, source in rows:
        who = reporter or (flag if assessed_at or source not in OPEN_DOORS else None)
        given.append(NAMELESS if who is None else codes.setdefault(who, len(codes)))
    return np.array(given, np.int64)


def _separate(pilot: Pilot, code_of: dict[UUID, int]) -> frozenset[frozenset[int]]:
    """Pairs whose merge a person took back."""
    undone = PatternDecision.objects.filter(pilot=pilot, verb="merged", undone_by__isnull=False)
    pairs = [(pattern, UUID(data["into"])) for pattern, data in undone.values_list("pattern_id", "data")]
    return frozenset(frozenset((code_of[a], code_of[b])) for a, b in pairs if a in code_of and b in code_of)
