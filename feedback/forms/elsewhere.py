"""What triage enters that was first heard in another way than by a flag."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms

from feedback.actions.flags import MOST_CHARACTERS
from feedback.forms.details import LongField, MomentField, PlainField, files_field, in_zone
from feedback.forms.flags import CATEGORIES, NOT_LISTED, WHAT_HAPPENED_NEXT
from feedback.models.reporting import DETECTED_ELSEWHERE, Source
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, UseCase

SOURCES: Final = [(source.value, source.label) for source in Source if source in DETECTED_ELSEWHERE]


class EnterForm(PlainForm):
    source = forms.ChoiceField(
        label="How was it heard of?", choices=SOURCES, widget=forms.RadioSelect,
        error_messages={"required": "Choose how it was heard of"},
    )  # fmt: skip
    known_at = MomentField(label="When was it first known?", error_messages={"required": "Say when it was first known"})
    external_id = PlainField(label="Reference there", required=False, max_length=80)
    tell_whom = PlainField(
        label="Who is to be told what becomes of it?",
        help_text="A role or a case file, not a private address. Nobody hears of it by itself.",
        max_length=150,
        error_messages={"required": "Say who is to be told what becomes of it"},
    )
    categories = forms.MultipleChoiceField(
        label="What was wrong with the output?", help_text="One or two.", choices=CATEGORIES,
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose what was wrong with the output"},
    )  # fmt: skip
    severity = forms.TypedChoiceField(
        label="What happened next?", choices=WHAT_HAPPENED_NEXT, coerce=int, widget=forms.RadioSelect,
        error_messages={"required": "Choose what happened next"},
    )  # fmt: skip
    output = LongField(
        label="The output, or where it can be found", required=False, rows=4, max_length=MOST_CHARACTERS["output"]
    )
    what_happened = LongField(
        label="What happened", required=False, rows=3, max_length=MOST_CHARACTERS["what_happened"]
    )
    use_case = forms.ChoiceField(
        label="What was it used for?", error_messages={"required": "Choose what it was used for"}
    )
    made_at = MomentField(label="When was the output made?", required=False)
    is_confidential = forms.BooleanField(label="It contains personal or confidential data", required=False)
    files = files_field()  # type: ignore[assignment]  # a form moves its fields out of the way of its own attributes
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pilot: Pilot, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["known_at"].help_text = self.fields["made_at"].help_text = in_zone()
        self.use_cases = {case.slug: case for case in UseCase.objects.filter(pilot=pilot, removed_at__isnull=True)}
        cases = [(slug, case.name) for slug, case in self.use_cases.items()]
        choices = [("", "Choose…"), *cases, (NOT_LISTED, "Something that is not in this list")]
        self.fields["use_case"].choices = choices  # type: ignore[attr-defined]
        if not cases:
            del self.fields["use_case"]

    def clean_use_case(self) -> UseCase | None:
        return self.use_cases.get(self.cleaned_data["use_case"])

    def clean_submission(self) -> UUID:
        return self.cleaned_data["submission"] or uuid4()

    def said(self) -> dict[str, Any]:
        names = ("source", "known_at", "external_id", "tell_whom", "categories", "severity", "output", "what_happened")
        data = self.cleaned_data
        found = {name: data[name] for name in (*names, "made_at", "is_confidential", "files", "submission")}
        return found | {"use_case": data.get("use_case")}


def new_entry(at: datetime) -> dict[str, Any]:
    return {"submission": uuid4(), "known_at": at}
