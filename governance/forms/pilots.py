from typing import Any

from django import forms

from pilots.forms.plain import PlainForm
from pilots.models import PhaseKind, Pilot, User
from pilots.widgets import DayInput


class NewPilotForm(PlainForm):
    """What is needed to begin; everything else is added on the pilot's pages."""

    name = forms.CharField(
        label="Name of the pilot", max_length=120, help_text="What people call it: “Letter drafting in claims”."
    )
    tool = forms.CharField(label="AI tool", max_length=120)
    supplier = forms.CharField(max_length=120, required=False)
    purpose = forms.CharField(
        label="What is it for?", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    starts_on = forms.DateField(label="First day", required=False, widget=DayInput)
    ends_on = forms.DateField(label="Last day", required=False, widget=DayInput)
    sponsor = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Not decided yet",
        help_text="Signs off or refuses each gate. Can be named later, on the page People.",
    )
    profile = forms.ChoiceField(
        label="Which questions?", choices=Pilot.Profile.choices, initial=Pilot.Profile.FULL, widget=forms.RadioSelect
    )
    profile_reason = forms.CharField(
        label="Why are the core questions enough?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only for the core profile: why little can go wrong here.",
    )
    entered_phase = forms.ChoiceField(
        label="Which phase does it enter?",
        choices=PhaseKind.choices,
        initial=PhaseKind.DEMONSTRATION,
        help_text="A pilot that already runs can enter later. What it skips is then a decision with your name on it.",
    )
    skip_reason = forms.CharField(
        label="Why are the earlier phases skipped?",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only when it enters later than the demonstration.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sponsor"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(is_active=True)

    def arguments(self) -> dict[str, Any]:
        """As `start_pilot` takes them."""
        given = dict(self.cleaned_data)
        return {
            "sponsor": given.pop("sponsor"),
            "entered_phase": PhaseKind(given.pop("entered_phase")),
            "skip_reason": given.pop("skip_reason"),
            "fields": given,
        }
