"""The integration register: what a workflow needs around the tool, and whether it was live when it was tested."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.entry import Entry
from pilots.models.fields import decided_together
from pilots.models.scope import Workflow


class Tested(models.TextChoices):
    LIVE = "live", "Live"
    SIMULATED = "simulated", "Simulated"
    ABSENT = "absent", "Absent"


class IntegrationPoint(Entry):
    """What is simulated or absent, or not answered for, is a gap until it has an owner and a day."""

    class Kind(models.TextChoices):
        FORMAT = "format", "Data format"
        APPROVAL = "approval", "Approval step"
        ACCESS = "access", "Who may see which data"
        EXCEPTION = "exception", "Exception path"
        MANUAL = "manual", "Manual step"

    class Case(models.TextChoices):
        NO_OUTPUT = "no_output", "It gives no output"
        BELOW_BAR = "below_bar", "The output is below the bar"
        NEEDS_HUMAN = "needs_human", "It needs a human"
        TOOL_DOWN = "tool_down", "The tool is down"
        TOOL_CHANGED = "tool_changed", "The tool changed"

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    what = models.TextField(max_length=2000)
    tested = models.CharField("in what was tested", max_length=9, choices=Tested.choices)
    approver_knows = models.BooleanField("the approver knows that AI helped", null=True, blank=True)
    role = models.CharField("role", max_length=120, blank=True)
    data_class = models.CharField("class of data", max_length=120, blank=True)
    # Proof that the rule is enforced: somebody without the right tried, and was refused.
    refused_on = models.DateField("a try without the right was refused on", null=True, blank=True)
    case = models.CharField("what happens when", max_length=12, choices=Case.choices, blank=True)
    attempts = models.PositiveIntegerField("times it came up in tests", null=True, blank=True)
    followed = models.PositiveIntegerField("times the path was followed", null=True, blank=True)
    gap_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    gap_due_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("workflow", "kind", "recorded_at")
        constraints = (
            decided_together("integration_point", "removed"),
            models.CheckConstraint(
                condition=~Q(kind="exception") | ~Q(case=""),
                name="integration_point_exception_names_its_case",
                violation_error_message="Say when the exception path is taken.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="access") | ~Q(role="") & ~Q(data_class=""),
                name="integration_point_access_of_a_role",
                violation_error_message="Give the role and the class of data.",
            ),
            models.CheckConstraint(
                condition=Q(followed__isnull=True) | Q(attempts__isnull=False, followed__lte=models.F("attempts")),
                name="integration_point_followed_of_attempts",
                violation_error_message="Say how often it came up: the path cannot be followed more often.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.what[:60]}"

    @property
    def gap(self) -> str:
        """What is missing, in words; empty for none."""
        if self.tested != Tested.LIVE:
            return "was absent" if self.tested == Tested.ABSENT else "was only simulated"
        if self.kind == self.Kind.APPROVAL and not self.approver_knows:
            return "the approver does not know that AI helped"
        if self.kind == self.Kind.ACCESS and self.refused_on is None:
            return "nobody tried it without the right and was refused"
        return ""
