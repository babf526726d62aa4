"""Delegating a role, stepping aside, and ending either."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from pilots.access import get_pilot, standing
from pilots.actions import stepping_aside
from pilots.actions.delegations import delegate, end_delegation
from pilots.clock import now
from pilots.errors import NotAllowed
from pilots.forms.members import DelegationForm, StepAsideForm
from pilots.models import Delegation
from pilots.permissions import Permission, Role
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who


def delegation_make(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    me = who(request)
    roles = sorted(standing(me).own.get(pilot.pk, ()), key=list(Role).index)
    if not roles:
        raise NotAllowed("You can delegate only a role that you have yourself, and you have none in this pilot.")
    form = DelegationForm(request.POST or None, pilot=pilot, roles=roles, by=me)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            given = form.cleaned_data
            delegate(
                pilot=pilot,
                role=Role(given["role"]),
                to_user=given["to_user"],
                reason=given["reason"],
                ends_at=form.ends_at(),
                by=me,
                at=now(),
            )
            wake("governance.reevaluate")
            messages.success(request, f"{given['to_user'].name} stands in for you now.")
            return redirect("pilot_people", slug=slug)
    context = {
        "pilot": pilot,
        "form": form,
        "title": "Delegate a role",
        "lede": "Somebody else may do what your role allows, for a time. You keep it too, and each act says for whom.",
        "button": "Delegate",
    }
    return page_of(request, "pilots/member_form.html", context)


@require_POST
def delegation_end(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    row = get_object_or_404(Delegation.objects.select_related("pilot", "from_user", "to_user"), pk=pk, pilot=pilot)
    with attempt_button(request):
        end_delegation(delegation=row, by=who(request), at=now())
        wake("governance.reevaluate")
        messages.success(request, f"{row.to_user.name} no longer stands in for {row.from_user.name}.")
    return redirect("pilot_people", slug=slug)


def step_aside(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.STEP_ASIDE)
    form = StepAsideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            stepping_aside.step_aside(pilot=pilot, by=who(request), reason=form.cleaned_data["reason"], at=now())
            wake("governance.reevaluate")
            messages.success(request, "You stepped aside. You decide nothing here until you step back in.")
            return redirect("pilot_people", slug=slug)
    context = {
        "pilot": pilot,
        "form": form,
        "title": "Step aside",
        "lede": "While you are aside you read and answer as before, but accept no answer and sign off nothing here.",
        "button": "Step aside",
    }
    return page_of(request, "pilots/member_form.html", context)


@require_POST
def step_back_in(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    with attempt_button(request):
        stepping_aside.step_back_in(pilot=pilot, by=who(request), at=now())
        wake("governance.reevaluate")
        messages.success(request, "You are back in, and decide as your roles allow.")
    return redirect("pilot_people", slug=slug)
