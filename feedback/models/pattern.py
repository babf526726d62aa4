import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from feedback.models.flag import Flag
from feedback.taxonomy import SEVERE, SEVERITIES, Severity
from pilots.models import Pilot
from pilots.models.fields import decided_together

if TYPE_CHECKING:
    from datetime import date

LONGEST_TITLE = 120
# Of the inbox, in the order in which triage takes them.
SECTIONS = {
    0: "Came back after a fix",
    1: "Rising against the amount of use",
    2: "Severe",
    3: "New",
    4: "Confirmed or being acted on",
    5: "Known, set aside, fixed or declined",
}
LONGEST_REASON = 4000


def turn() -> Case:
    """The section of the inbox that a pattern stands in, a key of `SECTIONS`."""
    return Case(
        When(state=Pattern.State.REGRESSED, then=Value(0)),
        When(Q(surging_since__isnull=False) & Q(state__in=Pattern.OPEN), then=Value(1)),
        When(Q(worst__gte=SEVERE) & Q(state__in=Pattern.OPEN), then=Value(2)),
        When(state=Pattern.State.NEW, then=Value(3)),
        When(state__in=Pattern.OPEN, then=Value(4)),
        default=Value(5),
        output_field=IntegerField(),
    )


class PatternQuerySet(models.QuerySet["Pattern"]):
    def live(self) -> "PatternQuerySet":
        """Without those that went up in another one."""
        return self.exclude(state=Pattern.State.MERGED)

    def undecided(self) -> "PatternQuerySet":
        """Somebody owes it a decision, or the decision its action."""
        return self.filter(state__in=Pattern.OPEN)

    def hiding_nothing(self) -> "PatternQuerySet":
        """Those that may be named to reporters: of none with a flag that hides its texts."""
        hiding = Flag.objects.filter(pattern=models.OuterRef("pk")).hiding_texts()
        return self.filter(~models.Exists(hiding))

    def in_triage_order(self) -> "PatternQuerySet":
        """What came back first, then what surges, what is severe and what just appeared; the rest by size."""
        return self.annotate(turn=turn()).order_by("turn", F("is_emerging").desc(), F("size").desc(), "number")


class Pattern(models.Model):
    """The same thing going wrong, as several people flagged it. Its number stays with it whatever joins or leaves."""

    class State(models.TextChoices):
        NEW = "new", "New"
        CONFIRMED = "confirmed", "Confirmed"
        ACKNOWLEDGED = "acknowledged", "Known, watched"
        ACTING = "acting", "Being acted on"
        FIXED = "fixed", "Fixed"
        REGRESSED = "regressed", "Came back"
        DECLINED = "declined", "Not changed, because"
        SNOOZED = "snoozed", "Set aside"
        MERGED = "merged", "Merged"

    class Action(models.TextChoices):
        PROMPT = "prompt", "Adjust the prompt"
        INTEGRATION = "integration", "Change the integration"
        HUMAN_ONLY = "human_only", "Human review only"
        TRAINING = "training", "Train people"
        RULE = "rule", "Change a rule"
        WITHDRAW = "withdraw", "Withdraw the use"

    OPEN: ClassVar = (State.NEW, State.CONFIRMED, State.ACTING, State.REGRESSED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE)
    # The words that set it apart from the pilot's other patterns.
    terms = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    began_at = models.DateTimeField()
    # From then on no job renames it, merges it or moves a flag out of it.
    touched_at = models.DateTimeField(null=True, blank=True)
    touched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_renamed = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    action = models.CharField(max_length=12, choices=Action.choices, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    # What its reporters are told of the last decision.
    reason = models.TextField(max_length=LONGEST_REASON, blank=True)
    # Outputs made from then on should be free of it.
    fixed_from = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    snoozed_size = models.PositiveIntegerField(null=True, blank=True)
    # Somebody answers by name for going on although it is severe and not fixed; cleared by a fix and by a return.
    carried_at = models.DateTimeField(null=True, blank=True)
    carried_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    carry_reason = models.TextField(max_length=LONGEST_REASON, blank=True)

    # Kept by `feedback.actions.counting` from the flags; a sweep recounts.
    size = models.PositiveIntegerField(default=0)
    # Nameless reporters count as one together until triage has read their flag.
    reporters = models.PositiveIntegerField(default=0)
    worst = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    surging_since = models.DateTimeField(null=True, blank=True)
    # {"count", "expected", "days", "p"} of the newest surge.
    surge = models.JSONField(default=dict, blank=True)
    is_emerging = models.BooleanField(default=False)
    # [[pattern id, similarity], …] of the nearest others, the nearest first.
    similar = models.JSONField(default=list, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[PatternQuerySet] = PatternQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pilot", "number")
        constraints = (
            models.UniqueConstraint(fields=("pilot", "number"), name="pattern_number_once"),
            decided_together("pattern", "touched"),
            decided_together("pattern", "carried"),
            models.CheckConstraint(
                condition=Q(carried_at__isnull=True) | ~Q(carry_reason=""), name="pattern_carried_because"
            ),
            models.CheckConstraint(
                condition=Q(state="merged") & Q(merged_into__isnull=False)
                | ~Q(state="merged") & Q(merged_into__isnull=True),
                name="pattern_merged_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(state="acting") | ~Q(action="") & Q(owner__isnull=False) & Q(due_on__isnull=False),
                name="pattern_acting_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("fixed", "regressed")) | Q(fixed_from__isnull=False),
                name="pattern_fixed_from_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("declined", "fixed")) | ~Q(reason=""), name="pattern_ended_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="snoozed") | Q(snoozed_until__isnull=False) | Q(snoozed_size__isnull=False),
                name="pattern_set_aside_until_something",
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("reason"), LONGEST_REASON)), name="pattern_reason_is_bounded"
            ),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("carry_reason"), LONGEST_REASON)),
                name="pattern_carry_reason_is_bounded",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="pattern_has_a_title"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="pattern_merged_into_another"
            ),
        )
        indexes = (models.Index(fields=("pilot", "state"), name="pattern_by_state"),)

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return f"P-{self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_touched(self) -> bool:
        return self.touched_at is not None

    @property
    def worst_word(self) -> str:
        return SEVERITIES[Severity(self.worst)].name

    @property
    def state_word(self) -> str:
        return self.get_state_display().removesuffix(", because")

    def is_overdue(self, today: "date") -> bool:
        return self.state == self.State.ACTING and self.due_on is not None and self.due_on < today


