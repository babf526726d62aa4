"""Flags collected elsewhere: a file is looked through, then taken in with one click."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from feedback.actions.flag_files import FlagFile, columns_of, read_flag_file
from feedback.actions.importing import import_flags
from feedback.taxonomy import CATEGORY_LABELS, Category
from pilots.access import get_pilot
from pilots.actions.uploads import keep_upload
from pilots.clock import now
from pilots.forms.uploads import UploadForm
from pilots.models import Pilot, Upload
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import page_of, who
from pilots.views.use import template_response

KIND = "flags"
SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
def flags_import(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.TRIAGE_FLAGS)
    form, checked = UploadForm(), None
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            sent, at = form.cleaned_data["file"], now()
            content = sent.read()
            checked = read_flag_file(pilot=pilot, content=content, at=at).checked
            if checked.is_good:
                kept = keep_upload(pilot=pilot, kind=KIND, name=sent.name, content=content, by=who(request), at=at)
                return redirect("flags_import_confirm", slug=slug, upload=kept.pk)
            form.add_error("file", f"Nothing was imported: {checked.wrong} of its cells or lines cannot be")
    context = {"pilot": pilot, "form": form, "checked": checked, "columns": columns_of(pilot)}
    return page_of(request, "feedback/flags_import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def flags_import_confirm(request: HttpRequest, slug: str, upload: UUID) -> HttpResponse:
    """What would become of the file; a POST lets it become so. Whoever sent the file alone sees it."""
    pilot = get_pilot(request.user, slug, Permission.TRIAGE_FLAGS)
    kept = Upload.objects.filter(pk=upload, pilot=pilot, kind=KIND, uploaded_by=who(request)).first()
    if kept is None:
        raise Http404("This file was imported, or a day has gone by. Send it again.")
    at = now()
    file = read_flag_file(pilot=pilot, content=bytes(kept.content), at=at)
    if request.method == "POST" and file.checked.is_good:
        done = import_flags(pilot=pilot, flags=file.flags, by=who(request), at=at)
        kept.delete()
        wake("feedback.place_flags")
        wake("governance.reevaluate")
        messages.success(request, f"{done.added} flags are imported; {done.there} were here already.")
        return redirect("flags", slug=slug)
    status = 409 if request.method == "POST" else 200
    return render(request, "feedback/flags_import_confirm.html", _outlook(pilot, kept, file), status=status)


def _outlook(pilot: Pilot, kept: Upload, file: FlagFile) -> dict[str, Any]:
    kinds = Counter(code for flag in file.flags for code in flag.fields["categories"])
    levels = Counter(flag.fields["severity"] for flag in file.flags)
    return {
        "pilot": pilot,
        "upload": kept,
        "file": file,
        "checked": file.checked,
        "kinds": [(CATEGORY_LABELS[Category(code)], n) for code, n in kinds.most_common()],
        "levels": sorted(levels.items(), reverse=True),
        "redactions": ", ".join(f"{kind} ({n})" for kind, n in sorted(file.redactions.items())),
        "samples": [flag.fields | {"line": flag.line} for flag in file.flags[:SHOWN]],
        "back": reverse("flags_import", args=[pilot.slug]),
    }


@require_safe
def flags_import_template(request: HttpRequest, slug: str, ending: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.TRIAGE_FLAGS)
    return template_response(f"{slug}-flags", columns_of(pilot), ending)
