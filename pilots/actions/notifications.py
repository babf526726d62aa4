"""What people are told inside the application; the digest takes the same rows by e-mail."""

from datetime import datetime

from pilots.models import Notification, Pilot, User


def tell(user: User, *, event: str, text: str, at: datetime, pilot: Pilot | None = None, url: str = "") -> None:
    """Once for each `event`, however often it is said."""
    row = Notification(user=user, pilot=pilot, event=event, text=text[:500], url=url, created_at=at)
    Notification.objects.bulk_create([row], ignore_conflicts=True)


def mark_read(*, by: User, at: datetime, only: Notification | None = None) -> int:
    """One notification of a person, or all of them."""
    rows = Notification.objects.filter(user=by, read_at__isnull=True)
    return (rows.filter(pk=only.pk) if only else rows).update(read_at=at)
