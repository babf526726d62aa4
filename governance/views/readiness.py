"""Readiness, for leadership: what blocks each gate and since when, what is waived, what was never measured."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from feedback.summaries.owed import late_feedback
from governance.actions.acknowledgements import acknowledge_finding
from governance.forms.readiness import KINDS, AcknowledgeForm, ReadinessFilters
from governance.models import Acknowledgement, Finding
from governance.reports import dated
from governance.reports import readiness as report
from governance.reports.clearers import all_clearers, clearers_of
from governance.reports.dated import Dated, Narrowed
from pilots.access import require
from pilots.clock import now
from pilots.csv_export import csv_response
from pilots.models import Pilot
from pilots.permissions import Permission
from pilots.views.acting import attempt, page_of, who

GATES_A_PAGE: Final = 10
ROWS_A_PAGE: Final = 50
SIDE: Final = 5


def readiness(request: HttpRequest) -> HttpResponse:
    require(request.user, Permission.VIEW_READINESS)
    form, narrowed, kind = _filters(request)
    at = now()
    seen = dated.overview(at, narrowed, SIDE)
    counts = report.standing_counts(at, narrowed) | seen.counts
    context: dict[str, Any] = {
        "filters": form,
        "kind": kind,
        "kind_label": KINDS.get(kind, ""),
        "tiles": _tiles(form, counts),
        "counts": counts,
        "active": _active(form),
        "at": at,
        "export": _address(form, name="readiness_csv"),
    }
    number = request.GET.get("page")
    if kind in dated.KINDS:
        context["page"] = page = _page(dated.KINDS[kind](at, narrowed), ROWS_A_PAGE, counts[kind], number)
        context["rows"] = dated.read(page.object_list)
    elif kind == "acknowledged":
        rows = narrowed.of(Acknowledgement.objects.all(), phase="finding__gate__phase")
        rows = rows.select_related("finding__gate", "pilot", "acknowledged_by")
        context["page"] = _page(rows, ROWS_A_PAGE, None, number)
    else:
        gates = report.gates(at, narrowed)
        gates = gates.filter(standing=kind) if kind else gates
        gates = report.oldest_first(gates).select_related("pilot")
        context["page"] = page = _page(gates, GATES_A_PAGE, counts[kind or "gates"], number)
        context["gates"] = report.gate_rows(list(page.object_list), at)
        context["side"] = seen.first if not kind else None
        context["late_feedback"] = late_feedback(at, most=SIDE) if not kind else ()
    return page_of(request, "governance/readiness.html", context)


def _filters(request: HttpRequest) -> tuple[ReadinessFilters, Narrowed, str]:
    form = ReadinessFilters(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    return form, Narrowed(given.get("q", "").strip(), given.get("phase", "")), given.get("kind", "")


def _page(rows: QuerySet[Any], size: int, count: int | None, number: str | None) -> Page[Any]:
    paginator = Paginator(rows, size)
    if count is not None:
        # Counted already, with everything else.
        paginator.count = count
    return paginator.get_page(number)


def _address(form: ReadinessFilters, name: str = "readiness", **changed: str) -> str:
    """The page with the filters as they are, but for `changed`."""
    query = {key: form.data.get(key, "") for key in form.fields} | changed
    kept = urlencode({key: value for key, value in query.items() if value})
    return f"{reverse(name)}?{kept}" if kept else reverse(name)


def _tiles(form: ReadinessFilters, counts: dict[str, int]) -> list[dict[str, Any]]:
    missed = f"{counts['missed']} missed" if counts["missed"] else ""
    shown = (
        ("blocked", "Gates blocked", "blocked", f"of {counts['gates']}"),
        ("lapsed_since_passing", "Lapsed since passing", "lapsed", ""),
        ("waiting", "Waiting for a person", "waiting", ""),
        ("ready", "Ready to sign off", "ready", ""),
        ("waived", "Waivers in force", "blocked", ""),
        ("conditions", "Conditions to meet", "overdue" if missed else "conditions", missed),
        ("not_measured", "Not measured", "blocked", "questions"),
        ("runs_out", "Run out in 30 days", "due_soon", ""),
    )
    return [
        {
            "label": label,
            "value": counts[kind],
            "note": note,
            "url": _address(form, kind=kind),
            "state": state if counts[kind] else None,
        }
        for kind, label, state, note in shown
    ]


def _active(form: ReadinessFilters) -> list[dict[str, str]]:
    given = form.cleaned_data if form.is_valid() else {}
    words = {"q": f"Pilot: “{given.get('q', '')}”", "kind": KINDS.get(given.get("kind", ""), "")}
    words["phase"] = dict(form.fields["phase"].choices).get(given.get("phase", ""), "")  # type: ignore[attr-defined]
    return [{"label": words[name], "url": _address(form, **{name: ""})} for name, value in given.items() if value]


def readiness_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every open check of the gates on the page, and every dated row, one a line, under the same filters."""
    require(request.user, Permission.VIEW_READINESS)
    _, narrowed, kind = _filters(request)
    header = [
        "Kind",
        "Pilot",
        "Phase",
        "Stage",
        "About",
        "Detail",
        "Who",
        "Since",
        "Until",
        "Acknowledged by",
        "Example",
    ]
    return csv_response("readiness.csv", header, _lines(narrowed, kind))


