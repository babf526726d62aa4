"""By when somebody has something to do for a question."""

from datetime import UTC, datetime

from django.db.models import Case, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDate

from governance.models import Answer, Doubt, Item, Waiver
from pilots.models import Pilot


def with_due(items: QuerySet[Item], at: datetime) -> QuerySet[Item]:
    """`due` and, where a waiver is in force, `waived_until`.

    A date that was kept once is past for good: an answer that lapsed, or was put in doubt, is due since then; what was
    waived is due when the waiver ends. A later date that somebody set counts instead. In a pilot that is paused or has
    ended nothing is due.
    """
    waivers = Waiver.objects.filter(item=OuterRef("pk"))
    granted = waivers.filter(state__in=(Waiver.State.APPROVED, Waiver.State.ENDED)).order_by("-decided_at")
    doubts = Doubt.objects.filter(item=OuterRef("pk"), resolved_at=None).order_by("raised_at")
    lapsed = Answer.objects.filter(item=OuterRef("pk"), lapsed_at__isnull=False).order_by("-lapsed_at")
    # Without a date of its own a question that was waived once is not asked for on any day.
    waited = Case(When(Q(due_on__isnull=False) | Q(waived_until__isnull=False), then=_day("waiver_over")), default=None)
    return items.annotate(
        waived_until=Subquery(waivers.active(at).values("ends_at")[:1]),
        waiver_over=Subquery(granted.values(over=Coalesce("ended_at", "ends_at"))[:1]),
        doubted_at=Subquery(doubts.values("raised_at")[:1]),
        lapsed_last=Subquery(lapsed.values("lapsed_at")[:1]),
    ).annotate(
        due=Case(
            When(Q(state=Item.State.ACCEPTED) | ~Q(pilot__state=Pilot.State.RUNNING), then=Value(None, DateField())),
            default=Greatest(F("due_on"), waited, _day("lapsed_last"), _day("doubted_at")),
            output_field=DateField(),
        )
    )


def _day(moment: str) -> TruncDate:
    return TruncDate(moment, tzinfo=UTC)
