from django import forms

from pilots.actions.forecasts import LONGEST_NOTE
from pilots.forms.plain import PlainForm


class LockForm(PlainForm):
    note = forms.CharField(
        label="What should whoever scores it later know?",
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everyone in the pilot reads this. It cannot be changed either.",
    )
