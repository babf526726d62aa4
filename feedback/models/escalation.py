"""A need for a judgement now: whom it is passed on to, by when, and what they said."""

import uuid
from datetime import datetime, time
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.flag import Flag
from pilots.models import Pilot
from pilots.models.fields import decided_together
from pilots.models.membership import ROLE_CHOICES

if TYPE_CHECKING:
    from pilots.models import User

LONGEST_ANSWER = 4000
LONGEST_CORRECTION = 16_000
MOST_HOURS = 240


class EscalationPath(models.Model):
    """Of a pilot: the hours in which its clocks run. Its steps say who is called, in which order."""

    pilot = models.OneToOneField(Pilot, primary_key=True, on_delete=models.PROTECT, related_name="+")
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(17))
    weekends = models.BooleanField(default=False)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(opens__lte=F("closes")), name="escalation_path_closes_after_it_opens"),
        )

    def __str__(self) -> str:
        return "the escalation path"


class EscalationStep(models.Model):
    """Who is called, for how many hours of cover, and who in their place when they are away."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=20, choices=ROLE_CHOICES, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cover = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    within_hours = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("pilot", "position")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "position"), name="escalation_step_once"),
            models.CheckConstraint(
                condition=Q(role="") & Q(person__isnull=False) | ~Q(role="") & Q(person__isnull=True),
                name="escalation_step_a_role_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | Q(person__isnull=True) | ~Q(cover=F("person")),
                name="escalation_step_cover_is_another",
            ),
            models.CheckConstraint(
                condition=Q(within_hours__gte=1, within_hours__lte=MOST_HOURS), name="escalation_step_has_a_clock"
            ),
        )

    def __str__(self) -> str:
        return f"step {self.position}"

    @property
    def whom(self) -> str:
        return str(self.person) if self.person else self.get_role_display()


class EscalationQuerySet(models.QuerySet["Escalation"]):
    def real(self) -> "EscalationQuerySet":
        """Without rehearsals, which no figure counts."""
        return self.filter(flag__is_drill=False)

    def open(self) -> "EscalationQuerySet":
        return self.filter(state=Escalation.State.OPEN)

    def due(self, at: datetime) -> "EscalationQuerySet":
        """The clock of a step ran out, or nobody has been reached yet."""
        return self.open().filter(Q(next_at__lte=at) | Q(step=0))

    def in_order(self) -> "EscalationQuerySet":
        """Open ones first, the longest promised before the others."""
        turn = models.Case(models.When(state="open", then=0), default=1, output_field=models.IntegerField())
        return self.order_by(turn, F("promised_by").asc(nulls_first=True), "-opened_at", "pk")


class Escalation(models.Model):
    """Beside the flag that asked for it. Opened with the flag, which is its record; each later step is in the trail."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for an answer"
        ANSWERED = "answered", "Answered"
        GAVE_UP = "gave_up", "Given up by who asked"

    class Decision(models.TextChoices):
        USE = "use", "Use it"
        DO_NOT_USE = "do_not_use", "Do not use it"
        CORRECTED = "corrected", "Use this instead"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="escalations")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    # What the reporter was promised: the end of the first step's hours. None while nobody could be reached.
    promised_by = models.DateTimeField(null=True, blank=True)
    # Position of the last step that reached somebody; 0: none yet.
    step = models.PositiveSmallIntegerField(default=0)
    # When the present step's hours end. None: there is no later step.
    next_at = models.DateTimeField(null=True, blank=True)
    # Since when it is known that it reached nobody; stays when somebody is found later.
    unroutable_since = models.DateTimeField(null=True, blank=True)
    # When the hours of the last step ended without an answer.
    ran_out = models.DateTimeField(null=True, blank=True)
    decision = models.CharField(max_length=12, choices=Decision.choices, blank=True)
    answer = models.TextField(max_length=LONGEST_ANSWER, blank=True)
    corrected_output = models.TextField(max_length=8000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # By its reporter, whom nobody needs to know.
    gave_up = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[EscalationQuerySet] = EscalationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-opened_at",)
        constraints = (
            models.UniqueConstraint(fields=("flag",), condition=Q(state="open"), name="escalation_one_open_of_a_flag"),
            decided_together("escalation", "answered"),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False) & ~Q(decision="") & ~Q(answer=""),
                name="escalation_answered_with_words_and_a_decision",
            ),
            models.CheckConstraint(
                condition=~Q(decision="corrected") | ~Q(corrected_output=""), name="escalation_corrected_says_to_what"
            ),
            models.CheckConstraint(
                condition=~Q(state="gave_up") | Q(gave_up__isnull=False), name="escalation_given_up_at_a_moment"
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(answered_at__isnull=True, gave_up__isnull=True),
                name="escalation_open_has_not_ended",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("answer"), LONGEST_ANSWER))
                & Q(LessThanOrEqual(Length("corrected_output"), LONGEST_CORRECTION)),
                name="escalation_texts_are_bounded",
            ),
        )
        indexes = (
            models.Index(fields=("pilot", "-opened_at"), name="escalation_by_pilot"),
            models.Index(fields=("next_at",), condition=Q(state="open"), name="escalation_open"),
        )

    def __str__(self) -> str:
        return f"the escalation of {self.flag.reference}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_unroutable(self) -> bool:
        return self.is_open and self.step == 0

    def is_late(self, at: datetime) -> bool:
        """Past what its reporter was promised, whether or not somebody answered since."""
        return self.promised_by is not None and (self.answered_at or self.gave_up or at) > self.promised_by

    def called_now(self) -> "list[User]":
        """The people whom its present step reached."""
        calls = self.calls.filter(position=self.step, person__is_active=True).select_related("person")
        return [call.person for call in calls if call.person is not None]

    def look(self, at: datetime) -> str:
        """A key of pilots/icons.py."""
        if not self.is_open:
            return str(self.state)
        if self.is_unroutable:
            return "unroutable"
        return "overdue" if self.is_late(at) else "waiting"


class EscalationCall(models.Model):
    """One person was called by one step; without a person, the step reached nobody."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="calls")
    position = models.PositiveSmallIntegerField()
    # Who or which role was to be reached, in words as they were then.
    whom = models.CharField(max_length=160)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    as_cover = models.BooleanField(default=False)
    called_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("escalation", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("escalation", "position", "person"), nulls_distinct=False, name="escalation_called_once_a_step"
            ),
        )

    def __str__(self) -> str:
        return f"call of step {self.position}"
