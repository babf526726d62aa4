"""What a pilot was given that a rollout will not have: help, time, and ways round what does not work."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from pilots.models.entry import Entry
from pilots.models.fields import decided_together
from pilots.models.phase import PhaseKind
from pilots.models.scope import Segment, UseCase, Workflow


class SupportHours(Entry):
    class From(models.TextChoices):
        SUPPLIER = "supplier", "Supplier"
        PROJECT = "project", "Project"
        CHAMPION = "champion", "Champion among colleagues"
        COLLEAGUE = "colleague", "Any other colleague"

    given_by = models.CharField("who gave it", max_length=9, choices=From.choices)
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    hours = models.FloatField(validators=[MinValueValidator(0)])
    what = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("starts_on",)
        verbose_name_plural = "support hours"
        constraints = (
            decided_together("support_hours", "removed"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="support_hours_in_order",
                violation_error_message="It ends before it starts.",
            ),
            models.CheckConstraint(condition=Q(hours__gte=0), name="support_hours_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.hours:g} h, {self.get_given_by_display()}"


class LearningTime(Entry):
    """Hours a week that people were officially allowed, and the slack beside them."""

    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    hours_a_week = models.FloatField("hours a week", validators=[MinValueValidator(0)])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    taken_off = models.TextField("what was taken off them meanwhile", max_length=2000, blank=True)
    in_rollout = models.FloatField("hours a week in the rollout", null=True, blank=True)

    class Meta:
        ordering = ("starts_on",)
        constraints = (
            decided_together("learning_time", "removed"),
            models.CheckConstraint(condition=Q(hours_a_week__gte=0), name="learning_time_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.hours_a_week:g} h a week"


class Workaround(Entry):
    """A way round a shortfall that people in the pilot were taught, and that nobody will teach everybody."""

    what = models.TextField(max_length=2000)
    hides = models.TextField("which shortfall it hides", max_length=2000)
    use_case = models.ForeignKey(UseCase, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taught_on = models.DateField(null=True, blank=True)
    people_taught = models.PositiveIntegerField(null=True, blank=True)
    in_rollout = models.TextField("what becomes of it in the rollout", max_length=2000, blank=True)

    class Meta:
        ordering = ("recorded_at",)
        constraints = (decided_together("workaround", "removed"),)

    def __str__(self) -> str:
        return self.what[:80]


class ManualStep(Entry):
    """Something that people do by hand where the tool is not connected."""

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="+")
    what = models.TextField(max_length=2000)
    done_by = models.CharField("who does it", max_length=120)
    cases_observed = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    cases_with_it = models.PositiveIntegerField()
    times = models.PositiveIntegerField("times in all of them")
    minutes = models.FloatField("minutes in all of them", validators=[MinValueValidator(0)])
    in_rollout = models.TextField("what does it in the rollout", max_length=2000, blank=True)

    class Meta:
        ordering = ("workflow", "recorded_at")
        constraints = (
            decided_together("manual_step", "removed"),
            models.CheckConstraint(
                condition=Q(cases_with_it__lte=F("cases_observed"), times__gte=F("cases_with_it")),
                name="manual_step_counts_add_up",
                violation_error_message="No more cases can have it than were observed, and each at least once.",
            ),
        )

    def __str__(self) -> str:
        return self.what[:80]


class Effort(Entry):
    """Staff hours that a phase took."""

    phase = models.CharField(max_length=20, choices=PhaseKind.choices)
    day = models.DateField()
    hours = models.FloatField(validators=[MinValueValidator(0)])
    what = models.CharField(max_length=200)

    class Meta:
        ordering = ("day",)
        constraints = (
            decided_together("effort", "removed"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="effort_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.hours:g} h: {self.what}"
