"""Evidence as it arrives: batches of rows that were measured in one way, by somebody with a stake or without."""

import uuid
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from pilots.models.cell import Cell
from pilots.models.fields import decided_together
from pilots.models.participant import Participant
from pilots.models.phase import PhaseKind
from pilots.models.pilot import Pilot
from pilots.models.scope import Attitude


class Stake(models.TextChoices):
    NONE = "none", "No stake in the result"
    PROJECT = "project", "In the project"
    SUPPLIER = "supplier", "Supplier of the tool"


class Method(models.TextChoices):
    TELEMETRY = "telemetry", "Telemetry of the tool"
    LOG = "log", "Log of another system"
    DIARY = "diary", "Diary kept while working"
    OBSERVED = "observed", "Somebody watched and timed it"
    BLIND_REVIEW = "blind_review", "Blind review"
    RECALLED = "recalled", "Recalled in a survey"


class BatchQuerySet(models.QuerySet["Batch"]):
    def counting(self) -> "BatchQuerySet":
        """What figures and forecasts rest on."""
        return self.filter(state=Batch.State.IMPORTED)


class Batch(models.Model):
    """One file or call: how, when, by whom and with what stake its rows were measured. All of it counts, or none."""

    class Kind(models.TextChoices):
        OBSERVATIONS = "observations", "Observations of tasks"
        INTAKE = "intake", "What participants said before first use"
        ESCAPES = "escapes", "Errors found downstream"
        CHECKS = "checks", "Traces of checks done"
        SCORES = "scores", "Blind double scores"
        RATINGS = "ratings", "Paired ratings by sceptics and enthusiasts"
        LOAD = "load", "Load runs"

    class State(models.TextChoices):
        MAPPING = "mapping", "Columns to be matched"
        WAITING = "waiting", "Waiting to be checked"
        CHECKING = "checking", "Being checked"
        REFUSED = "refused", "Refused: rows to be mended"
        IMPORTING = "importing", "Being imported"
        IMPORTED = "imported", "Imported"
        FAILED = "failed", "Failed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Source(models.TextChoices):
        API = "api", "API"
        FILE = "file", "File"

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OBSERVATIONS)
    title = models.CharField("what it is", max_length=120)
    phase = models.CharField(max_length=20, choices=PhaseKind.choices)
    method = models.CharField("how it was measured", max_length=12, choices=Method.choices)
    measured_by = models.CharField("who measured", max_length=120)
    stake = models.CharField("with what stake", max_length=8, choices=Stake.choices)
    # None: nobody has said.
    had_consequences = models.BooleanField("errors had consequences", null=True, blank=True)
    note = models.TextField(max_length=4000, blank=True)
    # Invented rows say so wherever a figure rests on them; only the demo sets it.
    is_synthetic = models.BooleanField(default=False, editable=False)

    source = models.CharField(max_length=4, choices=Source.choices)
    file_name = models.CharField(max_length=120, blank=True)
    # SHA-256 of the file: the same one twice changes nothing.
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    # The file's column of each of ours, where they differ in name.
    mapping = models.JSONField(default=dict, blank=True)
    notes = models.JSONField(default=list, blank=True)
    # The first problems, each {line, column, value, reason}; `wrong` counts all.
    problems: Any = models.JSONField(default=list, blank=True)
    wrong = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField("bytes looked at", default=0)
    rows = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)

    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_because = models.TextField(max_length=2000, blank=True)

    objects: ClassVar[models.Manager["Batch"]] = BatchQuerySet.as_manager()

    class Meta:
        ordering = ("-number",)
        verbose_name_plural = "batches"
        constraints = (
            models.UniqueConstraint(fields=("pilot", "number"), name="batch_number_once"),
            models.UniqueConstraint(
                fields=("pilot", "kind", "digest"), condition=Q(state="imported"), name="batch_file_once"
            ),
            decided_together("batch", "withdrawn"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) & ~Q(state="withdrawn")
                | Q(withdrawn_at__isnull=False, state="withdrawn") & ~Q(withdrawn_because=""),
                name="batch_withdrawn_because",
            ),
            models.CheckConstraint(
                condition=~Q(state="imported") | Q(imported_at__isnull=False), name="batch_imported_at_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(first_day__isnull=True) | Q(last_day__gte=F("first_day")), name="batch_days_in_order"
            ),
        )
        indexes = (models.Index(fields=("state",), name="batch_by_state"),)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        return f"B-{self.number}"

    @property
    def look(self) -> str:
        """A key of the interface's states."""
        return f"batch_{self.state}"

    @property
    def people_shown(self) -> str:
        return str(self.people) if self.people >= 10 else "fewer than ten" if self.people else "–"

    @property
    def is_personal(self) -> bool:
        """It says what single people think."""
        return self.kind == self.Kind.INTAKE

    @property
    def is_recalled(self) -> bool:
        return self.method == Method.RECALLED

    @property
    def is_under_way(self) -> bool:
        return self.state in {self.State.WAITING, self.State.CHECKING, self.State.IMPORTING}

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.done / self.size)) if self.size else 0


