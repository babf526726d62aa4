"""The rollout design: what is decided about each use case × segment, and what a later one waits for."""

import uuid
from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from governance.design import Choice
from pilots.models import Cell, Pilot
from pilots.models.fields import decided_together

LONGEST: Final = 2000


CHOICES: Final = [(choice.value, choice.label) for choice in Choice]


class DispositionQuerySet(models.QuerySet["Disposition"]):
    def newest(self) -> "DispositionQuerySet":
        """The one that counts, for each cell."""
        later = Disposition.objects.filter(cell=OuterRef("cell"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def of(self, pilot: Pilot) -> "DispositionQuerySet":
        """Those that count, of cells still in scope."""
        there = self.filter(
            pilot=pilot, cell__use_case__removed_at__isnull=True, cell__segment__removed_at__isnull=True
        )
        return there.newest()


class Disposition(models.Model):
    """One decision on one cell. Rows are only added: the newest counts, and the others are its history."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    cell = models.ForeignKey(Cell, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(max_length=12, choices=CHOICES)
    reason = models.TextField("why", max_length=LONGEST)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    missing_condition = models.TextField("condition for value that is missing", max_length=LONGEST, blank=True)
    # What the system said at that moment, and why; it decides nothing.
    proposed = models.CharField(max_length=12, choices=CHOICES)
    proposed_because = models.CharField(max_length=500)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[DispositionQuerySet] = DispositionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="disposition_because"),
            models.CheckConstraint(condition=Q(choice__in=[value for value, _ in CHOICES]), name="disposition_of_five"),
            models.CheckConstraint(
                condition=Q(choice="needs_design", owner__isnull=False, due_on__isnull=False)
                | ~Q(choice="needs_design") & Q(owner__isnull=True, due_on__isnull=True),
                name="disposition_designed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(choice="out") & ~Q(missing_condition="") | ~Q(choice="out") & Q(missing_condition=""),
                name="disposition_out_names_what_is_missing",
            ),
        )
        indexes = (models.Index(fields=("cell", "-id"), name="disposition_newest"),)

    def __str__(self) -> str:
        return f"{self.cell}: {self.get_choice_display()}"

    @property
    def state(self) -> str:
        """A key of the interface's states."""
        return f"design_{self.choice}"


class Comparator(models.TextChoices):
    AT_LEAST = "at_least", "is at least"
    AT_MOST = "at_most", "is at most"


class LaterCondition(models.Model):
    """What a “later” cell waits for: a figure that reaches a value, or something that a person says is so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    disposition = models.ForeignKey(Disposition, on_delete=models.PROTECT, related_name="conditions")
    text = models.TextField(max_length=LONGEST)
    # M01 to M36; empty: a person says whether it is met.
    figure = models.CharField(max_length=12, blank=True)
    comparator = models.CharField(max_length=8, choices=Comparator.choices, blank=True)
    threshold = models.FloatField(null=True, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    met_note = models.TextField("what shows it", max_length=LONGEST, blank=True)

    class Meta:
        ordering = ("disposition", "id")
        constraints = (
            decided_together("later_condition", "met"),
            models.CheckConstraint(condition=~Q(text=""), name="later_condition_says_something"),
            models.CheckConstraint(
                condition=Q(figure="", comparator="", threshold__isnull=True)
                | ~Q(figure="") & Q(comparator__in=Comparator.values, threshold__isnull=False),
                name="later_condition_figure_with_threshold",
            ),
            # A figure speaks for itself: nobody says in its place that it is reached.
            models.CheckConstraint(
                condition=Q(met_at__isnull=True, met_note="") | Q(met_at__isnull=False, figure="") & ~Q(met_note=""),
                name="later_condition_met_with_a_note",
            ),
        )

    def __str__(self) -> str:
        return f"condition {str(self.pk)[:8]} of {self.disposition.cell}"


def newest_choice(cell: str) -> Subquery:
    """What was decided last about the cell of the outer row at `cell`; None: nothing."""
    return Subquery(Disposition.objects.filter(cell=OuterRef(cell)).order_by("-pk").values("choice")[:1])


class UncomfortableAcknowledgement(models.Model):
    """A leader has seen one of the findings that nobody likes, by name, as it stood. It changes nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    # Which finding (`uncomfortable.Kind`), and a digest of what it said.
    kind = models.CharField(max_length=20)
    version = models.CharField(max_length=64)
    said = models.CharField(max_length=500)
    comment = models.TextField(max_length=LONGEST, blank=True)
    acknowledged_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-acknowledged_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("pilot", "kind", "version", "acknowledged_by"), name="uncomfortable_acknowledged_once"
            ),
        )

    def __str__(self) -> str:
        return self.said
