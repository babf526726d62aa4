"""The audit trail as pages: the history of a pilot, and the organisation's stream with its checkpoints."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from governance.forms.history import HistoryFilters
from governance.reports.history import CSV_HEADER, csv_rows, events_of, last_verification, lines_of, people_in
from pilots.access import get_pilot, require
from pilots.actions.trail import verify_now
from pilots.audit import stream_of
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.models import Checkpoint
from pilots.models.audit_event import ORGANISATION_STREAM
from pilots.permissions import Permission
from pilots.signing import signer
from pilots.verification import count_erased
from pilots.views.acting import attempt_button, who

PAGE = 50


@require_safe
def pilot_history(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(who(request), slug, Permission.VIEW_HISTORY)
    context = {"pilot": pilot, **_page(request, stream_of(pilot), reverse("pilot_history", args=[slug]))}
    return render(request, "governance/history.html", context)


@require_safe
def pilot_history_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    pilot = get_pilot(who(request), slug, Permission.VIEW_HISTORY)
    return _csv(request, stream_of(pilot), f"{slug}-history.csv")


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    require(who(request), Permission.OPERATE)
    context = {
        "at": now(),
        "checkpoint": Checkpoint.objects.first(),
        "key": signer().fingerprint,
        "verification": last_verification(),
        "erased": count_erased(),
        "tabs": _tabs(),
        **_page(request, ORGANISATION_STREAM, reverse("trail")),
    }
    return render(request, "governance/trail.html", context)


@require_safe
def trail_csv(request: HttpRequest) -> StreamingHttpResponse:
    require(who(request), Permission.OPERATE)
    return _csv(request, ORGANISATION_STREAM, "organisation-trail.csv")


@require_POST
def trail_verify(request: HttpRequest) -> HttpResponse:
    require(who(request), Permission.OPERATE)
    with attempt_button(request):
        verify_now(by=who(request))
    return redirect("trail")


def _tabs() -> list[dict[str, Any]]:
    names = {"administration": "Status", "jobs": "Background jobs", "trail": "Audit trail"}
    return [{"label": label, "url": reverse(name), "current": name == "trail"} for name, label in names.items()]


def _page(request: HttpRequest, stream: str, address: str) -> dict[str, Any]:
    filters = HistoryFilters(request.GET, people=people_in(stream))
    chosen = filters.chosen()
    page = Paginator(events_of(stream, **chosen), PAGE).get_page(request.GET.get("page"))
    return {
        "filters": filters,
        "active": [
            {"label": f"{label}: {word}", "url": _without(name, chosen)} for name, label, word in filters.words()
        ],
        "narrowed": ", ".join(word for _, _, word in filters.words()),
        "clear": address,
        "page": page,
        "lines": lines_of(list(page.object_list)),
    }


def _without(name: str, chosen: dict[str, str]) -> str:
    rest = "&".join(f"{key}={value}" for key, value in chosen.items() if key != name)
    return f"?{rest}"


def _csv(request: HttpRequest, stream: str, filename: str) -> StreamingHttpResponse:
    chosen = HistoryFilters(request.GET, people=people_in(stream)).chosen()
    return csv_response(filename, CSV_HEADER, csv_rows(events_of(stream, **chosen)))
