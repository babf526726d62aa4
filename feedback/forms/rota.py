"""The weeks of triage and its clocks. The actions hold the rules."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms

from feedback.clocks import CORRECT_HOURS, READ_HOURS
from feedback.forms.flags import LongField
from feedback.models import TriageClocks, TriageWeek
from feedback.taxonomy import SEVERITIES
from pilots.forms.plain import PlainForm
from pilots.models import User
from pilots.when import day_in_words

NOBODY: Final = ""


class RotaForm(PlainForm):
    """Two choices for each week: `person_2026-03-02` and `cover_2026-03-02`."""

    def __init__(
        self, *args: Any, mondays: Sequence[date], people: Sequence[User], weeks: Sequence[TriageWeek], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.mondays, self.people = mondays, {str(person.pk): person for person in people}
        set_before = {week.monday: week for week in weeks}
        choices = [(NOBODY, "Nobody yet"), *((key, person.name) for key, person in self.people.items())]
        for monday in mondays:
            week = set_before.get(monday)
            for name, label, held in (
                ("person", "First", week.person_id if week else None),
                ("cover", "Then", week.cover_id if week else None),
            ):
                field = forms.ChoiceField(
                    label=f"{label} in the week of {day_in_words(monday)}", choices=choices, required=False
                )
                self.fields[f"{name}_{monday}"] = field
                self.initial.setdefault(f"{name}_{monday}", str(held or NOBODY))
        # What was sent is made plain after its fields are known.
        if self.is_bound:
            self.data = {key: self.data.get(key, "") for key in self.fields}

    def weeks(self) -> dict[date, tuple[User | None, User | None]]:
        given = self.cleaned_data
        return {
            monday: (self.people.get(given[f"person_{monday}"]), self.people.get(given[f"cover_{monday}"]))
            for monday in self.mondays
        }

    def rows(self) -> list[tuple[date, Any, Any]]:
        return [(monday, self[f"person_{monday}"], self[f"cover_{monday}"]) for monday in self.mondays]


class ClocksForm(PlainForm):
    """One figure for each severity, none above what the application promises."""

    procedure = LongField(
        label="How what went out is corrected",
        help_text="Who calls whom, with which words, and who decides that it is done.",
        required=False,
        rows=4,
        max_length=4000,
    )

    def __init__(self, *args: Any, clocks: TriageClocks | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = clocks.version if clocks else 0
        self.initial.setdefault("procedure", clocks.procedure if clocks else "")
        kinds = (
            ("read", READ_HOURS, clocks.read_hours if clocks else READ_HOURS),
            ("correct", CORRECT_HOURS, clocks.correct_hours if clocks else CORRECT_HOURS),
        )
        for kind, most, held in kinds:
            for level, described in SEVERITIES.items():
                words = "Working hours until somebody looks" if kind == "read" else "Hours until it is corrected"
                self.fields[f"{kind}_{level.value}"] = forms.IntegerField(
                    label=f"{words}: {level.value} {described.name}",
                    min_value=1,
                    max_value=most[level],
                    help_text=f"At most {most[level]}.",
                )
                self.initial.setdefault(f"{kind}_{level.value}", held[level])

    def rows(self) -> list[tuple[str, Any, Any]]:
        return [
            (f"{n.value} {d.name}", self[f"read_{n.value}"], self[f"correct_{n.value}"]) for n, d in SEVERITIES.items()
        ]

    def hours(self, kind: str) -> list[int]:
        return [self.cleaned_data[f"{kind}_{level.value}"] for level in SEVERITIES]
