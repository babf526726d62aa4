import uuid

from django.conf import settings
from django.db import models

from pilots.models.fields import decided_together
from pilots.models.pilot import Pilot


class Upload(models.Model):
    """A file that somebody looks through before it counts: kept until it is taken in, at most a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    # What it is to become ("flags").
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = (decided_together("upload", "uploaded"),)
        indexes = (models.Index(fields=("uploaded_at",), name="upload_by_age"),)

    def __str__(self) -> str:
        return self.name
