"""Fields for choosing people and roles."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html

from pilots.models import User
from pilots.permissions import RoleDescription


class PersonInput(forms.EmailInput):
    """An address, with likely people to pick from: a list of everybody would not scale, and tells too much."""

    template_name = "pilots/widgets/person.html"
    people: Iterable[User] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        listed = f"{context['widget']['attrs'].get('id', name)}_people"
        context["widget"]["attrs"] |= {"list": listed, "autocomplete": "off"}
        return {**context, "people": self.people, "listed": listed}


class PersonField(forms.EmailField):
    """Cleans an e-mail address to the active person who has it."""

    widget = PersonInput

    def offer(self, people: Iterable[User]) -> None:
        widget: Any = self.widget
        widget.people = people

    def clean(self, value: Any) -> User | None:
        email = super().clean(value)
        if not email:
            return None
        found = User.objects.filter(email=User.objects.normalise(email), is_active=True).first()
        if found is None:
            raise ValidationError(f"Nobody here has the address {email}.")
        return found


class RolesField(forms.MultipleChoiceField):
    """Check boxes, each role with the sentence that says what it is."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, roles: Mapping[Any, RoleDescription], **kwargs: Any) -> None:
        super().__init__(choices=[(role.value, described(role, roles)) for role in roles], **kwargs)


def described(role: Any, roles: Mapping[Any, RoleDescription]) -> str:
    return format_html("<span>{}<small>{}</small></span>", roles[role].label, roles[role].sentence)
