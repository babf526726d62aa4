from typing import Any

from django import forms

from pilots.actions.pilots import EDITABLE
from pilots.forms.plain import PlainForm, PlainModelForm
from pilots.models import Pilot, User, Workflow
from pilots.permissions import Role
from pilots.widgets import DayInput


class PilotForm(PlainModelForm):  # Django's form takes no type at run time
    """What a pilot says of itself. Rules are the action's; here are only words and shapes."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Pilot
        fields = EDITABLE
        widgets = {"starts_on": DayInput, "ends_on": DayInput, "profile": forms.RadioSelect}
        labels = {
            "name": "Name of the pilot",
            "profile": "Which questions",
            "profile_reason": "Why the core questions are enough",
            "flag_access": "Who can flag a bad output",
            "page_access": "Who can read the published page",
            "retention_months": "Months after which texts of closed flags are erased",
        }
        help_texts = {
            "tool_version": "When it changes, answers that rest on the old version lapse.",
            "purpose": "One or two sentences. When it changes, answers that rest on it lapse.",
            "does_not_show": "At least three things that the result so far says nothing about. Markdown.",
            "retention_months": "Empty: as long as the whole installation keeps them. Counts and decisions stay.",
            "profile_reason": "Needed for the core profile: why little can go wrong here.",
        }

    def action_fields(self) -> dict[str, Any]:
        """What the action takes: everything but the version."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self) -> None:
        """The instance stays as it is stored; what is wrong with the values is said by the action, in its own words."""


class PauseForm(PlainForm):
    reason = forms.CharField(
        label="Why is it paused?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Everyone in the pilot reads this. No gate is decided until it runs again.",
    )


class EndForm(PlainForm):
    outcome = forms.ChoiceField(
        label="How did it end?",
        choices=Pilot.Outcome.choices,
        widget=forms.RadioSelect,
        help_text="“No capability worth pursuing” is a good outcome: finding that out is what a demonstration is for.",
    )
    note = forms.CharField(
        label="What was learned?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="For whoever plans the next pilot. Markdown.",
    )


class NamedForm(PlainForm):
    """A use case or a segment."""

    name = forms.CharField(max_length=120)
    description = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class WorkflowForm(NamedForm):
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Accountable owner",
        required=False,
        empty_label="Nobody yet",
        help_text="Answers by name for the quality of AI-assisted output here, and has to accept that.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pilot: Pilot, workflow: Workflow | None = None, **kwargs: Any) -> None:
        if workflow is not None:
            names = ("name", "description", "owner", "version")
            kwargs["initial"] = {name: getattr(workflow, name) for name in names}
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(
            memberships__pilot=pilot, memberships__role=Role.ACCOUNTABLE_OWNER, is_active=True
        ).distinct()


class DeclineForm(PlainForm):
    reason = forms.CharField(label="Why not?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
