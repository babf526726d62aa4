"""What a pattern of flags speaks against: the questions that it put in doubt, and the gates that are shut by that."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from feedback.summaries.patterns import pattern_summary
from governance.reports.chains import chains_of, doubts_by, unmoved_by
from pilots.access import get_pilot
from pilots.permissions import Permission
from pilots.views.acting import who


@require_safe
def pattern_chain(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.VIEW_FLAGS)
    pattern = pattern_summary(pilot, number)
    if pattern is None:
        raise Http404("No such pattern in this pilot.")
    doubts = doubts_by(pilot, pattern.id)
    context = {
        "pilot": pilot,
        "pattern": pattern,
        "chains": chains_of(pilot, doubts, who(request)),
        "unmoved": unmoved_by(pilot, pattern, doubts),
    }
    return render(request, "governance/pattern_chain.html", context)
