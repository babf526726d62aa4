"""Amount of use of a pilot: what is known of it, and a file with more."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from pilots import use_figures
from pilots.access import can, get_pilot, require, who_may
from pilots.actions.use import record_use
from pilots.actions.use_files import read_use_file, use_columns
from pilots.clock import now
from pilots.forms.uploads import UploadForm
from pilots.imports import Checked, Column, template_csv, template_xlsx
from pilots.models import Pilot, Use
from pilots.permissions import Permission
from pilots.views.acting import attempt, page_of, who

PER_PAGE = 28
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    form, checked = UploadForm(), None
    if request.method == "POST":
        require(request.user, Permission.RECORD_USE, pilot)
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            checked, done = _take_in(request, pilot, form)
            if done:
                return redirect("use", slug=slug)
    return page_of(request, "pilots/use.html", _context(request, pilot, form, checked))


def _take_in(request: HttpRequest, pilot: Pilot, form: UploadForm) -> tuple[Checked, bool]:
    at = now()
    checked, days = read_use_file(pilot=pilot, content=form.cleaned_data["file"].read(), at=at)
    if not checked.is_good:
        form.add_error("file", f"Nothing was recorded: {checked.wrong} of its cells or lines cannot be")
        return checked, False
    with attempt(form):
        done = record_use(pilot=pilot, days=days, source=Use.Source.FILE, by=who(request), at=at)
        said = f"{done.added} new, {done.replaced} replaced, {done.unchanged} as they were."
        messages.success(request, " ".join([f"Days recorded: {said}", *checked.notes]))
    return checked, form.is_valid()


def _context(request: HttpRequest, pilot: Pilot, form: UploadForm, checked: Checked | None) -> dict[str, Any]:
    rows = Use.objects.filter(pilot=pilot).select_related("use_case", "segment", "recorded_by")
    may_record = can(request.user, Permission.RECORD_USE, pilot)
    return {
        "pilot": pilot,
        "form": form,
        "checked": checked,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "seen": use_figures.seen_of(pilot, now().date()),
        "may_record": may_record,
        "who": "" if may_record else ", ".join(who_may(Permission.RECORD_USE, pilot)),
        "columns": use_columns(pilot) if may_record else [],
    }


@require_safe
def use_template(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.RECORD_USE)
    return template_response(f"{slug}-use", use_columns(pilot), ending)


def template_response(name: str, columns: Sequence[Column], ending: str) -> HttpResponse:
    makers = {"csv": (template_csv, "text/csv; charset=utf-8"), "xlsx": (template_xlsx, XLSX)}
    if ending not in makers:
        raise Http404("There is a template as csv and as xlsx.")
    make, kind = makers[ending]
    response = HttpResponse(make(columns), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
