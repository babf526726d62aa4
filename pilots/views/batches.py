"""Evidence in batches: sent, matched, watched while it is imported, mended, looked at, withdrawn."""

import csv
import io
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from pilots.access import can, get_pilot, require, row_of, who_may
from pilots.actions.batches import header_of, match_columns, receive_batch, remembered, withdraw_batch
from pilots.actions.evidence_columns import evidence_columns
from pilots.actions.importing import bad_lines, percent_done
from pilots.cells import cell as csv_cell
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.evidence_rows import cells_of, in_words, rows_of
from pilots.forms.batches import BatchForm, MatchForm, WithdrawForm
from pilots.imports.table import Unreadable
from pilots.models import Batch, Pilot
from pilots.permissions import Permission
from pilots.plain_text import whole_number
from pilots.publish import wake
from pilots.views.acting import attempt, page_of, who
from pilots.views.use import template_response

PER_PAGE: Final = 50
_IMPORT: Final = Permission.IMPORT_EVIDENCE


@require_safe
def batches(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    rows = Batch.objects.filter(pilot=pilot).select_related("uploaded_by").defer("problems", "mapping", "note")
    may = can(request.user, _IMPORT, pilot)
    context = {
        "pilot": pilot,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may_import": may,
        "who": "" if may else ", ".join(who_may(_IMPORT, pilot)),
    }
    return page_of(request, "pilots/batches.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def batch_add(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, _IMPORT)
    form = BatchForm(request.POST or None, request.FILES or None, initial=_usual(pilot, request))
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            fields = dict(form.cleaned_data)
            file, kind = fields.pop("file"), fields.pop("kind")
            batch = receive_batch(
                pilot=pilot,
                kind=kind,
                fields=fields,
                content=file.chunks(),
                file_name=file.name,
                source=Batch.Source.FILE,
                by=who(request),
                at=now(),
            )
            wake("pilots.import_batches")
            next_page = "batch_match" if batch.state == Batch.State.MAPPING else "batch"
            return redirect(next_page, slug=slug, number=batch.number)
    kinds = [(kind, kind.label, evidence_columns(pilot, kind, now().date())) for kind in Batch.Kind]
    return page_of(request, "pilots/batch_add.html", {"pilot": pilot, "form": form, "kinds": kinds})


def _usual(pilot: Pilot, request: HttpRequest) -> dict[str, Any]:
    """What was said of the batch that is mended, or the phase that the pilot is in."""
    again = whole_number(request.GET.get("again", ""))
    mended = Batch.objects.filter(pilot=pilot, number=again).first() if again else None
    if mended is not None:
        names = ("kind", "title", "phase", "method", "measured_by", "stake", "note")
        consequences = {None: "", True: "yes", False: "no"}[mended.had_consequences]
        return {**{name: getattr(mended, name) for name in names}, "had_consequences": consequences}
    current = pilot.phases.filter(state="current").first()
    return {"phase": current.kind} if current else {}


def _batch(request: HttpRequest, slug: str, number: int, permission: Permission = Permission.VIEW_PILOT) -> Batch:
    pilot = get_pilot(request.user, slug, permission)
    rows = Batch.objects.select_related("uploaded_by", "withdrawn_by")
    return row_of(pilot, "batch", rows, number=number)


@require_safe
def batch(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """While it is imported the page looks again every second; without scripts a link does."""
    found = _batch(request, slug, number)
    user = request.user
    imported = found.state in {Batch.State.IMPORTED, Batch.State.WITHDRAWN}
    context = {
        "pilot": found.pilot,
        "batch": found,
        "percent": percent_done(found) if found.is_under_way else 100,
        "cells": cells_of(found) if imported and found.kind == Batch.Kind.OBSERVATIONS else [],
        "may_import": can(user, _IMPORT, found.pilot),
        "may_read": can(user, Permission.READ_ROWS, found.pilot) and imported and rows_of(found) is not None,
        "may_mend": found.state == Batch.State.REFUSED and found.uploaded_by_id == who(request).pk,
        "more": max(0, found.wrong - len(found.problems)),
    }
    return page_of(request, "pilots/batch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def batch_match(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _batch(request, slug, number, _IMPORT)
    if found.state not in {Batch.State.MAPPING, Batch.State.REFUSED}:
        return redirect("batch", slug=slug, number=number)
    try:
        header = header_of(found)
    except Unreadable as unreadable:
        raise Http404("Its file is no longer kept: send it again.") from unreadable
    columns = evidence_columns(found.pilot, found.kind, now().date())
    known = remembered(found.pilot, found.kind) | found.mapping
    form = MatchForm(request.POST or None, header=header, columns=columns, known=known)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            match_columns(batch=found, mapping=form.mapping(), by=who(request), at=now())
            wake("pilots.import_batches")
            return redirect("batch", slug=slug, number=number)
    context = {"pilot": found.pilot, "batch": found, "form": form, "columns": columns}
    return page_of(request, "pilots/batch_match.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def batch_withdraw(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _batch(request, slug, number, _IMPORT)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            withdraw_batch(batch=found, by=who(request), at=now(), reason=form.cleaned_data["reason"])
            wake("governance.reevaluate")
            messages.success(request, f"{found.reference} is withdrawn: nothing rests on it any more.")
            return redirect("batch", slug=slug, number=number)
    return page_of(request, "pilots/batch_withdraw.html", {"pilot": found.pilot, "batch": found, "form": form})


@require_safe
def batch_bad_rows(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The lines to mend, as they were sent, each with why. Only for who sent them: they may hold what people think."""
    found = _batch(request, slug, number, _IMPORT)
    if found.state != Batch.State.REFUSED or found.uploaded_by_id != who(request).pk:
        raise Http404("Nothing is to be mended here, or somebody else sent it.")
    written = io.StringIO()
    writer = csv.writer(written)
    kept: list[list[Any]] = []
    try:
        header = bad_lines(found, lambda line, row: kept.append([csv_cell(value) for value in row]))
    except Unreadable as unreadable:
        raise Http404(unreadable.message) from unreadable
    writer.writerow(header)
    writer.writerows(kept)
    response = HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{found.reference}-to-mend.csv"'
    return response


@require_safe
def batch_rows(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found, names, rows = _rows(request, slug, number)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"pilot": found.pilot, "batch": found, "names": names, "page": page}
    context["rows"] = list(in_words(names, page.object_list))
    return page_of(request, "pilots/batch_rows.html", context)


@require_safe
def batch_rows_csv(request: HttpRequest, slug: str, number: int) -> StreamingHttpResponse:
    found, names, rows = _rows(request, slug, number)
    return csv_response(f"{slug}-{found.reference}", names, in_words(names, rows.iterator(chunk_size=2000)))


def _rows(request: HttpRequest, slug: str, number: int) -> tuple[Batch, list[str], Any]:
    found = _batch(request, slug, number)
    require(request.user, Permission.READ_ROWS, found.pilot)
    shown = rows_of(found)
    if shown is None or found.state not in {Batch.State.IMPORTED, Batch.State.WITHDRAWN}:
        raise Http404("What participants said of themselves is shown of ten people together, never row by row.")
    return found, *shown


@require_safe
def batch_template(request: HttpRequest, slug: str, kind: str, ending: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, _IMPORT)
    if kind not in Batch.Kind.values:
        raise Http404("There is no such kind of evidence.")
    return template_response(f"{slug}-{kind}", evidence_columns(pilot, kind, now().date()), ending)
