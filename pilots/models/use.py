"""How much a tool was used: what a number of flags is measured against."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.fields import decided_together
from pilots.models.pilot import Pilot
from pilots.models.scope import Segment, UseCase

LONGEST_VERSION = 80


class Use(models.Model):
    """One day of the whole pilot, or of one part of it: a use case, a segment or a version of the tool.

    None is unknown, which is another thing than zero.
    """

    class Source(models.TextChoices):
        API = "api", "API"
        FILE = "file", "File"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    # None: of all use cases together, and of use that fits none.
    use_case = models.ForeignKey(UseCase, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tool_version = models.CharField(max_length=LONGEST_VERSION, blank=True)
    day = models.DateField()
    outputs = models.PositiveIntegerField("outputs served", null=True, blank=True)
    active_users = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=4, choices=Source.choices)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["Use"]] = models.Manager()

    class Meta:
        ordering = ("-day", "use_case__name")
        constraints = (
            models.UniqueConstraint(
                fields=("pilot", "use_case", "segment", "tool_version", "day"),
                name="use_once_a_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(use_case__isnull=True, segment__isnull=True)
                | Q(use_case__isnull=True, tool_version="")
                | Q(segment__isnull=True, tool_version=""),
                name="use_of_one_part",
            ),
            models.CheckConstraint(
                condition=Q(outputs__isnull=False) | Q(active_users__isnull=False), name="use_says_something"
            ),
            decided_together("use", "recorded"),
        )
        indexes = (models.Index(fields=("pilot", "-day"), name="use_by_day"),)

    def __str__(self) -> str:
        return f"use on {self.day}"
