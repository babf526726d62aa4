"""Barriers, and roles that are asked apart from volunteers."""

from typing import Any

from django import forms

from feedback.forms.flags import LongField
from feedback.forms.patterns import DateField, people_of
from feedback.models import Asking, Barrier
from feedback.models.people import LONGEST
from feedback.suppression import FEWEST
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, Segment, User


class ReviseBarrierForm(PlainForm):
    what = LongField(label="How does it show?", rows=2, max_length=LONGEST)
    actions = forms.MultipleChoiceField(
        label="What is done about it?",
        help_text="Giving access is no answer by itself.",
        choices=Barrier.Action.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what is done about it"},
    )
    action = LongField(label="What exactly?", rows=2, max_length=LONGEST)
    owner = forms.ModelChoiceField(label="Who sees to it?", queryset=User.objects.none(), empty_label="Choose…")
    measure = LongField(label="What will show that it worked?", rows=2, max_length=LONGEST)
    review_on = DateField(label="When is that looked at?")

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(pilot)  # type: ignore[attr-defined]

    def clean_actions(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["actions"]
        if chosen == [Barrier.Action.ACCESS]:
            raise forms.ValidationError("Giving access answers no barrier: choose what else is done")
        return chosen


class BarrierForm(ReviseBarrierForm):
    segment = forms.ModelChoiceField(
        label="Whose way does it stand in?", queryset=Segment.objects.none(), empty_label="Choose…"
    )
    kind = forms.ChoiceField(label="What is it?", choices=Barrier.Kind.choices, widget=forms.RadioSelect)

    field_order = ("segment", "kind", "what")

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, pilot=pilot, **kwargs)
        groups = Segment.objects.filter(pilot=pilot, removed_at__isnull=True)
        self.fields["segment"].queryset = groups  # type: ignore[attr-defined]


class CloseBarrierForm(PlainForm):
    state = forms.ChoiceField(label="How does it end?", choices=Barrier.State.choices[1:], widget=forms.RadioSelect)
    outcome = LongField(label="What does the measure show?", rows=2, max_length=LONGEST)


class SensitiveRoleForm(PlainForm):
    name = forms.CharField(label="Role", help_text="Left empty: the name of the group.", required=False, max_length=120)
    segment = forms.ModelChoiceField(
        label="Group", queryset=Segment.objects.none(), required=False, empty_label="None of those listed"
    )
    why = LongField(label="What about their work is at stake?", rows=3, max_length=LONGEST)

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Segment.objects.filter(pilot=pilot, removed_at__isnull=True)
        self.fields["segment"].queryset = groups  # type: ignore[attr-defined]


class AskingForm(PlainForm):
    whom = forms.ChoiceField(label="Who was asked?", choices=Asking.Whom.choices, widget=forms.RadioSelect)
    how = forms.ChoiceField(label="How?", choices=Asking.How.choices, widget=forms.RadioSelect)
    asked_on = DateField(label="On which day?")
    people_asked = forms.IntegerField(label="How many were asked?", min_value=1, max_value=100_000)
    people_answered = forms.IntegerField(label="How many answered?", min_value=0, max_value=100_000)
    in_sum = LongField(
        label="What they said, in sum",
        help_text=f"No names and no quotes by which somebody is known. Under {FEWEST} answers it is shown to nobody.",
        rows=4,
        max_length=LONGEST,
    )
