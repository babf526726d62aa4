"""What a gate is passed on: added and withdrawn before the decision, met afterwards."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from governance.actions.conditions import add_condition, meet_condition, withdraw_condition
from governance.forms.gates import ConditionForm, MeetForm
from governance.views.gates import Typed, find_condition, find_gate, show_gate
from pilots.access import get_pilot
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import User
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, who


@require_POST
def condition_add(request: HttpRequest, slug: str, phase: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.ASK_SIGN_OFF)
    gate = find_gate(pilot, phase)
    form = ConditionForm(request.POST, prefix="condition")
    if form.is_valid():
        with attempt(form):
            given = form.cleaned_data | {"owner": _person(form.cleaned_data["owner"])}
            added = add_condition(gate=gate, by=who(request), at=now(), **given)
            wake("governance.reevaluate")
            messages.success(request, f"The condition is added; {added.owner.name} meets it.")
            return redirect("gate", slug=slug, phase=phase)
    return show_gate(request, pilot, phase, Typed(condition=form))


def _person(pk: UUID) -> User:
    """Whether they may own a condition is for the action to say."""
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        raise Refused("Choose who does it.", field="owner", code="nobody")
    return person


@require_POST
def condition_withdraw(request: HttpRequest, slug: str, phase: str, pk: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.ASK_SIGN_OFF)
    condition = find_condition(pilot, phase, pk)
    with attempt_button(request):
        withdraw_condition(condition=condition, by=who(request), at=now())
        wake("governance.reevaluate")
        messages.success(request, "The condition is withdrawn.")
    return redirect("gate", slug=slug, phase=phase)


@require_POST
def condition_meet(request: HttpRequest, slug: str, phase: str, pk: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.CLOSE_CONDITION)
    condition = find_condition(pilot, phase, pk)
    form = MeetForm(request.POST, prefix=f"meet-{pk}")
    if form.is_valid():
        with attempt(form):
            meet_condition(condition=condition, by=who(request), at=now(), note=form.cleaned_data["note"])
            wake("governance.reevaluate")
            messages.success(request, "The condition is met.")
            return redirect("gate", slug=slug, phase=phase)
    return show_gate(request, pilot, phase, Typed(meet={pk: form}))
