from collections.abc import Sequence
from typing import Any

from django import forms

from pilots.forms.plain import PlainForm
from pilots.imports import Column
from pilots.imports.checking import key_of, match_header
from pilots.imports.stream import MOST_STREAMED
from pilots.models import Batch, Method, PhaseKind, Stake

# Nothing is chosen beforehand: what nobody said must not read as the best that could be said.
_CHOOSE = ("", "Choose")
_CONSEQUENCES = [("", "Nobody has said"), ("yes", "Yes, what came out was used"), ("no", "No, it was a trial beside")]


class BatchForm(PlainForm):
    """A file, and how its rows were measured. What stands in it is read afterwards, line by line."""

    file = forms.FileField(
        label="File",
        help_text="CSV of at most 400 MB, or XLSX of at most 25 MB. All of it is checked before any of it counts.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
    )
    kind = forms.ChoiceField(label="What does it hold?", choices=Batch.Kind.choices)
    title = forms.CharField(label="What is it?", max_length=120, help_text="“Two weeks of the desk’s log, June”.")
    phase = forms.ChoiceField(label="In which phase was it measured?", choices=PhaseKind.choices)
    method = forms.ChoiceField(label="How was it measured?", choices=[_CHOOSE, *Method.choices])
    measured_by = forms.CharField(label="Who measured?", max_length=120, help_text="A team or a role, not a name.")
    stake = forms.ChoiceField(label="With what stake in the result?", choices=[_CHOOSE, *Stake.choices])
    had_consequences = forms.TypedChoiceField(
        label="Did errors have consequences?",
        choices=_CONSEQUENCES,
        required=False,
        coerce=lambda said: {"yes": True, "no": False}[said],
        empty_value=None,
    )
    note = forms.CharField(
        label="What else must a reader know?",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MOST_STREAMED:
            raise forms.ValidationError("The file has more than 400 MB. Split it")
        return file


class MatchForm(PlainForm):
    """For each column of the file, which of ours it is."""

    def __init__(self, *args: Any, header: Sequence[str], columns: Sequence[Column], known: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        placed = {place: column.name for place, column in match_header(header, columns, known).placed}
        choices = [("", "Leave it out"), *((column.name, _label(column)) for column in columns)]
        self.header = [name for name in header if name]
        for place, name in enumerate(header):
            if name:
                self.fields[f"column-{place}"] = forms.ChoiceField(
                    label=f"“{name[:60]}” is", choices=choices, required=False, initial=placed.get(place, "")
                )
        self._names = {f"column-{place}": name for place, name in enumerate(header) if name}

    def mapping(self) -> dict[str, str]:
        return {key_of(name): self.cleaned_data[field] for field, name in self._names.items()}


def _label(column: Column) -> str:
    return f"{column.name} (needed)" if column.required else column.name


class WithdrawForm(PlainForm):
    reason = forms.CharField(
        label="Why is it withdrawn?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Its rows stay and count no more. Everyone in the pilot reads this.",
    )
