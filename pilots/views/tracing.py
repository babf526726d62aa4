"""One figure, and what it rests on."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pilots.access import can, get_pilot, who_may
from pilots.evidence_rows import in_words
from pilots.forms.figures import NarrowForm
from pilots.measured.questions import REMEDIES, family
from pilots.measured.tracing import Place, rows_behind, traced, why_no_rows
from pilots.models import Figure, Pilot
from pilots.permissions import Permission
from pilots.stats.metrics import ABOUT
from pilots.views.acting import page_of

PER_PAGE = 50


@require_safe
def figure(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    found = traced(_place(request, pilot, code))
    may_read = can(request.user, Permission.READ_ROWS, pilot)
    context = {
        "pilot": pilot,
        "found": found,
        "remedy": REMEDIES.get(family(code)),
        "may_read": may_read,
        "who": "" if may_read else ", ".join(who_may(Permission.READ_ROWS, pilot)),
        "why_no_rows": why_no_rows(found),
    }
    if may_read and not context["why_no_rows"]:
        names, rows = rows_behind(found)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "names": [name.replace("_", " ").capitalize() for name in names],
            "page": page,
            "rows": list(in_words(names, page.object_list)),
        }
    return page_of(request, "pilots/figure.html", context)


def _place(request: HttpRequest, pilot: Pilot, code: str) -> Place:
    """404 for what is none of the pilot's, rather than the figure of something else."""
    narrowed = NarrowForm(request.GET, pilot=pilot)
    part = request.GET.get("part", "")
    if code not in ABOUT or part not in Figure.Part.values or not narrowed.is_valid():
        raise Http404("There is no such figure of this pilot.")
    return Place(pilot, code, part, *narrowed.chosen())
