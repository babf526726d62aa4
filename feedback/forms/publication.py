"""Forms of the statement and the published page."""

from typing import Final

from django import forms

from feedback.forms.flags import LongField
from feedback.models.publication import LONGEST_PART, LONGEST_WORDS
from pilots.forms.plain import PlainForm

_MARKDOWN: Final = f"At most {LONGEST_PART} characters, in words that everybody understands. Markdown."


class StatementForm(PlainForm):
    intended = LongField(
        label="What it is for, and what it is intended to replace",
        help_text=_MARKDOWN,
        rows=6,
        max_length=LONGEST_PART,
        error_messages={"required": "Say what the tool is for and what it replaces"},
    )
    not_intended = LongField(
        label="What it is not for, and what it is not intended to replace",
        help_text=_MARKDOWN,
        rows=6,
        max_length=LONGEST_PART,
        error_messages={"required": "Say what it is not for and what it does not replace"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class SignForm(PlainForm):
    is_named = forms.BooleanField(
        label="Show my name on the published page",
        help_text="Otherwise it shows your role alone. Here, in the pilot, your name stands under it in any case.",
        required=False,
        initial=True,
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class PublicationForm(PlainForm):
    falls_short = LongField(
        label="Where it falls short, as far as you know",
        help_text=(
            f"For everybody affected, at most {LONGEST_WORDS} characters. Say what to check and what not to use it "
            "for. No names, and nothing about fewer than ten people."
        ),
        rows=5,
        max_length=LONGEST_WORDS,
        error_messages={"required": "Say where it falls short as far as you know"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class EraseForm(PlainForm):
    """Nothing to fill in but that it is meant."""

    sure = forms.BooleanField(
        label="I understand that it cannot be brought back", error_messages={"required": "Tick that you understand"}
    )
