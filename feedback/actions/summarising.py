"""Once a month, everybody who flagged by name in a pilot hears what came of flags there: one entry of the digest."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from feedback.models import Flag, MonthSummary, Pattern
from feedback.suppression import enough
from pilots.models import FlagMail, Notification, Pilot, User

MOST: Final = 5
# How often something happened is said from so many reporters on; below, a figure could point at somebody.
State = Pattern.State


def last_month(at: datetime) -> date:
    return (at.astimezone(UTC).date().replace(day=1) - timedelta(days=1)).replace(day=1)


def pilots_to_summarise(month: date) -> list[Pilot]:
    """Those in which somebody ever flagged by name, and of whose month nothing was said yet."""
    said = MonthSummary.objects.filter(pilot=OuterRef("pk"), month=month)
    named = Flag.objects.filter(pilot=OuterRef("pk"), reporter__isnull=False, reported_at__lt=_end(month))
    return list(Pilot.objects.filter(Exists(named)).exclude(Exists(said)))


def summarise_month(*, pilot: Pilot, month: date, at: datetime) -> MonthSummary | None:
    """None: another worker was first."""
    with transaction.atomic():
        summary, is_new = MonthSummary.objects.get_or_create(pilot=pilot, month=month, defaults={"made_at": at})
        if not is_new:
            return None
        headline, text = _words(pilot, month)
        if text:
            summary.text, summary.told = text, _tell(pilot, month, headline, text, at)
            summary.save(update_fields=["text", "told"])
    return summary


def _tell(pilot: Pilot, month: date, headline: str, text: str, at: datetime) -> int:
    people = User.objects.filter(
        Exists(Flag.objects.filter(pilot=pilot, reporter=OuterRef("pk"), reported_at__lt=_end(month))), is_active=True
    )
    rows = [
        Notification(
            user=person,
            pilot=pilot,
            event=f"summary:{pilot.pk}:{month:%Y-%m}",
            text=headline[:500],
            detail=text,
            url=reverse("my_flags"),
            created_at=at,
            digested_at=at if person.flag_mail == FlagMail.NONE else None,
        )
        for person in people
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def _words(pilot: Pilot, month: date) -> tuple[str, str]:
    """Only patterns behind which a person stands, since their names are words that somebody chose or has read; and none
    with a flag that hides its texts."""
    since, until = _start(month), _end(month)
    named = Pattern.objects.filter(pilot=pilot, touched_at__isnull=False).live().hiding_nothing()
    decided = {"decisions__decided_at__gte": since, "decisions__decided_at__lt": until}
    fixed = named.filter(state=State.FIXED, decisions__verb="fixed", **decided).distinct()
    declined = named.filter(state=State.DECLINED, decisions__verb="declined", **decided).distinct()
    open_ones = named.undecided()
    counts = fixed.count(), declined.count(), open_ones.count()
    closed = Flag.objects.filter(pilot=pilot, closed_at__gte=since, closed_at__lt=until).count()
    came = Flag.objects.filter(pilot=pilot, reported_at__gte=since, reported_at__lt=until).exists()
    if not (any(counts[:2]) or closed or came):
        return "", ""
    headline = (
        f"What came of flags in {pilot} in {month:%B %Y}: {counts[0]} changed, {counts[1]} not changed and why, "
        f"{counts[2]} open."
    )
    parts = [_part("Changed", fixed, True), _part("Not changed, because", declined, True)]
    parts.append(_part("Open, the most frequent first", open_ones, False))
    return headline, "\n".join(line for part in parts for line in part) or "No pattern was decided about."


def _part(title: str, patterns: QuerySet[Pattern], with_reason: bool) -> list[str]:
    lines = []
    for pattern in patterns.order_by("-size", "number")[:MOST]:
        many = f" ({pattern.size} flags)" if enough(pattern.reporters) else ""
        reason = f": {pattern.reason}" if with_reason and pattern.reason else ""
        doing = f": {pattern.get_action_display().lower()}" if not with_reason and pattern.action else ""
        lines.append(f"– {pattern.title}{many}{reason}{doing}")
    return [f"{title}:", *lines] if lines else []


def _start(month: date) -> datetime:
    return datetime.combine(month, datetime.min.time(), UTC)


def _end(month: date) -> datetime:
    return _start((month + timedelta(days=32)).replace(day=1))