class PatternDecision(models.Model):
    """One thing that was decided about a pattern, and how it stood before: that is what undoing brings back."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    pattern = models.ForeignKey(Pattern, on_delete=models.PROTECT, related_name="decisions")
    verb = models.CharField(max_length=20)
    text = models.TextField(max_length=LONGEST_REASON, blank=True)
    data = models.JSONField(default=dict, blank=True)
    before = models.JSONField(default=dict, blank=True)
    # None: a job decided, by the rules that stand beside it.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-pk",)
        constraints = (
            decided_together("patterndecision", "undone"),
            models.CheckConstraint(
                condition=Q(LessThanOrEqual(Length("text"), LONGEST_REASON)), name="patterndecision_text_is_bounded"
            ),
        )
        indexes = (models.Index(fields=("pattern", "-id"), name="decision_by_pattern"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.decided_at:%Y-%m-%d}"


class FlagVector(models.Model):
    """What a flag says as numbers: raw, so that the common part can be taken out anew each time."""

    flag = models.OneToOneField(Flag, primary_key=True, on_delete=models.CASCADE, related_name="vector")
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=40)
    # 384 little-endian half floats.
    numbers = models.BinaryField(max_length=768)

    class Meta:
        indexes = (models.Index(fields=("pilot",), name="vector_by_pilot"),)

    def __str__(self) -> str:
        return f"{self.model} of {self.flag_id}"


class Placement(models.Model):
    """Why a flag is where it is: each move with its evidence, the newest the one that holds."""

    class How(models.TextChoices):
        CHOSEN = "chosen", "its reporter said that it is the same"
        ARRIVED = "arrived", "on arrival, by the flags most like it"
        BEGAN = "began", "it began the pattern together with others"
        JOINED = "joined", "in the nightly look, by the flags most like it"
        MERGED = "merged", "its pattern went up in this one"
        MOVED = "moved", "in the nightly look, because this one is closer"
        BY_HAND = "by_hand", "put there by a person"
        UNMERGED = "unmerged", "a merge was taken back"
        REGROUPED = "regrouped", "everything was grouped anew"

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="placements")
    before = models.ForeignKey(Pattern, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pattern = models.ForeignKey(Pattern, null=True, blank=True, on_delete=models.PROTECT, related_name="placements")
    how = models.CharField(max_length=10, choices=How.choices)
    # Average similarity to the pattern's flags, −1 to 1.
    similarity = models.FloatField(null=True, blank=True)
    # References of the flags it was put beside, the most similar first.
    nearest = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("flag", "-id"), name="placement_by_flag"),)

    def __str__(self) -> str:
        return f"{self.flag_id} {self.how}"


class NotTogether(models.Model):
    """A person took this flag out of this pattern: no job puts it back."""

    id = models.BigAutoField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    flag = models.ForeignKey(Flag, on_delete=models.CASCADE, related_name="+")
    pattern = models.ForeignKey(Pattern, on_delete=models.PROTECT, related_name="+")
    parted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    parted_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("flag", "pattern"), name="not_together_once"),)

    def __str__(self) -> str:
        return f"{self.flag_id} not in {self.pattern_id}"


class Grouping(models.Model):
    """How a pilot's flags are grouped, and when all of them were last looked at. Its row is the lock of that work."""

    class Coarseness(models.TextChoices):
        FINER = "finer", "Finer: more and smaller patterns"
        NORMAL = "normal", "Normal"
        COARSER = "coarser", "Coarser: fewer and larger patterns"

    pilot = models.OneToOneField(Pilot, primary_key=True, on_delete=models.PROTECT, related_name="+")
    coarseness = models.CharField(max_length=8, choices=Coarseness.choices, default=Coarseness.NORMAL)
    looked_at = models.DateTimeField(null=True, blank=True)
    # When what rises and what came back was last looked for.
    surges_sought_at = models.DateTimeField(null=True, blank=True)
    unsorted = models.PositiveIntegerField(default=0)
    # How many patterns were ever begun: the last number given.
    begun = models.PositiveIntegerField(default=0)
    recounted_at = models.DateTimeField(null=True, blank=True)
    # How many patterns had another size than their flags say, when that last happened.
    adrift = models.PositiveIntegerField(default=0)
    adrift_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"grouping of {self.pilot_id}"


def quiet_since(pattern: Pattern) -> datetime | None:
    """A fixed pattern has been quiet since its fix, or since the last flag after it."""
    if pattern.state != Pattern.State.FIXED or pattern.fixed_from is None:
        return None
    return max(pattern.fixed_from, pattern.last_at or pattern.fixed_from)
