"""What was measured: every figure by the question that it answers, and all of them as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from pilots.access import can, get_pilot
from pilots.csv_export import csv_response
from pilots.forms.figures import NarrowForm
from pilots.measured.exports import FIGURE_COLUMNS, figure_lines
from pilots.measured.figures import are_behind, measured
from pilots.models import Batch, Pilot
from pilots.permissions import Permission
from pilots.views.acting import page_of


@require_safe
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    form = NarrowForm(request.GET or None, pilot=pilot)
    use_case, segment = form.chosen()
    context: dict[str, Any] = {
        "pilot": pilot,
        "narrow": form,
        "active": form.active(),
        "measured": measured(pilot, use_case, segment),
        "scope": ", ".join(one.name for one in (use_case, segment) if one),
        "behind": are_behind(pilot),
        "has_batches": Batch.objects.counting().filter(pilot=pilot).exists(),
        "may_import": can(request.user, Permission.IMPORT_EVIDENCE, pilot),
    }
    return page_of(request, "pilots/figures.html", context)


@require_safe
def figures_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    pilot: Pilot = get_pilot(request.user, slug)
    return csv_response(f"{slug}-figures.csv", FIGURE_COLUMNS, figure_lines(pilot))
