"""Planning a rehearsal, ending it, and the gaps that it shows."""

from typing import Any

from django import forms

from feedback.forms.flags import LongField
from feedback.forms.patterns import DateField, people_of
from feedback.models import Drill
from feedback.models.drill import LONGEST
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, User


class DrillForm(PlainForm):
    kind = forms.ChoiceField(label="What is rehearsed?", choices=Drill.Kind.choices, widget=forms.RadioSelect)
    scenario = LongField(
        label="What will people meet?",
        help_text="For flagging and escalation it is the output that they find. Made up, and recognisable as made up.",
        rows=4,
        max_length=LONGEST,
    )
    planned_for = DateField(label="On which day?")


class EndDrillForm(PlainForm):
    account = LongField(
        label="What happened?",
        help_text="Where a decision was rehearsed: what was decided, and by whom.",
        rows=4,
        max_length=LONGEST,
    )
    took_part = forms.ModelMultipleChoiceField(
        label="Who took part?", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["took_part"].queryset = people_of(pilot)  # type: ignore[attr-defined]


class CallOffDrillForm(PlainForm):
    reason = LongField(label="Why?", rows=2, max_length=LONGEST)


class GapForm(PlainForm):
    what = LongField(label="What was missing?", rows=2, max_length=LONGEST)
    owner = forms.ModelChoiceField(
        label="Who sees to it?", queryset=User.objects.none(), required=False, empty_label="Nobody yet"
    )
    due_on = DateField(label="By when?", required=False)

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(pilot)  # type: ignore[attr-defined]


class OwnGapForm(PlainForm):
    owner = forms.ModelChoiceField(label="Who sees to it?", queryset=User.objects.none(), empty_label="Choose…")
    due_on = DateField(label="By when?")

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(pilot)  # type: ignore[attr-defined]


class CloseGapForm(PlainForm):
    note = LongField(label="What closes it?", rows=2, max_length=LONGEST)
