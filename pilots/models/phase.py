import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.fields import decided_together
from pilots.models.pilot import Pilot


class PhaseKind(models.TextChoices):
    DEMONSTRATION = "demonstration", "Demonstration"
    STRESS_TEST = "stress_test", "Stress test"
    INFRASTRUCTURE_BUILD = "infrastructure_build", "Infrastructure build"
    STAGED_ROLLOUT = "staged_rollout", "Staged rollout"

    @property
    def exit_question(self) -> str:
        return _EXIT_QUESTIONS[self]

    @property
    def position(self) -> int:
        return PHASES.index(self) + 1


PHASES: list[PhaseKind] = list(PhaseKind)

_EXIT_QUESTIONS = {
    PhaseKind.DEMONSTRATION: "Is there a real capability here worth pursuing, and do we know what we measured?",
    PhaseKind.STRESS_TEST: "What are the failure modes, and how significant are they in the rollout population?",
    PhaseKind.INFRASTRUCTURE_BUILD: "Are we prepared to operate this at scale?",
    PhaseKind.STAGED_ROLLOUT: (
        "Is this stage operating satisfactorily, was its feedback acted on, and how good was our forecast?"
    ),
}


class Phase(models.Model):
    """One of a pilot's four phases. `passed` and `skipped` are final; a trigger keeps the order and the gate."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", "Not started"
        CURRENT = "current", "Current"
        PASSED = "passed", "Passed"
        SKIPPED = "skipped", "Skipped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="phases")
    kind = models.CharField(max_length=20, choices=PhaseKind.choices)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.NOT_STARTED)
    entered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    skipped_at = models.DateTimeField(null=True, blank=True)
    skipped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    skip_reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("pilot", "position")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "kind"), name="phase_once_per_pilot"),
            models.UniqueConstraint(fields=("pilot", "position"), name="phase_position_once_per_pilot"),
            models.UniqueConstraint(fields=("pilot",), condition=Q(state="current"), name="phase_one_current"),
            models.CheckConstraint(condition=Q(position__gte=1, position__lte=4), name="phase_position_1_to_4"),
            decided_together("phase", "skipped"),
            models.CheckConstraint(
                condition=~Q(state="skipped") | (Q(skipped_at__isnull=False) & ~Q(skip_reason="")),
                name="phase_skipped_with_a_name_and_a_reason",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def exit_question(self) -> str:
        return PhaseKind(self.kind).exit_question
