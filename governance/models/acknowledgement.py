import uuid

from django.conf import settings
from django.db import models

from governance.models.gate import Finding
from pilots.models import Pilot


class Acknowledgement(models.Model):
    """A leader has seen this finding, by name. It changes nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="acknowledgements")
    # The state of affairs that was seen; a finding that changed wants to be seen again.
    version = models.CharField(max_length=64)
    comment = models.TextField(max_length=2000, blank=True)
    acknowledged_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-acknowledged_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("finding", "version", "acknowledged_by"), name="acknowledgement_once_per_person"
            ),
        )

    def __str__(self) -> str:
        return f"{self.acknowledged_by} has seen {self.finding}"
