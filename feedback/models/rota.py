"""Who is on triage in which week, how fast flags are read and corrected here, and where a clock ran out."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.flag import Flag
from pilots.models import Pilot
from pilots.models.fields import decided_together

LONGEST_PROCEDURE = 4000


class TriageWeek(models.Model):
    """`person` is called first, `cover` when the clock has run out; `monday` begins the week."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    monday = models.DateField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cover = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pilot", "monday")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "monday"), name="triageweek_once"),
            models.CheckConstraint(condition=Q(monday__iso_week_day=1), name="triageweek_begins_on_monday"),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | ~Q(cover=F("person")), name="triageweek_cover_is_another"
            ),
        )

    def __str__(self) -> str:
        return f"triage from {self.monday}"


class TriageClocks(models.Model):
    """What a pilot set beside what the application promises; each list has one figure for every severity."""

    pilot = models.OneToOneField(Pilot, primary_key=True, on_delete=models.PROTECT, related_name="+")
    read_hours = ArrayField(models.PositiveSmallIntegerField(), size=5)
    correct_hours = ArrayField(models.PositiveSmallIntegerField(), size=5)
    # How what went out is corrected: who calls whom, with which words.
    procedure = models.TextField(max_length=LONGEST_PROCEDURE, blank=True)
    set_at = models.DateTimeField(null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            decided_together("triageclocks", "set"),
            models.CheckConstraint(
                condition=Q(read_hours__len=5, correct_hours__len=5), name="triageclocks_one_for_each_severity"
            ),
            models.CheckConstraint(
                condition=~Q(read_hours__contains=[0]) & ~Q(correct_hours__contains=[0]),
                name="triageclocks_an_hour_at_least",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("procedure"), LONGEST_PROCEDURE), name="triageclocks_procedure_bounded"
            ),
        )

    def __str__(self) -> str:
        return "the clocks of triage"


class ClockOverrun(models.Model):
    """A flag that nobody looked at in time, and who was called about it next."""

    class Level(models.IntegerChoices):
        COVER = 1, "who stands in on triage"
        MANAGER = 2, "the program manager"

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="overruns")
    # Since when it had waited: one that comes back begins anew.
    waited_since = models.DateTimeField()
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    ran_out_at = models.DateTimeField()
    told_at = models.DateTimeField()

    class Meta:
        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("flag", "waited_since", "level"), name="overrun_told_once"),)

    def __str__(self) -> str:
        return f"{self.flag_id} at level {self.level}"
