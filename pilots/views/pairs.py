"""The same figures with and without what the rollout will not have."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pilots.access import get_pilot
from pilots.measured.figures import are_behind
from pilots.measured.pairs import pairs_of
from pilots.views.acting import page_of


@require_safe
def with_and_without(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    pairs = pairs_of(pilot)
    told = sum(one.is_told for one in pairs)
    context = {"pilot": pilot, "pairs": pairs, "told": told, "behind": are_behind(pilot)}
    return page_of(request, "pilots/with_and_without.html", context)
