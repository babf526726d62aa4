"""Forms about the people of the organisation."""

from typing import Any

from django import forms

from pilots.actions.people import pilots_run_alone_by
from pilots.forms.choosing import PersonField, RolesField
from pilots.models import Membership, Pilot, User
from pilots.models.membership import ORGANISATION_ROLE_CHOICES
from pilots.permissions import ORGANISATION_ROLES, ROLES


class PeopleFilter(forms.Form):
    q = forms.CharField(label="Name or e-mail", required=False, max_length=120, widget=forms.SearchInput)
    role = forms.ChoiceField(
        label="Role over the organisation", required=False, choices=[("", "Any or none"), *ORGANISATION_ROLE_CHOICES]
    )
    state = forms.ChoiceField(
        required=False, choices=[("", "Active"), ("deactivated", "Deactivated"), ("all", "Active and deactivated")]
    )


class InvitationForm(forms.Form):
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


class DeactivationForm(forms.Form):
    handover_to = PersonField(
        label="Who takes over",
        required=False,
        help_text="Their e-mail address. They get the roles, workflows and open questions in every pilot, and accept "
        "each workflow anew. Leave it empty and what the person owned has no owner until somebody is named.",
    )

    def __init__(self, *args: Any, leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        together = Membership.objects.filter(pilot__in=leaver.memberships.values("pilot")).exclude(user=leaver)
        field = self.fields["handover_to"]
        assert isinstance(field, PersonField)
        field.required = bool(pilots_run_alone_by(leaver))
        field.offer(User.objects.filter(pk__in=together.values("user"), is_active=True)[:50])
