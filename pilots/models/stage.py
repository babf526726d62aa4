"""Stages of a rollout: sets of cells that are opened together, on criteria that were locked before."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilots.models.cell import Cell
from pilots.models.fields import decided_together
from pilots.models.forecast import Forecast
from pilots.models.pilot import Pilot


class Stage(models.Model):
    """`number` is that of its gate. Open, paused and stepped back are as they stand now; `StageEvent` has each step."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        OPEN = "open", "Open"
        PAUSED = "paused", "Paused"
        STEPPED_BACK = "stepped_back", "Stepped back"
        CLOSED = "closed", "Closed"

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    because = models.TextField("why these, and why now", max_length=2000)
    # How many people are to come, and after how many days it is decided: they fix how much evidence is enough.
    users_planned = models.PositiveIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    forecast = models.ForeignKey(Forecast, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    criteria_locked_at = models.DateTimeField(null=True, blank=True)
    criteria_locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # A halt that nobody has decided about yet: the rule said it, and milder weeks do not take it back.
    halted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # On closing: what the next stage, and the next pilot, do otherwise.
    lesson = models.TextField(max_length=4000, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager["Stage"]] = models.Manager()

    class Meta:
        ordering = ("pilot", "number")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "number"), name="stage_number_once"),
            decided_together("stage", "criteria_locked"),
            decided_together("stage", "opened"),
            decided_together("stage", "closed"),
            models.CheckConstraint(
                condition=Q(state="planned") | Q(opened_at__isnull=False, criteria_locked_at__isnull=False),
                name="stage_opened_on_locked_criteria",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(opened_at__gte=F("criteria_locked_at")),
                name="stage_criteria_locked_before_it_opened",
            ),
            models.CheckConstraint(
                condition=Q(criteria_locked_at__isnull=True) | Q(users_planned__gte=1, days__gte=1),
                name="stage_locked_with_people_and_days",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | ~Q(state="closed") & Q(closed_at__isnull=True),
                name="stage_closed_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"Stage {self.number}: {self.name}"

    @property
    def is_running(self) -> bool:
        return self.state in {self.State.OPEN, self.State.PAUSED, self.State.STEPPED_BACK}

    @property
    def look(self) -> str:
        """A key of the interface's states."""
        return f"stage_{self.state}"


class StageCell(models.Model):
    """A cell is in one stage at most."""

    id = models.BigAutoField(primary_key=True)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="cells")
    cell = models.OneToOneField(Cell, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.cell} in {self.stage}"


class Criterion(models.Model):
    """A number on a named metric. Locked with its stage, the database refuses to change it."""

    class Metric(models.TextChoices):
        SUCCESS = "success", "Tasks done well"
        OVERRIDE = "override", "Outputs overridden"
        OUT_OF_SCOPE = "out_of_scope", "Attempts out of scope"
        MINUTES = "minutes", "Net minutes saved a task"
        INCIDENTS = "incidents", "Severe incidents"
        HABITUAL = "habitual", "Eligible people with a habit of it"

    class Purpose(models.TextChoices):
        SATISFACTORY = "satisfactory", "Satisfactory"
        PAUSE = "pause", "Pause"
        STEP_BACK = "step_back", "Step back"

    class Side(models.TextChoices):
        FLOOR = "floor", "at least"
        CAP = "cap", "at most"

    id = models.BigAutoField(primary_key=True)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="criteria")
    metric = models.CharField(max_length=12, choices=Metric.choices)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    side = models.CharField(max_length=5, choices=Side.choices)
    # Shares and incidents from 0 to 1, minutes as they are.
    bound = models.FloatField()

    class Meta:
        ordering = ("purpose", "metric")
        constraints = (
            models.UniqueConstraint(fields=("stage", "metric", "purpose"), name="criterion_once"),
            models.CheckConstraint(
                condition=Q(metric="minutes") | Q(bound__gt=0, bound__lt=1), name="criterion_share_from_0_to_1"
            ),
            models.CheckConstraint(
                condition=~Q(metric="incidents") | Q(side="cap"), name="criterion_incidents_have_a_cap"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_metric_display()} {self.get_side_display()} {self.bound:g}"


class StageEvent(models.Model):
    """One step in the life of a stage, by a person or by the rule (`by` None), with its reason."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Opened"
        HALTED = "halted", "Halted by the rule"
        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Goes on"
        STEPPED_BACK = "stepped_back", "Stepped back"
        CLOSED = "closed", "Closed"

    id = models.BigAutoField(primary_key=True)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.TextField(max_length=2000)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(by__isnull=False) | Q(kind="halted"), name="stage_event_by_somebody"),
            models.CheckConstraint(condition=~Q(reason=""), name="stage_event_because"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.stage}"
