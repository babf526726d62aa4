"""What reporters are told: step by step about one flag, and month by month about a pilot."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.flag import Flag
from pilots.models import Pilot

LONGEST_TEXT: Final = 1000
LONGEST_WORDS: Final = 4000


class Step(models.TextChoices):
    RECEIPT = "receipt", "Received"
    TRIAGE = "triage", "Read"
    INTERIM = "interim", "Rule until then"
    DECISION = "decision", "Decided"
    LIVE = "live", "Changed"
    RETURN = "return", "Came back"


# Told by e-mail at once where the person did not ask for less; the rest waits for the daily one.
AT_ONCE: Final = (Step.DECISION, Step.LIVE)
# What the reporter did: nothing that would be new to them.
OWN: Final = (Step.RECEIPT, Step.RETURN)


class Reply(models.Model):
    """One step of one flag as its reporter was told it: receipt page, notification and e-mail say what stands here."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="replies")
    step = models.CharField(max_length=8, choices=Step.choices)
    # What happened, once and for all: the same is never told twice.
    key = models.CharField(max_length=80)
    text = models.TextField(max_length=LONGEST_TEXT)
    # What a person wrote: the answer, the reason, the note of an assessment. Erasable.
    words = models.TextField(max_length=LONGEST_WORDS, blank=True)
    told_at = models.DateTimeField()
    # Who decided, and as what. Behind a private link only the role is shown.
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(max_length=60, blank=True)
    # How the flag stood, where its reporter may take back what they did.
    before = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("flag", "key"), name="reply_once_per_flag"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("text"), LONGEST_TEXT))
                & Q(LessThanOrEqual(Length("words"), LONGEST_WORDS)),
                name="reply_is_bounded",
            ),
        )
        indexes = (models.Index(fields=("pilot", "told_at"), name="reply_by_pilot"),)

    def __str__(self) -> str:
        return f"{self.step} of {self.flag_id}"


class MonthSummary(models.Model):
    """What everybody who flagged by name in a pilot was told of a month; the row keeps it from being told twice."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    # Its first day.
    month = models.DateField()
    # Empty: nothing happened, and nobody was told anything.
    text = models.TextField(blank=True)
    told = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-month",)
        constraints = (
            models.UniqueConstraint(fields=("pilot", "month"), name="summary_once_per_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="summary_of_a_whole_month"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} of {self.pilot_id}"
