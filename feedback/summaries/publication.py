"""How far a pilot's statement is, and whether somebody can read its page."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from feedback.access import published_pilots
from feedback.models import Publication, Statement
from pilots.models import Pilot, User


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
