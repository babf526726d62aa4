"""Making good what already went out: who corrects it, by when, and who was told."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.flag import SEVERITY_CHOICES, Flag
from feedback.models.pattern import Pattern
from feedback.taxonomy import SEVERITIES
from pilots.models import Pilot
from pilots.models.fields import decided_together

LONGEST_TEXT = 4000


class Correction(models.Model):
    """Of the outputs behind one flag or one pattern."""

    class Audience(models.TextChoices):
        """Whom it had reached."""

        INTERNAL = "internal", "The team itself"
        TEAM = "team", "Another team"
        CUSTOMER = "customer", "A customer or partner"
        PUBLIC = "public", "The public"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    pattern = models.ForeignKey(Pattern, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    flag = models.ForeignKey(Flag, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    severity = models.PositiveSmallIntegerField(choices=SEVERITY_CHOICES)
    went_out = models.TextField(max_length=LONGEST_TEXT)
    audience = models.CharField(max_length=8, choices=Audience.choices)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # As promised for its severity when it was opened, until somebody gave another time by name and with a reason.
    due_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    plan_reason = models.TextField(max_length=LONGEST_TEXT, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    what_was_done = models.TextField(max_length=LONGEST_TEXT, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("pilot", "-number")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "number"), name="correction_number_once"),
            models.CheckConstraint(
                condition=Q(pattern__isnull=False, flag__isnull=True) | Q(pattern__isnull=True, flag__isnull=False),
                name="correction_of_one_thing",
            ),
            decided_together("correction", "planned"),
            decided_together("correction", "done"),
            models.CheckConstraint(
                condition=Q(planned_at__isnull=True) | ~Q(plan_reason=""), name="correction_planned_because"
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | ~Q(what_was_done=""), name="correction_done_in_words"
            ),
            models.CheckConstraint(
                condition=~Q(went_out="") & Q(severity__lte=int(max(SEVERITIES))), name="correction_of_what_went_out"
            ),
            models.CheckConstraint(
                condition=Q(
                    LessThanOrEqual(Length("went_out"), LONGEST_TEXT),
                    LessThanOrEqual(Length("plan_reason"), LONGEST_TEXT),
                    LessThanOrEqual(Length("what_was_done"), LONGEST_TEXT),
                ),
                name="correction_texts_are_bounded",
            ),
        )
        indexes = (models.Index(fields=("pilot",), condition=Q(done_at__isnull=True), name="correction_open"),)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"C-{self.number}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_drill(self) -> bool:
        """A rehearsal: it is done the real way and nothing waits for it."""
        return self.flag is not None and self.flag.is_drill

    def is_late(self, at: datetime) -> bool:
        return self.done_at is None and self.due_at < at


class CorrectionNotice(models.Model):
    """Somebody whom the wrong output had reached was told."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="notices")
    # A group or a role rather than a name: “the 14 residents who got the letter”.
    told = models.CharField(max_length=200)
    how = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("told_at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(told=""), name="correction_notice_says_who"),)

    def __str__(self) -> str:
        return self.told
