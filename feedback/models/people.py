"""The people whose work changes: what stands in their way, and whose view of their own work is at stake."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from pilots.models import Pilot, Segment
from pilots.models.fields import decided_together

LONGEST = 2000
ACCESS = "access"


class Barrier(models.Model):
    """Why people of a segment do not use what they have been given. Giving it to them is no answer to that."""

    class Kind(models.TextChoices):
        SCEPTICAL = "sceptical", "Sceptical of it"
        ROLE = "role", "Worried about their role"
        OVERLOADED = "overloaded", "Overloaded"
        POOR_FIT = "poor_fit", "It does not fit how they work"

    class Action(models.TextChoices):
        ACCESS = ACCESS, "Give access"
        TIME = "time", "Give time to learn, or take work away"
        TRAINING = "training", "Train on their own cases"
        BESIDE = "beside", "Somebody sits beside them"
        WORKFLOW = "workflow", "Change the workflow or the tool"
        EVIDENCE = "evidence", "Show what it does and where it falls short"
        ROLE = "role", "Settle what becomes of the role"
        LEAVE_OUT = "leave_out", "Leave this group out for now"

    class State(models.TextChoices):
        OPEN = "open", "Being worked on"
        LIFTED = "lifted", "No longer in the way"
        STANDS = "stands", "Stands, and is planned with"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    what = models.TextField(max_length=LONGEST)
    actions = ArrayField(models.CharField(max_length=12, choices=Action.choices))
    action = models.TextField(max_length=LONGEST)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    measure = models.TextField(max_length=LONGEST)
    review_on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    outcome = models.TextField(max_length=LONGEST, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("state", "review_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(actions__len__gte=1) & ~Q(actions__contained_by=[ACCESS]),
                name="barrier_action_beyond_access",
            ),
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(action="") & ~Q(measure=""), name="barrier_has_action_and_measure"
            ),
            decided_together("barrier", "closed"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | ~Q(state="open") & Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="barrier_closed_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("what"), LONGEST))
                & Q(LessThanOrEqual(Length("action"), LONGEST))
                & Q(LessThanOrEqual(Length("measure"), LONGEST))
                & Q(LessThanOrEqual(Length("outcome"), LONGEST)),
                name="barrier_texts_are_bounded",
            ),
        )
        indexes = (models.Index(fields=("pilot", "state"), name="barrier_by_pilot"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.segment}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def action_labels(self) -> list[str]:
        return [self.Action(action).label for action in self.actions]

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.review_on < today


class SensitiveRole(models.Model):
    """People for whom the tool touches what their work is and is worth: volunteers say nothing about them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    why = models.TextField(max_length=LONGEST)
    identified_at = models.DateTimeField()
    identified_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pilot", "name")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "name"), name="sensitive_role_once"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(why="") & Q(LessThanOrEqual(Length("why"), LONGEST)),
                name="sensitive_role_says_why",
            ),
        )

    def __str__(self) -> str:
        return self.name


class AskingQuerySet(models.QuerySet["Asking"]):
    def apart(self) -> "AskingQuerySet":
        return self.filter(whom=Asking.Whom.APART)


class Asking(models.Model):
    """Once that they were asked, or volunteers beside them: apart, so that the one is never taken for the other."""

    class Whom(models.TextChoices):
        APART = "apart", "People of this role, asked apart"
        VOLUNTEERS = "volunteers", "Volunteers of the pilot"

    class How(models.TextChoices):
        INTERVIEW = "interview", "One by one"
        GROUP = "group", "In a group"
        SURVEY = "survey", "In writing, without names"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(SensitiveRole, on_delete=models.PROTECT, related_name="askings")
    whom = models.CharField(max_length=10, choices=Whom.choices)
    how = models.CharField(max_length=10, choices=How.choices)
    asked_on = models.DateField()
    people_asked = models.PositiveIntegerField()
    people_answered = models.PositiveIntegerField()
    in_sum = models.TextField(max_length=LONGEST)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[AskingQuerySet] = AskingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("role", "whom", "-asked_on", "-recorded_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(people_asked__gte=1, people_answered__lte=F("people_asked")),
                name="asking_no_more_answers_than_asked",
            ),
            models.CheckConstraint(
                condition=~Q(in_sum="") & Q(LessThanOrEqual(Length("in_sum"), LONGEST)), name="asking_texts_are_bounded"
            ),
        )

    def __str__(self) -> str:
        return f"asking of {self.asked_on:%d %b %Y}"
