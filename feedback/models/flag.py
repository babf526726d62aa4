import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.reporting import DETECTED_ELSEWHERE, DidInstead, MinutesLost, Reached, Source
from feedback.redaction import KINDS_IN_WORDS
from feedback.taxonomy import CATEGORY_LABELS, MOST_CATEGORIES, SEVERE, SEVERITIES, Category, Severity
from pilots.models import PhaseKind, Pilot, Segment, UseCase
from pilots.models.fields import decided_together

if TYPE_CHECKING:
    from pilots.models import User

SEVERITY_CHOICES = [(level.value, f"{level.value} {described.name}") for level, described in SEVERITIES.items()]

CATEGORY_CHOICES = [(code.value, label) for code, label in CATEGORY_LABELS.items()]


class FlagQuerySet(models.QuerySet["Flag"]):
    def reported_by(self, user: "User") -> "FlagQuerySet":
        return self.filter(reporter=user)

    def real(self) -> "FlagQuerySet":
        """Without rehearsals, which count for gates and for no figure."""
        return self.filter(is_drill=False)

    def pending(self) -> "FlagQuerySet":
        """Not answered yet: neither closed with a reason nor carried by name."""
        return self.filter(state__in=(Flag.State.NEW, Flag.State.ASSESSED))

    def severe(self) -> "FlagQuerySet":
        """Assessed by triage at the level that stops a stage."""
        return self.filter(assessed_severity__gte=SEVERE)

    def at_level(self, severity: int) -> "FlagQuerySet":
        """As triage says, and until then as the reporter said."""
        return self.filter(Q(assessed_severity=severity) | Q(assessed_severity__isnull=True, severity=severity))

    def of_category(self, code: str) -> "FlagQuerySet":
        """As triage labelled it, and until then as the reporter said."""
        return self.filter(_of_category(code))

    def hiding_texts(self) -> "FlagQuerySet":
        return self.filter(hides_texts())

    def in_triage_order(self) -> "FlagQuerySet":
        """Severe ones still to be answered, then what waits for triage; in both the worst first, then the oldest."""
        states = [Flag.State.NEW, Flag.State.ASSESSED, Flag.State.CARRIED, Flag.State.CLOSED]
        turn = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(states)), output_field=IntegerField())
        found = self.annotate(level=Coalesce("assessed_severity", "severity"))
        severe = Case(When(Q(state__in=states[:2], level__gte=SEVERE), then=Value(0)), default=Value(1))
        return found.order_by(severe, turn, F("level").desc(), "reported_at", "pk")


_HIDING = {Category.PRIVATE, Category.FIT}


def _of_category(code: str) -> Q:
    return Q(assessed_categories__contains=[code]) | Q(assessed_categories__isnull=True, categories__contains=[code])


def hides_texts() -> Q:
    """`Flag.hides_texts` as a question to the database."""
    hiding = Q(is_confidential=True)
    for code in sorted(_HIDING):
        hiding |= _of_category(code)
    return hiding


# Twice the form's limits: what replaces personal data may be longer than what it replaces.
LONGEST = {
    "output": 16_000,
    "prompt": 16_000,
    "what_happened": 8_000,
    "expected": 8_000,
    "recurrence": 8_000,
    "assessment": 4_000,
    "carry_reason": 4_000,
    "answer": 4_000,
}


def _texts_are_bounded() -> models.CheckConstraint:
    """Text columns have no length in PostgreSQL, so that only this stops who writes past the forms."""
    condition = Q()
    for name, longest in LONGEST.items():
        condition &= Q(LessThanOrEqual(Length(name), longest))
    return models.CheckConstraint(condition=condition, name="flag_texts_are_bounded")


