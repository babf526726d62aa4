"""The workload inventory: a grid of tasks a month, and what is said of its use cases and segments."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from pilots.access import can, get_pilot, require, row_of, who_may
from pilots.actions.workload import count_tasks, describe_segment, describe_use_case
from pilots.actions.workload_files import workload_columns
from pilots.clock import now
from pilots.forms.uploads import UploadForm
from pilots.forms.workload import CountsForm, SegmentDescriptionForm, SideForm, UseCaseDescriptionForm
from pilots.models import Pilot, Segment, UseCase
from pilots.permissions import Permission
from pilots.publish import wake
from pilots.views.acting import page_of, who
from pilots.views.sending import sending
from pilots.workload import (
    OF_SEGMENT,
    OF_USE_CASE,
    Side,
    edition,
    finding_of_cases,
    finding_of_segments,
    label_of,
    words_of,
    workload_of,
)

# More boxes than that no form of a browser sends; a file takes them.
MOST_TYPED: Final = 5000


@require_http_methods(["GET", "HEAD", "POST"])
def workload(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    form = CountsForm(request.POST or None, workload=workload_of(pilot))
    if request.method == "POST":
        require(request.user, Permission.EDIT_EVIDENCE, pilot)
        if form.is_valid():
            with sending(form):
                given = {"counts": form.counts, "seen": form.seen_of_pairs}
                changed = count_tasks(pilot=pilot, by=who(request), at=now(), **given)
                wake("governance.reevaluate")
                messages.success(request, said_of_change(changed))
                return redirect("workload", slug=slug)
        # What somebody else wrote meanwhile stands beside what was typed.
        form.workload = workload_of(pilot)
    return page_of(request, "pilots/workload.html", workload_context(request, pilot, form))


def said_of_change(changed: int) -> str:
    if not changed:
        return "Nothing was changed: the counts stand there already."
    return f"{changed:,} count{' is' if changed == 1 else 's are'} saved."


def workload_context(request: HttpRequest, pilot: Pilot, counts: CountsForm, **given: Any) -> dict[str, Any]:
    """`given`: an `upload_form` that was sent, and what was wrong with its file."""
    grid, may = counts.workload, can(request.user, Permission.EDIT_EVIDENCE, pilot)
    is_running = pilot.state != Pilot.State.ENDED
    return {
        "pilot": pilot,
        "form": given.get("upload_form") or counts,
        "counts": counts,
        "workload": grid,
        "may_edit": may and is_running,
        "may_type": may and is_running and grid.whole.cells <= MOST_TYPED,
        "may_add": can(request.user, Permission.EDIT_PILOT, pilot) and is_running,
        "who": "" if may else ", ".join(who_may(Permission.EDIT_EVIDENCE, pilot)),
        "use_cases": [_line(row.use_case, OF_USE_CASE) for row in grid.rows],
        "segments": [_line(segment, OF_SEGMENT) for segment, _ in grid.columns],
        "finding_of_cases": finding_of_cases(grid),
        "finding_of_segments": finding_of_segments(grid),
        "file_columns": workload_columns(grid) if may else [],
        "upload_form": UploadForm(),
        **given,
    }


def _line(side: Side, names: tuple[str, ...]) -> tuple[Side, list[tuple[str, str]]]:
    return side, [(label_of(side, name), words_of(side, name)) for name in names]


@require_http_methods(["GET", "HEAD", "POST"])
def use_case_describe(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    use_case = row_of(pilot, "use case", UseCase.objects.filter(removed_at__isnull=True), slug=name)
    form = UseCaseDescriptionForm(request.POST or None, instance=use_case)
    return _describe(request, pilot, use_case, form, lambda **given: describe_use_case(use_case=use_case, **given))


@require_http_methods(["GET", "HEAD", "POST"])
def segment_describe(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.EDIT_EVIDENCE)
    segment = row_of(pilot, "segment", Segment.objects.filter(removed_at__isnull=True), slug=name)
    form = SegmentDescriptionForm(request.POST or None, instance=segment)
    return _describe(request, pilot, segment, form, lambda **given: describe_segment(segment=segment, **given))


def _describe(
    request: HttpRequest, pilot: Pilot, side: Side, form: SideForm, action: Callable[..., Side]
) -> HttpResponse:
    version = request.POST.get("version", "") if request.method == "POST" else edition(side)
    if request.method == "POST" and form.is_valid():
        with sending(form):
            action(by=who(request), at=now(), fields=form.cleaned_data, version=version)
            wake("governance.reevaluate")
            messages.success(request, f"{side.name} is described.")
            return redirect("workload", slug=pilot.slug)
    # After somebody else's change the next attempt is meant to overwrite it.
    version = edition(side) if getattr(form, "is_conflict", False) else version
    context = {"pilot": pilot, "side": side, "form": form, "version": version, "is_segment": isinstance(side, Segment)}
    return page_of(request, "pilots/workload_describe.html", context)
