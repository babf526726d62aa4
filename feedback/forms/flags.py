"""The flag form and the forms of triage. What they check is for the reader's comfort; the actions hold the rules."""

from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID, uuid4

from django import forms
from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from feedback.actions.flags import MOST_CHARACTERS
from feedback.forms.details import DetailsForm, LongField
from feedback.models import Flag
from feedback.models.reporting import Source
from feedback.taxonomy import CATEGORY_LABELS, MOST_CATEGORIES, NEEDS_NO_OUTPUT, SEVERITIES
from pilots.availability import cases_in_stages
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, UseCase

CATEGORIES: Final = [(code.value, label) for code, label in CATEGORY_LABELS.items()]
WHAT_HAPPENED_NEXT: Final = [(int(level), described.what_happened) for level, described in SEVERITIES.items()]
LEVELS: Final = [
    (int(level), f"{level.value} {described.name}: {described.what_happened}")
    for level, described in SEVERITIES.items()
]
NOT_LISTED: Final = "not-listed"
# Nobody fills this form in faster than this; programs do.
LEAST_SECONDS: Final = 2
_SIGNER: Final = Signer(salt="feedback.flag-form")


class FlagForm(DetailsForm):
    """`ticket` came with the page, signed: its submission id, so that one page is one flag, and when it was opened."""

    categories = forms.MultipleChoiceField(
        label="What is wrong with the output?",
        help_text="Choose one or two.",
        choices=CATEGORIES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what is wrong with the output"},
    )
    severity = forms.TypedChoiceField(
        label="What happened next?",
        choices=WHAT_HAPPENED_NEXT,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happened next"},
    )
    output = LongField(
        label="The output, or where it can be found",
        help_text=(
            "Paste it, or give a record number or a link. Leave names out; e-mail addresses, phone and account numbers "
            "are taken out before it is stored. Nothing to paste if nothing came back."
        ),
        required=False,
        rows=5,
        max_length=MOST_CHARACTERS["output"],
    )
    use_case = forms.ChoiceField(
        label="What were you using it for?", error_messages={"required": "Choose what you were using it for"}
    )
    without_name = forms.BooleanField(
        label="Send it without my name",
        help_text="You then follow it by a private link, and nobody can tell you of news in any other way.",
        required=False,
    )
    # A person does not see it and so leaves it empty.
    leave_empty = forms.CharField(
        label="Leave this empty",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    ticket = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    # The number of a pattern that was shown, when it is the same. One that is gone meanwhile refuses no flag.
    same_as = forms.CharField(required=False)

    field_order = ("categories", "severity", "output", "use_case")

    def __init__(self, *args: Any, pilot: Pilot, signed_in: bool, at: datetime, **options: Any) -> None:
        super().__init__(*args, pilot=pilot, **options)
        self.at = at
        self.use_cases = {case.slug: case for case in cases_in_stages(pilot)}
        if not signed_in:
            del self.fields["without_name"]
        if self.use_cases:
            cases = [(slug, case.name) for slug, case in self.use_cases.items()]
            choices = [("", "Choose…"), *cases, (NOT_LISTED, "Something that is not in this list")]
            self.fields["use_case"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["use_case"]

    def clean_categories(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["categories"]
        if len(chosen) > MOST_CATEGORIES:
            raise forms.ValidationError(f"Choose at most {MOST_CATEGORIES} of what is wrong, not {len(chosen)}")
        return chosen

    def clean_use_case(self) -> UseCase | None:
        return self.use_cases.get(self.cleaned_data["use_case"])

    def clean(self) -> None:
        data = self.cleaned_data
        needed = "categories" in data and not NEEDS_NO_OUTPUT.intersection(data["categories"])
        if needed and not data.get("output") and "output" not in self.errors:
            self.add_error("output", "Paste the output, or say where it can be found")
        if data.get("leave_empty"):
            self.add_error(None, "A field that people do not see was filled in. It is empty now: send the flag again")
            self._put("leave_empty", "")
        self._check_ticket(data.get("ticket", ""))

    def _check_ticket(self, ticket: str) -> None:
        try:
            submission, opened = _SIGNER.unsign(ticket).split(" ")
        except (BadSignature, ValueError):
            self.add_error(None, "This page was damaged on its way. Everything you typed is here: send the flag again")
            self.renew_ticket()
            return
        self.cleaned_data["submission"] = UUID(submission)
        if (self.at - datetime.fromisoformat(opened)).total_seconds() < LEAST_SECONDS:
            self.add_error(None, "That was faster than people are. Everything you typed is here: send the flag again")

    def renew_ticket(self) -> None:
        """For a form that was refused and is shown again as the start of another flag."""
        self._put("ticket", new_ticket(self.at))

    def _put(self, name: str, value: str) -> None:
        data = cast(QueryDict, self.data).copy()
        data[name] = value
        self.data = data


def new_ticket(at: datetime) -> str:
    return _SIGNER.sign(f"{uuid4()} {at.isoformat()}")


class ReopenForm(PlainForm):
    note = LongField(label="What happened this time?", required=False, rows=3, max_length=MOST_CHARACTERS["recurrence"])


class AssessForm(PlainForm):
    severity = forms.TypedChoiceField(label="How severe is it?", choices=LEVELS, coerce=int, widget=forms.RadioSelect)
    note = LongField(
        label="Why",
        help_text="The reporter reads it. Needed when your level is another than theirs.",
        required=False,
        rows=3,
        max_length=4000,
    )


class RelabelForm(PlainForm):
    categories = forms.MultipleChoiceField(
        label="What is wrong?",
        help_text="One or two. What the reporter chose stays beside it.",
        choices=CATEGORIES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what is wrong"},
    )


class CloseForm(PlainForm):
    resolution = forms.ChoiceField(label="How does it end?", choices=Flag.Resolution.choices, widget=forms.RadioSelect)
    answer = LongField(
        label="Answer to the reporter",
        help_text="What changed and since when, or why nothing changes.",
        rows=4,
        max_length=4000,
        error_messages={"required": "Tell the reporter what became of it"},
    )


class CarryForm(PlainForm):
    reason = LongField(
        label="Why can the pilot go on with it?",
        help_text="Your name stands beside this. The reporter reads the reason and your role.",
        rows=3,
        max_length=4000,
        error_messages={"required": "Say why the pilot can go on with it"},
    )


class FlagFilters(PlainForm):
    """Of the list that triage works on. An unknown value is as if it were not there."""

    PENDING = "pending"
    ANY = "any"

    q = forms.CharField(
        label="Reference", required=False, max_length=12, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "To be answered"), *Flag.State.choices, (ANY, "Any state")],
    )
    severity = forms.ChoiceField(
        label="Severity",
        required=False,
        choices=[("", "Any"), *((int(level), f"{level.value} {d.name}") for level, d in SEVERITIES.items())],
    )
    category = forms.ChoiceField(label="What is wrong", required=False, choices=[("", "Anything"), *CATEGORIES])
    source = forms.ChoiceField(label="Heard through", required=False, choices=[("", "Anything"), *Source.choices])
