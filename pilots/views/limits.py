"""Human review only and withdrawn: put on a use case, and lifted, each with a reason."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from pilots.access import get_pilot
from pilots.actions.limits import lift_limit, limit_use_case
from pilots.clock import now
from pilots.forms.limits import LiftForm, LimitForm
from pilots.models import Pilot, UseCase, UseLimit
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who


def use_case_limit(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.LIMIT_USE)
    use_case = _use_case(pilot, name)
    form = LimitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            limit = limit_use_case(use_case=use_case, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            wake("feedback.tell_of_limits")
            messages.success(request, f"{use_case.name}: {limit.get_kind_display().lower()}, from now on.")
            return redirect("pilot_scope", slug=slug)
    return page_of(request, "pilots/use_case_limit.html", {"pilot": pilot, "use_case": use_case, "form": form})


def use_case_lift(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.LIMIT_USE)
    use_case = _use_case(pilot, name)
    form = LiftForm(request.POST or None, use_case=use_case)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            lift_limit(use_case=use_case, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            messages.success(request, f"The limit on {use_case.name} is lifted.")
            return redirect("pilot_scope", slug=slug)
    history = UseLimit.objects.filter(use_case=use_case).select_related("set_by", "lifted_by")
    context = {"pilot": pilot, "use_case": use_case, "form": form, "history": history}
    return page_of(request, "pilots/use_case_lift.html", context)


def _use_case(pilot: Pilot, name: str) -> UseCase:
    found = UseCase.objects.filter(pilot=pilot, slug=name, removed_at=None)
    use_case = found.select_related("human_only_by", "withdrawn_by").first()
    if use_case is None:
        raise Http404("It was removed, or never was here.")
    use_case.pilot = pilot
    return use_case
