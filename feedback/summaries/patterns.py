"""What a pattern says against an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from feedback.models import Flag, Pattern
from pilots.models import Pilot

ACTION_WORDS: Final = {value: str(label).lower() for value, label in Pattern.Action.choices}


@dataclass(frozen=True)
class PatternSummary:
    """`state` is a key of the interface's states."""

    id: UUID
    number: int
    reference: str
    title: str
    state: str
    worst: int
    flags: int
    reporters: int
    first_at: datetime | None


def pattern_summaries(patterns: Iterable[UUID]) -> dict[UUID, PatternSummary]:
    """One that went up in another is told as that one; the keys are the ids that were asked for."""
    rows = Pattern.objects.filter(pk__in=list(patterns)).select_related("merged_into")
    return {row.pk: _summary(row.merged_into or row) for row in rows}


def pattern_summary(pilot: Pilot, number: int) -> PatternSummary | None:
    row = Pattern.objects.filter(pilot=pilot, number=number).select_related("merged_into").first()
    return _summary(row.merged_into or row) if row else None


def _summary(row: Pattern) -> PatternSummary:
    return PatternSummary(
        row.pk, row.number, row.reference, row.title, row.state, row.worst, row.size, row.reporters, row.first_at
    )


def categories_of_pattern(pattern: UUID) -> set[str]:
    """All that its flags name."""
    return {
        code for codes in Flag.objects.filter(pattern=pattern).values_list("categories", flat=True) for code in codes
    }
