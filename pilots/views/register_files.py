"""A register as a file: its template, what stands in it, and a file of entries read in."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from pilots.access import get_pilot
from pilots.actions.register_files import entry_columns, entry_rows, import_entries
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.forms.uploads import UploadForm
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who
from pilots.views.registers import register_context, register_or_404
from pilots.views.use import template_response
from pilots.xlsx_export import XLSX, workbook


@require_safe
def register_template(request: HttpRequest, slug: str, register: str, ending: str) -> HttpResponse:
    pilot, kept = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE), register_or_404(register)
    return template_response(f"{slug}-{register}", entry_columns(kept, pilot), ending)


@require_safe
def register_download(request: HttpRequest, slug: str, register: str, ending: str) -> HttpResponseBase:
    pilot, kept = get_pilot(request.user, slug), register_or_404(register)
    rows, name = entry_rows(kept, pilot), f"{slug}-{register}.{ending}"
    if ending == "csv":
        return csv_response(name, next(rows), rows)
    if ending != "xlsx":
        raise Http404("It is there as csv and as xlsx.")
    response = HttpResponse(workbook(kept.name, rows), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def register_import(request: HttpRequest, slug: str, register: str) -> HttpResponse:
    pilot, kept = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE), register_or_404(register)
    form, checked = UploadForm(request.POST, request.FILES), None
    if form.is_valid():
        with attempt(form):
            content = form.cleaned_data["file"].read()
            checked, done = import_entries(register=kept, pilot=pilot, by=who(request), at=now(), content=content)
            if done is not None:
                wake("governance.reevaluate")
                said = f"{done.added} added, {done.unchanged} stood there already."
                messages.success(request, " ".join([f"{kept.name}: {said}", *checked.notes]))
                return redirect("register", slug=slug, register=register)
            form.add_error("file", f"Nothing was kept: {checked.wrong} of its cells or lines cannot be")
    context = register_context(request, pilot, kept, upload_form=form, checked=checked)
    return page_of(request, "pilots/register.html", context)
