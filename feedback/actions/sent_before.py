"""What was handed in before: the record of another system, or the same words from the same tool within minutes."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import F

from feedback.models import Flag
from pilots.models import Pilot

LATELY: Final = timedelta(minutes=10)
_COMPARED: Final = ("categories", "severity", "use_case", "output", "prompt", "what_happened", "expected", "reporter")


def says_the_same(flag: Flag, row: dict[str, Any]) -> bool:
    return all(getattr(flag, name) == row[name] for name in _COMPARED)


def find_sent_before(pilot: Pilot, submission: UUID, row: dict[str, Any], at: datetime) -> Flag | None:
    """One at a time in a pilot: of two at the same moment the second finds the first, and two batches with the same
    records in another order do not wait for each other.
    """
    if row["channel"] is None and not row["external_id"]:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"feedback.sent_before:{pilot.pk}"])
    return find_record(pilot, row) if row["external_id"] else _find_same_words(submission, row, at)


def find_record(pilot: Pilot, row: dict[str, Any]) -> Flag | None:
    known = {"pilot": pilot, "source": row["source"], "external_id": row["external_id"]}
    return Flag.objects.filter(**known).exclude(external_id="").select_related("pilot").first()


def _find_same_words(submission: UUID, row: dict[str, Any], at: datetime) -> Flag | None:
    """Counts once more on the flag that said so lately, in place of a new one. Records have a number instead."""
    same = {name: row[name] for name in (*_COMPARED, "channel", "is_drill")}
    lately = Flag.objects.filter(**same, reported_at__gt=at - LATELY, external_id="")
    flag = lately.select_related("pilot").order_by("reported_at", "pk").first()
    if flag is not None and flag.submission != submission:
        Flag.objects.filter(pk=flag.pk).update(repeats=F("repeats") + 1)
        flag.repeats += 1
    return flag
