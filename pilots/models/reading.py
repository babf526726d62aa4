"""What a running stage reads week by week. A later reading replaces an earlier one, which stays."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilots.models.scope import Segment, UseCase
from pilots.models.stage import Stage


class ReadingQuerySet(models.QuerySet[Any]):
    def counting(self) -> "ReadingQuerySet":
        return self.filter(replaced_at__isnull=True)


class Reading(models.Model):
    """`week` is its Monday. Corrected, the earlier row is kept with the moment at which it ceased to count."""

    id = models.BigAutoField(primary_key=True)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    week = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("week", "id")

    def __str__(self) -> str:
        return f"{self.week} of {self.stage_id}"


class UseReading(Reading):
    """Of all people of a segment at a site: how many may use it, have access, tried, used it in the last four weeks,
    and have a habit of it. `cost` of the week, `incidents` that were severe."""

    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")
    site = models.CharField(max_length=80, blank=True)
    eligible = models.PositiveIntegerField()
    licensed = models.PositiveIntegerField()
    tried = models.PositiveIntegerField()
    active = models.PositiveIntegerField()
    habitual = models.PositiveIntegerField()
    incidents = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    objects: ClassVar[models.Manager["UseReading"]] = ReadingQuerySet.as_manager()

    class Meta(Reading.Meta):
        abstract = False
        constraints = (
            models.UniqueConstraint(
                fields=("stage", "week", "segment", "site"),
                condition=Q(replaced_at__isnull=True),
                name="use_reading_once_a_week",
            ),
            models.CheckConstraint(
                condition=Q(
                    licensed__lte=F("eligible"),
                    tried__lte=F("licensed"),
                    active__lte=F("tried"),
                    habitual__lte=F("active"),
                ),
                name="use_reading_is_a_funnel",
            ),
        )


class OutcomeReading(Reading):
    """Of one person and use case in a week: tasks, and how many of them came how. A pseudonym, never a name."""

    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")
    use_case = models.ForeignKey(UseCase, on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=80)
    team = models.CharField(max_length=80, blank=True)
    tasks = models.PositiveIntegerField()
    done_well = models.PositiveIntegerField(null=True, blank=True)
    overridden = models.PositiveIntegerField(null=True, blank=True)
    out_of_scope = models.PositiveIntegerField(null=True, blank=True)
    incidents = models.PositiveIntegerField(null=True, blank=True)
    # Of all its tasks together.
    minutes_saved = models.FloatField(null=True, blank=True)

    objects: ClassVar[models.Manager["OutcomeReading"]] = ReadingQuerySet.as_manager()

    class Meta(Reading.Meta):
        abstract = False
        constraints = (
            models.UniqueConstraint(
                fields=("stage", "week", "person", "use_case"),
                condition=Q(replaced_at__isnull=True),
                name="outcome_reading_once_a_week",
            ),
            models.CheckConstraint(condition=Q(tasks__gte=1), name="outcome_reading_of_tasks"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__lte": F("tasks")}),
                    name=f"outcome_reading_{name}",
                )
                for name in ("done_well", "overridden", "out_of_scope", "incidents")
            ),
        )


class Look(models.Model):
    """What the rule said of a stage on one day, as it was said then."""

    id = models.BigAutoField(primary_key=True)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="looks")
    day = models.DateField()
    call = models.CharField(max_length=12)
    why = models.JSONField(default=list)
    # [{"metric", "state", "value", "low", "high", "bound", "side", "users", "tasks"}], one for each criterion watched.
    readings = models.JSONField(default=list)
    looked_at = models.DateTimeField()

    class Meta:
        ordering = ("-day",)
        constraints = (models.UniqueConstraint(fields=("stage", "day"), name="look_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.call} on {self.day}"