class BatchPart(models.Model):
    """A file in pieces, kept until it is imported: web and worker may stand on different machines."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("batch", "number")
        constraints = (models.UniqueConstraint(fields=("batch", "number"), name="batch_part_once"),)

    def __str__(self) -> str:
        return f"{self.batch_id}.{self.number}"


class ColumnMapping(models.Model):
    """What a pilot's files call our columns, remembered from the last time that somebody matched them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Batch.Kind.choices)
    theirs = models.CharField(max_length=120)
    # Empty: leave this column out.
    ours = models.CharField(max_length=40, blank=True)
    matched_at = models.DateTimeField()
    matched_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("pilot", "kind", "theirs"), name="column_matched_once"),)

    def __str__(self) -> str:
        return f"{self.theirs} → {self.ours or '–'}"


class Outcome(models.IntegerChoices):
    SUCCESS = 0, "success"
    WRONG = 1, "wrong"
    NO_OUTPUT = 2, "no output"
    BELOW_BAR = 3, "below the bar"
    NEEDED_A_HUMAN = 4, "needed a human"
    OUT_OF_SCOPE = 5, "out of scope"


class UseMade(models.IntegerChoices):
    AS_IT_WAS = 0, "as it was"
    EDITED = 1, "edited"
    OVERRIDDEN = 2, "overridden"


ATTITUDE_CODES: Final = {attitude.value: code for code, attitude in enumerate(Attitude)}


class Observation(models.Model):
    """One task that somebody did with the tool. None in a column: not said.

    Its links carry no constraint of their own: checking four of them row by row took longer than a million rows. The
    import takes them from what it reads in the same transaction, and what they point at is never deleted.
    """

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    cell = models.ForeignKey(Cell, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    line = models.PositiveIntegerField()
    day = models.DateField()
    supported = models.BooleanField()
    trained = models.BooleanField(null=True)
    outcome = models.PositiveSmallIntegerField(choices=Outcome.choices)
    use_made = models.PositiveSmallIntegerField(choices=UseMade.choices, null=True)
    baseline_minutes = models.FloatField(null=True)
    tool_minutes = models.FloatField(null=True)
    learning_minutes = models.FloatField(null=True)
    correcting_minutes = models.FloatField(null=True)
    quality = models.FloatField(null=True)
    # Code of an attitude (`ATTITUDE_CODES`).
    reviewer_attitude = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ("id",)
        # The rows of a batch lie together, as they came: a few pages of an index find them.
        indexes = (BrinIndex(fields=("batch",), name="observation_by_batch", autosummarize=True),)
        constraints = (
            models.CheckConstraint(condition=Q(outcome__lte=5), name="observation_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(baseline_minutes__gte=0) | Q(baseline_minutes__isnull=True), name="observation_baseline"
            ),
            models.CheckConstraint(
                condition=Q(tool_minutes__gte=0) | Q(tool_minutes__isnull=True), name="observation_tool"
            ),
        )

    def __str__(self) -> str:
        return f"line {self.line} of {self.batch_id}"
