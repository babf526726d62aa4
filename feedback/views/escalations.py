"""Escalations of a pilot with their clocks, one of them with its answer, and the path that says who is called."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.access import get_escalation, get_flag_by_link, get_own_flag
from feedback.actions.escalations import answer_escalation, give_up_escalation, set_escalation_path
from feedback.forms.escalations import AnswerEscalationForm, EscalationPathForm
from feedback.models import Escalation, EscalationPath, EscalationStep, Flag
from feedback.people_reports import escalation_figures
from feedback.views.receipts import kept_private
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt_button, who
from pilots.views.sending import sending, status_of, version_of
from pilots.when import length_in_words

PER_PAGE = 50


@require_safe
def escalations(request: HttpRequest, slug: str) -> HttpResponse:
    pilot, at = get_pilot(request.user, slug, Permission.VIEW_FLAGS), now()
    rows = Escalation.objects.filter(pilot=pilot).in_order().select_related("flag__use_case", "answered_by")
    page = Paginator(rows.prefetch_related("calls__person"), PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.shown_as = row.look(at)  # type: ignore[attr-defined]
    path, steps = _path_of(pilot)
    context = {
        "pilot": pilot,
        "page": page,
        "tiles": _tiles(pilot),
        "path": path,
        "steps": steps,
        "unroutable": any(row.is_unroutable for row in page.object_list),
        "may_edit_path": can(request.user, Permission.EDIT_ESCALATION_PATH, pilot),
    }
    return render(request, "feedback/escalations.html", context)


def _tiles(pilot: Pilot) -> list[dict[str, Any]]:
    """M26, each with what it is of. Nothing raised is not a hundred per cent."""
    found = escalation_figures(pilot, now())
    share = found.share_in_time
    of = f"{found.in_time} of {found.judged} whose time is over; rehearsals left out"
    longest = length_in_words(found.longest_wait) if found.longest_wait is not None else None
    return [
        {"label": "Answered in time", "value": None if share is None else f"{share} %", "note": of},
        {
            "label": "Reached nobody",
            "value": found.unroutable,
            "note": f"of {found.raised} raised",
            "state": "blocked" if found.unroutable else "",
        },
        {"label": "Longest wait", "value": longest, "note": "by the clock on the wall, open ones too"},
        {"label": "Gave up", "value": found.gave_up, "note": f"of {found.raised} raised"},
    ]


def _path_of(pilot: Pilot) -> tuple[EscalationPath | None, list[EscalationStep]]:
    path = EscalationPath.objects.filter(pilot=pilot).select_related("set_by").first()
    steps = EscalationStep.objects.filter(pilot=pilot).select_related("person", "cover")
    return path, list(steps)


@require_safe
def escalation(request: HttpRequest, slug: str, escalation: UUID) -> HttpResponse:
    return _show(request, get_escalation(request.user, slug, escalation, Permission.VIEW_FLAGS))


@require_POST
def escalation_answer(request: HttpRequest, slug: str, escalation: UUID) -> HttpResponse:
    found = get_escalation(request.user, slug, escalation, Permission.ANSWER_ESCALATIONS)
    form = AnswerEscalationForm(request.POST)
    if form.is_valid():
        with sending(form):
            version = version_of(request)
            answer_escalation(escalation=found, version=version, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, "Answered. Who asked reads it on their own page.")
            return redirect("escalation", slug=slug, escalation=found.pk)
    return _show(request, get_escalation(request.user, slug, escalation, Permission.VIEW_FLAGS), form)


def _show(request: HttpRequest, found: Escalation, form: AnswerEscalationForm | None = None) -> HttpResponse:
    pilot, at = found.pilot, now()
    may_answer = can(request.user, Permission.ANSWER_ESCALATIONS, pilot) and found.flag.reporter_id != request.user.pk
    context = {
        "pilot": pilot,
        "escalation": found,
        "flag": found.flag,
        "shown_as": found.look(at),
        "is_late": found.is_late(at),
        "calls": found.calls.select_related("person"),
        "may_answer": may_answer,
        "who": ", ".join(who_may(Permission.ANSWER_ESCALATIONS, pilot)),
        "form": form or AnswerEscalationForm(),
    }
    return render(request, "feedback/escalation.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def escalation_path(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_ESCALATION_PATH)
    path, steps = _path_of(pilot)
    form = EscalationPathForm(request.POST or None, pilot=pilot, path=path, steps=steps)
    if request.method == "POST" and form.is_valid():
        with sending(form):
            hours = {name: form.cleaned_data[name] for name in ("opens", "closes", "weekends")}
            version, by = version_of(request), who(request)
            set_escalation_path(pilot=pilot, steps=form.steps(), version=version, by=by, at=now(), **hours)
            wake("feedback.route_escalations")
            messages.success(request, "The path is set. Who has reached nobody so far is passed on at once.")
            return redirect("escalations", slug=slug)
    context = {"pilot": pilot, "form": form, "version": path.version if path else 0}
    return render(request, "feedback/escalation_path.html", context, status=status_of(form))


@login_not_required
@kept_private
@require_POST
def flag_give_up(request: HttpRequest, token: str) -> HttpResponse:
    return _give_up(request, get_flag_by_link(token), reverse("flag_receipt", args=[token]))


@require_POST
def my_flag_give_up(request: HttpRequest, reference: str) -> HttpResponse:
    return _give_up(request, get_own_flag(who(request), reference), reverse("my_flag", args=[reference]))


def _give_up(request: HttpRequest, flag: Flag, back: str) -> HttpResponse:
    found = Escalation.objects.filter(flag=flag).first()
    with attempt_button(request):
        if found is None:
            raise Refused("Nobody was asked for a judgement on it.")
        give_up_escalation(escalation=found, at=now())
        messages.success(request, "Whoever was asked hears that you went on without an answer. It is counted.")
    return redirect(back)
