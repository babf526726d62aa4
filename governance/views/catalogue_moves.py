from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from governance.actions.catalogue_moves import move_pilot, newer_versions, preview_move
from governance.forms.catalogue import MoveForm
from governance.models import PilotCatalogue
from pilots.access import can, get_pilot, who_may
from pilots.clock import now
from pilots.permissions import Permission
from pilots.plain_text import whole_number
from pilots.views.acting import attempt, page_of, who


def pilot_catalogue(request: HttpRequest, slug: str) -> HttpResponse:
    """The version of the catalogue that a pilot is on, and what moving to a newer one would change (`?to=3`)."""
    wanted = Permission.MOVE_CATALOGUE if request.method == "POST" else Permission.VIEW_PILOT
    pilot = get_pilot(request.user, slug, wanted)
    place = PilotCatalogue.objects.select_related("catalogue", "moved_by").filter(pilot=pilot).first()
    context: dict[str, Any] = {"pilot": pilot, "place": place}
    versions = newer_versions(pilot) if place else []
    if place and versions:
        by_number = {version.number: version for version in versions}
        typed = request.POST.get("to", request.GET.get("to", ""))
        to = by_number.get(whole_number(typed), versions[0])
        seen = {"to": to.number, "seen": place.catalogue.number}
        form = MoveForm(request.POST or None, versions=versions, initial=seen)
        if form.is_valid():
            with attempt(form):
                seen_on = form.cleaned_data["seen"]
                move_pilot(pilot=pilot, to_version=to, by=who(request), at=now(), seen=seen_on)
                messages.success(request, f"Moved {pilot} to {to} of the catalogue.")
                return redirect("pilot_catalogue", pilot.slug)
        context |= {"form": form, "to": to, "versions": versions, "preview": preview_move(pilot, to)}
        context["may_move"] = can(request.user, Permission.MOVE_CATALOGUE, pilot) and pilot.state != "ended"
        context["who_may"] = "" if context["may_move"] else ", ".join(who_may(Permission.MOVE_CATALOGUE, pilot))
    return page_of(request, "governance/pilot_catalogue.html", context)
