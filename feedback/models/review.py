"""The standing review: when it is held, what each meeting had before it, and with what each thing left it."""

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.correction import Correction
from feedback.models.flag import Flag
from feedback.models.pattern import Pattern, PatternDecision
from pilots.models import Pilot
from pilots.models.fields import decided_together

MOST_WEEKS = 13
LONGEST_NOTE = 4000
# Whoever held a review has so long to bring every item of it to a decision.
CLOSED_WITHIN = timedelta(days=3)


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class ReviewSchedule(models.Model):
    """One for each pilot. `next_on` is the day by which the next review has to have been opened."""

    pilot = models.OneToOneField(Pilot, primary_key=True, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    every_weeks = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_WEEKS)])
    chair = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    next_on = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(weekday__lte=6), name="review_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=MOST_WEEKS), name="review_every_so_many_weeks"
            ),
        )

    def __str__(self) -> str:
        return "the standing review"

    @property
    def in_words(self) -> str:
        every = "every week" if self.every_weeks == 1 else f"every {self.every_weeks} weeks"
        return f"{self.get_weekday_display()}, {every}"

    def is_overdue(self, today: date) -> bool:
        return self.next_on < today


class Review(models.Model):
    """One meeting. Its agenda was made when it was opened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    # The day that the schedule asked for; None: held without one.
    due_on = models.DateField(null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attendees = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    note = models.TextField(max_length=LONGEST_NOTE, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("pilot", "-number")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "number"), name="review_number_once"),
            models.UniqueConstraint(
                fields=("pilot",), condition=Q(closed_at__isnull=True), name="review_one_open_at_a_time"
            ),
            decided_together("review", "closed"),
            models.CheckConstraint(condition=LessThanOrEqual(Length("note"), LONGEST_NOTE), name="review_note_bounded"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=models.F("opened_at")),
                name="review_closed_after_it_opened",
            ),
        )

    def __str__(self) -> str:
        return f"Review {self.number}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_overdue(self, at: datetime) -> bool:
        return self.is_open and self.opened_at + CLOSED_WITHIN < at


class ReviewItem(models.Model):
    """One thing on the agenda. It leaves with a decision or, once, for the next review; “noted” is not among them."""

    class Why(models.TextChoices):
        """Also the order of the agenda."""

        SEVERE_FLAG = "severe_flag", "Severe flag that nobody has assessed"
        REGRESSED = "regressed", "Came back after it was fixed"
        SURGING = "surging", "Rising"
        SEVERE = "severe", "Severe"
        EMERGING = "emerging", "New"
        CONFIRMED = "confirmed", "Confirmed, nothing decided"
        OVERDUE = "overdue", "What was decided is overdue"
        CORRECTION = "correction", "What went out is not corrected"

    ORDER: ClassVar = tuple(Why)

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=12, choices=Why.choices)
    pattern = models.ForeignKey(Pattern, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    flag = models.ForeignKey(Flag, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    correction = models.ForeignKey(Correction, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # The decision it left with, kept when the review was closed.
    decision = models.ForeignKey(PatternDecision, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # What became of it, in words that stay as they were then.
    outcome = models.CharField(max_length=200, blank=True)
    carried_at = models.DateTimeField(null=True, blank=True)
    carried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    carry_reason = models.TextField(max_length=LONGEST_NOTE, blank=True)

    class Meta:
        ordering = ("review", "position")
        constraints = (
            decided_together("reviewitem", "carried"),
            models.CheckConstraint(
                condition=Q(carried_at__isnull=True) | ~Q(carry_reason=""), name="reviewitem_carried_because"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("carry_reason"), LONGEST_NOTE), name="reviewitem_reason_is_bounded"
            ),
            models.CheckConstraint(
                condition=Q(pattern__isnull=False, flag__isnull=True, correction__isnull=True)
                | Q(pattern__isnull=True, flag__isnull=False, correction__isnull=True)
                | Q(pattern__isnull=True, flag__isnull=True, correction__isnull=False),
                name="reviewitem_about_one_thing",
            ),
            models.UniqueConstraint(fields=("review", "pattern"), name="reviewitem_pattern_once"),
            models.UniqueConstraint(fields=("review", "flag"), name="reviewitem_flag_once"),
            models.UniqueConstraint(fields=("review", "correction"), name="reviewitem_correction_once"),
        )

    def __str__(self) -> str:
        return f"{self.review}, item {self.position}"
