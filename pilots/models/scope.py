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
    class Kind(models.TextChoices):
        """In the order in which they grow harder."""

        CURATED = "curated", "Curated"
        TYPICAL = "typical", "Typical"
        DIFFICULT = "difficult", "Difficult"
        EDGE = "edge", "Edge"

    class SetAside(models.TextChoices):
        EDGE_CASE = "edge_case", "“An edge case”"
        FUTURE_WORK = "future_work", "“Future work”"

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="use_cases")
    kind = models.CharField(max_length=9, choices=Kind.choices, blank=True)
    # None: nobody has said.
    designed_for = models.BooleanField("the tool was designed for it", null=True, blank=True)
    left_out_because = models.TextField("why it is left out", max_length=2000, blank=True)
    # A degradation that somebody put off: it needs an owner, and a stress test that will look at it.
    set_aside = models.CharField(max_length=11, choices=SetAside.choices, blank=True)
    set_aside_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_aside_stressor = models.ForeignKey(
        "pilots.Stressor", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # As it stands now; `UseLimit` has every time that it stood so, and why it ended.
    human_only_at = models.DateTimeField(null=True, blank=True)
    human_only_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    human_only_reason = models.TextField(max_length=2000, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("pilot", "name")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "slug"), name="use_case_slug_once_per_pilot"),
            decided_together("use_case", "removed"),
            models.CheckConstraint(
                condition=Q(set_aside="") | Q(set_aside_owner__isnull=False, set_aside_stressor__isnull=False),
                name="use_case_set_aside_with_owner_and_test",
            ),
            decided_together("use_case", "human_only"),
            decided_together("use_case", "withdrawn"),
            models.CheckConstraint(
                condition=Q(human_only_at__isnull=True) | ~Q(human_only_reason=""), name="use_case_human_only_because"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="use_case_withdrawn_because"
            ),
        )

    @property
    def limit(self) -> str:
        """A key of the interface's states: withdrawn counts before human review only. Empty: used as designed."""
        return "withdrawn_use" if self.withdrawn_at else "human_only" if self.human_only_at else ""

    @property
    def limit_reason(self) -> str:
        return self.withdrawn_reason if self.withdrawn_at else self.human_only_reason


class UseLimit(models.Model):
    """One time that a use case was for human review only, or withdrawn: by whom and why, and how it ended."""

    class Kind(models.TextChoices):
        HUMAN_ONLY = "human_only", "Human review only"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="limits")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What it was decided about: “P-3”. Empty: somebody decided it for the use case itself.
    source = models.CharField(max_length=20, blank=True)
    reason = models.TextField(max_length=2000)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lift_reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            decided_together("use_limit", "lifted"),
            models.UniqueConstraint(
                fields=("use_case", "kind"), condition=Q(lifted_at__isnull=True), name="use_limit_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="use_limit_because"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | ~Q(lift_reason=""), name="use_limit_lifted_because"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.use_case_id}"


class Attitude(models.TextChoices):
    """In the order in which a pilot likes them, as the two below."""

    ENTHUSIAST = "enthusiast", "Enthusiastic"
    NEUTRAL = "neutral", "Neutral"
    SCEPTIC = "sceptic", "Sceptical"


class WorkloadBand(models.TextChoices):
    LOW = "low", "Low"
    USUAL = "usual", "Usual"
    HIGH = "high", "High"


class Comfort(models.TextChoices):
    HIGH = "high", "At ease with new tools"
    SOME = "some", "In between"
    LOW = "low", "Uneasy with new tools"


class Segment(Named):
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="segments")
    headcount = models.PositiveIntegerField("people in it", null=True, blank=True)
    role = models.CharField(max_length=120, blank=True)
    # Of most of its people; empty: mixed, or nobody knows.
    attitude = models.CharField(max_length=10, choices=Attitude.choices, blank=True)
    workload = models.CharField(max_length=5, choices=WorkloadBand.choices, blank=True)
    comfort = models.CharField(max_length=4, choices=Comfort.choices, blank=True)
    is_beneficiary = models.BooleanField("it is meant to benefit", null=True, blank=True)
    is_identity_sensitive = models.BooleanField("what they do is who they are", null=True, blank=True)
    # Of its people, before the rollout reaches them; None: nobody has planned it, which counts as none.
    trained_percent = models.PositiveSmallIntegerField("trained before the rollout, %", null=True, blank=True)

    class Meta:
        ordering = ("pilot", "name")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "slug"), name="segment_slug_once_per_pilot"),
            decided_together("segment", "removed"),
            models.CheckConstraint(
                condition=Q(trained_percent__isnull=True) | Q(trained_percent__lte=100),
                name="segment_trained_at_most_all",
            ),
        )
