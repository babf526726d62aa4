"""Accepting an invitation (open to who has the link), and taking one back."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pilots.actions.invitations import accept_invitation, find_invitation, revoke_invitation
from pilots.clock import now
from pilots.forms.account import AcceptanceForm
from pilots.models import Invitation, User
from pilots.permissions import ORGANISATION_ROLES, ROLES, OrganisationRole, Role
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who


@login_not_required
@never_cache
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    found = find_invitation(token, now())
    if found is None:
        return render(request, "pilots/invitation_gone.html", status=404)
    known = User.objects.filter(email=found.email).exists()
    if known or isinstance(request.user, User):
        return _accept_signed_in(request, found, token)
    form = AcceptanceForm(request.POST or None, invitation=found)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            person = accept_invitation(token=token, at=now(), **form.cleaned_data)
            login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
            return _welcome(request, found)
    return page_of(request, "pilots/invitation_accept.html", {"form": form, **_offer(found)})


def _accept_signed_in(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """For who has an account already: one button, or the way to sign in."""
    if request.method == "POST" and isinstance(request.user, User):
        with attempt_button(request):
            accept_invitation(token=token, at=now(), user=request.user)
            return _welcome(request, found)
    mine = isinstance(request.user, User) and request.user.email == found.email
    return page_of(request, "pilots/invitation_known.html", {"mine": mine, **_offer(found)})


def _offer(found: Invitation) -> dict[str, object]:
    return {
        "invitation": found,
        "roles": [ROLES[Role(role)] for role in found.roles],
        "organisation_roles": [ORGANISATION_ROLES[OrganisationRole(role)] for role in found.organisation_roles],
    }


def _welcome(request: HttpRequest, found: Invitation) -> HttpResponse:
    wake("governance.reevaluate")
    if found.pilot is None:
        messages.success(request, "Welcome. You can set your time zone here.")
        return redirect("account")
    messages.success(request, f"Welcome to {found.pilot}.")
    return redirect("pilot_people", slug=found.pilot.slug)


@require_POST
def invitation_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation.objects.select_related("pilot"), pk=pk)
    with attempt_button(request):
        revoke_invitation(invitation=found, by=who(request), at=now())
        messages.success(request, f"The invitation of {found.email} is withdrawn; its link no longer works.")
    if request.POST.get("from") == "pilot" and found.pilot is not None:
        return redirect("pilot_people", slug=found.pilot.slug)
    return redirect("people")
