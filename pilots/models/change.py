from django.db import models

from pilots.models.pilot import Pilot


class Change(models.Model):
    """News for the floors above: something a gate may depend on changed. `governance.tasks.reevaluate` eats these."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="+")
    # `event` is one of the catalogue's renew_events when the change makes answers stale, else empty.
    event = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    # Facts that a reader of the news needs, by id: {"user_id": …} for owner_left, {"flag_id": …} for severe_flag.
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.event or 'change'} in {self.pilot_id}"
