from django import forms

from pilots.forms.plain import PlainForm


class StageStepForm(PlainForm):
    reason = forms.CharField(
        label="Why",
        help_text="Whoever uses the tool reads this, on the published page and the flag form: name nobody.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
