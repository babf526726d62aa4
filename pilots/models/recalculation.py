"""What has to be worked out again: one row a pilot, so that a sweep finds what a lost message left undone."""

from typing import ClassVar, Literal

from django.db import models
from django.db.models import F

from pilots.models.pilot import Pilot

What = Literal["figures", "forecast"]


class RecalculationQuerySet(models.QuerySet["Recalculation"]):
    def due(self, what: What) -> "RecalculationQuerySet":
        return self.filter(**{f"{what}__lt": F("changes")}).select_related("pilot")


class Recalculation(models.Model):
    """`changes` counts those of evidence or scope; `figures` and `forecast`: how many of them went into those."""

    pilot = models.OneToOneField(Pilot, primary_key=True, on_delete=models.PROTECT, related_name="+")
    changes = models.PositiveIntegerField(default=0)
    figures = models.PositiveIntegerField(default=0)
    forecast = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Recalculation"]] = RecalculationQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.pilot_id}: {self.changes} changes"

    def done(self, what: What) -> None:
        """Up to the changes that were there when this was read: whatever came since stays due."""
        Recalculation.objects.filter(pk=self.pk).update(**{what: self.changes})
