"""Bringing a pilot's published page up to date: what a person adds, and from when on everybody reads it."""

from datetime import datetime

from django.db import transaction

from feedback.models import Publication
from feedback.models.publication import LONGEST_WORDS
from feedback.redaction import redact
from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import Pilot, User
from pilots.permissions import Permission


def publish_page(*, pilot: Pilot, falls_short: str, seen: int, by: User, at: datetime) -> Publication:
    """A new version, also with the words of the last: who publishes has looked at all of the page.

    `seen`: number of the version that `by` looked at, 0 for none. An ended pilot's page can still be corrected.
    """
    require(by, Permission.PUBLISH, pilot)
    words = redact(falls_short).text
    if not words:
        raise Refused("Say where it falls short as far as you know.", field="falls_short", code="missing")
    if len(words) > LONGEST_WORDS:
        raise Refused(f"Use at most {LONGEST_WORDS} characters.", field="falls_short", code="too_long")
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        newest = newest_publication(pilot)
        if (newest.number if newest else 0) != seen:
            current = {"Version": str(newest.number), "Published by": newest.published_by.name} if newest else {}
            raise Conflict("Somebody else published the page since you opened it.", current=current)
        publication = Publication.objects.create(
            pilot=pilot, number=seen + 1, falls_short=words, published_at=at, published_by=by
        )
        announce(pilot, reason="the page was published")
        lender = acting_for(by, pilot, Permission.PUBLISH)
        data = {"number": publication.number, "falls_short": digest_of(words)}
        record("page.published", by=by, on_behalf_of=lender, pilot=pilot, target=publication, data=data)
    return publication


def newest_publication(pilot: Pilot) -> Publication | None:
    found = Publication.objects.filter(pilot=pilot).select_related("published_by")
    return found.order_by("-number").first()
