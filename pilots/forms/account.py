"""Forms about oneself."""

import datetime as dt
import zoneinfo
from functools import cache
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts

from pilots.forms.members import end_of
from pilots.forms.plain import PlainForm, PlainModelForm
from pilots.models import Invitation, User
from pilots.models.token import Scope
from pilots.widgets import DayInput

_REGIONS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@cache
def time_zones() -> list[tuple[str, Any]]:
    """By region, without the names that only old systems use."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        region, _, place = name.partition("/")
        if region in _REGIONS:
            groups.setdefault(region, []).append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *groups.items()]


class AccountForm(PlainModelForm):
    time_zone = forms.ChoiceField(choices=time_zones, help_text="Every date and time is shown in it.")

    class Meta:
        model = User
        fields = ("name", "time_zone", "wants_digest", "flag_mail")
        labels = {
            "wants_digest": "Send me a daily e-mail of what is new and due, when there is something",
            "flag_mail": "E-mails about what became of my own flags",
        }


class TokenForm(PlainForm):
    name = forms.CharField(label="What is it for?", max_length=80, help_text="Such as “Deployment pipeline”.")
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than you may yourself.",
    )
    expires_on = forms.DateField(label="Last day", widget=DayInput, help_text="At most a year from now.")

    def expires_at(self) -> dt.datetime:
        return end_of(self.cleaned_data["expires_on"])


class AcceptanceForm(PlainForm):
    """Of an invitation, by who has no account yet."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Choose a password",
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = invitation.name
        self.fields["password"].help_text = " ".join(password_validators_help_texts())
