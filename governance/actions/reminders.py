"""Reminders in the application, and once a day as one e-mail. Nothing is said twice, however often a sweep runs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from governance.reports.reminders import reminders
from pilots.actions.messages import queue_message
from pilots.actions.unsubscribing import DIGEST, unsubscribe_url
from pilots.models import Notification, User
from pilots.when import day_in_words

# In the reader's own time zone.
DIGEST_HOUR: Final = 7


def collect_reminders(at: datetime) -> int:
    """Tells everybody what runs out, is due or waits for them, each thing once. Returns how many hold now."""
    rows = [
        Notification(
            user=user,
            pilot=reminder.pilot,
            event=reminder.event,
            text=reminder.text[:500],
            url=reminder.url,
            created_at=at,
        )
        for user, reminder in reminders(at)
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def send_digests(at: datetime) -> int:
    """One e-mail a day to each person with news, after seven in the morning where they are. Returns how many."""
    return sum(_send_digest(user, rows, at) for user, rows in _undigested())


def _undigested() -> Iterator[tuple[User, list[Notification]]]:
    rows = Notification.objects.filter(digested_at__isnull=True).select_related("user").order_by("user", "created_at")
    for user, news in groupby(rows.iterator(), key=lambda row: row.user):
        yield user, list(news)


def _send_digest(user: User, news: list[Notification], at: datetime) -> bool:
    """What was read in the application, or is not wanted by e-mail, counts as told."""
    local = at.astimezone(ZoneInfo(user.time_zone))
    unread = [row for row in news if row.read_at is None]
    wanted = user.is_active and user.wants_digest and bool(unread)
    if wanted and local.hour < DIGEST_HOUR:
        return False
    with transaction.atomic():
        queued = wanted and queue_message(
            address=user.email,
            event=f"digest:{user.pk}:{local.date()}",
            subject=_subject(unread),
            body=_body(user, unread, local),
            at=at,
            unsubscribe_url=unsubscribe_url(user, DIGEST),
        )
        # What came after today's e-mail waits for tomorrow's.
        if queued or not wanted:
            Notification.objects.filter(pk__in=[row.pk for row in news]).update(digested_at=at)
    return queued


def _subject(news: list[Notification]) -> str:
    return f"RolloutGov: {news[0].text[:120]}" if len(news) == 1 else f"RolloutGov: {len(news)} things for you"


def _body(user: User, news: Iterable[Notification], local: datetime) -> str:
    lines = [f"{user.name}, this is new for you as of {day_in_words(local.date())}:", ""]
    for row in news:
        lines.append(f"• {row.text}")
        lines += [f"  {line}" for line in row.detail.splitlines()]
        if row.url:
            lines.append(f"  {settings.BASE_URL}{row.url}" if row.url.startswith("/") else f"  {row.url}")
        lines.append("")
    lines += ["What you get by e-mail is in your settings:", f"{settings.BASE_URL}/account/", ""]
    lines += ["No more daily e-mails:", unsubscribe_url(user, DIGEST)]
    return "\n".join(lines)
