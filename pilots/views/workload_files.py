"""The workload as a file: its template, what stands in it, and a file of it read in."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from pilots.access import get_pilot
from pilots.actions.workload_files import Read, import_workload, workload_columns, workload_rows
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.forms.uploads import UploadForm
from pilots.forms.workload import CountsForm
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who
from pilots.views.use import template_response
from pilots.views.workload import workload_context
from pilots.workload import workload_of
from pilots.xlsx_export import XLSX, workbook

MOST_NAMED: Final = 20


@require_safe
def workload_template(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    return template_response(f"{slug}-workload", workload_columns(workload_of(pilot)), ending)


@require_safe
def workload_download(request: HttpRequest, slug: str, ending: str) -> HttpResponseBase:
    pilot = get_pilot(request.user, slug)
    rows, name = workload_rows(pilot), f"{slug}-workload.{ending}"
    if ending == "csv":
        return csv_response(name, next(rows), rows)
    if ending != "xlsx":
        raise Http404("It is there as csv and as xlsx.")
    response = HttpResponse(workbook("Workload", rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def workload_import(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    form, checked = UploadForm(request.POST, request.FILES), None
    if form.is_valid():
        with attempt(form):
            content = form.cleaned_data["file"].read()
            checked, done = import_workload(pilot=pilot, by=who(request), at=now(), content=content)
            if done is not None:
                wake("governance.reevaluate")
                messages.success(request, " ".join([_said_of(done), *checked.notes]))
                return redirect("workload", slug=slug)
            form.add_error("file", f"Nothing was kept: {checked.wrong} of its cells or lines cannot be")
    counts = CountsForm(workload=workload_of(pilot))
    context = workload_context(request, pilot, counts, upload_form=form, checked=checked)
    return page_of(request, "pilots/workload.html", context)


def _said_of(done: Read) -> str:
    if done.is_nothing:
        return "The file changed nothing: all of it stands there already."
    said = [f"{len(done.counts):,} counts changed", f"{done.described:,} use cases and segments described anew"]
    for what, names in (("use cases", done.use_cases), ("segments", done.segments)):
        if names:
            more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
            said.append(f"{what} added: {', '.join(names[:MOST_NAMED])}{more}")
    return f"The file is read: {'; '.join(said)}."
