"""How it is measured and by whom: figures that are quoted, cohorts planned before, standards, and what nobody sees."""

from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from pilots.models.entry import Entry
from pilots.models.evidence import Method, Stake
from pilots.models.fields import decided_together
from pilots.models.participant import Route
from pilots.models.scope import Segment, Workflow

FEWEST_EXAMPLES: Final = 1


class HeadlineFigure(Entry):
    """A figure that people quote: who produced it with what stake, and who without one worked it out again."""

    what = models.CharField(max_length=200)
    value = models.CharField("as it is quoted", max_length=80)
    method = models.CharField(max_length=12, choices=Method.choices)
    measured_by = models.CharField("who produced it", max_length=120)
    stake = models.CharField(max_length=8, choices=Stake.choices)
    people = models.PositiveIntegerField("people it rests on", null=True, blank=True)
    recomputed_by_whom = models.CharField("who without a stake worked it out again", max_length=120, blank=True)
    recomputed_value = models.CharField("what they got", max_length=80, blank=True)
    recomputed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("recorded_at",)
        constraints = (
            decided_together("headline_figure", "removed"),
            models.CheckConstraint(
                condition=Q(recomputed_by_whom="", recomputed_value="", recomputed_on__isnull=True)
                | ~Q(recomputed_by_whom="") & ~Q(recomputed_value="") & Q(recomputed_on__isnull=False),
                name="headline_figure_recomputed_by_somebody",
                violation_error_message="Say who worked it out again, on which day, and what they got.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.what}: {self.value}"

    def clean(self) -> None:
        if self.recomputed_by_whom and self.recomputed_by_whom.casefold() == self.measured_by.casefold():
            raise ValidationError({"recomputed_by_whom": "Somebody else than who produced it."})

    @property
    def is_independent(self) -> bool:
        return bool(self.recomputed_by_whom)


class Cohort(Entry):
    """People of one segment by one route, with how many are enough fixed before any of them was observed."""

    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=11, choices=Route.choices)
    minimum = models.PositiveIntegerField("people at least", validators=[MinValueValidator(1)])
    because = models.TextField("why so many are enough", max_length=2000)
    # Written when fewer came.
    shortfall = models.TextField("what the shortfall leaves open", max_length=2000, blank=True)

    class Meta:
        ordering = ("segment", "route")
        constraints = (
            decided_together("cohort", "removed"),
            models.UniqueConstraint(
                fields=("segment", "route"), condition=Q(removed_at__isnull=True), name="cohort_once"
            ),
            models.CheckConstraint(condition=Q(minimum__gte=1), name="cohort_of_somebody"),
        )

    def __str__(self) -> str:
        return f"{self.segment}, {self.get_route_display().lower()}"


class BlindSpot(Entry):
    """What a pilot does not see, and why."""

    class Kind(models.TextChoices):
        PARTICIPANTS = "participants", "Participants"
        CONDITIONS = "conditions", "Conditions"
        USE_CASES = "use_cases", "Use cases"
        MEASUREMENT = "measurement", "Measurement"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    what = models.TextField("what we are not seeing", max_length=2000)
    why = models.TextField(max_length=2000)
    would_show = models.TextField("what would show it", max_length=2000, blank=True)
    weeks = models.FloatField("weeks that would take", null=True, blank=True, validators=[MinValueValidator(0)])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("kind", "recorded_at")
        constraints = (decided_together("blind_spot", "removed"),)

    def __str__(self) -> str:
        return self.what[:80]


class Standard(Entry):
    """What is good enough in one workflow, with an example that passes and one that fails, and what recipients bear."""

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="+")
    what = models.TextField("what is good enough", max_length=4000)
    passes = models.TextField("an example that passes", max_length=4000)
    fails = models.TextField("an example that fails", max_length=4000)
    tolerance = models.FloatField(
        "errors in 100 items that the recipient bears", null=True, blank=True, validators=[MinValueValidator(0)]
    )
    tolerance_set_by = models.CharField("who of the recipients said so", max_length=120, blank=True)
    check_minutes = models.FloatField(
        "minutes allowed for a check", null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        ordering = ("workflow",)
        constraints = (
            decided_together("standard", "removed"),
            models.UniqueConstraint(
                fields=("workflow",), condition=Q(removed_at__isnull=True), name="standard_once_per_workflow"
            ),
            models.CheckConstraint(
                condition=Q(tolerance__isnull=True) | ~Q(tolerance_set_by=""),
                name="standard_tolerance_by_the_recipient",
                violation_error_message="Say who of the recipients set the tolerance.",
            ),
        )

    def __str__(self) -> str:
        return str(self.workflow)
