"""Deactivating a person, with who takes over what they own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from governance.actions.leaving import deactivate_person
from governance.forms.leaving import DeactivationForm
from governance.reports.holdings import holdings_of
from pilots.access import require
from pilots.clock import now
from pilots.models import User
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who


def person_deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    require(request.user, Permission.MANAGE_PEOPLE)
    leaver = get_object_or_404(User, pk=pk)
    form = DeactivationForm(request.POST or None, holdings=holdings_of(leaver, now()))
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            deactivate_person(
                user=leaver,
                by=who(request),
                at=now(),
                handover_to=form.cleaned_data["handover_to"],
                successors=form.successors(),
            )
            wake("governance.reevaluate")
            wake("feedback.hand_over")
            messages.success(request, f"{leaver.name} is deactivated.")
            return redirect("person", pk=leaver.pk)
    return page_of(request, "governance/person_deactivate.html", {"person": leaver, "form": form})
