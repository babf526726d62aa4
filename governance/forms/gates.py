from collections.abc import Iterable
from uuid import UUID

from django import forms

from governance.models import SignOff
from pilots.forms.plain import PlainForm
from pilots.widgets import DayInput


class AskForm(PlainForm):
    comment = forms.CharField(
        label="What should the people who sign know?",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SignOffForm(PlainForm):
    """Carries what the person was shown (`digest`) and an id of its own, so that a double click is one decision."""

    request = forms.UUIDField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision_id = forms.UUIDField(widget=forms.HiddenInput)
    comment = forms.CharField(
        label="Why do you approve or refuse?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A sentence that stands for your decision in the dossier.",
        error_messages={"required": "Say why you approve or refuse, in a sentence"},
    )
    # The button that was pressed.
    decision = forms.ChoiceField(
        choices=SignOff.Decision.choices,
        widget=forms.HiddenInput,
        error_messages={"required": "Press “Approve” or “Refuse”"},
    )


class ConditionForm(PlainForm):
    text = forms.CharField(
        label="What has to be done?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what has to be done"},
    )
    owner = forms.UUIDField(
        label="Who does it?", widget=forms.Select, error_messages={"required": "Choose who does it"}
    )
    due_on = forms.DateField(
        label="By when?",
        widget=DayInput,
        help_text="Not met by then, it blocks the next gate.",
        error_messages={"required": "Choose a day"},
    )

    def offer(self, people: Iterable[tuple[UUID, str]]) -> "ConditionForm":
        """Whom the page offers; the action checks who may."""
        widget = self.fields["owner"].widget
        assert isinstance(widget, forms.Select)
        widget.choices = [("", "Choose a person"), *((str(pk), name) for pk, name in people)]
        return self


class MeetForm(PlainForm):
    note = forms.CharField(
        label="What was done, and where can it be seen?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say what was done, and where it can be seen"},
    )
