"""Forms about the people of the organisation."""

from typing import Any

from django import forms

from pilots.forms.choosing import RolesField
from pilots.forms.plain import PlainForm
from pilots.models import Pilot
from pilots.models.membership import ORGANISATION_ROLE_CHOICES
from pilots.permissions import ORGANISATION_ROLES, ROLES


class PeopleFilter(PlainForm):
    q = forms.CharField(label="Name or e-mail", required=False, max_length=120, widget=forms.SearchInput)
    role = forms.ChoiceField(
        label="Role over the organisation", required=False, choices=[("", "Any or none"), *ORGANISATION_ROLE_CHOICES]
    )
    state = forms.ChoiceField(
        required=False, choices=[("", "Active"), ("deactivated", "Deactivated"), ("all", "Active and deactivated")]
    )


class InvitationForm(PlainForm):
    """By an administrator: to the organisation, to a pilot, or to both."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(max_length=120, required=False, help_text="They can change it when they accept.")
    organisation_roles = RolesField(ORGANISATION_ROLES, label="Roles over the organisation", required=False)
    pilot = forms.ModelChoiceField(Pilot.objects.none(), required=False, empty_label="No pilot yet")
    roles = RolesField(
        ROLES, label="Roles in that pilot", required=False, help_text="Needed if you choose a pilot; none otherwise."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pilot"].queryset = Pilot.objects.exclude(state=Pilot.State.ENDED)  # type: ignore[attr-defined]
