"""The forms of correcting what already went out. The actions hold the rules."""

from typing import Any

from django import forms

from feedback.forms.details import LongField, PlainField
from feedback.forms.patterns import people_of
from feedback.models import Correction, Flag, Pattern
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, User
from pilots.plain_text import whole_number


class MomentField(forms.DateTimeField):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class CorrectionForm(PlainForm):
    about = forms.CharField(
        label="Which pattern or flag?", max_length=12, help_text="P-3 or FL-7K2QMD.", widget=forms.TextInput
    )
    went_out = LongField(
        label="What went out?", help_text="Which outputs, since when. Leave names out.", rows=3, max_length=4000
    )
    audience = forms.ChoiceField(
        label="Whom did it reach?", choices=Correction.Audience.choices, widget=forms.RadioSelect
    )
    owner = forms.ModelChoiceField(label="Who corrects it?", queryset=User.objects.none(), empty_label="Choose…")

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pilot = pilot
        self.fields["owner"].queryset = people_of(pilot)  # type: ignore[attr-defined]

    def clean_about(self) -> Pattern | Flag:
        words = self.cleaned_data["about"].strip().upper()
        number = words.removeprefix("P-")
        found: Pattern | Flag | None
        if number.isdecimal():
            found = Pattern.objects.filter(pilot=self.pilot, number=whole_number(number)).live().first()
        else:
            found = Flag.objects.filter(pilot=self.pilot, reference=words).first()
        if found is None:
            raise forms.ValidationError("No pattern and no flag of this pilot is called so")
        found.pilot = self.pilot
        return found


class ToldForm(PlainForm):
    told = PlainField(label="Who was told?", help_text="Groups and roles rather than names.", max_length=200)
    how = PlainField(label="How?", required=False, max_length=200, help_text="A letter, a call, a notice on the page.")
    told_at = MomentField(label="When?", required=False, help_text="Now, if you leave it empty.")


class PlanForm(PlainForm):
    owner = forms.ModelChoiceField(label="Who corrects it?", queryset=User.objects.none(), empty_label="Choose…")
    due_at = MomentField(label="By when?")
    reason = LongField(label="Why another person or another time?", rows=2, max_length=4000)

    def __init__(self, *args: Any, correction: Correction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(correction.pilot)  # type: ignore[attr-defined]
        self.initial.setdefault("owner", correction.owner_id)


class FinishForm(PlainForm):
    what_was_done = LongField(label="What was done?", rows=3, max_length=4000)
