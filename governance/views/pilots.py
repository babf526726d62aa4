"""Starting a pilot, and its first page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from feedback.summaries import flag_counts
from governance.actions.pilots import start_pilot
from governance.evidence import Evaluation, evaluate
from governance.forms.pilots import NewPilotForm
from governance.models import Gate
from governance.places import gate_url
from pilots.access import can, get_pilot, holders, require
from pilots.clock import now
from pilots.models import Phase, Pilot
from pilots.permissions import Permission, Role
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who


def pilot_new(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.CREATE_PILOT)
    form = NewPilotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            pilot = start_pilot(by=who(request), at=now(), **form.arguments())
            wake("governance.reevaluate")
            messages.success(request, f"{pilot.name} is started. Next: name a workflow and the people.")
            return redirect("pilot", slug=pilot.slug)
    return page_of(request, "governance/pilot_new.html", {"form": form})


def pilot(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    evaluations = evaluate(pilot, now())
    phases = list(Phase.objects.filter(pilot=pilot).select_related("skipped_by"))
    context = {
        "pilot": pilot,
        "phases": [_phase(pilot, phase, evaluations) for phase in phases],
        "skipped": [phase for phase in phases if phase.state == Phase.State.SKIPPED],
        "present": present(phases, evaluations),
        "lapsed": [e for e in evaluations if e.gate.state == Gate.State.PASSED and e.open_blocking],
        "team": holders(pilot, list(Role)),
        "flags": flag_counts([pilot.pk]).get(pilot.pk),
        "may_edit": can(request.user, Permission.EDIT_PILOT, pilot),
        "may_decide": can(request.user, Permission.DECIDE_PILOT, pilot),
        "may_fire": can(request.user, Permission.FIRE_EVENT, pilot),
    }
    return render(request, "governance/pilot.html", context)


def present(phases: list[Phase], evaluations: list[Evaluation]) -> Evaluation | None:
    """The gate that the pilot stands before: of its current phase, and of the first stage not opened."""
    current = next((phase.kind for phase in phases if phase.state == Phase.State.CURRENT), None)
    ahead = (e for e in evaluations if e.gate.phase == current and e.gate.state == Gate.State.OPEN)
    return next(ahead, None)


def _phase(pilot: Pilot, phase: Phase, evaluations: list[Evaluation]) -> dict[str, Any]:
    mine = [e for e in evaluations if e.gate.phase == phase.kind]
    last = mine[-1] if mine else None
    state, note = phase.state, ""
    if phase.state == Phase.State.CURRENT and last is not None:
        state = "blocked" if last.open_blocking else "ready"
        note = f"{last.open_blocking} open" if last.open_blocking else "Nothing open"
    elif phase.state == Phase.State.PASSED and last is not None and last.open_blocking:
        state, note = "lapsed_since_passing", f"{last.open_blocking} no longer hold"
    return {
        "label": phase.get_kind_display(),
        "state": state,
        "note": note,
        "url": gate_url(pilot, last.gate) if last else None,
        "current": phase.state == Phase.State.CURRENT,
    }
