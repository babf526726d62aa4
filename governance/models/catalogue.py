import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from governance.catalogue.entry import Entry, content
from governance.frameworks import Citation, Framework, citations
from governance.renewal import sentence_of
from pilots.canonical import digest
from pilots.models import PhaseKind
from pilots.models.fields import decided_together
from pilots.models.membership import ROLE_CHOICES


class CatalogueVersionQuerySet(models.QuerySet["CatalogueVersion"]):
    def published(self) -> "CatalogueVersionQuerySet":
        """Newest first: what a new pilot starts with, and what a pilot in flight may move to."""
        return self.filter(state=CatalogueVersion.State.PUBLISHED)

    def draft(self) -> "CatalogueVersion | None":
        return self.filter(state=CatalogueVersion.State.DRAFT).select_related("created_by").first()


class CatalogueVersion(models.Model):
    """A whole set of questions. Published and discarded ones never change; the one draft does."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        DISCARDED = "discarded", "Discarded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    note = models.TextField("what changed and why", max_length=4000, blank=True)
    created_at = models.DateTimeField()
    # Null: it came with the product.
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # SHA-256 of the shipped file, so that the loader knows a file it has loaded before.
    source_digest = models.CharField(max_length=64, blank=True)

    objects: ClassVar[CatalogueVersionQuerySet] = CatalogueVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=("state",), condition=Q(state="draft"), name="catalogue_one_draft"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="catalogue_published_at"
            ),
            models.CheckConstraint(
                condition=~Q(state="discarded") | Q(discarded_at__isnull=False), name="catalogue_discarded_at"
            ),
            decided_together("catalogue", "discarded"),
        )

    def __str__(self) -> str:
        return f"version {self.number}"

    def entries(self) -> list[Entry]:
        return [question.entry for question in self.questions.all()]


class Question(models.Model):
    """One governance question as one version of the catalogue words it."""

    class Theme(models.TextChoices):
        EVIDENCE_DESIGN = "evidence_design", "Evidence"
        GOVERNANCE = "governance", "Governance"
        FEEDBACK_LOOP = "feedback_loop", "Feedback"
        INTEGRATION = "integration", "Integration"
        CHANGE_MANAGEMENT = "change_management", "Change"

    class Blocking(models.TextChoices):
        GATE = "gate", "Blocks the gate of its phase"
        STAGE = "stage", "Blocks the opening of a stage"
        NEVER = "never", "Is shown and never blocks"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    catalogue = models.ForeignKey(CatalogueVersion, on_delete=models.CASCADE, related_name="questions")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    phase = models.CharField(max_length=20, choices=PhaseKind.choices)
    theme = models.CharField(max_length=20, choices=Theme.choices)
    core = models.BooleanField("in the core profile", default=False)
    per_workflow = models.BooleanField("asked for each workflow", default=False)
    blocking = models.CharField(max_length=8, choices=Blocking.choices, default=Blocking.GATE)
    blocking_note = models.CharField("how that is meant", max_length=300, blank=True)
    after_first_stage = models.BooleanField("asked from the second stage on", default=False)
    may_be_not_measured = models.BooleanField("may be answered “not measured”", default=False)
    question = models.TextField(max_length=1000)
    good_answer = models.TextField("what a good answer holds", max_length=2000)
    evidence = models.TextField("evidence expected", max_length=1000)
    owner_role = models.CharField("role that usually answers", max_length=20, choices=ROLE_CHOICES)
    valid_days = models.PositiveIntegerField("days an accepted answer stays valid", null=True, blank=True)
    renew_events = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    renew_note = models.CharField("when to renew, in words", max_length=300, blank=True)
    doubted_by = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    ideas = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    supports = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("catalogue", "position")
        constraints = (
            models.UniqueConstraint(fields=("catalogue", "code"), name="question_code_once_per_version"),
            models.CheckConstraint(
                condition=Q(valid_days__isnull=True) | Q(valid_days__gt=0), name="question_valid_days_positive"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.question}"

    @classmethod
    def of(cls, entry: Entry, catalogue: CatalogueVersion, position: int) -> "Question":
        return cls(catalogue=catalogue, position=position, **content(entry))

    @property
    def entry(self) -> Entry:
        values = {name: getattr(self, name) for name in Entry.__dataclass_fields__}
        for name in ("renew_events", "doubted_by", "ideas"):
            values[name] = tuple(values[name])
        values["supports"] = {key: tuple(parts) for key, parts in self.supports.items()}
        return Entry(**values)

    @property
    def citations(self) -> list[tuple[Framework, list[Citation]]]:
        return citations(self.supports)

    @property
    def renew_words(self) -> list[str]:
        return [sentence_of(name) for name in self.renew_events]

    @property
    def content_digest(self) -> str:
        """Changes with every edit: a form carries it to notice somebody else's."""
        return digest(content(self.entry))

    @property
    def meaning_digest(self) -> str:
        """Changes when an answer to the older wording may no longer answer this one."""
        meaning: dict[str, Any] = {
            "code": self.code,
            "question": self.question,
            "good_answer": self.good_answer,
            "evidence": self.evidence,
            "may_be_not_measured": self.may_be_not_measured,
        }
        return digest(meaning)
