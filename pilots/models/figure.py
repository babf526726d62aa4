"""Figures as they were worked out last: what pages show, so that no page counts a million rows."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pilots.models.pilot import Pilot
from pilots.models.scope import Segment, UseCase


class Figure(models.Model):
    """One of M01 to M36 for one part of a pilot's evidence.

    `batches`: those it rests on. A later one replaces it only where what changed concerns no person, or ten of them:
    two exports must not tell what one person did.
    """

    class Part(models.TextChoices):
        """Which rows: pairs that are set against one another."""

        ALL = "", "All"
        SUPPORTED = "supported", "With help at hand"
        UNSUPPORTED = "unsupported", "Without help"
        SELECTED = "selected", "Volunteers and nominated"
        ASSIGNED = "assigned", "Assigned"
        ENTHUSIASTS = "enthusiasts", "Enthusiasts"
        SCEPTICS = "sceptics", "Sceptics"
        TRAINED = "trained", "Trained"
        UNTRAINED = "untrained", "Untrained"
        FIRST = "first", "First four weeks of use"
        LATER = "later", "Later"

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12)
    part = models.CharField(max_length=11, choices=Part.choices, blank=True)
    use_case = models.ForeignKey(UseCase, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # None: not measured, or hidden.
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    n = models.PositiveIntegerField(null=True)
    people = models.PositiveIntegerField(null=True)
    is_hidden = models.BooleanField(default=False)
    # Newer rows exist that concern one to nine people.
    is_held = models.BooleanField(default=False)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    methods = ArrayField(models.CharField(max_length=12), default=list)
    measured_by = ArrayField(models.CharField(max_length=120), default=list)
    stakes = ArrayField(models.CharField(max_length=8), default=list)
    is_synthetic = models.BooleanField(default=False)
    batches = ArrayField(models.BigIntegerField(), default=list)
    more = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    worked_out_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Figure"]] = models.Manager()

    class Meta:
        ordering = ("code", "part", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("pilot", "code", "part", "use_case", "segment"), name="figure_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(is_hidden=False) | models.Q(value__isnull=True, low__isnull=True, high__isnull=True),
                name="figure_hidden_shows_nothing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} of {self.pilot_id}"

    @property
    def is_recalled(self) -> bool:
        return "recalled" in self.methods
