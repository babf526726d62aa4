"""Editing, pausing, resuming and ending a pilot."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from pilots.access import get_pilot
from pilots.actions.pilots import edit_pilot, end_pilot, pause_pilot, resume_pilot
from pilots.clock import now
from pilots.forms.pilots import EndForm, PauseForm, PilotForm
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who


def pilot_edit(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_PILOT)
    form = PilotForm(request.POST or None, instance=pilot, initial={"version": pilot.version})
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            edited = edit_pilot(
                pilot=pilot, by=who(request), fields=form.action_fields(), version=form.cleaned_data["version"]
            )
            wake("governance.reevaluate")
            messages.success(request, f"{edited.name} is saved.")
            return redirect("pilot", slug=slug)
    return page_of(request, "pilots/pilot_edit.html", {"pilot": pilot, "form": form})


def pilot_pause(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.DECIDE_PILOT)
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            pause_pilot(pilot=pilot, by=who(request), at=now(), reason=form.cleaned_data["reason"])
            messages.success(request, f"{pilot.name} is paused.")
            return redirect("pilot", slug=slug)
    return page_of(request, "pilots/pilot_pause.html", {"pilot": pilot, "form": form})


@require_POST
def pilot_resume(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.DECIDE_PILOT)
    with attempt_button(request):
        resume_pilot(pilot=pilot, by=who(request))
        wake("governance.reevaluate")
        messages.success(request, f"{pilot.name} runs again.")
    return redirect("pilot", slug=slug)


def pilot_end(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.DECIDE_PILOT)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            end_pilot(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, f"{pilot.name} has ended.")
            return redirect("pilot", slug=slug)
    return page_of(request, "pilots/pilot_end.html", {"pilot": pilot, "form": form})
