"""Who of all that may use the tool does, by week and segment, and where that will level off."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from pilots.access import can, get_pilot
from pilots.adoption.export import COLUMNS, adoption_lines
from pilots.adoption.page import adoption_of, chosen_of, stages_run
from pilots.adoption.weeks import table_of
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.permissions import Permission
from pilots.views.acting import page_of


@require_safe
def adoption(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    stages = stages_run(pilot)
    stage = chosen_of(stages, request.GET.get("stage", ""))
    context = {
        "pilot": pilot,
        "stages": stages,
        "stage": stage,
        "shown": adoption_of(stage, now()) if stage else None,
        "may_close": bool(stage and stage.is_running and can(request.user, Permission.DECIDE_PILOT, pilot)),
    }
    return page_of(request, "pilots/adoption.html", context)


@require_safe
def adoption_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    pilot = get_pilot(request.user, slug)
    stage = chosen_of(stages_run(pilot), request.GET.get("stage", ""))
    lines = adoption_lines(table_of(stage, now())) if stage else iter(())
    return csv_response(f"{slug}-adoption.csv", COLUMNS, lines)
