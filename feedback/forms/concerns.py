"""Raising a concern and answering it."""

from typing import Any
from uuid import uuid4

from django import forms

from feedback.actions.concerns import MOST_CHARACTERS, Change
from feedback.forms.flags import LongField
from feedback.forms.patterns import DateField, people_of
from feedback.models import Concern, Pattern
from feedback.models.concern import LONGEST_CHANGE
from pilots.forms.plain import PlainForm
from pilots.models import PHASES, Pilot, Segment, UseCase, User


class RaiseConcernForm(PlainForm):
    text = LongField(
        label="What makes your work harder, or what do you fear?",
        help_text="About your work, not one output. Leave names out; contact data is taken out before it is stored.",
        rows=5,
        max_length=MOST_CHARACTERS,
        error_messages={"required": "Say what makes your work harder, or what you fear"},
    )
    segment = forms.ModelChoiceField(
        label="Which group do you work in?",
        queryset=Segment.objects.none(),
        required=False,
        empty_label="I would rather not say",
        to_field_name="slug",
    )
    without_name = forms.BooleanField(
        label="Send it without my name",
        help_text="You then follow it by a private link, and nobody can tell you of news in any other way.",
        required=False,
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = Segment.objects.filter(pilot=pilot, removed_at__isnull=True)
        self.fields["segment"].queryset = groups  # type: ignore[attr-defined]
        if not groups.exists():
            del self.fields["segment"]

    def renew_ticket(self) -> None:
        self.data = self.data.copy()
        self.data["submission"] = str(uuid4())


class DecideConcernForm(PlainForm):
    YES, NO = "yes", "no"

    accept = forms.ChoiceField(
        label="Your answer",
        choices=[(YES, "Accepted: it changes something"), (NO, "Not accepted, because")],
        widget=forms.RadioSelect,
    )
    reason = LongField(
        label="Why",
        help_text="Whoever raised it reads this.",
        rows=3,
        max_length=4000,
        error_messages={"required": "Say why: whoever raised it reads this"},
    )
    changed = forms.ChoiceField(
        label="What does it change?",
        help_text="Needed where it is accepted. To take note of it is no answer.",
        required=False,
        choices=[("", "Choose…"), *Concern.Changed.choices],
    )
    changed_phase = forms.ChoiceField(
        label="Which gate?", required=False, choices=[("", "Choose…"), *((p.value, p.label) for p in PHASES)]
    )
    changed_stage = forms.IntegerField(label="Which stage of the rollout?", required=False, min_value=1, max_value=99)
    changed_pattern = forms.ModelChoiceField(
        label="Which pattern?", queryset=Pattern.objects.none(), required=False, empty_label="Choose…"
    )
    changed_use_case = forms.ModelChoiceField(
        label="Which use case?", queryset=UseCase.objects.none(), required=False, empty_label="Choose…"
    )
    changed_what = forms.CharField(label="What is different now?", required=False, max_length=LONGEST_CHANGE)
    changed_on = DateField(label="From which day?", required=False)

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["changed_pattern"].queryset = Pattern.objects.filter(pilot=pilot).live().order_by("number")
        fields["changed_use_case"].queryset = UseCase.objects.filter(pilot=pilot, removed_at__isnull=True)

    @property
    def is_accepted(self) -> bool:
        return bool(self.cleaned_data["accept"] == self.YES)

    def change(self) -> Change | None:
        data = self.cleaned_data
        if not self.is_accepted:
            return None
        return Change(
            kind=data["changed"],
            what=data["changed_what"],
            on=data["changed_on"],
            phase=data["changed_phase"],
            stage=data["changed_stage"],
            pattern=data["changed_pattern"],
            use_case=data["changed_use_case"],
        )


class NameForConcernForm(PlainForm):
    named = forms.ModelChoiceField(
        label="Who answers it?",
        help_text="They read it then, and nobody else does.",
        queryset=User.objects.none(),
        empty_label="Choose…",
    )

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["named"].queryset = people_of(pilot)  # type: ignore[attr-defined]
