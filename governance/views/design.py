"""The rollout design of a pilot: the grid, on which its cells are decided, and the page of one cell."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from governance.actions.acknowledgements import acknowledge_uncomfortable
from governance.actions.design import decide_cells, meet_condition
from governance.design import FEWEST_PEOPLE
from governance.forms.design import DecideForm, SeenForm
from governance.forms.gates import MeetForm
from governance.models import LaterCondition
from governance.reports.cells import Known, grid_of
from governance.reports.design import Design, design_of, history_of, state_of
from governance.reports.later import waiting
from pilots.access import can, get_pilot, require, row_of, who_may
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.errors import Refused
from pilots.icons import look_of
from pilots.measured.addresses import page_url
from pilots.models import Cell, Pilot
from pilots.permissions import Permission
from pilots.plain_text import whole_number
from pilots.publish import wake
from pilots.views.acting import attempt, attempt_button, page_of, who


@require_http_methods(["GET", "HEAD", "POST"])
def design(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    form = DecideForm(pilot=pilot)
    ticked = _ticked(request.GET.getlist("cell"))
    if request.method == "POST":
        require(request.user, Permission.DECIDE_DESIGN, pilot)
        form, ticked = DecideForm(request.POST, pilot=pilot), _ticked(request.POST.getlist("cell"))
        if form.is_valid():
            with attempt(form):
                chosen = {"cells": _cells(pilot, ticked), "seen": ticked, **form.cleaned_data}
                rows = decide_cells(pilot=pilot, by=who(request), at=now(), **chosen)
                wake("governance.reevaluate")
                word = look_of(state_of(rows[0].choice)).word.lower()
                messages.success(request, f"{len(rows)} cell{'' if len(rows) == 1 else 's'}: {word}.")
                return redirect("design", slug=slug)
    return page_of(request, "governance/design.html", _context(request, pilot, form, ticked))


def _ticked(values: Sequence[str]) -> dict[int, int | None]:
    """Each value is a cell and the decision that was shown, “12:40”; 0 for none."""
    pairs = (value.partition(":") for value in values)
    return {whole_number(cell): whole_number(shown) or None for cell, _, shown in pairs if whole_number(cell)}


def _cells(pilot: Pilot, ticked: dict[int, int | None]) -> list[Cell]:
    """Of this pilot; one that is of another is as good as gone, which the action says."""
    return [Cell(pk=pk, pilot=pilot) for pk in ticked]


def _context(request: HttpRequest, pilot: Pilot, form: DecideForm, ticked: dict[int, int | None]) -> dict[str, Any]:
    found: Design = design_of(pilot)
    may_decide = can(request.user, Permission.DECIDE_DESIGN, pilot) and pilot.state != Pilot.State.ENDED
    return {
        "pilot": pilot,
        "design": found,
        "form": form,
        "ticked": set(ticked),
        "may_decide": may_decide,
        "who": "" if may_decide else ", ".join(who_may(Permission.DECIDE_DESIGN, pilot)),
        "may_acknowledge": can(request.user, Permission.ACKNOWLEDGE, pilot),
        "workload_url": page_url(pilot, "workload"),
        "forecast_url": page_url(pilot, "forecast"),
        "fewest": FEWEST_PEOPLE,
    }


@require_safe
def design_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    pilot = get_pilot(request.user, slug)
    header = [
        *("Use case", "Segment", "Tasks a month", "Share of the work", "Decision", "Reason", "Owner", "Due"),
        *("Missing condition", "Conditions", "Decided", "Decided by", "Proposed", "Because", "People", "Evidence"),
    ]
    return csv_response(f"{slug}-design.csv", header, _lines(pilot))


def _lines(pilot: Pilot) -> Iterator[list[Any]]:
    for one in grid_of(pilot).cells:
        row, cell = one.disposition, one.cell
        yield [
            *(cell.use_case.name, cell.segment.name, cell.tasks_a_month),
            "" if one.share is None else round(one.share, 4),
            row.get_choice_display() if row else "Undecided",
            *((row.reason, row.owner.name if row.owner else "", row.due_on) if row else ("", "", None)),
            row.missing_condition if row else "",
            "; ".join(condition.text for condition in row.conditions.all()) if row else "",
            *((row.decided_at, row.decided_by.name) if row else (None, "")),
            *(one.proposal.choice.label, one.proposal.because),
            one.people if one.people is not None else "not enough data",
            one.facts.evidence.value,
        ]


@require_safe
def design_cell(request: HttpRequest, slug: str, use_case_slug: str, segment_slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    return _show_cell(request, pilot, _known(pilot, use_case_slug, segment_slug))


def _known(pilot: Pilot, use_case: str, segment: str) -> Known:
    for one in grid_of(pilot).cells:
        if (one.cell.use_case.slug, one.cell.segment.slug) == (use_case, segment):
            return one
    raise Http404("No such cell in this pilot’s workload.")


def _show_cell(
    request: HttpRequest, pilot: Pilot, known: Known, refused: tuple[UUID, MeetForm] | None = None
) -> HttpResponse:
    conditions = known.disposition.conditions.all() if known.disposition else ()
    may_meet = can(request.user, Permission.CLOSE_CONDITION, pilot) and pilot.state != Pilot.State.ENDED
    waits = waiting(conditions, known.figures)
    forms = {one.condition.pk: MeetForm(prefix=f"meet-{one.condition.pk}") for one in waits if may_meet}
    forms |= dict([refused]) if refused else {}
    context = {
        "pilot": pilot,
        "known": known,
        "waits": [(one, forms.get(one.condition.pk)) for one in waits],
        "history": history_of(known),
        "may_decide": can(request.user, Permission.DECIDE_DESIGN, pilot) and pilot.state != Pilot.State.ENDED,
        "failures_url": page_url(pilot, "register", "failure-modes"),
        "forecast_url": page_url(pilot, "forecast"),
        "form": refused[1] if refused else None,
    }
    return page_of(request, "governance/design_cell.html", context)


@require_POST
def design_condition_meet(request: HttpRequest, slug: str, later: UUID) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.CLOSE_CONDITION)
    sides = ("disposition__cell__use_case", "disposition__cell__segment")
    condition = row_of(pilot, "condition", LaterCondition.objects.select_related(*sides), pk=later)
    cell = condition.disposition.cell
    form = MeetForm(request.POST, prefix=f"meet-{later}")
    if form.is_valid():
        with attempt(form):
            meet_condition(condition=condition, by=who(request), at=now(), note=form.cleaned_data["note"])
            wake("governance.reevaluate")
            messages.success(request, "The condition is met.")
            return redirect("design_cell", slug, cell.use_case.slug, cell.segment.slug)
    return _show_cell(request, pilot, _known(pilot, cell.use_case.slug, cell.segment.slug), (later, form))


@require_POST
def uncomfortable_acknowledge(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug, Permission.ACKNOWLEDGE)
    form = SeenForm(request.POST)
    with attempt_button(request):
        if not form.is_valid():
            raise Refused("Say which finding you have seen.")
        acknowledge_uncomfortable(pilot=pilot, kind=kind, by=who(request), at=now(), **form.cleaned_data)
        messages.success(request, "You acknowledged it by name.")
    return redirect("design", slug=slug)
