"""Flags: frozen figures, never a reporter; text only to find a flag by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet

from feedback.models import Flag
from feedback.models.flag import hides_texts
from feedback.taxonomy import SEVERE
from pilots.models import Pilot, User


@dataclass(frozen=True)
class FlagCounts:
    pending: int
    waiting_for_triage: int
    oldest_waiting: datetime | None
    severe: int


def flag_counts(pilot_ids: Iterable[UUID]) -> dict[UUID, FlagCounts]:
    """Figures for each pilot that has a flag still to be answered, in one query."""
    new = Q(state=Flag.State.NEW)
    rows = (
        Flag.objects.filter(pilot_id__in=list(pilot_ids))
        .real()
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
    shown = [("" if f.hides_texts else f.what_happened or f.output or f.erased_words, f) for f in rows]
    return [FoundFlag(f.reference, text, f.pilot.name, f.pilot.slug) for text, f in shown]


def flags_carried_by(user: User) -> dict[UUID, list[str]]:
    """By pilot, references of the severe flags that stay unfixed in this person's name."""
    found: dict[UUID, list[str]] = {}
    rows = Flag.objects.filter(carried_by=user, state=Flag.State.CARRIED).order_by("reference")
    for pilot_id, reference in rows.values_list("pilot_id", "reference"):
        found.setdefault(pilot_id, []).append(reference)
    return found
