"""The forecast of a pilot: read, asked for, watched while it is worked out, locked."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilots.access import can, get_pilot, row_of, who_may
from pilots.actions.forecasts import ask_forecast, lock_forecast
from pilots.clock import now
from pilots.forecast_export import forecast_export as document_of
from pilots.forecast_page import (
    Block,
    assumed_in,
    blocks_of,
    cells_of,
    evidence_of,
    figures_of,
    forecasts_of,
    is_behind,
    newest,
    what_is_missing,
)
from pilots.forms.forecasts import LockForm
from pilots.models import Forecast, Pilot
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who

PER_PAGE: Final = 25
# A page with five pictures has many elements as it is.
CELLS_PER_PAGE: Final = 20


@require_safe
def forecast(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest that is worked out, below one that is under way or came to nothing."""
    pilot = get_pilot(request.user, slug)
    last, shown = newest(pilot)
    context = {"last": last, "missing": [] if shown else what_is_missing(pilot), "is_behind": is_behind(pilot)}
    return _page(request, pilot, last, shown, context)


@require_safe
def forecast_number(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    found = row_of(pilot, "forecast", forecasts_of(pilot), number=number)
    return _page(request, pilot, found, found if found.state == Forecast.State.READY else None, {"last": found})


def _page(
    request: HttpRequest, pilot: Pilot, last: Forecast | None, shown: Forecast | None, context: dict[str, Any]
) -> HttpResponse:
    """While `last` is under way the page looks again by itself; once it is not, all of it is read anew."""
    if request.headers.get("HX-Request") and not (last and last.is_under_way):
        return HttpResponse(headers={"HX-Refresh": "true"})
    user = request.user
    may_ask, may_lock = (can(user, one, pilot) for one in (Permission.EDIT_EVIDENCE, Permission.LOCK_FORECAST))
    context |= {"pilot": pilot, "shown": shown, "may_ask": may_ask, "may_lock": may_lock}
    if shown:
        shown.pilot = pilot
        context |= _read(request, shown)
        if not may_lock and not shown.locked_at:
            context["who_locks"] = ", ".join(who_may(Permission.LOCK_FORECAST, pilot))
    return page_of(request, "pilots/forecast.html", context)


def _read(request: HttpRequest, shown: Forecast) -> dict[str, Any]:
    blocks = blocks_of(shown)
    chosen = _chosen(blocks, request.GET.get("of", ""))
    cells = cells_of(chosen.figure) if chosen else []
    return {
        "blocks": blocks,
        "chosen": chosen,
        "picked": bool({"of", "page"} & request.GET.keys()),
        "page": Paginator(cells, CELLS_PER_PAGE).get_page(request.GET.get("page")),
        "evidence": evidence_of(shown),
        "assumed": assumed_in(blocks),
    }


def _chosen(blocks: list[Block], of: str) -> Block | None:
    """Whose cells are shown: the first figure's unless the address names another."""
    return next((one for one in blocks if one.figure.of == of), blocks[0] if blocks else None)


@require_safe
def forecasts(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    page = Paginator(forecasts_of(pilot), PER_PAGE).get_page(request.GET.get("page"))
    figures = figures_of(list(page))
    rows = [(one, figures[one.pk][0] if figures[one.pk] else None) for one in page]
    return page_of(request, "pilots/forecasts.html", {"pilot": pilot, "page": page, "rows": rows})


@require_POST
def forecast_ask(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    with attempt_button(request):
        ask_forecast(pilot=pilot, by=who(request), at=now())
        wake("pilots.work_out_forecasts")
    return redirect("forecast", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def forecast_lock(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.LOCK_FORECAST)
    found = row_of(pilot, "forecast", forecasts_of(pilot), number=number)
    if request.method != "POST" and (found.locked_at or found.state != Forecast.State.READY):
        return redirect("forecast_number", slug=slug, number=number)
    # An empty note is an answer too.
    form = LockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            lock_forecast(forecast=found, by=who(request), at=now(), note=form.cleaned_data["note"])
            wake("governance.reevaluate")
            messages.success(request, f"{found.reference} is locked: from here on nobody can change it.")
            return redirect("forecast_number", slug=slug, number=number)
    context = {"pilot": pilot, "forecast": found, "form": form, "figures": figures_of([found])[found.pk]}
    return page_of(request, "pilots/forecast_lock.html", context)


@require_safe
def forecast_export(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """All that it was worked out from, for who recomputes it; what concerns single people is sealed."""
    pilot = get_pilot(request.user, slug)
    found = row_of(pilot, "forecast", Forecast.objects.filter(state=Forecast.State.READY), number=number)
    name = f'attachment; filename="{slug}-{found.reference}.json"'
    return JsonResponse(document_of(found), headers={"Content-Disposition": name})
