import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from governance.models.item import Item
from pilots.models import Pilot
from pilots.models.fields import decided_together

LONGEST: Final = timedelta(days=60)


class WaiverQuerySet(models.QuerySet["Waiver"]):
    def active(self, at: datetime) -> "WaiverQuerySet":
        return self.filter(state=Waiver.State.APPROVED, ends_at__gt=at)


class Waiver(models.Model):
    """Leave to pass with one blocking item open, by name, for a reason, for at most 60 days."""

    class State(models.TextChoices):
        ASKED = "asked", "Waiting for a decision"
        APPROVED = "approved", "In force"
        REFUSED = "refused", "Refused"
        ENDED = "ended", "Ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="waivers")
    reason = models.TextField(max_length=4000)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_comment = models.TextField(max_length=4000, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # Null: it ran out.
    end_reason = models.CharField(max_length=300, blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        ordering = ("-requested_at",)
        constraints = (
            decided_together("waiver", "decided"),
            models.CheckConstraint(condition=~Q(decided_by=F("requested_by")), name="waiver_not_decided_by_its_asker"),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("requested_at") + LONGEST) & Q(ends_at__gt=F("requested_at")),
                name="waiver_at_most_60_days",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", decided_at__isnull=True) | ~Q(state="asked") & Q(decided_at__isnull=False),
                name="waiver_decided_by_a_name",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
            models.UniqueConstraint(
                fields=("item",), condition=Q(state__in=("asked", "approved")), name="waiver_one_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"waiver of {self.item}"
