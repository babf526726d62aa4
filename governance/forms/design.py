"""What is typed about cells of the rollout design. The fields are named as the arguments of the actions."""

from typing import Any, Final

from django import forms

from governance.actions.design import Wanted
from governance.design import Choice
from governance.forms.items import words
from governance.models import Comparator
from pilots.forms.plain import PlainForm
from pilots.measured.questions import figures_of_tasks
from pilots.models import Pilot, User
from pilots.permissions import Permission, roles_with
from pilots.widgets import DayInput

# What only one choice asks for: left out with any other, so that nothing is lost while somebody makes up their mind.
_OF_CHOICE: Final = {
    Choice.NEEDS_DESIGN: ("owner", "due_on"),
    Choice.OUT: ("missing_condition",),
    Choice.LATER: ("condition", "figure", "comparator", "threshold"),
}


class OwnerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class DecideForm(PlainForm):
    """For the ticked cells, all alike."""

    choice = forms.ChoiceField(
        label="What becomes of the ticked cells",
        choices=[("", "Choose"), *((choice.value, choice.label) for choice in Choice)],
        error_messages={"required": "Choose what becomes of them"},
    )
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Yours, not the system’s: it stands beside the decision for good.",
        error_messages={"required": "Say why, in a sentence"},
    )
    owner = OwnerField(
        User.objects.none(), label="Needs design: who sees to it", required=False, empty_label="Choose a person"
    )
    due_on = forms.DateField(label="Needs design: by when", required=False, widget=DayInput())
    missing_condition = words("Out: which condition for value is missing", longest=2000, required=False)
    condition = words("Later: what it waits for", longest=2000, required=False, hint="One condition a line.")
    figure = forms.ChoiceField(
        label="Later: or until this figure of the cell",
        required=False,
        choices=[("", "None"), *figures_of_tasks()],
        help_text="The system looks by itself whether it is reached.",
        error_messages={"invalid_choice": "Choose a figure of the list"},
    )
    comparator = forms.ChoiceField(label="is", required=False, choices=[("", "Choose"), *Comparator.choices])
    threshold = forms.FloatField(label="this value", required=False)

    def __init__(self, *args: Any, pilot: Pilot, **more: Any) -> None:
        super().__init__(*args, **more)
        owner = self.fields["owner"]
        assert isinstance(owner, OwnerField)
        owner.queryset = may_own(pilot)

    def clean(self) -> dict[str, Any]:
        data = dict(super().clean() or {})
        choice = data.get("choice")
        for of, names in _OF_CHOICE.items():
            for name in names if of != choice else ():
                data[name] = None if name in ("owner", "due_on", "threshold") else ""
        lines = [line.strip() for line in data.pop("condition", "").splitlines() if line.strip()]
        wanted = [Wanted(line) for line in lines]
        of_figure = [data.pop(name, None) for name in ("figure", "comparator", "threshold")]
        if any(part not in (None, "") for part in of_figure):
            wanted.append(Wanted("", of_figure[0] or "", of_figure[1] or "", of_figure[2]))
        return data | {"conditions": wanted}


def may_own(pilot: Pilot) -> Any:
    """People whose role in the pilot lets them close a condition."""
    roles = [role.value for role in roles_with(Permission.CLOSE_CONDITION)]
    return User.objects.filter(is_active=True, memberships__pilot=pilot, memberships__role__in=roles).distinct()


class SeenForm(PlainForm):
    """Acknowledging: `version` is what was shown."""

    version = forms.CharField(max_length=64, widget=forms.HiddenInput)
    comment = forms.CharField(
        label="Comment", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
