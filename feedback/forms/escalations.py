"""Answering an escalation, and the path that says who is called."""

from typing import Any, Final

from django import forms

from feedback.actions.escalations import MOST_CORRECTED, MOST_STEPS, Step
from feedback.forms.flags import LongField
from feedback.forms.patterns import people_of
from feedback.models import Escalation, EscalationPath, EscalationStep
from feedback.models.escalation import MOST_HOURS
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, User
from pilots.permissions import ROLES, Permission, roles_with

_ROLE, _PERSON = "role:", "person:"
# So many steps stand open; further ones are folded.
SHOWN: Final = 2
CALLED: Final = roles_with(Permission.ANSWER_ESCALATIONS)


class AnswerEscalationForm(PlainForm):
    decision = forms.ChoiceField(
        label="Can it be used?",
        help_text="If it can, and its flag asked for nothing else, the flag is closed with your answer.",
        choices=Escalation.Decision.choices,
        widget=forms.RadioSelect,
    )
    answer = LongField(
        label="What you tell them, and why",
        rows=4,
        max_length=4000,
        error_messages={"required": "Tell who asked what to do, and why"},
    )
    corrected_output = LongField(
        label="What to use instead",
        help_text="Needed where they should use something else.",
        required=False,
        rows=4,
        max_length=MOST_CORRECTED,
    )


class EscalationPathForm(PlainForm):
    """Steps in order; those without anybody are left out."""

    opens = forms.TimeField(
        label="Somebody is there from", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    closes = forms.TimeField(
        label="Until",
        help_text="Clocks run in these hours only. The same time twice: all day.",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    weekends = forms.BooleanField(label="On Saturdays and Sundays too", required=False)

    def __init__(
        self,
        *args: Any,
        pilot: Pilot,
        path: EscalationPath | None,
        steps: list[EscalationStep],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        path = path or EscalationPath(pilot=pilot)
        self.initial.update(opens=path.opens, closes=path.closes, weekends=path.weekends)
        people = _callable(pilot)
        self.people = {str(person.pk): person for person in people}
        named = [(f"{_PERSON}{person.pk}", person.name) for person in people]
        whom = [
            ("", "Nobody"),
            ("A role", [(f"{_ROLE}{r.value}", ROLES[r].label) for r in CALLED]),
            ("A person", named),
        ]
        cover = [("", "Nobody"), *((str(person.pk), person.name) for person in people)]
        self.numbers = range(1, MOST_STEPS + 1)
        for number in self.numbers:
            self._add(number, whom, cover, steps[number - 1] if number <= len(steps) else None)

    def _add(self, number: int, whom: list[Any], cover: list[Any], step: EscalationStep | None) -> None:
        self.fields[f"whom_{number}"] = forms.ChoiceField(
            label=f"Step {number}: who is called", required=False, choices=whom
        )
        self.fields[f"within_hours_{number}"] = forms.IntegerField(
            label=f"Step {number}: hours they have", required=False, min_value=1, max_value=MOST_HOURS
        )
        self.fields[f"cover_{number}"] = forms.ChoiceField(
            label=f"Step {number}: who when they are away", required=False, choices=cover
        )
        if step is not None:
            called = f"{_PERSON}{step.person_id}" if step.person_id else f"{_ROLE}{step.role}"
            self.initial[f"whom_{number}"] = called
            self.initial[f"within_hours_{number}"] = step.within_hours
            self.initial[f"cover_{number}"] = str(step.cover_id or "")

    def steps(self) -> list[Step]:
        found = []
        for number in self.numbers:
            whom = self.cleaned_data.get(f"whom_{number}", "")
            if whom:
                person = self.people.get(whom.removeprefix(_PERSON)) if whom.startswith(_PERSON) else None
                found.append(
                    Step(
                        within_hours=self.cleaned_data.get(f"within_hours_{number}") or 0,
                        role=whom.removeprefix(_ROLE) if whom.startswith(_ROLE) else "",
                        person=person,
                        cover=self.people.get(self.cleaned_data.get(f"cover_{number}", "")),
                    )
                )
        return found

    def clean(self) -> None:
        data = self.cleaned_data
        for number in self.numbers:
            hours = f"within_hours_{number}"
            if data.get(f"whom_{number}") and not data.get(hours) and hours not in self.errors:
                self.add_error(hours, f"Step {number}: say how many hours they have")
        if not any(data.get(f"whom_{number}") for number in self.numbers):
            self.add_error("whom_1", "Choose who is called first")

    def _rows(self, numbers: range) -> list[list[forms.BoundField]]:
        """The three fields of each step."""
        return [[self[f"{name}_{number}"] for name in ("whom", "within_hours", "cover")] for number in numbers]

    @property
    def first_rows(self) -> list[list[forms.BoundField]]:
        return self._rows(self.numbers[:SHOWN])

    @property
    def more_rows(self) -> list[list[forms.BoundField]]:
        return self._rows(self.numbers[SHOWN:])

    @property
    def has_more(self) -> bool:
        """Whether one of the folded steps is filled in or was refused."""
        return any(field.value() or field.errors for row in self.more_rows for field in row)


def _callable(pilot: Pilot) -> list[User]:
    roles = [role.value for role in CALLED]
    found = people_of(pilot).filter(memberships__pilot=pilot, memberships__role__in=roles)
    return list(found.distinct())
