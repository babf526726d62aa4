"""How right our forecasts have been, for leadership."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from governance.reports.record import finding_of, programme, questions_of
from pilots.access import require
from pilots.permissions import Permission
from pilots.views.acting import page_of

PILOTS_A_PAGE: Final = 20


@require_safe
def record(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.VIEW_READINESS)
    found = programme()
    rows = [*found.waiting, *reversed(found.pilots)]
    context = {
        "programme": found,
        "finding": finding_of(found),
        "questions": questions_of(found) if found.pilots else [],
        "page": Paginator(rows, PILOTS_A_PAGE).get_page(request.GET.get("page")),
    }
    return page_of(request, "governance/record.html", context)
