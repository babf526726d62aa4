"""All that governance may see of feedback: frozen figures, never a reporter; text only to find a flag by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from feedback.access import published_pilots
from feedback.models import Flag, Publication, Statement
from feedback.taxonomy import SEVERE, Category
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
class Published:
    """How far a pilot's statement is, and whether somebody can read its page."""

    # missing, written or published: a later version in the making takes nothing away.
    statement: str = "missing"
    # missing, closed or published
    page: str = "missing"


def publishing(pilot: str) -> dict[str, Exists]:
    """For rows that know their pilot as `pilot`, so that the facts cost no query of their own: see `published_of`."""
    written = Statement.objects.filter(pilot=OuterRef(pilot))
    pages = Publication.objects.filter(pilot=OuterRef(pilot))
    shut = Pilot.objects.filter(pk=OuterRef(pilot), page_access=Pilot.PageAccess.NOBODY)
    return {
        "statement_written": Exists(written),
        "statement_published": Exists(written.filter(published_at__isnull=False)),
        "page_there": Exists(pages),
        "page_closed": Exists(shut),
    }


def published_of(row: Any) -> Published:
    """What a row with the annotations of `publishing` says."""
    statement = "published" if row.statement_published else "written" if row.statement_written else "missing"
    return Published(statement, "missing" if not row.page_there else "closed" if row.page_closed else "published")


def may_read_page(user: User, pilot: Pilot) -> bool:
    """Whether the pilot's page is published, and for this person."""
    return published_pilots(user).filter(pk=pilot.pk).exists()


@dataclass(frozen=True)
class FoundFlag:
    reference: str
    text: str
    pilot: str
    pilot_slug: str


def find_flags(words: str, *, pilots: QuerySet[Pilot], most: int) -> list[FoundFlag]:
    """Flags of pilots whose flags the asker may read, newest first."""
    matches = Q(output__icontains=words) | Q(what_happened__icontains=words) | Q(reference__iexact=words)
    rows = Flag.objects.filter(matches, pilot__in=pilots.values("pk")).select_related("pilot")[:most]
    return [FoundFlag(f.reference, _shown(f), f.pilot.name, f.pilot.slug) for f in rows]


def _shown(flag: Flag) -> str:
    """Nothing of a flag whose output may show what its reader should not see."""
    private = Category.PRIVATE in flag.categories
    return "" if private else flag.what_happened or flag.output or flag.erased_words


def flags_carried_by(user: User) -> dict[UUID, list[str]]:
    """By pilot, references of the severe flags that stay unfixed in this person's name."""
    found: dict[UUID, list[str]] = {}
    rows = Flag.objects.filter(carried_by=user, state=Flag.State.CARRIED).order_by("reference")
    for pilot_id, reference in rows.values_list("pilot_id", "reference"):
        found.setdefault(pilot_id, []).append(reference)
    return found
