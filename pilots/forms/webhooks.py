"""The form of a receiver of a pilot's events."""

from django import forms

from pilots.forms.plain import PlainForm
from pilots.models import WebhookEvent


class WebhookForm(PlainForm):
    url = forms.CharField(
        label="Address",
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="An https:// address on the public internet that takes a POST. Leave name and password out.",
    )
    events = forms.MultipleChoiceField(
        label="What does it hear of?",
        choices=WebhookEvent.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Events carry references, states and figures, and no text that anybody wrote.",
        error_messages={"required": "Choose what it hears of"},
    )
