"""How much of the work the evidence covers, as a grid."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from pilots.access import get_pilot
from pilots.csv_export import csv_response
from pilots.measured.addresses import page_url
from pilots.measured.coverage import CODE, COVERAGE_COLUMNS, STEPS, coverage_lines, coverage_of
from pilots.measured.figures import are_behind
from pilots.measured.findings import covers
from pilots.views.acting import page_of

LARGEST = 10


@require_safe
def coverage(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    found = coverage_of(pilot)
    context = {
        "pilot": pilot,
        "coverage": found,
        "finding": covers(found.shares),
        "finding_alone": covers(found.shares_alone) if found.is_counted else "",
        "behind": are_behind(pilot),
        "dark": found.dark[:LARGEST],
        "steps": STEPS,
        "code": CODE,
        "workload_url": page_url(pilot, "workload"),
    }
    return page_of(request, "pilots/coverage.html", context)


@require_safe
def coverage_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    pilot = get_pilot(request.user, slug)
    return csv_response(f"{slug}-coverage.csv", COVERAGE_COLUMNS, coverage_lines(pilot))