def _lines(narrowed: Narrowed, kind: str) -> Iterator[list[Any]]:
    at = now()
    if not kind or kind in report.STANDINGS:
        yield from _gate_lines(report.gates(at, narrowed), kind)
    for which, rows in dated.KINDS.items():
        if kind == which or not kind:
            for row in dated.read(rows(at, narrowed)):
                about = f"{row.about}: {row.text}" if row.about else row.text
                place = [row.pilot, row.phase_label, row.stage or ""]
                yield [KINDS[which], *place, about, "", row.person, row.since, row.until, "", _example(row)]


def _gate_lines(gates: QuerySet[Any], kind: str) -> Iterator[list[Any]]:
    found = {gate.pk: gate for gate in (gates.filter(standing=kind) if kind else gates).select_related("pilot")}
    people = all_clearers(now())
    open_ones = Finding.objects.filter(gate__in=found, state=Finding.State.OPEN, blocking=True)
    clear = set(found)
    for finding in report.with_seen(open_ones).order_by("pilot__name", "gate", "since", "text").iterator():
        gate = found[finding.gate_id]
        clear.discard(gate.pk)
        row = report.finding_row(finding, people, asks=gate.pilot.state == Pilot.State.RUNNING)
        seen = ", ".join(seen.name for seen in row.seen)
        place = [gate.pilot.name, gate.get_phase_display(), gate.stage or ""]
        yield [
            report.STANDINGS[gate.standing],
            *place,
            row.rule,
            row.detail,
            row.who,
            row.since,
            None,
            seen,
            _example(gate.pilot),
        ]
    for gate in (found[pk] for pk in clear):
        place = [gate.pilot.name, gate.get_phase_display(), gate.stage or ""]
        yield [report.STANDINGS[gate.standing], *place, "Nothing is open", "", "", None, None, "", _example(gate.pilot)]


def _example(row: Pilot | Dated) -> str:
    return "yes" if row.is_demo else ""


def finding_acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """With one click from the list; the page of its own is for a comment, and for what changed meanwhile."""
    require(request.user, Permission.ACKNOWLEDGE)
    finding = report.with_seen(Finding.objects.filter(pk=pk)).select_related("pilot", "gate").first()
    if finding is None:
        raise Http404("No such finding.")
    back = _back(request)
    form = AcknowledgeForm(request.POST or None, initial={"version": finding.version})
    if request.method == "POST" and form.is_valid():
        with attempt(form):
            acknowledge_finding(finding=finding, by=who(request), at=now(), **form.cleaned_data)
            messages.success(request, f"You acknowledged a finding of {finding.pilot.name}.")
            return redirect(back)
    row = report.finding_row(finding, clearers_of([finding], now()))
    context = {"finding": row, "pilot": finding.pilot, "gate": finding.gate, "form": form, "back": back}
    return page_of(request, "governance/finding_acknowledge.html", context)


def _back(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, request.is_secure())
    return asked if safe else reverse("readiness")
