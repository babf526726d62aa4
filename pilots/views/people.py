"""The people of the organisation, for who looks after them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from pilots.access import require
from pilots.actions.invitations import invite, open_invitations
from pilots.actions.organisation_roles import name_organisation_role, withdraw_organisation_role
from pilots.actions.people import reactivate_person
from pilots.actions.vouching import vouch_for
from pilots.clock import now
from pilots.errors import Refused
from pilots.forms.people import InvitationForm, PeopleFilter
from pilots.models import Delegation, Membership, User
from pilots.permissions import ORGANISATION_ROLES, OrganisationRole, Permission
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who

PER_PAGE = 50


def people(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.MANAGE_PEOPLE)
    form = PeopleFilter(request.GET)
    narrowed = form.cleaned_data if form.is_valid() else {}
    rows = Paginator(_with_roles(_matching(**narrowed)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": form,
        "narrowed": any(narrowed.values()),
        "page": rows,
        "invitations": open_invitations(now()).select_related("pilot", "invited_by"),
        "roles": ORGANISATION_ROLES.values(),
    }
    return page_of(request, "pilots/people.html", context)


def _matching(q: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    found = User.objects.all()
    if q:
        found = found.filter(Q(name__icontains=q) | Q(email__icontains=q))
    if role:
        found = found.filter(organisation_memberships__role=role)
    if state != "all":
        found = found.filter(is_active=state != "deactivated")
    return found


def _with_roles(found: QuerySet[User]) -> QuerySet[User]:
    here = Membership.objects.select_related("pilot").order_by("pilot__name", "role")
    return found.select_related("deactivated_by", "counts_as").prefetch_related(
        "organisation_memberships", Prefetch("memberships", queryset=here)
    )


def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, Permission.MANAGE_PEOPLE)
    found = get_object_or_404(_with_roles(User.objects.all()), pk=pk)
    has = {row.role: row for row in found.organisation_memberships.all()}
    here = Q(from_user=found) | Q(to_user=found)
    context: dict[str, Any] = {
        "person": found,
        "roles": [(role, about, has.get(role)) for role, about in ORGANISATION_ROLES.items()],
        "delegations": Delegation.objects.active(now()).filter(here).select_related("pilot", "from_user", "to_user"),
        "tokens": found.api_tokens.filter(revoked_at__isnull=True, expires_at__gt=now()),
        "oneself": found == request.user,
    }
    return page_of(request, "pilots/person.html", context)


def person_invite(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.MANAGE_PEOPLE)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            invited = invite(**form.cleaned_data, by=who(request), at=now())
            wake("pilots.send_messages")
            return page_of(request, "pilots/invited.html", {"invited": invited})
    return page_of(request, "pilots/person_invite.html", {"form": form})


@require_POST
def person_reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    with attempt_button(request):
        reactivate_person(user=found, by=who(request))
        messages.success(request, f"{found.name} can sign in again. Give them the roles that they need.")
    return redirect("person", pk=found.pk)


@require_POST
def person_vouch(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, Permission.MANAGE_PEOPLE)
    found = get_object_or_404(User, pk=pk)
    with attempt_button(request):
        vouch_for(user=found, by=who(request))
        wake("governance.reevaluate")
        messages.success(request, f"You vouched that this account is {found.name}’s own.")
    return redirect("person", pk=found.pk)


@require_POST
def organisation_role_name(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, Permission.MANAGE_PEOPLE)
    found = get_object_or_404(User, pk=pk)
    with attempt_button(request):
        role = _role(request)
        name_organisation_role(user=found, role=role, by=who(request), at=now())
        messages.success(request, f"{found.name} is {ORGANISATION_ROLES[role].label.lower()} now.")
    return redirect("person", pk=found.pk)


@require_POST
def organisation_role_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, Permission.MANAGE_PEOPLE)
    found = get_object_or_404(User, pk=pk)
    with attempt_button(request):
        role = _role(request)
        withdraw_organisation_role(user=found, role=role, by=who(request))
        messages.success(request, f"{found.name} is no longer {ORGANISATION_ROLES[role].label.lower()}.")
    return redirect("person", pk=found.pk)


def _role(request: HttpRequest) -> OrganisationRole:
    try:
        return OrganisationRole(request.POST.get("role", ""))
    except ValueError:
        raise Refused("Choose a role.", field="role", code="missing") from None
