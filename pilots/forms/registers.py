"""The form of one entry, made from its register; and what becomes of a stress finding."""

from functools import cache
from typing import Any

from django import forms
from django.db import models
from django.forms import modelform_factory

from pilots.actions.findings import ANSWERS
from pilots.forms.plain import PlainForm, PlainModelForm
from pilots.models import Entry, Pilot, Stressor, UseCase, User
from pilots.models.failure import LONGEST
from pilots.registers import REGISTERS, Register
from pilots.registers.links import called, still_to_choose
from pilots.widgets import DayInput


class EntryForm(PlainModelForm):
    """Words and shapes only: rules are the model's, and the action's."""

    def __init__(self, *args: Any, register: Register, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for link in register.links:
            field: Any = self.fields[link.name]
            field.queryset = still_to_choose(link, pilot, self.instance)
            field.label_from_instance = called
            field.empty_label = "Nobody" if link.related_model is User else "None"
            if not link.blank:
                field.empty_label = "Choose"

    def _post_clean(self) -> None:
        """The instance stays as it is stored."""


def entry_form(register: Register, pilot: Pilot, sent: Any = None, entry: Entry | None = None) -> EntryForm:
    return _form_class(register.slug)(sent, register=register, pilot=pilot, instance=entry, label_suffix="")


@cache
def _form_class(slug: str) -> type[EntryForm]:
    register = REGISTERS[slug]
    made: Any = modelform_factory(
        register.model,
        form=EntryForm,
        fields=register.names,
        labels={name: register.label(name) for name in register.names},
        help_texts=dict(register.help),
        widgets={one.name: _widget(one) for one in register.fields if _widget(one) is not None},
    )
    form: type[EntryForm] = made
    return form


def _widget(field: "models.Field[Any, Any]") -> Any:
    if isinstance(field, models.DateField):
        return DayInput()
    if isinstance(field, models.TextField):
        return forms.Textarea(attrs={"rows": 3})
    if isinstance(field, models.BooleanField):
        return forms.NullBooleanSelect()
    return forms.NumberInput(attrs={"step": "any"}) if isinstance(field, models.FloatField) else None


def _reason(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )


class MemberForm(PlainForm):
    """With somebody of the pilot to choose as `owner`."""

    owner = forms.ModelChoiceField(User.objects.none(), label="Who", required=False, empty_label="Nobody")

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.filter(memberships__pilot=pilot, is_active=True).distinct()


class FailureAnswerForm(MemberForm):
    answer = forms.ChoiceField(
        label="What becomes of it?",
        choices=[(one.value, one.label) for one in ANSWERS],
        widget=forms.RadioSelect,
    )
    reason = _reason("What exactly is built, or why nothing changes")
    due_on = forms.DateField(label="Built by", required=False, widget=DayInput, help_text="For what is to be built.")
    field_order = ("answer", "reason", "owner", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].label, self.fields["owner"].help_text = "Who sees to it", "For what is to be built."


class FailureBuildForm(PlainForm):
    on = forms.DateField(label="Since when does it stand?", widget=DayInput)


class RiskForm(PlainForm):
    until = forms.DateField(
        label="Until when", widget=DayInput, help_text="At most a year ahead. After that day the finding is open again."
    )
    reason = _reason("Why the risk can be taken", "Everyone in the pilot reads this beside your name.")


class SetAsideForm(MemberForm):
    as_ = forms.ChoiceField(
        label="As what?", choices=[*UseCase.SetAside.choices, ("", "Not set aside")], widget=forms.RadioSelect,
        required=False,
    )  # fmt: skip
    stressor = forms.ModelChoiceField(
        Stressor.objects.none(), label="Which stress test looks at it", required=False, empty_label="None"
    )
    field_order = ("as_", "owner", "stressor")

    def __init__(self, *args: Any, pilot: Pilot, **kwargs: Any) -> None:
        super().__init__(*args, pilot=pilot, **kwargs)
        self.fields["owner"].label = "Who owns it"
        stressor: Any = self.fields["stressor"]
        stressor.queryset = Stressor.objects.filter(pilot=pilot, removed_at__isnull=True)
        stressor.label_from_instance = called
