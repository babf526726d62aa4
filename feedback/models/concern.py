"""What makes somebody's work harder, or what they fear: answered with a reason, and with what it changed."""

import uuid
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.flag import Flag
from feedback.models.pattern import Pattern
from pilots.models import PhaseKind, Pilot, Segment, UseCase
from pilots.models.fields import decided_together

LONGEST_CONCERN = 8000
LONGEST_REASON = 4000
LONGEST_CHANGE = 300


class ConcernQuerySet(models.QuerySet["Concern"]):
    def open(self) -> "ConcernQuerySet":
        return self.filter(state=Concern.State.OPEN)

    def in_order(self) -> "ConcernQuerySet":
        turn = models.Case(models.When(state="open", then=0), default=1, output_field=models.IntegerField())
        return self.order_by(turn, F("answer_by").asc(), "-raised_at", "pk")


class Concern(models.Model):
    """Personal: read by the change lead, the program manager and who is named to answer. “Noted” is no state."""

    class State(models.TextChoices):
        OPEN = "open", "Waiting for an answer"
        ACCEPTED = "accepted", "Accepted"
        NOT_ACCEPTED = "not_accepted", "Not accepted, because"

    class Changed(models.TextChoices):
        """What an accepted one changed."""

        GATE = "gate", "A gate or a stage"
        PATTERN = "pattern", "What is done about a pattern"
        USE_CASE = "use_case", "A use case"
        DECISION = "decision", "Another decision"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    # Where it came with a flag, its words are the flag's and stand nowhere twice.
    flag = models.OneToOneField(Flag, null=True, blank=True, on_delete=models.PROTECT, related_name="concern")
    raiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # SHA-256 of the token in the private link of who raised it without a flag.
    link_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    submission = models.UUIDField(unique=True, null=True, blank=True)
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000, blank=True)
    redactions = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField()
    answer_by = models.DateField()
    # Named to answer it, and so to read it.
    named = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    reason = models.TextField(max_length=LONGEST_REASON, blank=True)
    changed = models.CharField(max_length=8, choices=Changed.choices, blank=True)
    changed_phase = models.CharField(max_length=20, choices=PhaseKind.choices, blank=True)
    changed_stage = models.PositiveSmallIntegerField(null=True, blank=True)
    changed_pattern = models.ForeignKey(
        Pattern, null=True, blank=True, on_delete=models.PROTECT, related_name="concerns"
    )
    changed_use_case = models.ForeignKey(UseCase, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # In words what is different now, and since or from which day.
    changed_what = models.CharField(max_length=LONGEST_CHANGE, blank=True)
    changed_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ConcernQuerySet] = ConcernQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-raised_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("open", "accepted", "not_accepted")), name="concern_noted_is_no_outcome"
            ),
            decided_together("concern", "decided"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(flag__isnull=False) | Q(erased_at__isnull=False),
                name="concern_says_something",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False) & (~Q(reason="") | Q(erased_at__isnull=False)),
                name="concern_decided_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(decided_at__isnull=True), name="concern_open_is_not_decided"
            ),
            models.CheckConstraint(
                condition=Q(changed_stage__isnull=True) | Q(changed_phase=PhaseKind.STAGED_ROLLOUT.value),
                name="concern_stages_are_of_the_rollout",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted")
                | Q(changed="gate") & ~Q(changed_phase="")
                | Q(changed="pattern", changed_pattern__isnull=False)
                | Q(changed="use_case", changed_use_case__isnull=False)
                | Q(changed="decision"),
                name="concern_accepted_changed_something",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | ~Q(changed_what="") & Q(changed_on__isnull=False),
                name="concern_accepted_says_what_and_when",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("text"), LONGEST_CONCERN))
                & Q(LessThanOrEqual(Length("reason"), LONGEST_REASON)),
                name="concern_texts_are_bounded",
            ),
        )
        indexes = (models.Index(fields=("pilot", "-raised_at"), name="concern_by_pilot"),)

    def __str__(self) -> str:
        return "a concern"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def words(self) -> str:
        if self.erased_at:
            return ""
        return self.text or (self.flag.what_happened or self.flag.output if self.flag else "")

    @property
    def about(self) -> str:
        """What it changed, in words."""
        kinds = {
            self.Changed.GATE: self._gate,
            self.Changed.PATTERN: str(self.changed_pattern or ""),
            self.Changed.USE_CASE: str(self.changed_use_case or ""),
        }
        return kinds.get(self.Changed(self.changed), "") if self.changed else ""

    @property
    def _gate(self) -> str:
        stage = f", stage {self.changed_stage}" if self.changed_stage else ""
        return f"{self.get_changed_phase_display()}{stage}" if self.changed_phase else ""

    @property
    def state_word(self) -> str:
        return self.get_state_display().removesuffix(", because")

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.answer_by < today
