"""What a pilot is about: workflows with a person who answers for each, use cases, segments of people."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.fields import decided_together
from pilots.models.pilot import Pilot


class Named(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Workflow(Named):
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="workflows")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Only the owner accepts, so accepted_by always equals owner; naming another owner clears both.
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decline_reason = models.TextField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("pilot", "name")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "slug"), name="workflow_slug_once_per_pilot"),
            decided_together("workflow", "accepted"),
            decided_together("workflow", "declined"),
            decided_together("workflow", "removed"),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | Q(accepted_by=models.F("owner")),
                name="workflow_accepted_by_its_owner",
            ),
        )


class UseCase(Named):
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="use_cases")

    class Meta:
        ordering = ("pilot", "name")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "slug"), name="use_case_slug_once_per_pilot"),
            decided_together("use_case", "removed"),
        )


class Segment(Named):
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="segments")

    class Meta:
        ordering = ("pilot", "name")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "slug"), name="segment_slug_once_per_pilot"),
            decided_together("segment", "removed"),
        )
