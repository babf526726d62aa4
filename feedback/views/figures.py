"""How well the loop from a flag to an answer runs in one pilot."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.loop_rows import loop_figures_of
from pilots.access import get_pilot
from pilots.clock import now
from pilots.permissions import Permission

WINDOWS: Final = {"30": "30 days", "90": "90 days", "365": "A year"}
USUAL: Final = "90"


@require_safe
def feedback_figures(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.VIEW_FLAGS)
    window = request.GET.get("days", USUAL)
    window = window if window in WINDOWS else USUAL
    until = now()
    figures = loop_figures_of(pilot, until - timedelta(days=int(window)), until)
    context = {"pilot": pilot, "figures": figures, "windows": WINDOWS.items(), "window": window}
    return render(request, "feedback/figures.html", context)
