"""All that governance may see of feedback: frozen figures, never a reporter; text only to find a flag by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from feedback.models import Flag, Pattern
from feedback.models.flag import hides_texts
from feedback.taxonomy import SEVERE
from pilots.models import Pilot, User


@dataclass(frozen=True)
class SevereFlag:
    """A flag that triage assessed as severe and that is neither fixed nor carried by name."""

    id: UUID
    reference: str
    severity: int
    assessed_at: datetime


@dataclass(frozen=True)
class FlagCounts:
    pending: int
    waiting_for_triage: int
    oldest_waiting: datetime | None
    severe: int


def severe_flags(pilot: Pilot) -> list[SevereFlag]:
    rows = Flag.objects.filter(pilot=pilot).pending().severe().order_by("reference")
    facts = rows.values_list("pk", "reference", "assessed_severity", "assessed_at")
    return [SevereFlag(pk, reference, level or 0, at) for pk, reference, level, at in facts if at is not None]


def flag_counts(pilot_ids: Iterable[UUID]) -> dict[UUID, FlagCounts]:
    """Figures for each pilot that has a flag still to be answered, in one query."""
    new = Q(state=Flag.State.NEW)
    rows = (
        Flag.objects.filter(pilot_id__in=list(pilot_ids))
        .pending()
        .values("pilot_id")
        .annotate(
            all=Count("pk"),
            new=Count("pk", filter=new),
            oldest=Min("reported_at", filter=new),
            severe=Count("pk", filter=Q(assessed_severity__gte=SEVERE)),
        )
    )
    return {row["pilot_id"]: FlagCounts(row["all"], row["new"], row["oldest"], row["severe"]) for row in rows}


@dataclass(frozen=True)
class FoundFlag:
    reference: str
    text: str
    pilot: str
    pilot_slug: str


def find_flags(words: str, *, pilots: QuerySet[Pilot], most: int) -> list[FoundFlag]:
    """Flags of pilots whose flags the asker may read, newest first. What hides its texts is found by its reference
    alone: a hit for a word would tell that the word is there."""
    said = Q(output__icontains=words) | Q(what_happened__icontains=words)
    matches = said & ~hides_texts() | Q(reference__iexact=words)
    rows = Flag.objects.filter(matches, pilot__in=pilots.values("pk")).select_related("pilot")[:most]
    shown = [("" if f.hides_texts else f.what_happened or f.output, f) for f in rows]
    return [FoundFlag(f.reference, text, f.pilot.name, f.pilot.slug) for text, f in shown]


def flags_carried_by(user: User) -> dict[UUID, list[str]]:
    """By pilot, references of the severe flags that stay unfixed in this person's name."""
    found: dict[UUID, list[str]] = {}
    rows = Flag.objects.filter(carried_by=user, state=Flag.State.CARRIED).order_by("reference")
    for pilot_id, reference in rows.values_list("pilot_id", "reference"):
        found.setdefault(pilot_id, []).append(reference)
    return found


@dataclass(frozen=True)
class PatternSummary:
    """What a pattern says against an answer. `state` is a key of the interface's states."""

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
