"""The grid of the workload as it is typed, and what is said of a use case or a segment."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from pilots.actions.workload import MOST_TASKS
from pilots.forms.plain import PlainForm, PlainModelForm
from pilots.models import Segment, UseCase
from pilots.workload import OF_SEGMENT, OF_USE_CASE, Pair, Row, Square, Workload, is_hidden, tasks_in_words

_GROUPED: Final = re.compile(r"[0-9]+|[0-9]{1,3}([ ,’'\u00a0\u2009\u202f][0-9]{3})+")
_PREFIX: Final = "tasks:"
_INSTEAD: Final = "Write one such as 1200, or leave it empty where nobody counted"


@dataclass(frozen=True)
class Box:
    """Where one count is typed. `note`: what somebody else wrote there meanwhile."""

    square: Square
    value: str
    error: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        return f"{_PREFIX}{self.square.key}"


class CountsForm(PlainForm):
    """No field for each cell: two thousand of Django's fields take a second to draw.

    `seen`: what stood in the grid when the page was opened, so that only what somebody typed is written, and never over
    what they had not seen.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, workload: Workload, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workload = workload
        self.bad: dict[str, str] = {}
        self.counts: dict[Pair, int | None] = {}
        self.was: dict[str, int | None] = _read(self.data.get("seen", "")) if self.is_bound else {}

    def clean(self) -> dict[str, Any]:
        for square, typed in self._typed():
            try:
                tasks = tasks_of(typed)
            except ValueError as wrong:
                self.bad[square.key] = str(wrong)
                continue
            if tasks != self.was.get(square.key):
                self.counts[square.pair] = tasks
        if self.bad:
            self.add_error(None, "Nothing was saved: not all of it can be counts")
        for name in self._of_no_cell():
            self.add_error(None, f"{name} is no longer in scope, so its count cannot be kept")
        return dict(self.cleaned_data)

    @property
    def seen_of_pairs(self) -> dict[Pair, int | None]:
        return {square.pair: self.was.get(square.key) for square in self.workload.squares}

    @property
    def linked_problems(self) -> list[tuple[str, str]]:
        """For the error summary: where it is, and words."""
        bad = [square for square in self.workload.squares if square.key in self.bad]
        return [(f"{_PREFIX}{one.key}", f"{one}: {self.bad[one.key].lower()}. {_INSTEAD}") for one in bad]

    @property
    def lines(self) -> Iterator[tuple[Row, list[Box]]]:
        return ((row, [self._box(square) for square in row.squares]) for row in self.workload.rows)

    def _box(self, square: Square) -> Box:
        now = "" if square.tasks is None else str(square.tasks)
        typed = self.data.get(f"{_PREFIX}{square.key}") if self.is_bound else None
        if typed is None:
            return Box(square, now)
        was = self.was.get(square.key)
        is_mine = square.key in self.bad or tasks_of(typed) != was
        if not is_mine:
            return Box(square, now)
        other = square.tasks != was and typed.strip() != now
        note = f"Now {tasks_in_words(square.tasks)}" if other else ""
        return Box(square, typed, self.bad.get(square.key, ""), note)

    def _typed(self) -> Iterator[tuple[Square, str]]:
        for square in self.workload.squares:
            typed = self.data.get(f"{_PREFIX}{square.key}")
            if typed is not None:
                yield square, typed

    def _of_no_cell(self) -> Iterator[str]:
        there = {square.key for square in self.workload.squares}
        for name, typed in self.data.items():
            key = str(name).removeprefix(_PREFIX)
            if key != name and key not in there and str(typed).strip() != str(self.was.get(key) or ""):
                yield f"“{key.replace(':', ' × ')}” ({typed})"


def _read(seen: str) -> dict[str, int | None]:
    """What is no such thing was not seen: then any other count is a conflict, which loses nothing."""
    try:
        found = json.loads(seen)
    except (ValueError, RecursionError):
        return {}
    return {key: tasks for key, tasks in found.items() if isinstance(tasks, int)} if isinstance(found, dict) else {}


def tasks_of(typed: str) -> int | None:
    """None: empty, nobody counted. Raises ValueError with words."""
    said = typed.strip()
    if not said:
        return None
    if not _GROUPED.fullmatch(said):
        raise ValueError("Not a whole number")
    tasks = int(re.sub(r"\D", "", said)[:12])
    if tasks > MOST_TASKS:
        raise ValueError(f"More than {MOST_TASKS:,}")
    return tasks


class SideForm(PlainModelForm):
    """Words and shapes only; the rules are the action's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField):
                choices: Any = field.choices
                field.choices = [("", "Nobody has said"), *(one for one in choices if one[0] != "")]
        self.initial.update({name: "" for name in self.fields if is_hidden(self.instance, name)})

    def _post_clean(self) -> None:
        """The instance stays as it is stored."""


class YesNoSelect(forms.NullBooleanSelect):
    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs)
        self.choices = [("unknown", "Nobody has said"), ("true", "Yes"), ("false", "No")]


class UseCaseDescriptionForm(SideForm):
    class Meta:
        model = UseCase
        fields = OF_USE_CASE
        widgets = {"designed_for": YesNoSelect, "left_out_because": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "kind": "How hard is it?",
            "designed_for": "Was the tool designed for it?",
            "left_out_because": "Why is it left out?",
        }
        help_texts = {
            "kind": "Curated: chosen to show the tool well. Edge: rare, and the hardest of all.",
            "left_out_because": "Of the demonstration, or of what the tool is meant for. Empty: it is not left out.",
        }


class SegmentDescriptionForm(SideForm):
    class Meta:
        model = Segment
        fields = OF_SEGMENT
        widgets = {"is_beneficiary": YesNoSelect, "is_identity_sensitive": YesNoSelect}
        labels = {
            "headcount": "How many people are in it?",
            "role": "What is their role?",
            "attitude": "What do most of them think of the tool?",
            "workload": "How much work do they have?",
            "comfort": "How much at ease are most of them with new tools?",
            "is_beneficiary": "Is it meant to benefit them?",
            "is_identity_sensitive": "Is what the tool does a part of who they are?",
            "trained_percent": "How many of them will be trained before the rollout, in %?",
        }
        help_texts = {
            "attitude": "Of all of them together, and only where they are ten or more: never of one person.",
            "comfort": "Of all of them together, and only where they are ten or more.",
            "trained_percent": "Empty: nobody has planned it, and forecasts count nobody as trained.",
        }
