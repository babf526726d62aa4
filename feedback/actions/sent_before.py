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


def find_by_external_id(pilot: Pilot, row: dict[str, Any]) -> Flag | None:
    if not row["external_id"]:
        return None
    known = {"pilot": pilot, "source": row["source"], "external_id": row["external_id"]}
    return Flag.objects.filter(**known).select_related("pilot").first()


def find_same_words(pilot: Pilot, submission: UUID, row: dict[str, Any], at: datetime) -> Flag | None:
    """Counts once more on the flag that said so lately, in place of a new one.

    Records with a number of their own are told apart by it. The lock lets one of two at the same moment go first.
    """
    channel = row["channel"]
    if channel is None or row["external_id"]:
        return None
    with connection.cursor() as cursor:
        words = f"{channel.pk}:{row['output']}:{row['what_happened']}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [words])
    lately = Flag.objects.filter(channel=channel, reported_at__gt=at - LATELY, external_id="", is_drill=row["is_drill"])
    same = lately.filter(**{name: row[name] for name in _COMPARED if name != "reporter"})
    flag = same.filter(reporter__isnull=True).select_related("pilot").order_by("reported_at", "pk").first()
    if flag is not None and flag.submission != submission:
        Flag.objects.filter(pk=flag.pk).update(repeats=F("repeats") + 1)
        flag.repeats += 1
    return flag
