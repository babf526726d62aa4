"""How the tool fails, whom it hits, and what becomes of each finding."""

from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from pilots.models.entry import Entry
from pilots.models.fields import decided_together
from pilots.models.scope import Segment, UseCase
from pilots.models.stress import Stressor

LONGEST: Final = 2000


class FailureMode(Entry):
    """One way to fail that a stress test found. It ends as something to build, a decision, or a risk taken by name."""

    class Cause(models.TextChoices):
        MODEL = "model", "The tool itself"
        DATA = "data", "The data it gets"
        INTEGRATION = "integration", "How it is built in"
        PROCESS = "process", "How the work is organised"
        USE = "use", "How it is used"

    class Manageability(models.TextChoices):
        PREVENTED = "prevented", "Can be prevented"
        CAUGHT = "caught", "Is caught by the check before it leaves"
        DOWNSTREAM = "downstream", "Is caught only downstream"
        UNSEEN = "unseen", "Is not noticed"

    class Answer(models.TextChoices):
        OPEN = "", "Nothing yet"
        BUILD = "build", "Build something"
        DECIDED = "decided", "Decided: no change, because"
        ACCEPTED = "accepted", "Accept the risk until a date"

    what = models.TextField("how it fails", max_length=LONGEST)
    use_case = models.ForeignKey(UseCase, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    stressor = models.ForeignKey(
        Stressor, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="found by"
    )
    cause = models.CharField(max_length=11, choices=Cause.choices)
    failures = models.PositiveIntegerField("times it failed", null=True, blank=True)
    attempts = models.PositiveIntegerField("of how many attempts", null=True, blank=True)
    severity = models.PositiveSmallIntegerField("severity, 0 to 4", validators=[MaxValueValidator(4)])
    manageability = models.CharField(max_length=10, choices=Manageability.choices)

    answer = models.CharField("what becomes of it", max_length=8, choices=Answer.choices, blank=True)
    answer_reason = models.TextField("what exactly, or why not", max_length=LONGEST, blank=True)
    build_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    build_due_on = models.DateField(null=True, blank=True)
    built_on = models.DateField(null=True, blank=True)
    accepted_until = models.DateField("the risk is accepted until", null=True, blank=True)
    # Whoever takes the risk says so themselves.
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        ordering = ("-severity", "recorded_at")
        constraints = (
            decided_together("failure_mode", "removed"),
            decided_together("failure_mode", "accepted"),
            models.CheckConstraint(condition=Q(severity__lte=4), name="failure_mode_severity"),
            models.CheckConstraint(
                condition=Q(failures__isnull=True, attempts__isnull=True)
                | Q(
                    failures__isnull=False, attempts__isnull=False, attempts__gte=1, failures__lte=models.F("attempts")
                ),
                name="failure_mode_counts_add_up",
                violation_error_message="Give both: how often it failed, and of how many attempts.",
            ),
            models.CheckConstraint(
                condition=Q(answer="") | ~Q(answer_reason=""),
                name="failure_mode_answered_because",
                violation_error_message="Say what exactly becomes of it, or why nothing does.",
            ),
            models.CheckConstraint(
                condition=~Q(answer="build") | Q(build_owner__isnull=False, build_due_on__isnull=False),
                name="failure_mode_built_by_somebody",
                violation_error_message="What is to be built needs an owner and a date.",
            ),
            models.CheckConstraint(
                condition=~Q(answer="accepted") | Q(accepted_by__isnull=False, accepted_until__isnull=False),
                name="failure_mode_accepted_until_a_date",
                violation_error_message="A risk is accepted by name, until a date.",
            ),
        )

    def __str__(self) -> str:
        return self.what[:80]


class FailureShare(Entry):
    """Of the workload of one segment, how much a failure mode touches."""

    failure = models.ForeignKey(FailureMode, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")
    percent = models.FloatField("of its workload, %", validators=[MinValueValidator(0), MaxValueValidator(100)])
    rests_on = models.CharField("what the share rests on", max_length=200)

    class Meta:
        ordering = ("failure", "segment")
        constraints = (
            decided_together("failure_share", "removed"),
            models.UniqueConstraint(
                fields=("failure", "segment"), condition=Q(removed_at__isnull=True), name="failure_share_once"
            ),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="failure_share_percent"),
        )

    def __str__(self) -> str:
        return f"{self.segment}: {self.percent:g} %"

    def clean(self) -> None:
        if self.failure_id and self.segment_id and self.failure.pilot_id != self.segment.pilot_id:
            raise ValidationError({"segment": "Choose a segment of this pilot."})
