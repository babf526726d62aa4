"""A use case put off as an edge case or future work."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pilots.access import get_pilot, row_of
from pilots.actions.scope_case import set_aside_use_case
from pilots.clock import now
from pilots.forms.registers import SetAsideForm
from pilots.models import UseCase
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who


@require_http_methods(["GET", "HEAD", "POST"])
def use_case_set_aside(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    use_case = row_of(pilot, "use case", UseCase.objects.filter(removed_at__isnull=True), slug=name)
    held = {"as_": use_case.set_aside, "owner": use_case.set_aside_owner_id}
    form = SetAsideForm(request.POST or None, pilot=pilot, initial={**held, "stressor": use_case.set_aside_stressor_id})
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            done = set_aside_use_case(use_case=use_case, by=who(request), at=now(), **form.cleaned_data)
            wake("governance.reevaluate")
            said = f"set aside as {done.get_set_aside_display()}" if done.set_aside else "no longer set aside"
            messages.success(request, f"{done.name} is {said}.")
            return redirect("pilot_scope", slug=slug)
    return page_of(request, "pilots/use_case_set_aside.html", {"pilot": pilot, "use_case": use_case, "form": form})
