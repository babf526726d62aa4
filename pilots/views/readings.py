"""Weekly readings of the stages that were opened: which weeks are measured, and files with more."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from pilots.access import can, get_pilot
from pilots.actions.reading_files import read_reading_file, reading_columns
from pilots.actions.readings import record_readings
from pilots.clock import now
from pilots.forms.uploads import UploadForm
from pilots.imports import Checked
from pilots.models import Stage
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.readings import KINDS, ReadingKind, get_kind, weeks_of
from pilots.stages import get_stage, stages_of
from pilots.views.acting import attempt, page_of, who
from pilots.views.use import template_response


@require_safe
def readings(request: HttpRequest, slug: str) -> HttpResponse:
    """Of the stage that is asked for, else of the newest that was opened."""
    pilot = get_pilot(request.user, slug)
    opened = list(stages_of(pilot).filter(opened_at__isnull=False).order_by("-number"))
    asked = request.GET.get("stage", "")
    chosen = next((stage for stage in opened if str(stage.number) == asked), opened[0] if opened else None)
    may_add = can(request.user, Permission.IMPORT_EVIDENCE, pilot)
    context = {
        "pilot": pilot,
        "stages": opened,
        "stage": chosen,
        "weeks": weeks_of(chosen, now().date()) if chosen else [],
        "kinds": KINDS.values(),
        "may_add": may_add and chosen is not None and chosen.is_running,
    }
    return page_of(request, "pilots/readings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def readings_add(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.IMPORT_EVIDENCE)
    stage, chosen = get_stage(pilot, number), get_kind(kind)
    stage.pilot = pilot
    form, checked = UploadForm(), None
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            checked, done = _take_in(request, stage, chosen, form)
            if done:
                return redirect("readings", slug=slug)
    context: dict[str, Any] = {"pilot": pilot, "stage": stage, "kind": chosen, "form": form, "checked": checked}
    return page_of(request, "pilots/readings_add.html", context | {"columns": reading_columns(stage, chosen)})


def _take_in(request: HttpRequest, stage: Stage, kind: ReadingKind, form: UploadForm) -> tuple[Checked | None, bool]:
    at = now()
    with attempt(form):
        content = form.cleaned_data["file"].read()
        checked, rows = read_reading_file(stage=stage, kind=kind, content=content, at=at)
        if not checked.is_good:
            form.add_error("file", f"Nothing was recorded: {checked.wrong} of its cells or lines cannot be")
            return checked, False
        done = record_readings(stage=stage, kind=kind, rows=rows, by=who(request), at=at)
        wake("pilots.look_at_stages")
        said = f"{done.added} new, {done.replaced} replaced, {done.unchanged} as they were."
        messages.success(request, " ".join([f"Readings recorded: {said}", *checked.notes]))
    return None, form.is_valid()


@require_safe
def readings_template(request: HttpRequest, slug: str, number: int, kind: str, ending: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.IMPORT_EVIDENCE)
    stage, chosen = get_stage(pilot, number), get_kind(kind)
    return template_response(f"{slug}-stage-{number}-{kind}", reading_columns(stage, chosen), ending)
