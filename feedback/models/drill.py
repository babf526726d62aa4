"""Rehearsals of the governance that is planned: they run the real way, and each gap they show gets an owner."""

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.flag import Flag
from pilots.models import PhaseKind, Pilot
from pilots.models.fields import decided_together

LONGEST = 4000


class Drill(models.Model):
    class Kind(models.TextChoices):
        FLAGGING = "flagging", "Flagging"
        ESCALATION = "escalation", "Escalation"
        CORRECTION = "correction", "Correcting what went out"
        REJECT = "reject", "Rejecting the tool"
        STOP = "stop", "Stopping the use"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        RUNNING = "running", "Running"
        ENDED = "ended", "Held"
        CALLED_OFF = "called_off", "Called off"

    # Those that begin with a flag that people treat as they would treat any other.
    WITH_A_FLAG: ClassVar = (Kind.FLAGGING, Kind.ESCALATION, Kind.CORRECTION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    scenario = models.TextField(max_length=LONGEST)
    planned_for = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.PLANNED)
    # Where the pilot stood when it ran.
    phase = models.CharField(max_length=20, choices=PhaseKind.choices, blank=True)
    flag = models.OneToOneField(Flag, null=True, blank=True, on_delete=models.PROTECT, related_name="drill")
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What happened, and for an unpleasant decision what was decided and by whom.
    account = models.TextField(max_length=LONGEST, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-planned_for", "-planned_at")
        constraints = (
            decided_together("drill", "started"),
            decided_together("drill", "ended"),
            models.CheckConstraint(
                condition=~Q(state__in=("running", "ended")) | Q(started_at__isnull=False), name="drill_ran_since"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("ended", "called_off")) | Q(ended_at__isnull=False) & ~Q(account=""),
                name="drill_ended_with_an_account",
            ),
            models.CheckConstraint(
                condition=~Q(state="running", kind__in=("flagging", "escalation")) | Q(flag__isnull=False),
                name="drill_runs_with_its_flag",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="drill_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(scenario="")
                & Q(LessThanOrEqual(Length("scenario"), LONGEST))
                & Q(LessThanOrEqual(Length("account"), LONGEST)),
                name="drill_texts_are_bounded",
            ),
        )
        indexes = (models.Index(fields=("pilot", "-planned_for"), name="drill_by_pilot"),)

    def __str__(self) -> str:
        return f"the {self.get_kind_display().lower()} drill"

    @property
    def look(self) -> str:
        """A key of pilots/icons.py."""
        return "held" if self.state == self.State.ENDED else str(self.state)

    @property
    def took(self) -> timedelta | None:
        return self.ended_at - self.started_at if self.ended_at and self.started_at else None


class DrillPart(models.Model):
    """Somebody took part in a drill that was held."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="parts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("drill", "pk")
        constraints = (models.UniqueConstraint(fields=("drill", "person"), name="drill_part_once"),)

    def __str__(self) -> str:
        return "a part in a drill"


class DrillGap(models.Model):
    """What a drill showed to be missing. Without an owner it is an open finding of the gate."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="gaps")
    what = models.TextField(max_length=LONGEST)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # What closes it.
    note = models.TextField(max_length=LONGEST, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("drill", "found_at", "pk")
        constraints = (
            decided_together("drill_gap", "closed"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True, due_on__isnull=True) | Q(owner__isnull=False, due_on__isnull=False),
                name="drill_gap_owner_and_date",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(note=""), name="drill_gap_closed_with_a_note"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(owner__isnull=False), name="drill_gap_closed_by_its_owner"
            ),
            models.CheckConstraint(
                condition=~Q(what="")
                & Q(LessThanOrEqual(Length("what"), LONGEST))
                & Q(LessThanOrEqual(Length("note"), LONGEST)),
                name="drill_gap_texts_are_bounded",
            ),
        )
        indexes = (models.Index(fields=("pilot",), condition=Q(closed_at__isnull=True), name="drill_gap_open"),)

    def __str__(self) -> str:
        return f"a gap shown by {self.drill}"
