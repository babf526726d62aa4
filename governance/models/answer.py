import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from governance.models.catalogue import Question
from governance.models.item import Item
from pilots.models import Pilot
from pilots.models.fields import decided_together


class Answer(models.Model):
    """One version of an answer. What its author wrote never changes; what others decided is added beside it."""

    class Kind(models.TextChoices):
        ANSWERED = "answered", "Answered"
        NOT_MEASURED = "not_measured", "Not measured"
        NOT_APPLICABLE = "not_applicable", "Not applicable"

    class Decision(models.TextChoices):
        PROPOSED = "proposed", "Waiting for acceptance"
        ACCEPTED = "accepted", "Accepted"
        RETURNED = "returned", "Sent back"
        REPLACED = "replaced", "Replaced before anyone decided"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="answers")
    # The wording it answers, which a newer catalogue never changes.
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.TextField(max_length=20_000)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()
    # SHA-256 over kind, text, author and the evidence's digests: what a sign-off is bound to.
    digest = models.CharField(max_length=64)
    decision = models.CharField(max_length=12, choices=Decision.choices, default=Decision.PROPOSED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision_comment = models.TextField(max_length=4000, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)
    lapse_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("item", "-number")
        constraints = (
            models.UniqueConstraint(fields=("item", "number"), name="answer_number_once_per_item"),
            decided_together("answer", "decided"),
            models.CheckConstraint(
                condition=Q(decision__in=("proposed", "replaced")) | Q(decided_at__isnull=False),
                name="answer_decided_by_a_name",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("author")), name="answer_not_decided_by_its_author"),
            models.CheckConstraint(condition=~Q(text=""), name="answer_has_text"),
            models.CheckConstraint(
                condition=Q(lapsed_at__isnull=True) | ~Q(lapse_reason=""), name="answer_lapses_for_a_reason"
            ),
        )

    def __str__(self) -> str:
        return f"answer {self.number} to {self.item}"


class Evidence(models.Model):
    """A file or a link that an answer rests on. Never changed; a newer answer may carry it on."""

    class Kind(models.TextChoices):
        FILE = "file", "File"
        LINK = "link", "Link"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    answers = models.ManyToManyField(Answer, related_name="evidence")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    title = models.CharField(max_length=200)
    url = models.URLField(max_length=1000, blank=True)
    file = models.FileField(upload_to="evidence/%Y/%m", max_length=200, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True)
    # SHA-256 of the file's bytes, or of the link's address.
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("added_at",)
        verbose_name_plural = "evidence"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="link", file="") & ~Q(url="") | Q(kind="file", url="") & ~Q(file=""),
                name="evidence_is_a_file_or_a_link",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Comment(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("written_at",)

    def __str__(self) -> str:
        return f"comment on {self.item}"


class Doubt(models.Model):
    """Something contradicts an accepted answer; it counts again once confirmed or renewed."""

    class Resolution(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed: the answer still holds"
        RENEWED = "renewed", "Renewed by a newer answer"
        # By the system, so that nobody's name stands beside it.
        WITHDRAWN = "withdrawn", "Withdrawn: what had raised it is gone"

    BY_PATTERN: ClassVar = "pattern:"
    BY_STAGE: ClassVar = "stage:"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="doubts")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="+")
    # What contradicts it, as `kind:id` (`person:…`, `catalogue:…`, `pattern:…`, `stage:…`); one source doubts once.
    source = models.CharField(max_length=100)
    reason = models.TextField(max_length=2000)
    raised_at = models.DateTimeField()
    # Null: the system saw it.
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    resolution = models.CharField(max_length=12, choices=Resolution.choices, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    resolution_comment = models.TextField(max_length=4000, blank=True)

    class Meta:
        ordering = ("-raised_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False)
                | Q(resolution="withdrawn", resolved_at__isnull=False, resolved_by__isnull=True),
                name="doubt_resolved_at_and_by",
            ),
            models.UniqueConstraint(
                fields=("answer", "source"), condition=Q(resolved_at__isnull=True), name="doubt_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | ~Q(resolution=""), name="doubt_resolved_in_a_way"
            ),
        )

    def __str__(self) -> str:
        return f"doubt about {self.item}"
