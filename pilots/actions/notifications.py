"""What people are told inside the application; the digest takes the same rows by e-mail."""

from collections.abc import Iterable
from datetime import datetime

from pilots.models import Notification, Pilot, User


def tell(user: User, *, event: str, text: str, at: datetime, pilot: Pilot | None = None, url: str = "") -> None:
    """Once for each `event`, however often it is said."""
    notify([user], event=event, text=text, at=at, pilot=pilot, url=url)


def notify(
    users: Iterable[User], *, event: str, text: str, at: datetime, pilot: Pilot | None = None, url: str = ""
) -> None:
    """Tells each of them the same, once for each `event`; who is gone hears nothing."""
    Notification.objects.bulk_create(
        [
            Notification(user=user, pilot=pilot, event=event, text=text[:500], url=url, created_at=at)
            for user in users
            if user.is_active
        ],
        ignore_conflicts=True,
    )


def mark_read(*, by: User, at: datetime, only: Notification | None = None) -> int:
    """One notification of a person, or all of them."""
    rows = Notification.objects.filter(user=by, read_at__isnull=True)
    return (rows.filter(pk=only.pk) if only else rows).update(read_at=at)
