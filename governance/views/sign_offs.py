"""Asking for sign-off, taking it back, and deciding: each from the page of the gate."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from governance.actions import sign_offs
from governance.forms.gates import AskForm, SignOffForm
from governance.models import Gate, SignOff, SignOffRequest
from governance.views.gates import Typed, find_gate, show_gate
from pilots.access import get_pilot
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, who


@require_POST
def gate_sign_off_ask(request: HttpRequest, slug: str, phase: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.ASK_SIGN_OFF)
    form = AskForm(request.POST, prefix="ask")
    gate = find_gate(pilot, phase)
    if form.is_valid():
        with attempt(form):
            sign_offs.ask_sign_off(gate=gate, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "You asked for sign-off. Everybody who may sign has been told.")
            return redirect("gate", slug=slug, phase=phase)
    return show_gate(request, pilot, phase, Typed(ask=form))


@require_POST
def gate_sign_off_withdraw(request: HttpRequest, slug: str, phase: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.ASK_SIGN_OFF)
    gate = find_gate(pilot, phase)
    asked = gate.requests.filter(state=SignOffRequest.State.OPEN).select_related("pilot", "gate").first()
    if asked is None:
        messages.error(request, "No sign-off is asked here any more.")
        return redirect("gate", slug=slug, phase=phase)
    with attempt_button(request):
        sign_offs.withdraw_sign_off(request=asked, by=who(request), at=now())
        messages.success(request, "The request is withdrawn. It can be asked again at any time.")
    return redirect("gate", slug=slug, phase=phase)


@require_POST
def gate_sign_off(request: HttpRequest, slug: str, phase: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.SIGN_OFF)
    gate = find_gate(pilot, phase)
    # The button is no field of its own, so it comes without the prefix.
    form = SignOffForm({**request.POST.dict(), "sign-decision": request.POST.get("decision", "")}, prefix="sign")
    if form.is_valid():
        given = dict(form.cleaned_data)
        asked = gate.requests.filter(pk=given.pop("request")).select_related("pilot", "gate", "asked_by").first()
        if asked is None:
            raise Http404("No such request.")
        with attempt(form):
            signed = sign_offs.sign_off(request=asked, by=who(request), at=now(), **given)
            wake("governance.reevaluate")
            messages.success(request, _done(signed, gate))
            return redirect("gate", slug=slug, phase=phase)
    return show_gate(request, pilot, phase, Typed(sign_off=form))


def _done(signed: SignOff, gate: Gate) -> str:
    if signed.decision == SignOff.Decision.REFUSED:
        return "You refused. The request is closed, and who asked has been told why."
    gate.refresh_from_db()
    if gate.state == Gate.State.PASSED:
        return f"You approved, and the gate “{gate}” is passed."
    return "You approved. The gate passes with the signatures that are still missing."
