"""Samples beside observations: what recipients found, what was checked, how reviewers judged, how load was borne."""

from django.db import models
from django.db.models import Q

from pilots.models.evidence import Batch
from pilots.models.pilot import Pilot
from pilots.models.scope import Attitude, UseCase, Workflow


class Sample(models.Model):
    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    day = models.DateField()

    class Meta:
        abstract = True
        ordering = ("id",)

    def __str__(self) -> str:
        return f"line {self.line} of {self.batch_id}"


class DownstreamItem(Sample):
    """One item looked at after it left its user."""

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="+")
    is_wrong = models.BooleanField()
    # 0 to 4, as flags have it; only of what is wrong.
    severity = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(Sample.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(severity__isnull=True) | Q(severity__lte=4, is_wrong=True), name="downstream_severity"
            ),
        )


class CheckTrace(Sample):
    """One output that had to be checked, and whether there is a trace that it was."""

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="+")
    participant = models.CharField(max_length=80)
    has_trace = models.BooleanField()
    minutes = models.FloatField(null=True, blank=True)


class Score(Sample):
    """How one reviewer judged one output against the standard, not knowing whose it was."""

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=80)
    reviewer = models.CharField(max_length=80)
    passes = models.BooleanField()
    # In a sample of overrides: of the user's version and the tool's, the one this reviewer would use.
    prefers = models.CharField(max_length=6, choices=[("user", "the user’s"), ("tool", "the tool’s")], blank=True)
    was_overridden = models.BooleanField(null=True, blank=True)

    class Meta(Sample.Meta):
        constraints = (
            models.UniqueConstraint(fields=("batch", "workflow", "item", "reviewer"), name="score_once_per_reviewer"),
        )


class Rating(Sample):
    """One reviewer's rating of one item of the blind sample that sceptics and enthusiasts both rated."""

    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=80)
    reviewer = models.CharField(max_length=80)
    reviewer_attitude = models.CharField(max_length=10, choices=Attitude.choices)
    rating = models.FloatField()
    # What an expert gave it who knew neither side.
    reference = models.FloatField(null=True, blank=True)
    produced_by_attitude = models.CharField(max_length=10, choices=Attitude.choices, blank=True)

    class Meta(Sample.Meta):
        constraints = (
            models.UniqueConstraint(fields=("batch", "use_case", "item", "reviewer"), name="rating_once_per_reviewer"),
        )


class LoadRun(Sample):
    """One minute or step of a run at the forecast peak."""

    requests = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField(default=0)
    latency_seconds = models.FloatField("latency, 95th percentile")

    class Meta(Sample.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(errors__lte=models.F("requests"), rejected__lte=models.F("requests")),
                name="load_run_counts_add_up",
            ),
        )


class BarrierAnswer(Sample):
    """What one participant said stands in their way. Shown of ten people together, or not at all."""

    class Kind(models.TextChoices):
        SCEPTICAL = "sceptical", "Sceptical of it"
        ROLE = "role", "Worried about their role"
        NO_TIME = "no_time", "No time for it"
        POOR_FIT = "poor_fit", "It does not fit how they work"
        IDENTITY = "identity", "What they do is who they are"

    participant = models.ForeignKey("pilots.Participant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)

    class Meta(Sample.Meta):
        constraints = (models.UniqueConstraint(fields=("batch", "participant", "kind"), name="barrier_answered_once"),)
