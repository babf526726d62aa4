import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from governance.models.catalogue import CatalogueVersion, Question
from pilots.models import PhaseKind, Pilot, Workflow


class PilotCatalogue(models.Model):
    """The version of the catalogue that a pilot works with until somebody moves it."""

    pilot = models.OneToOneField(Pilot, primary_key=True, on_delete=models.PROTECT, related_name="+")
    catalogue = models.ForeignKey(CatalogueVersion, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField()
    moved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.pilot} on {self.catalogue}"


class ItemQuerySet(models.QuerySet["Item"]):
    def of(self, pilot: Pilot) -> "ItemQuerySet":
        """A pilot's present questions with all that a list shows, in one query."""
        return self.filter(pilot=pilot, retired_at__isnull=True).with_details()

    def with_details(self) -> "ItemQuerySet":
        return self.select_related("question", "workflow", "owner", "answer", "answer__author", "answer__decided_by")

    def to_do(self) -> "ItemQuerySet":
        """Present questions without an accepted answer that still counts."""
        return self.filter(retired_at__isnull=True).exclude(state=Item.State.ACCEPTED)

    def lapsing_before(self, at: datetime) -> "ItemQuerySet":
        return self.filter(state=Item.State.ACCEPTED, answer__valid_until__lte=at, retired_at__isnull=True)


class Item(models.Model):
    """A question as it stands in one pilot (and one workflow, where it is asked for each)."""

    class State(models.TextChoices):
        UNANSWERED = "unanswered", "Not answered"
        PROPOSED = "proposed", "Waiting for acceptance"
        RETURNED = "returned", "Sent back"
        ACCEPTED = "accepted", "Accepted"
        LAPSED = "lapsed", "Lapsed"
        IN_DOUBT = "in_doubt", "In doubt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    phase = models.CharField(max_length=20, choices=PhaseKind.choices)
    workflow = models.ForeignKey(Workflow, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField("due", null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNANSWERED)
    # The latest answer; older ones stay readable in `answers`.
    answer = models.OneToOneField(
        "governance.Answer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # No longer asked: the catalogue dropped it, the workflow went, or the profile does not have it.
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ItemQuerySet] = ItemQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pilot", "question__position", "workflow__name")
        constraints = (
            models.UniqueConstraint(
                fields=("pilot", "code", "workflow"), nulls_distinct=False, name="item_once_per_pilot_and_workflow"
            ),
            models.CheckConstraint(
                condition=Q(state="unanswered") | Q(answer__isnull=False), name="item_state_needs_an_answer"
            ),
        )
        indexes = (
            models.Index(fields=("owner", "due_on"), condition=Q(retired_at__isnull=True), name="item_by_owner"),
            models.Index(fields=("pilot", "phase"), condition=Q(retired_at__isnull=True), name="item_by_phase"),
        )

    def __str__(self) -> str:
        return f"{self.code} · {self.workflow}" if self.workflow_id else self.code
