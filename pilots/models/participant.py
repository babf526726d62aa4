"""Who took part in a pilot, as pseudonyms. What one of them thinks is shown of ten people together, or not at all."""

from typing import Final

from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.scope import Attitude, Comfort, Segment, WorkloadBand

# Of “I expect this to help me” (-2 to 2): from here on somebody is an enthusiast, up to here a sceptic.
ENTHUSIAST_FROM: Final = 1
SCEPTIC_TO: Final = -1


class Route(models.TextChoices):
    VOLUNTEERED = "volunteered", "Volunteered"
    NOMINATED = "nominated", "Nominated"
    ASSIGNED = "assigned", "Assigned"


class Participant(models.Model):
    """The three items of attitude are asked before first use, or not used at all (`asked_on`)."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(max_length=80)
    route = models.CharField(max_length=11, choices=Route.choices, blank=True)
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    workload = models.CharField(max_length=5, choices=WorkloadBand.choices, blank=True)
    comfort = models.CharField(max_length=4, choices=Comfort.choices, blank=True)
    expects_help = models.SmallIntegerField("I expect this to help me", null=True, blank=True)
    worries_about_role = models.PositiveSmallIntegerField("I worry what this means for my role", null=True, blank=True)
    has_time_to_learn = models.PositiveSmallIntegerField("I have time to learn it", null=True, blank=True)
    asked_on = models.DateField(null=True, blank=True)
    # Where the answers came from: withdrawn, it takes them along.
    intake = models.ForeignKey("pilots.Batch", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pseudonym",)
        constraints = (
            models.UniqueConstraint(fields=("pilot", "pseudonym"), name="participant_once"),
            models.CheckConstraint(
                condition=Q(expects_help__isnull=True) | Q(expects_help__gte=-2, expects_help__lte=2),
                name="participant_expects_minus_2_to_2",
            ),
            models.CheckConstraint(
                condition=Q(worries_about_role__isnull=True) | Q(worries_about_role__lte=3),
                name="participant_worries_0_to_3",
            ),
            models.CheckConstraint(
                condition=Q(has_time_to_learn__isnull=True) | Q(has_time_to_learn__lte=3),
                name="participant_time_0_to_3",
            ),
            models.CheckConstraint(
                condition=Q(asked_on__isnull=False)
                | Q(expects_help__isnull=True, worries_about_role__isnull=True, has_time_to_learn__isnull=True),
                name="participant_asked_on_a_day",
            ),
        )

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def attitude(self) -> str:
        if self.expects_help is None:
            return ""
        if self.expects_help >= ENTHUSIAST_FROM:
            return Attitude.ENTHUSIAST
        return Attitude.SCEPTIC if self.expects_help <= SCEPTIC_TO else Attitude.NEUTRAL
