"""The change lead's page: concerns, what stands in whose way, and the roles that are asked apart."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.access import get_barrier, get_sensitive_role
from feedback.actions.people import close_barrier, identify_role, record_asking, record_barrier, revise_barrier
from feedback.forms import people as pages
from feedback.models import Barrier, Concern
from feedback.people_reports import concern_figures, sensitive_roles
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.views.acting import who
from pilots.views.sending import sending, status_of, version_of

# More than this is no list to work from; the API has the rest.
MOST = 100


@require_safe
def change(request: HttpRequest, slug: str) -> HttpResponse:
    pilot, at = get_pilot(request.user, slug, Permission.VIEW_CHANGE), now()
    may_read = can(request.user, Permission.ANSWER_CONCERNS, pilot)
    named = Concern.objects.filter(pilot=pilot) if may_read else Concern.objects.filter(pilot=pilot, named=who(request))
    listed = named.in_order().select_related("flag", "segment", "named", "changed_pattern", "changed_use_case")
    concerns = list(listed[:MOST])
    barriers = list(Barrier.objects.filter(pilot=pilot).select_related("segment", "owner"))
    context = {
        "pilot": pilot,
        "today": at.date(),
        "concerns": concerns,
        "may_read": may_read,
        "late": {row.pk for row in concerns if row.is_overdue(at.date())},
        "figures": (figures := concern_figures(pilot, at)),
        "shown_figures": any(row.is_shown for row in figures),
        "barriers": barriers,
        "late_barriers": {row.pk for row in barriers if row.is_overdue(at.date())},
        "roles": sensitive_roles(pilot),
        "may_edit": can(request.user, Permission.EDIT_CHANGE, pilot),
        "who": ", ".join(who_may(Permission.ANSWER_CONCERNS, pilot)),
    }
    return render(request, "feedback/change.html", context)


def _form_page(
    request: HttpRequest, pilot: Pilot, form: forms.Form, title: str, lede: str, button: str
) -> HttpResponse:
    context = {"pilot": pilot, "form": form, "title": title, "lede": lede, "button": button}
    context["back"] = reverse("change", args=[pilot.slug])
    return render(request, "feedback/change_form.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def barrier_add(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_CHANGE)
    form = pages.BarrierForm(request.POST or None, pilot=pilot)
    if request.method == "POST" and form.is_valid():
        with sending(form):
            record_barrier(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "Recorded, with what is done about it.")
            return redirect("change", slug=slug)
    lede = "What keeps a group from using the tool, what is done about it, by whom, and what will show that it worked."
    return _form_page(request, pilot, form, "Record a barrier", lede, "Record it")


@require_safe
def barrier(request: HttpRequest, slug: str, barrier: UUID) -> HttpResponse:
    return _show(request, get_barrier(request.user, slug, barrier, Permission.VIEW_CHANGE))


@require_POST
def barrier_revise(request: HttpRequest, slug: str, barrier: UUID) -> HttpResponse:
    found = get_barrier(request.user, slug, barrier, Permission.EDIT_CHANGE)
    form = pages.ReviseBarrierForm(request.POST, pilot=found.pilot)
    if form.is_valid():
        with sending(form):
            revise_barrier(barrier=found, version=version_of(request), by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "Revised.")
            return redirect("barrier", slug=slug, barrier=found.pk)
    return _show(request, get_barrier(request.user, slug, barrier, Permission.VIEW_CHANGE), revise=form)


@require_POST
def barrier_close(request: HttpRequest, slug: str, barrier: UUID) -> HttpResponse:
    found = get_barrier(request.user, slug, barrier, Permission.EDIT_CHANGE)
    form = pages.CloseBarrierForm(request.POST, auto_id="close_%s")
    if form.is_valid():
        with sending(form):
            close_barrier(barrier=found, version=version_of(request), by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "Closed, with what the measure shows.")
            return redirect("barrier", slug=slug, barrier=found.pk)
    return _show(request, get_barrier(request.user, slug, barrier, Permission.VIEW_CHANGE), close=form)


def _show(
    request: HttpRequest,
    found: Barrier,
    revise: forms.Form | None = None,
    close: forms.Form | None = None,
) -> HttpResponse:
    names = ("what", "actions", "action", "owner", "measure", "review_on")
    stands: dict[str, Any] = {name: getattr(found, name) for name in names}
    context = {
        "pilot": found.pilot,
        "barrier": found,
        "overdue": found.is_overdue(now().date()),
        "may_edit": can(request.user, Permission.EDIT_CHANGE, found.pilot),
        "form": revise or pages.ReviseBarrierForm(pilot=found.pilot, initial=stands),
        "close_form": close or pages.CloseBarrierForm(auto_id="close_%s"),
        "revising": revise is not None,
        "tried_form": revise or close,
    }
    return render(request, "feedback/barrier.html", context, status=status_of(revise or close))


@require_http_methods(["GET", "HEAD", "POST"])
def sensitive_role_add(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_CHANGE)
    form = pages.SensitiveRoleForm(request.POST or None, pilot=pilot)
    if request.method == "POST" and form.is_valid():
        with sending(form):
            identify_role(pilot=pilot, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "Listed. Ask its people apart from the volunteers.")
            return redirect("change", slug=slug)
    lede = "Whose work is touched in what it is and is worth. What volunteers say is silent about them."
    return _form_page(request, pilot, form, "List a role to ask apart", lede, "List it")


@require_http_methods(["GET", "HEAD", "POST"])
def sensitive_role_ask(request: HttpRequest, slug: str, sensitive: UUID) -> HttpResponse:
    role = get_sensitive_role(request.user, slug, sensitive, Permission.EDIT_CHANGE)
    form = pages.AskingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with sending(form):
            record_asking(role=role, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, "Recorded. Under ten answers it is shown to nobody.")
            return redirect("change", slug=slug)
    lede = "In sum and without names. What volunteers said is recorded beside it and never mixed with it."
    return _form_page(request, role.pilot, form, f"Record what was said: {role}", lede, "Record it")
