from django import forms

from pilots.actions.closing import LONGEST_LESSON
from pilots.forms.plain import PlainForm


class CloseStageForm(PlainForm):
    lesson = forms.CharField(
        label="What does the next stage, or the next pilot, do otherwise?",
        max_length=LONGEST_LESSON,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Everyone in the pilot and leadership read this.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
