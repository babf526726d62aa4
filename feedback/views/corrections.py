"""Correcting what already went out: the list of a pilot, and one correction with who was told."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from feedback.access import get_correction
from feedback.actions.corrections import finish_correction, note_told, open_correction, plan_correction
from feedback.actions.rota import clocks_of
from feedback.forms.corrections import CorrectionForm, FinishForm, PlanForm, ToldForm
from feedback.models import Correction, Pattern, TriageClocks
from feedback.taxonomy import SEVERITIES
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who
from pilots.views.sending import sending, status_of, version_of

PER_PAGE = 30


@require_safe
def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    return _list(request, slug)


def _list(request: HttpRequest, slug: str, form: BaseForm | None = None) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.VIEW_FLAGS)
    at = now()
    rows = Correction.objects.filter(pilot=pilot).select_related("owner", "pattern", "flag")
    page = Paginator(rows.order_by(F("done_at").desc(nulls_first=True), "due_at"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    clocks = clocks_of(pilot)
    given = TriageClocks.objects.filter(pilot=pilot).first()
    may = can(request.user, Permission.CORRECT_OUTPUT, pilot)
    about = {"about": request.GET.get("about", "")[:12]}
    context = {
        "pilot": pilot,
        "page": page,
        "late": {row.pk for row in page.object_list if row.is_late(at)},
        "procedure": given.procedure if given else "",
        "promises": [(f"{n.value} {d.name}", clocks.correct_hours[n]) for n, d in SEVERITIES.items()],
        "may_correct": may,
        "may_run": can(request.user, Permission.RUN_REVIEWS, pilot),
        "form": form or CorrectionForm(pilot=pilot, initial=about),
        "opened": form is not None or bool(about["about"]),
    }
    return page_of(request, "feedback/corrections.html", context)


@require_POST
def correction_open(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.CORRECT_OUTPUT)
    form = CorrectionForm(request.POST, pilot=pilot)
    if form.is_valid():
        with attempt(form):
            given = dict(form.cleaned_data)
            about = given.pop("about")
            thing = {"pattern": about} if isinstance(about, Pattern) else {"flag": about}
            made = open_correction(pilot=pilot, by=who(request), at=now(), **thing, **given)
            wake("governance.reevaluate")
            messages.success(request, f"{made} is open. {made.owner} has heard of it.")
            return redirect("correction", slug=slug, number=made.number)
    return _list(request, slug, form)


@require_safe
def correction(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    return _show(request, get_correction(request.user, slug, number, Permission.VIEW_FLAGS))


@require_POST
def correction_tell(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    def tell(found: Correction, given: dict[str, Any], version: int) -> None:
        note_told(correction=found, by=who(request), at=now(), **given)

    return _act(request, slug, number, "tell", tell, "Noted.")


@require_POST
def correction_plan(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    def plan(found: Correction, given: dict[str, Any], version: int) -> None:
        plan_correction(correction=found, version=version, by=who(request), at=now(), **given)

    return _act(request, slug, number, "plan", plan, "Planned anew.")


@require_POST
def correction_finish(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    def finish(found: Correction, given: dict[str, Any], version: int) -> None:
        finish_correction(correction=found, version=version, by=who(request), at=now(), **given)

    return _act(request, slug, number, "finish", finish, "Corrected.")


def _form(verb: str, found: Correction, data: Any = None) -> BaseForm:
    if verb == "plan":
        return PlanForm(data, correction=found, auto_id="plan_%s")
    return (ToldForm if verb == "tell" else FinishForm)(data, auto_id=f"{verb}_%s")


def _act(
    request: HttpRequest,
    slug: str,
    number: int,
    verb: str,
    act: Callable[[Correction, dict[str, Any], int], None],
    done: str,
) -> HttpResponse:
    found = get_correction(request.user, slug, number, Permission.CORRECT_OUTPUT)
    form = _form(verb, found, request.POST)
    if form.is_valid():
        with sending(form):
            act(found, form.cleaned_data, version_of(request))
            wake("governance.reevaluate")
            messages.success(request, done)
            return redirect("correction", slug=slug, number=number)
    return _show(request, found, verb, form)


def _show(request: HttpRequest, found: Correction, verb: str = "", form: BaseForm | None = None) -> HttpResponse:
    pilot, may = found.pilot, can(request.user, Permission.CORRECT_OUTPUT, found.pilot)
    forms = {name: form if name == verb else _form(name, found) for name in ("tell", "plan", "finish")}
    context = {
        "pilot": pilot,
        "correction": found,
        "notices": found.notices.select_related("told_by"),
        "late": found.is_late(now()),
        "forms": forms,
        "tried": verb,
        "tried_form": form,
        "may_correct": may,
        "who": "" if may else ", ".join(who_may(Permission.CORRECT_OUTPUT, pilot)),
    }
    return render(request, "feedback/correction.html", context, status=status_of(form))
