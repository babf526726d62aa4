"""The forms of triage's decisions about patterns. The actions hold the rules."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from feedback.actions.limiting import uses_named_by
from feedback.forms.flags import LongField
from feedback.models import Flag, Grouping, Pattern
from feedback.models.pattern import LONGEST_TITLE
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, UseCase, User


class DateField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PatternForm(PlainForm):
    """`pattern` is what is decided about."""

    def __init__(self, *args: Any, pattern: Pattern, **kwargs: Any) -> None:
        self.pattern = pattern
        super().__init__(*args, **kwargs)


class NoteForm(PatternForm):
    note = LongField(label="Note", help_text="For the team.", required=False, rows=2, max_length=4000)


class ActForm(PatternForm):
    action = forms.ChoiceField(label="What is done?", choices=Pattern.Action.choices, widget=forms.RadioSelect)
    owner = forms.ModelChoiceField(label="Who does it?", queryset=User.objects.none(), empty_label="Choose…")
    due_on = DateField(label="By when?")
    use_cases = forms.ModelMultipleChoiceField(
        label="Which uses does it limit?",
        help_text=(
            "For human review only and for withdrawing. In force at once, and until somebody lifts it with a reason."
        ),
        queryset=UseCase.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = LongField(
        label="What the reporters read",
        help_text="They also read what is done and by when.",
        required=False,
        rows=3,
        max_length=4000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people_of(self.pattern.pilot)  # type: ignore[attr-defined]
        uses = UseCase.objects.filter(pilot=self.pattern.pilot, removed_at__isnull=True)
        self.fields["use_cases"].queryset = uses  # type: ignore[attr-defined]
        self.initial.setdefault("use_cases", [case.pk for case in uses_named_by(self.pattern)])
        for name in ("action", "owner_id", "due_on"):
            self.initial.setdefault(name.removesuffix("_id"), getattr(self.pattern, name))
        if self.pattern.due_on is not None and self.pattern.due_on < timezone.localdate():
            self.initial["due_on"] = None  # a day that is over is not promised again


class FixForm(PatternForm):
    fixed_from = forms.DateTimeField(
        label="Live since",
        help_text="Outputs made from then on should be free of it.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = LongField(
        label="What changed",
        help_text="The answer to everybody who flagged it. Flags of outputs made before are closed with it.",
        rows=3,
        max_length=4000,
        error_messages={"required": "Tell its reporters what changed"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("fixed_from", timezone.localtime().replace(second=0, microsecond=0, tzinfo=None))


class DeclineForm(PatternForm):
    reason = LongField(
        label="Why nothing changes",
        help_text="The answer to everybody who flagged it; its flags are closed with it.",
        rows=3,
        max_length=4000,
        error_messages={"required": "Tell its reporters why nothing changes"},
    )


class CarryPatternForm(PatternForm):
    reason = LongField(
        label="Why can the pilot go on with it?",
        help_text="Your name stands beside this, and no stage is held by it any more. Its reporters read the reason.",
        rows=3,
        max_length=4000,
        error_messages={"required": "Say why the pilot can go on with it"},
    )


class SnoozeForm(PatternForm):
    until = DateField(label="Until", required=False)
    growth = forms.IntegerField(label="Or until so many more flags came", required=False, min_value=1, max_value=10_000)
    note = LongField(label="Note", required=False, rows=2, max_length=4000)


class ReturnForm(PatternForm):
    note = LongField(
        label="Where was it seen again?",
        rows=2,
        max_length=4000,
        error_messages={"required": "Say where it was seen again"},
    )


class RenameForm(PatternForm):
    title = forms.CharField(label="What goes wrong, in a few words", max_length=LONGEST_TITLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("title", self.pattern.title)


class MergeForm(PatternForm):
    into = forms.ModelChoiceField(
        label="Into", queryset=Pattern.objects.none(), empty_label="Choose…", help_text="Its number stays."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Pattern.objects.filter(pilot=self.pattern.pilot).live().exclude(pk=self.pattern.pk)
        nearest = {key: number for number, (key, _) in enumerate(self.pattern.similar)}
        choices = sorted(others, key=lambda other: (nearest.get(str(other.pk), len(nearest)), other.number))
        self.fields["into"].queryset = others  # type: ignore[attr-defined]
        self.fields["into"].choices = [("", "Choose…"), *((p.pk, str(p)) for p in choices)]  # type: ignore[attr-defined]


class UndoForm(PatternForm):
    """A button: nothing to fill in."""


class MoveFlagForm(PlainForm):
    """Into a pattern, out of all of them, or into a new one."""

    NOWHERE, NEW = "none", "new"

    to = forms.ChoiceField(label="Where does it belong?")
    title = forms.CharField(
        label="Name of the new pattern",
        help_text="What goes wrong, in a few words.",
        required=False,
        max_length=LONGEST_TITLE,
    )

    def __init__(self, *args: Any, pilot: Pilot, present: Pattern | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Pattern.objects.filter(pilot=pilot).live().order_by("number")
        choices = [(str(p.number), str(p)) for p in others if present is None or p.pk != present.pk]
        out = [(self.NOWHERE, "To no pattern")] if present else []
        self.fields["to"].choices = [("", "Choose…"), *choices, *out, (self.NEW, "To a new pattern")]  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.cleaned_data.get("to") == self.NEW and not self.cleaned_data.get("title"):
            self.add_error("title", "Say in a few words what goes wrong")


class BeginForm(PlainForm):
    """`flags`: those that may be chosen. The page draws the boxes, each beside its flag."""

    title = forms.CharField(
        label="What goes wrong, in a few words",
        max_length=LONGEST_TITLE,
        error_messages={"required": "Say in a few words what goes wrong"},
    )
    flags = forms.MultipleChoiceField(
        label="Flags",
        error_messages={"required": "Choose the flags that say the same"},
        widget=forms.MultipleHiddenInput,
    )

    def __init__(self, *args: Any, flags: Sequence[Flag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["flags"].choices = [(flag.reference, flag.reference) for flag in flags]  # type: ignore[attr-defined]


class CoarsenessForm(PlainForm):
    coarseness = forms.ChoiceField(
        label="How are flags grouped?", choices=Grouping.Coarseness.choices, widget=forms.RadioSelect
    )


class PatternFilters(PlainForm):
    OPEN, ANY = "open", "any"

    q = forms.CharField(label="Words", required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "To be decided or done"),
            *((value, label) for value, label in Pattern.State.choices if value != Pattern.State.MERGED),
            (ANY, "Any state"),
        ],
    )


def people_of(pilot: Pilot) -> Any:
    found = User.objects.filter(memberships__pilot=pilot, is_active=True).distinct()
    return found.order_by("name", "pk")
