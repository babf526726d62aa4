"""Files that somebody looks through before they count. No rows of the trail: nothing has happened yet."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from pilots.models import Pilot, Upload, User

KEPT: Final = timedelta(days=1)
MOST_OF_A_PERSON: Final = 5


def keep_upload(*, pilot: Pilot, kind: str, name: str, content: bytes, by: User, at: datetime) -> Upload:
    """Of each person only the newest few, or one could fill the disk by sending and never confirming."""
    with transaction.atomic():
        kept = Upload.objects.create(
            pilot=pilot, kind=kind, name=name[:120], content=content, uploaded_at=at, uploaded_by=by
        )
        newest = Upload.objects.filter(uploaded_by=by).order_by("-uploaded_at", "pk").values("pk")[:MOST_OF_A_PERSON]
        Upload.objects.filter(uploaded_by=by).exclude(pk__in=newest).delete()
    return kept


def forget_uploads(at: datetime) -> int:
    return Upload.objects.filter(uploaded_at__lt=at - KEPT).delete()[0]
