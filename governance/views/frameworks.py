"""What accepted answers support in each framework, over the pilots that the reader may see."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from governance.forms.frameworks import PilotFilter
from governance.frameworks import frameworks as known_frameworks
from governance.reports.coverage import LOOKS, WORDS, Coverage, FrameworkCoverage, coverage
from pilots.access import require
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.views.acting import page_of, who


def _covered(request: HttpRequest) -> tuple[dict[str, FrameworkCoverage], dict[str, Any]]:
    """The coverage over the pilots that `?pilot=` leaves, and what the page says about that choice."""
    require(request.user, Permission.VIEW_FRAMEWORKS)
    visible = Pilot.objects.visible_to(who(request))
    form = PilotFilter(request.GET, pilots=visible)
    chosen: QuerySet[Pilot] = visible
    active = []
    if form.is_valid() and form.cleaned_data["pilot"]:
        pilot = form.cleaned_data["pilot"]
        chosen = visible.filter(pk=pilot.pk)
        active = [{"label": pilot.name, "url": request.path}]
    return coverage(chosen, now()), {"filters": form, "active": active}


@require_safe
def frameworks(request: HttpRequest) -> HttpResponse:
    found, context = _covered(request)
    rows = [{"framework": one.framework, "tiles": _tiles(one)} for one in found.values()]
    return page_of(request, "governance/frameworks.html", {"rows": rows, **context})


def _tiles(found: FrameworkCoverage) -> list[dict[str, Any]]:
    total = len(found.parts())
    return [
        {"label": WORDS[state], "value": count, "note": f"of {total} parts", "state": LOOKS[state] if count else None}
        for state, count in found.counts().items()
    ]


@require_safe
def framework(request: HttpRequest, key: str) -> HttpResponse:
    found = _one(request, key)
    return page_of(request, "governance/framework.html", found)


def _one(request: HttpRequest, key: str) -> dict[str, Any]:
    if key not in known_frameworks():
        raise Http404("There is no such framework.")
    covered, context = _covered(request)
    one = covered[key]
    return {"covered": one, "framework": one.framework, "tiles": _tiles(one), **context}


@require_safe
def framework_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    one: FrameworkCoverage = _one(request, key)["covered"]
    header = ("part", "our short words for it", "state", "supported in", "asked in", "questions", "edition", "note")
    return csv_response(f"{key}.csv", header, _rows(one))


def _rows(one: FrameworkCoverage) -> Iterator[tuple[str, ...]]:
    note = "Supports, never complies: check the current text."
    for part in one.parts():
        yield (
            part.part.id,
            part.part.title,
            part.words if part.state != Coverage.NOTHING or part.codes else f"{part.words}: no question cites it",
            "; ".join(map(_name, part.supported_in)),
            "; ".join(map(_name, part.asked_in)),
            "; ".join(part.codes),
            one.framework.edition,
            note,
        )


def _name(pilot: Pilot) -> str:
    return f"{pilot.name} (example)" if pilot.is_demo else pilot.name
