"""What a stress test imposes: periods without help, and the four stressors."""

from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from pilots.models.entry import Entry
from pilots.models.fields import decided_together

# Shorter than this, people get by on what they were told before.
WORKING_DAYS_NEEDED: Final = 10


def working_days(first: date, last: date) -> int:
    """Mondays to Fridays, both ends counted; holidays are not known here."""
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * 5 + sum((first + timedelta(days=day)).weekday() < 5 for day in range(rest))


class UnsupportedPeriod(Entry):
    """Weeks in which nobody from the supplier or the project helped."""

    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    withdrawn = models.TextField("what help was taken away", max_length=2000)
    # Counted in the period; None: not measured.
    tasks_attempted = models.PositiveIntegerField(null=True, blank=True)
    tasks_abandoned = models.PositiveIntegerField(null=True, blank=True)
    blockers = models.PositiveIntegerField("blockers unresolved for more than a working day", null=True, blank=True)
    what_was_seen = models.TextField(max_length=4000, blank=True)

    class Meta:
        ordering = ("starts_on",)
        constraints = (
            decided_together("unsupported_period", "removed"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="unsupported_period_in_order",
                violation_error_message="It ends before it starts.",
            ),
            models.CheckConstraint(
                condition=Q(tasks_abandoned__isnull=True)
                | Q(tasks_attempted__isnull=False, tasks_abandoned__lte=F("tasks_attempted")),
                name="unsupported_period_abandoned_of_attempted",
                violation_error_message="Say how many were attempted: no more can be abandoned.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def working_days(self) -> int:
        return working_days(self.starts_on, self.ends_on)

    @property
    def is_long_enough(self) -> bool:
        return self.working_days >= WORKING_DAYS_NEEDED


class Breach(Entry):
    """Help that somebody gave all the same in an unsupported period."""

    period = models.ForeignKey(UnsupportedPeriod, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    helped_by = models.CharField("who helped", max_length=120)
    what = models.TextField(max_length=2000)
    minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("day",)
        constraints = (decided_together("breach", "removed"),)

    def __str__(self) -> str:
        return f"{self.helped_by} on {self.day}"

    def clean(self) -> None:
        if self.day and self.period_id and not self.period.starts_on <= self.day <= self.period.ends_on:
            raise ValidationError({"day": f"It is outside {self.period}."})


class Stressor(Entry):
    """One of the four, with what was expected written before it ran."""

    class Kind(models.TextChoices):
        UNFAMILIAR = "unfamiliar", "Unfamiliar use cases"
        UNTRAINED = "untrained", "Untrained users"
        RAW_DATA = "raw_data", "Raw production data"
        SET_ASIDE = "set_aside", "Cases set aside earlier"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    plan = models.TextField("what is done", max_length=2000)
    expectation = models.TextField("what is expected to happen", max_length=2000)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_for = models.DateField(null=True, blank=True)
    ran_on = models.DateField(null=True, blank=True)
    observed = models.TextField("what happened", max_length=4000, blank=True)

    class Meta:
        ordering = ("kind", "recorded_at")
        constraints = (
            decided_together("stressor", "removed"),
            models.CheckConstraint(condition=~Q(expectation=""), name="stressor_expects_something"),
            models.CheckConstraint(
                condition=Q(ran_on__isnull=True) & Q(observed="") | Q(ran_on__isnull=False) & ~Q(observed=""),
                name="stressor_ran_and_was_observed",
                violation_error_message="Give the day on which it ran and what happened, both.",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    def clean(self) -> None:
        """What was expected is written before, and stays as it was written once it ran."""
        if self.ran_on and self.recorded_at and self.ran_on < self.recorded_at.date():
            raise ValidationError({"ran_on": "It ran before what was expected of it was written down."})
        before = type(self)._base_manager.filter(pk=self.pk, ran_on__isnull=False).first()
        if before and before.expectation != self.expectation:
            raise ValidationError({"expectation": "It ran already: what was expected stays as it was written."})
