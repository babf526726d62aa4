import uuid

from django.conf import settings
from django.db import models

from pilots.models.pilot import Pilot


class EntryQuerySet(models.QuerySet["models.Model"]):
    def there(self, pilot: Pilot) -> "EntryQuerySet":
        return self.filter(pilot=pilot, removed_at__isnull=True)


class Entry(models.Model):
    """One row of a register: who wrote it, and that it was removed rather than gone.

    What an entry may say stands in its fields, in its constraints and in `clean`: pages, files and the API obey alike.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
