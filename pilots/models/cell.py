"""Use case × segment: the unit of decision, and the rollout population when all of them stand together."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from pilots.models.pilot import Pilot
from pilots.models.scope import Segment, UseCase


class CellQuerySet(models.QuerySet["Cell"]):
    def of(self, pilot: Pilot) -> "CellQuerySet":
        """Those whose use case and segment are still in scope."""
        there = self.filter(pilot=pilot, use_case__removed_at__isnull=True, segment__removed_at__isnull=True)
        return there.select_related("use_case", "segment")


class Cell(models.Model):
    """`tasks_a_month` None: nobody has counted, which is another thing than 0."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")
    tasks_a_month = models.PositiveIntegerField(null=True, blank=True)
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Cell"]] = CellQuerySet.as_manager()

    class Meta:
        ordering = ("use_case__name", "segment__name")
        constraints = (models.UniqueConstraint(fields=("use_case", "segment"), name="cell_once"),)
        indexes = (models.Index(fields=("pilot",), name="cell_by_pilot"),)

    def __str__(self) -> str:
        return f"{self.use_case} × {self.segment}"