class Flag(models.Model):
    """A bad output that somebody reported. The reporter's words and level stay; triage adds its own."""

    class State(models.TextChoices):
        NEW = "new", "Waiting for triage"
        ASSESSED = "assessed", "Assessed, being worked on"
        CARRIED = "carried", "Carried by name"
        CLOSED = "closed", "Closed"

    class Resolution(models.TextChoices):
        FIXED = "fixed", "Fixed"
        NO_CHANGE = "no_change", "No change, because"
        NOT_A_FAULT = "not_a_fault", "Works as intended, because"
        DUPLICATE = "duplicate", "Already reported"

    class Erased(models.TextChoices):
        RETENTION = "retention", "kept as long as was promised"
        REPORTER = "reporter", "at its reporter’s wish"
        PERSON = "person", "its reporter was erased"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    # What the reporter quotes: FL-7K3M2Q, without letters that are read two ways.
    reference = models.CharField(max_length=12, unique=True)
    # SHA-256 of the private link's token.
    link_hash = models.CharField(max_length=64, unique=True)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    use_case = models.ForeignKey(UseCase, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    categories = ArrayField(models.CharField(max_length=8, choices=CATEGORY_CHOICES))
    severity = models.PositiveSmallIntegerField(choices=SEVERITY_CHOICES)
    what_happened = models.TextField(max_length=4000, blank=True)
    output = models.TextField(max_length=8000)
    expected = models.TextField(max_length=4000, blank=True)
    # What was asked of the tool.
    prompt = models.TextField(max_length=8000, blank=True)
    tool_version = models.CharField(max_length=80, blank=True)
    did_instead = models.CharField(max_length=10, choices=DidInstead.choices, blank=True)
    minutes_lost = models.CharField(max_length=8, choices=MinutesLost.choices, blank=True)
    reached = models.CharField(max_length=10, choices=Reached.choices, blank=True)
    # Whether the reporter looked because the review rule asks for it. None: not said.
    checked_by_rule = models.BooleanField(null=True, blank=True)
    needs_answer_now = models.BooleanField(default=False)
    # Its reporter says that the texts hold personal or confidential data: fewer people read them.
    is_confidential = models.BooleanField(default=False)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.FORM)
    # Of whoever sent it from elsewhere; the same one from there twice is one flag.
    external_id = models.CharField(max_length=80, blank=True)
    # The tool that it came through, by its button or from its server.
    channel = models.ForeignKey("feedback.Channel", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # For what was first heard elsewhere: when somebody first knew, and who there is to be told what became of it.
    known_at = models.DateTimeField(null=True, blank=True)
    tell_whom = models.CharField(max_length=200, blank=True)
    # Its reporter saw this pattern named on the form and said that it is the same.
    chosen_pattern = models.ForeignKey(
        "feedback.Pattern", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Where the pilot stood when it came in.
    phase = models.CharField(max_length=20, choices=PhaseKind.choices, blank=True)
    # A rehearsal of the way that a flag goes: it counts for gates and for no rate or pattern.
    is_drill = models.BooleanField(default=False)
    # How often the same text came again from the same place within minutes.
    repeats = models.PositiveIntegerField(default=0)
    # How many of of each kind of personal data were replaced in these texts: {"e-mail": 2}.
    redactions = models.JSONField(default=dict, blank=True)
    # Comes with the form, so that a double click or a sent-again request is one flag.
    submission = models.UUIDField(unique=True)
    reported_at = models.DateTimeField()

    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    # When a person of triage first looked at it. Later readings do not change that, nor does coming back.
    looked_at = models.DateTimeField(null=True, blank=True)
    assessed_severity = models.PositiveSmallIntegerField(choices=SEVERITY_CHOICES, null=True, blank=True)
    assessment = models.TextField(max_length=4000, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What triage says is wrong, where it says something else than the reporter.
    assessed_categories = ArrayField(models.CharField(max_length=8, choices=CATEGORY_CHOICES), null=True, blank=True)
    relabelled_at = models.DateTimeField(null=True, blank=True)
    relabelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    carried_at = models.DateTimeField(null=True, blank=True)
    carried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    carry_reason = models.TextField(max_length=4000, blank=True)
    resolution = models.CharField(max_length=12, choices=Resolution.choices, blank=True)
    answer = models.TextField("what the reporter is told", max_length=4000, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # When the reporter last said that it came back; the answer it was closed with stays readable beside that.
    recurred_at = models.DateTimeField(null=True, blank=True)
    recurrence = models.TextField(max_length=4000, blank=True)
    recurrences = models.PositiveSmallIntegerField(default=0)
    # When the output was made, where the reporter said so: a fix counts from the outputs made after it.
    made_at = models.DateTimeField(null=True, blank=True)
    pattern = models.ForeignKey(
        "feedback.Pattern", null=True, blank=True, on_delete=models.PROTECT, related_name="flags"
    )
    # A person put it where it is, and no job moves it.
    pinned = models.BooleanField(default=False)
    # When a job first looked for its pattern. None: it waits for that.
    placed_at = models.DateTimeField(null=True, blank=True)
    # When its texts were erased, and why; that it came, when and what became of it stays.
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_because = models.CharField(max_length=10, choices=Erased.choices, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[FlagQuerySet] = FlagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-reported_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(categories__len__gte=1, categories__len__lte=MOST_CATEGORIES),
                name="flag_one_or_two_categories",
            ),
            models.CheckConstraint(
                condition=Q(assessed_categories__isnull=True, relabelled_at__isnull=True)
                | Q(
                    assessed_categories__len__gte=1,
                    assessed_categories__len__lte=MOST_CATEGORIES,
                    relabelled_at__isnull=False,
                ),
                name="flag_relabelled_with_one_or_two",
            ),
            models.CheckConstraint(
                condition=~Q(source__in=sorted(DETECTED_ELSEWHERE)) | Q(known_at__isnull=False),
                name="flag_from_elsewhere_known_since",
            ),
            _texts_are_bounded(),
            models.UniqueConstraint(
                fields=("pilot", "source", "external_id"), condition=~Q(external_id=""), name="flag_external_id_once"
            ),
            decided_together("flag", "assessed"),
            decided_together("flag", "relabelled"),
            decided_together("flag", "carried"),
            decided_together("flag", "closed"),
            models.CheckConstraint(
                condition=Q(is_drill=False) | Q(pattern__isnull=True), name="flag_of_a_drill_in_no_pattern"
            ),
            models.CheckConstraint(
                condition=Q(assessed_at__isnull=True) | Q(assessed_severity__isnull=False),
                name="flag_assessed_with_a_level",
            ),
            models.CheckConstraint(
                condition=Q(severity__lte=4) & (Q(assessed_severity__isnull=True) | Q(assessed_severity__lte=4)),
                name="flag_severity_from_0_to_4",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_at__isnull=False) & ~Q(resolution="") & (~Q(answer="") | Q(erased_at__isnull=False)),
                name="flag_closed_with_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state="carried")
                | Q(carried_at__isnull=False) & (~Q(carry_reason="") | Q(erased_at__isnull=False)),
                name="flag_carried_by_name_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, erased_because="")
                | Q(erased_at__isnull=False, output="", prompt="", what_happened="", expected="")
                & ~Q(erased_because=""),
                name="flag_erased_is_empty",
            ),
        )
        indexes = (
            models.Index(fields=("pilot", "-reported_at"), name="flag_by_pilot"),
            models.Index(fields=("reporter", "-reported_at"), name="flag_by_reporter"),
            models.Index(fields=("pilot",), condition=Q(state__in=("new", "assessed")), name="flag_pending"),
            models.Index(fields=("reported_at",), condition=Q(placed_at__isnull=True), name="flag_unplaced"),
            # With all that a pattern's counts are made of (actions/counting.py): a recount reads no flag itself.
            models.Index(
                fields=("pattern", "-reported_at"),
                include=("reporter", "severity", "assessed_severity", "assessed_at", "source"),
                name="flag_by_pattern",
            ),
            models.Index(
                fields=("channel", "-reported_at"), condition=Q(channel__isnull=False), name="flag_by_channel"
            ),
            models.Index(fields=("closed_at",), condition=Q(state="closed"), name="flag_by_closing"),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def erased_words(self) -> str:
        """What stands where a text was, and nothing where there may just be none."""
        return f"(erased on {self.erased_at:%-d %B %Y})" if self.erased_at else ""

    @property
    def erased_answer(self) -> str:
        """The same for what was written to its reporter, which stays where only their own words were erased."""
        return "" if self.erased_because == self.Erased.REPORTER else self.erased_words

    @property
    def output_at(self) -> datetime:
        """When its output was made, as far as anybody said."""
        return self.made_at or self.reported_at

    @property
    def current_categories(self) -> list[str]:
        return self.assessed_categories or self.categories

    @property
    def category_labels(self) -> list[str]:
        return [CATEGORY_LABELS[Category(code)] for code in self.current_categories]

    @property
    def said_labels(self) -> list[str]:
        return [CATEGORY_LABELS[Category(code)] for code in self.categories]

    @property
    def hides_texts(self) -> bool:
        """Its texts may show what many should not see, or are about somebody's own work (`access.may_read`)."""
        return self.is_confidential or not _HIDING.isdisjoint(self.current_categories)

    @property
    def is_about_work(self) -> bool:
        return Category.FIT in self.current_categories

    @property
    def is_from_elsewhere(self) -> bool:
        return self.source in DETECTED_ELSEWHERE

    @property
    def is_pending(self) -> bool:
        return self.state in (self.State.NEW, self.State.ASSESSED)

    @property
    def current_severity(self) -> int:
        return self.severity if self.assessed_severity is None else self.assessed_severity

    @property
    def severity_word(self) -> str:
        return SEVERITIES[Severity(self.current_severity)].name

    @property
    def waits_since(self) -> datetime:
        """Since when somebody owes it a first reading: from its arrival, or from when it came back."""
        return self.recurred_at or self.reported_at

    @property
    def resolution_word(self) -> str:
        return self.get_resolution_display().removesuffix(", because")

    @property
    def redactions_in_words(self) -> str:
        """“e-mail address (2), phone number (1)”"""
        return ", ".join(f"{KINDS_IN_WORDS[kind]} ({count})" for kind, count in sorted(self.redactions.items()))
