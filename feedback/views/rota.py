"""Who is on triage in which week, and how fast."""

from datetime import UTC, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from feedback.actions.rota import set_clocks, set_rota
from feedback.actions.telling import duty_of, triage_of
from feedback.clocks import monday_of
from feedback.forms.rota import ClocksForm, RotaForm
from feedback.models import ClockOverrun, TriageClocks, TriageWeek
from pilots.access import can, get_pilot, require, who_may
from pilots.clock import now
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.views.acting import attempt, page_of, who
from pilots.views.sending import version_of

WEEKS = 6
SHOWN = 10


@require_http_methods(["GET", "HEAD", "POST"])
def triage_rota(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.VIEW_FLAGS)
    if request.method != "POST":
        return _show(request, pilot)
    require(request.user, Permission.RUN_REVIEWS, pilot)
    form = _rota_form(pilot, request.POST)
    if form.is_valid():
        with attempt(form):
            set_rota(pilot=pilot, weeks=form.weeks(), by=who(request), at=now())
            messages.success(request, "The weeks are set. Severe flags go to whose week it is.")
            return redirect("triage_rota", slug=slug)
    return _show(request, pilot, rota=form)


@require_POST
def triage_clocks(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.RUN_REVIEWS)
    form = ClocksForm(request.POST, clocks=TriageClocks.objects.filter(pilot=pilot).first())
    if form.is_valid():
        with attempt(form):
            set_clocks(
                pilot=pilot,
                read_hours=form.hours("read"),
                correct_hours=form.hours("correct"),
                procedure=form.cleaned_data["procedure"],
                version=version_of(request),
                by=who(request),
                at=now(),
            )
            messages.success(request, "The clocks are set.")
            return redirect("triage_rota", slug=slug)
    return _show(request, pilot, clocks=form)


def _rota_form(pilot: Pilot, data: Any = None) -> RotaForm:
    at = now()
    first = monday_of(at.astimezone(UTC).date())
    mondays = [first + timedelta(weeks=n) for n in range(WEEKS)]
    weeks = list(TriageWeek.objects.filter(pilot=pilot, monday__in=mondays))
    return RotaForm(data, mondays=mondays, people=triage_of(pilot, at), weeks=weeks)


def _show(
    request: HttpRequest, pilot: Pilot, rota: RotaForm | None = None, clocks: ClocksForm | None = None
) -> HttpResponse:
    at, runs = now(), can(request.user, Permission.RUN_REVIEWS, pilot)
    held = TriageClocks.objects.filter(pilot=pilot).select_related("set_by").first()
    overruns = ClockOverrun.objects.filter(pilot=pilot).select_related("flag")
    context = {
        "pilot": pilot,
        "duty": duty_of(pilot, at),
        "rota_form": rota or _rota_form(pilot),
        "clocks_form": clocks or ClocksForm(clocks=held),
        "clocks": held,
        "overruns": overruns[:SHOWN],
        "may_run": runs,
        "who": "" if runs else ", ".join(who_may(Permission.RUN_REVIEWS, pilot)),
        "form": rota or clocks,
    }
    return page_of(request, "feedback/triage_rota.html", context)
