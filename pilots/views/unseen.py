"""What a pilot does not see, and why."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pilots.access import get_pilot
from pilots.measured.figures import are_behind
from pilots.measured.unseen import unseen
from pilots.views.acting import page_of


@require_safe
def not_seeing(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    return page_of(
        request, "pilots/not_seeing.html", {"pilot": pilot, "sides": unseen(pilot), "behind": are_behind(pilot)}
    )
