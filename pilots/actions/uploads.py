"""Files that somebody looks through before they count. No rows of the trail: nothing has happened yet."""

from datetime import datetime, timedelta
from typing import Final

from pilots.models import Pilot, Upload, User

KEPT: Final = timedelta(days=1)


def keep_upload(*, pilot: Pilot, kind: str, name: str, content: bytes, by: User, at: datetime) -> Upload:
    return Upload.objects.create(
        pilot=pilot, kind=kind, name=name[:120], content=content, uploaded_at=at, uploaded_by=by
    )


def forget_uploads(at: datetime) -> int:
    return Upload.objects.filter(uploaded_at__lt=at - KEPT).delete()[0]
