import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pilots.models import PhaseKind, Pilot
from pilots.models.fields import decided_together


class GateQuerySet(models.QuerySet["Gate"]):
    def open(self) -> "GateQuerySet":
        return self.filter(state=Gate.State.OPEN)

    def stale(self, at: datetime) -> "GateQuerySet":
        """Not worked out since something they depend on changed by itself: an answer or a waiver ran out."""
        return self.filter(Q(evaluated_at__isnull=True) | Q(next_change_at__lte=at))


class Gate(models.Model):
    """The way out of a phase, or into a rollout stage.

    `open_blocking` and `lapsed_open` are kept by triggers from the findings; the application role may not write them.
    """

    class State(models.TextChoices):
        OPEN = "open", "Not decided"
        PASSED = "passed", "Passed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    phase = models.CharField(max_length=20, choices=PhaseKind.choices)
    # 0 for a phase's gate; 1, 2, … for the opening of that rollout stage.
    stage = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    open_blocking = models.PositiveIntegerField(default=0, editable=False)
    lapsed_open = models.PositiveIntegerField(default=0, editable=False)
    rules_version = models.CharField(max_length=20, blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)
    # The first moment at which time alone changes a finding.
    next_change_at = models.DateTimeField(null=True, blank=True)
    passed_at = models.DateTimeField(null=True, blank=True)
    # Who gave the last signature needed; all of them are in `requests`.
    passed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    passed_digest = models.CharField(max_length=64, blank=True)

    objects: ClassVar[GateQuerySet] = GateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pilot", "phase", "stage")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "phase", "stage"), name="gate_once_per_phase_and_stage"),
            models.CheckConstraint(
                condition=~Q(state="passed") | Q(open_blocking=0), name="gate_passed_with_nothing_open"
            ),
            decided_together("gate", "passed"),
            models.CheckConstraint(
                condition=Q(state="open", passed_at__isnull=True)
                | Q(state="passed", passed_at__isnull=False) & ~Q(passed_digest=""),
                name="gate_passed_by_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(phase="staged_rollout", stage__gte=1) | ~Q(phase="staged_rollout") & Q(stage=0),
                name="gate_stage_in_rollout_only",
            ),
        )
        indexes = (models.Index(fields=("next_change_at",), name="gate_by_next_change"),)

    def __str__(self) -> str:
        if self.stage:
            return f"Open stage {self.stage}"
        return f"Leave {PhaseKind(self.phase).label.lower()}"

    @property
    def key(self) -> str:
        """Its name in addresses: the phase, and the stage in a rollout (`staged_rollout-1`)."""
        return f"{self.phase}-{self.stage}" if self.stage else self.phase


class Finding(models.Model):
    """One check of one gate as last worked out; the row stays while the check applies, so `since` is true."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        MET = "met", "Met"
        WAIVED = "waived", "Waived"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Gate, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40)
    # What it is about, as `kind:id`.
    subject = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices)
    blocking = models.BooleanField(default=True)
    text = models.CharField(max_length=500)
    detail = models.CharField(max_length=500, blank=True)
    # Which of the rule's outcomes it is (`rules.Reason`), for the words and the colour of a page.
    reason = models.CharField(max_length=20)
    # Not answered with a figure but with “not measured”: shown as loud as a bad one.
    not_measured = models.BooleanField(default=False)
    who_ids = ArrayField(models.UUIDField(), default=list)
    who_roles = ArrayField(models.CharField(max_length=20), default=list)
    version = models.CharField(max_length=64)
    changes_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ("gate", "code", "subject")
        constraints = (models.UniqueConstraint(fields=("gate", "code", "subject"), name="finding_once_per_gate"),)
        indexes = (
            models.Index(fields=("pilot", "gate"), condition=Q(state="open", blocking=True), name="finding_blocking"),
            # Readiness lists these over all pilots.
            models.Index(fields=("pilot", "gate"), condition=Q(not_measured=True), name="finding_not_measured"),
        )

    def __str__(self) -> str:
        return "a condition of an earlier gate" if self.code == "condition_kept" else self.text


class Condition(models.Model):
    """What a gate was passed on, to be done by a date. Missed, it is an open finding of the next gate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField(max_length=2000)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    met_note = models.TextField(max_length=2000, blank=True)
    # Taken back before anyone signed.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("due_on", "added_at")
        constraints = (
            decided_together("condition", "met"),
            decided_together("condition", "withdrawn"),
            models.CheckConstraint(
                condition=Q(met_at__isnull=True) | ~Q(met_note=""), name="condition_met_with_a_note"
            ),
        )

    def __str__(self) -> str:
        """A reference: the text goes nowhere from which nobody could erase it."""
        return f"condition {str(self.pk)[:8]} of “{self.gate}”"
