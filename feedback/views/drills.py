"""Rehearsals of a pilot: the list, one of them, and the gaps that they show."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.access import get_drill, get_gap
from feedback.actions import drills as acts
from feedback.forms import drills as pages
from feedback.models import Correction, Drill, DrillGap, Escalation
from feedback.summaries.people import rehearsed
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt_button, who
from pilots.views.sending import sending, status_of, version_of

MOST = 100


@require_safe
def drills(request: HttpRequest, slug: str) -> HttpResponse:
    pilot, today = get_pilot(request.user, slug), now().date()
    rows = list(Drill.objects.filter(pilot=pilot).select_related("flag").prefetch_related("parts__person")[:MOST])
    gaps = DrillGap.objects.filter(pilot=pilot, closed_at__isnull=True).select_related("owner", "drill")
    context = {
        "pilot": pilot,
        "drills": rows,
        "today": today,
        "gaps": list(gaps.order_by("due_on", "found_at")[:MOST]),
        "rehearsed": rehearsed(pilot),
        "may_run": can(request.user, Permission.RUN_DRILLS, pilot),
    }
    return render(request, "feedback/drills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def drill_plan(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.RUN_DRILLS)
    form = pages.DrillForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with sending(form):
            drill = acts.plan_drill(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "Planned. Start it on the day.")
            return redirect("drill", slug=slug, drill=drill.pk)
    return render(request, "feedback/drill_plan.html", {"pilot": pilot, "form": form}, status=status_of(form))


@require_safe
def drill(request: HttpRequest, slug: str, drill: UUID) -> HttpResponse:
    return _show(request, get_drill(request.user, slug, drill, Permission.VIEW_PILOT))


@require_POST
def drill_start(request: HttpRequest, slug: str, drill: UUID) -> HttpResponse:
    found = get_drill(request.user, slug, drill, Permission.RUN_DRILLS)
    with attempt_button(request):
        acts.start_drill(drill=found, version=version_of(request), by=who(request), at=now())
        wake("governance.reevaluate")
        messages.success(request, "It runs. Whatever it begins with is marked as a drill, and answered the real way.")
    return redirect("drill", slug=slug, drill=found.pk)


@require_POST
def drill_end(request: HttpRequest, slug: str, drill: UUID) -> HttpResponse:
    found = get_drill(request.user, slug, drill, Permission.RUN_DRILLS)
    form = pages.EndDrillForm(request.POST, pilot=found.pilot, auto_id="end_%s")
    return _act(request, found, "end", form, acts.end_drill, "Held. Give each gap that it showed an owner.")


@require_POST
def drill_call_off(request: HttpRequest, slug: str, drill: UUID) -> HttpResponse:
    found = get_drill(request.user, slug, drill, Permission.RUN_DRILLS)
    form = pages.CallOffDrillForm(request.POST, auto_id="call_off_%s")
    return _act(request, found, "call_off", form, acts.call_off_drill, "Called off.")


@require_POST
def drill_gap_add(request: HttpRequest, slug: str, drill: UUID) -> HttpResponse:
    found = get_drill(request.user, slug, drill, Permission.RUN_DRILLS)
    form = pages.GapForm(request.POST, pilot=found.pilot, auto_id="gap_%s")

    def find(*, drill: Drill, version: int, **how: Any) -> object:
        return acts.find_gap(drill=drill, **how)

    return _act(request, found, "gap", form, find, "Noted. Without an owner it keeps the gate shut.")


@require_POST
def drill_gap_own(request: HttpRequest, slug: str, gap: UUID) -> HttpResponse:
    found = get_gap(request.user, slug, gap, Permission.RUN_DRILLS)
    form = pages.OwnGapForm(request.POST, pilot=found.pilot, auto_id=f"own_{gap}_%s")
    return _act_on_gap(request, found, "own", form, acts.own_gap, "It has an owner, who was told.")


@require_POST
def drill_gap_close(request: HttpRequest, slug: str, gap: UUID) -> HttpResponse:
    found = get_gap(request.user, slug, gap, Permission.RUN_DRILLS)
    form = pages.CloseGapForm(request.POST, auto_id=f"close_{gap}_%s")
    return _act_on_gap(request, found, "close", form, acts.close_gap, "Closed.")


def _act(
    request: HttpRequest, found: Drill, verb: str, form: forms.Form, action: Callable[..., object], done: str
) -> HttpResponse:
    if form.is_valid():
        with sending(form):
            action(drill=found, version=version_of(request), by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, done)
            return redirect("drill", slug=found.pilot.slug, drill=found.pk)
    fresh = get_drill(request.user, found.pilot.slug, found.pk, Permission.VIEW_PILOT)
    return _show(request, fresh, tried=verb, form=form)


def _act_on_gap(
    request: HttpRequest, found: DrillGap, verb: str, form: forms.Form, action: Callable[..., object], done: str
) -> HttpResponse:
    if form.is_valid():
        with sending(form):
            action(gap=found, version=version_of(request), by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, done)
            return redirect("drill", slug=found.pilot.slug, drill=found.drill_id)
    fresh = get_drill(request.user, found.pilot.slug, found.drill_id, Permission.VIEW_PILOT)
    return _show(request, fresh, tried=f"{verb}:{found.pk}", form=form)


def _show(request: HttpRequest, found: Drill, tried: str = "", form: forms.Form | None = None) -> HttpResponse:
    pilot = found.pilot
    forms_of: dict[str, forms.Form] = {
        "end": pages.EndDrillForm(pilot=pilot, auto_id="end_%s"),
        "call_off": pages.CallOffDrillForm(auto_id="call_off_%s"),
        "gap": pages.GapForm(pilot=pilot, auto_id="gap_%s"),
    }
    if form is not None and tried in forms_of:
        forms_of[tried] = form
    context = {
        "pilot": pilot,
        "drill": found,
        "parts": found.parts.select_related("person"),
        "gaps": [_gap(gap, tried, form) for gap in found.gaps.select_related("owner", "closed_by")],
        "way": _way(found),
        "correction": Correction.objects.filter(flag=found.flag).first() if found.flag else None,
        "forms": forms_of,
        "tried": tried,
        "tried_form": form,
        "may_run": can(request.user, Permission.RUN_DRILLS, pilot),
        "may_read_flags": can(request.user, Permission.VIEW_FLAGS, pilot),
        "who": ", ".join(who_may(Permission.RUN_DRILLS, pilot)),
    }
    return render(request, "feedback/drill.html", context, status=status_of(form))


def _gap(gap: DrillGap, tried: str, form: forms.Form | None) -> dict[str, Any]:
    """With its two forms; the one that was just refused as it was sent."""
    own = pages.OwnGapForm(pilot=gap.pilot, auto_id=f"own_{gap.pk}_%s", initial={"due_on": gap.due_on})
    own.initial["owner"] = gap.owner_id
    close = pages.CloseGapForm(auto_id=f"close_{gap.pk}_%s")
    return {
        "row": gap,
        "own": form if tried == f"own:{gap.pk}" else own,
        "close": form if tried == f"close:{gap.pk}" else close,
        "tried": tried.partition(":")[0] if tried.endswith(str(gap.pk)) else "",
    }


def _way(found: Drill) -> list[dict[str, Any]]:
    """How far its flag or escalation has come, newest first."""
    flag = found.flag
    if flag is None:
        return []
    asked = Escalation.objects.filter(flag=flag).select_related("answered_by").first()
    steps = [
        (flag.reported_at, "Flagged", "new"),
        (flag.assessed_at, "Read and assessed", "assessed"),
        (flag.closed_at, "Decided, and who flagged it told", "closed"),
    ]
    if asked is not None:
        steps.append((asked.answered_at, f"Escalation answered by {asked.answered_by}", "answered"))
    happened = [{"at": at, "sentence": words, "state": state} for at, words, state in steps if at is not None]
    return sorted(happened, key=lambda event: event["at"], reverse=True)
