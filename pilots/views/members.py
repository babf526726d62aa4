"""The people of one pilot."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from pilots.access import can, get_pilot, standing
from pilots.actions.invitations import invite, open_invitations
from pilots.actions.members import add_member, change_member, remove_member, roles_of
from pilots.clock import now
from pilots.forms.members import MemberForm, RolesForm
from pilots.models import Delegation, Membership, Pilot, SteppingAside, User
from pilots.permissions import ROLES, Permission, Role
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who


def pilot_people(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    me, at = who(request), now()
    rows = Membership.objects.filter(pilot=pilot).select_related("user")
    delegations = Delegation.objects.filter(pilot=pilot, ended_at__isnull=True, ends_at__gt=at)
    aside = SteppingAside.objects.filter(pilot=pilot, ended_at__isnull=True).select_related("user")
    context = {
        "pilot": pilot,
        "members": _people(rows, {row.user_id: row for row in aside}),
        "roles": [(about, [row.user for row in rows if row.role == role]) for role, about in ROLES.items()],
        "delegations": delegations.select_related("from_user", "to_user"),
        "invitations": open_invitations(at).filter(pilot=pilot).select_related("invited_by"),
        "may_manage": can(me, Permission.MANAGE_MEMBERS, pilot),
        "may_step_aside": can(me, Permission.STEP_ASIDE, pilot),
        "has_a_role": bool(standing(me).own.get(pilot.pk)),
        "i_am_aside": pilot.pk in standing(me).aside,
    }
    return page_of(request, "pilots/pilot_people.html", context)


def _people(rows: Any, aside: dict[UUID, SteppingAside]) -> list[dict[str, Any]]:
    """One entry for each person, with all their roles, by name."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row.user.name.casefold()):
        entry = found.setdefault(row.user_id, {"user": row.user, "roles": [], "aside": aside.get(row.user_id)})
        entry["roles"].append(ROLES[Role(row.role)])
    return list(found.values())


def member_add(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.MANAGE_MEMBERS)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            return _add_or_invite(request, pilot, **form.cleaned_data)
    context = {
        "pilot": pilot,
        "form": form,
        "title": "Add somebody",
        "lede": "There is one sponsor: naming another one replaces the one before, who stays as a member.",
        "button": "Add or invite",
    }
    return page_of(request, "pilots/member_form.html", context)


def _add_or_invite(request: HttpRequest, pilot: Pilot, email: str, name: str, roles: list[str]) -> HttpResponse:
    known = User.objects.filter(email=User.objects.normalise(email), is_active=True).first()
    chosen = [Role(role) for role in roles]
    if known is None:
        invited = invite(email=email, name=name, pilot=pilot, roles=chosen, by=who(request), at=now())
        wake("pilots.send_messages")
        return page_of(request, "pilots/invited.html", {"invited": invited, "pilot": pilot})
    add_member(pilot=pilot, user=known, roles=chosen, by=who(request), at=now())
    wake("governance.reevaluate")
    messages.success(request, f"{known.name} is in {pilot} now.")
    return redirect("pilot_people", slug=pilot.slug)


def member_change(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.MANAGE_MEMBERS)
    member, roles = _member(pilot, pk)
    form = RolesForm(request.POST or None, initial={"roles": roles})
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            chosen = [Role(role) for role in form.cleaned_data["roles"]]
            change_member(pilot=pilot, user=member, roles=chosen, by=who(request), at=now())
            wake("governance.reevaluate")
            messages.success(request, f"The roles of {member.name} are changed.")
            return redirect("pilot_people", slug=slug)
    context = {"pilot": pilot, "form": form, "title": f"Change the roles of {member.name}", "button": "Change roles"}
    return page_of(request, "pilots/member_form.html", context)


def member_remove(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.MANAGE_MEMBERS)
    member, roles = _member(pilot, pk)
    if request.method == "POST":
        with attempt_button(request):
            remove_member(pilot=pilot, user=member, by=who(request), at=now())
            wake("governance.reevaluate")
            messages.success(request, f"{member.name} is no longer in {pilot}.")
        return redirect("pilot_people", slug=slug)
    context = {"pilot": pilot, "member": member, "roles": [ROLES[role].label for role in sorted(roles)]}
    return page_of(request, "pilots/member_remove.html", context)


def _member(pilot: Pilot, pk: UUID) -> tuple[User, set[Role]]:
    member = User.objects.filter(pk=pk).first()
    roles = roles_of(pilot, member) if member else set()
    if member is None or not roles:
        raise Http404("This person is not in the pilot.")
    return member, roles
