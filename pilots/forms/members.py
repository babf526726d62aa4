"""Forms about the people of one pilot."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from pilots.actions.delegations import LONGEST
from pilots.forms.choosing import PersonField, RolesField
from pilots.forms.plain import PlainForm
from pilots.models import Pilot, User
from pilots.permissions import ROLES, Role
from pilots.widgets import DayInput


class MemberForm(PlainForm):
    """Adds who has an account, and invites who has none."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="Who has an account here joins at once. Anybody else gets an invitation, valid for 14 days.",
    )
    name = forms.CharField(max_length=120, required=False, help_text="For an invitation.")
    roles = RolesField(ROLES)


class RolesForm(PlainForm):
    roles = RolesField(ROLES)


class DelegationForm(PlainForm):
    role = forms.ChoiceField(widget=forms.RadioSelect, label="Which of your roles?")
    to_user = PersonField(label="To whom?", help_text="Their e-mail address. It can be somebody outside this pilot.")
    ends_on = forms.DateField(
        label="Last day", widget=DayInput, help_text=f"At most {LONGEST.days} days from now. You can end it earlier."
    )
    reason = forms.CharField(label="Why?", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, pilot: Pilot, roles: list[Role], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, to_user = self.fields["role"], self.fields["to_user"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(to_user, PersonField)
        role.choices = [(one.value, ROLES[one].label) for one in roles]
        if len(roles) == 1:
            role.initial = roles[0].value
        others = User.objects.filter(memberships__pilot=pilot, is_active=True).exclude(pk=by.pk)
        to_user.offer(others.distinct())

    def ends_at(self) -> dt.datetime:
        """The end of the last day, where the person is."""
        return end_of(self.cleaned_data["ends_on"])


class StepAsideForm(PlainForm):
    reason = forms.CharField(
        label="Why are you partial here?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everyone in the pilot can read it.",
    )


def end_of(day: dt.date) -> dt.datetime:
    """Midnight after `day` in the reader's time zone."""
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min)
    return timezone.make_aware(midnight)
