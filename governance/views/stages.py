"""Stages of the rollout: the list, planning one from what the design proposes, its criteria, its lock."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.forms.stages import CriteriaForm, StageForm
from governance.reports.stages import candidates_of, one_of, proposed_cells, rows_of, typed
from pilots.access import can, get_pilot, require, who_may
from pilots.actions.forecasts import ask_forecast
from pilots.actions.stages import edit_stage, lock_stage, plan_stage, set_criteria
from pilots.clock import now
from pilots.measured.addresses import page_url
from pilots.models import Pilot, Stage
from pilots.permissions import Permission
from pilots.plain_text import whole_number
from pilots.publish import wake
from pilots.stage_page import running_context
from pilots.stages import get_stage
from pilots.views.acting import attempt, attempt_button, page_of, who

_FORM = ["GET", "HEAD", "POST"]


@require_safe
def stages(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    rows = rows_of(pilot)
    context = {
        "pilot": pilot,
        "rows": rows,
        "running": [row.stage for row in rows if row.stage.is_running],
        "design_url": page_url(pilot, "design"),
        **_rights(request, pilot),
    }
    return page_of(request, "governance/stages.html", context)


def _rights(request: HttpRequest, pilot: Pilot) -> dict[str, Any]:
    lasts = pilot.state != Pilot.State.ENDED
    may_plan = lasts and can(request.user, Permission.EDIT_EVIDENCE, pilot)
    return {
        "may_plan": may_plan,
        "may_lock": lasts and can(request.user, Permission.LOCK_FORECAST, pilot),
        "who": "" if may_plan else ", ".join(who_may(Permission.EDIT_EVIDENCE, pilot)),
    }


@require_safe
def stage(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    found = get_stage(pilot, number)
    context = {"pilot": pilot, "stage": found, "one": one_of(pilot, found), **_rights(request, pilot)}
    if found.opened_at:
        context |= running_context(request.user, found)
    return page_of(request, "governance/stage.html", context)


@require_http_methods(_FORM)
def stage_plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Begins with what the design has as ready, in the order of what they show."""
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    candidates = candidates_of(pilot)
    initial = {"cells": proposed_cells(candidates)}
    form = StageForm(_sent(request), candidates=candidates, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            made = plan_stage(pilot=pilot, planned=form.planned, by=who(request), at=now())
            return _done(request, made, f"Stage {made.number} is planned.")
    return page_of(request, "governance/stage_plan.html", {"pilot": pilot, "form": form, "free": candidates})


@require_http_methods(_FORM)
def stage_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot, found = _to_change(request, slug, number)
    if found.criteria_locked_at and request.method != "POST":
        return redirect("stage", slug=slug, number=number)
    candidates = candidates_of(pilot, found)
    named = ("name", "because", "users_planned", "days")
    initial: dict[str, Any] = {name: getattr(found, name) for name in named}
    initial["cells"] = [one.cell_id for one in found.cells.all()]
    form = StageForm(_sent(request), candidates=candidates, initial=initial)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            version = _version(request)
            edit_stage(stage=found, planned=form.planned, by=who(request), at=now(), version=version)
            return _done(request, found, f"Stage {number} is changed.")
    return page_of(request, "governance/stage_plan.html", _editing(request, pilot, found, form) | {"free": candidates})


@require_http_methods(_FORM)
def stage_criteria(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot, found = _to_change(request, slug, number)
    if found.criteria_locked_at and request.method != "POST":
        return redirect("stage", slug=slug, number=number)
    form = CriteriaForm(_sent(request), initial=typed(found))
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            version = _version(request)
            set_criteria(stage=found, criteria=form.criteria, by=who(request), at=now(), version=version)
            return _done(request, found, f"The criteria of stage {number} are set.")
    return page_of(request, "governance/stage_criteria.html", _editing(request, pilot, found, form))


def _to_change(request: HttpRequest, slug: str, number: int) -> tuple[Pilot, Stage]:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    return pilot, get_stage(pilot, number)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _version(request: HttpRequest) -> int:
    return whole_number(request.POST.get("version", "")) or 0


def _editing(request: HttpRequest, pilot: Pilot, found: Stage, form: Any) -> dict[str, Any]:
    """Sent once, the version stays the one that was shown then."""
    version = _version(request) if request.method == "POST" else found.version
    return {"pilot": pilot, "stage": found, "form": form, "version": version}


def _done(request: HttpRequest, found: Stage, said: str) -> HttpResponse:
    wake("governance.reevaluate")
    messages.success(request, said)
    return redirect("stage", slug=found.pilot.slug, number=found.number)


@require_POST
def stage_forecast(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot, _ = _to_change(request, slug, number)
    with attempt_button(request):
        ask_forecast(pilot=pilot, by=who(request), at=now(), stage=number)
        wake("pilots.work_out_forecasts")
        messages.success(request, f"A forecast of stage {number} is being worked out.")
    return redirect("stage", slug=slug, number=number)


@require_http_methods(_FORM)
def stage_lock(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    require(request.user, Permission.LOCK_FORECAST, pilot)
    found = get_stage(pilot, number)
    if request.method == "POST":
        with attempt_button(request):
            lock_stage(stage=found, by=who(request), at=now())
            wake("governance.reevaluate")
            messages.success(request, f"Stage {number} is locked: it opens with its gate.")
        return redirect("stage", slug=slug, number=number)
    if found.criteria_locked_at:
        return redirect("stage", slug=slug, number=number)
    context: Mapping[str, Any] = {"pilot": pilot, "stage": found, "one": one_of(pilot, found)}
    return page_of(request, "governance/stage_lock.html", context)
