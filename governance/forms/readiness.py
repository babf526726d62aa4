from typing import Final

from django import forms

from governance.reports.readiness import STANDINGS
from pilots.forms.plain import PlainForm
from pilots.models import PhaseKind

KINDS: Final = {
    **{standing: f"Gates: {words[0].lower()}{words[1:]}" for standing, words in STANDINGS.items()},
    "waived": "Waivers in force",
    "conditions": "Conditions to be met",
    "not_measured": "Not measured",
    "runs_out": "What runs out in 30 days",
    "skipped": "Skipped phases",
    "acknowledged": "What was acknowledged",
}


class ReadinessFilters(PlainForm):
    q = forms.CharField(label="Pilot", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    phase = forms.ChoiceField(required=False, choices=[("", "Every phase"), *PhaseKind.choices])
    kind = forms.ChoiceField(label="Show", required=False, choices=[("", "Everything"), *KINDS.items()])


class AcknowledgeForm(PlainForm):
    version = forms.CharField(max_length=64, widget=forms.HiddenInput)
    comment = forms.CharField(
        label="Comment", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
