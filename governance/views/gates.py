"""The gates of a pilot: everything between now and the next step, worked out when the page is read."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from feedback.summaries.people import changed_by_concerns
from governance import manifest
from governance.actions.gates import describe_changes
from governance.forms.gates import AskForm, ConditionForm, MeetForm, SignOffForm
from governance.models import Condition, Gate
from governance.reports.chains import Chain, chains_of, open_doubts
from governance.reports.gate import GateReport, PilotGates, gates_of
from governance.reports.sign_off_requests import manifest_now
from governance.rules import Reason
from pilots.access import can, get_pilot
from pilots.clock import now
from pilots.models import Phase, Pilot, User
from pilots.permissions import Permission
from pilots.plain_text import whole_number
from pilots.views.acting import page_of, who


def gates(request: HttpRequest, slug: str) -> HttpResponse:
    pilot = get_pilot(request.user, slug)
    found = gates_of(pilot, who(request), now())
    steps = [(phase, [report for report in found.gates if report.phase.pk == phase.pk]) for phase in found.phases]
    context = {"pilot": pilot, "steps": steps, "phases": strip(found, None), "skipped": found.skipped}
    return render(request, "governance/gates.html", context)


def gate(request: HttpRequest, slug: str, phase: str) -> HttpResponse:
    return show_gate(request, get_pilot(request.user, slug), phase)


@dataclass(frozen=True)
class Typed:
    """What was sent and refused, to be shown again where it was typed."""

    ask: AskForm | None = None
    sign_off: SignOffForm | None = None
    condition: ConditionForm | None = None
    meet: dict[UUID, MeetForm] = field(default_factory=dict)


def show_gate(request: HttpRequest, pilot: Pilot, key: str, typed: Typed | None = None) -> HttpResponse:
    """The page of one gate; with what was refused, as 422 and with everything typed kept."""
    typed = typed or Typed()
    found = gates_of(pilot, who(request), now())
    report = found.of(key)
    if report is None:
        return _skipped(request, found, key)
    if request.GET.get("seen") == report.fingerprint:
        return HttpResponse(status=204)
    forms = _forms(report, typed)
    context = {
        "pilot": pilot,
        "gate": report,
        "phases": strip(found, report),
        "skipped": found.skipped,
        "changes": _changes(report),
        "chains": _chains(pilot, report, who(request)),
        "concerns": changed_by_concerns(report.phase, report.gate.stage),
        "refreshes": _refreshes(report),
        "dossier_url": _dossier_url(request, pilot, key),
        "form": _refused(forms),
        **forms,
    }
    return page_of(request, "governance/gate.html", context)


def _chains(pilot: Pilot, report: GateReport, reader: User) -> list[Chain]:
    """No query where no answer is in doubt."""
    in_doubt = [f.subject.partition(":")[2] for f in report.evaluation.findings if f.reason is Reason.IN_DOUBT]
    return chains_of(pilot, open_doubts(in_doubt), reader) if in_doubt else []


def _dossier_url(request: HttpRequest, pilot: Pilot, key: str) -> str:
    may = can(who(request), Permission.EXPORT_DOSSIER, pilot)
    return reverse("gate_dossier", kwargs={"slug": pilot.slug, "phase": key}) if may else ""


def find_gate(pilot: Pilot, key: str) -> Gate:
    """By its name in addresses: `stress_test`, `staged_rollout-2`."""
    phase, _, stage = key.partition("-")
    found = Gate.objects.filter(pilot=pilot, phase=phase, stage=whole_number(stage))
    gate = found.select_related("pilot").first()
    if gate is None or gate.key != key:
        raise Http404("No such gate.")
    return gate


def find_condition(pilot: Pilot, key: str, pk: UUID) -> Condition:
    found = Condition.objects.filter(pk=pk, gate=find_gate(pilot, key)).select_related("gate", "pilot").first()
    if found is None:
        raise Http404("No such condition.")
    return found


def _skipped(request: HttpRequest, found: PilotGates, key: str) -> HttpResponse:
    """A phase that was skipped has no gate; its page says who decided that and why."""
    phase = next((phase for phase in found.skipped if phase.kind == key), None)
    if phase is None:
        raise Http404("No such gate.")
    context = {"pilot": found.pilot, "phase": phase, "phases": strip(found, None, phase)}
    return render(request, "governance/gate_skipped.html", context)


def _refreshes(report: GateReport) -> bool:
    """While others may change it at any moment, and nobody is typing here."""
    typing = report.signing.may_decide if report.request else report.to_ask and report.signing.may_ask
    return (bool(report.request) or report.has_news) and not typing


def _changes(report: GateReport) -> list[str]:
    """What changed since sign-off was asked, before the background has ended the request for it."""
    request = report.request
    if request is None or request.manifest is None:
        return []
    today = manifest_now(request, report.evaluation)
    if not manifest.differences(request.manifest, today):
        return []
    return describe_changes(request.manifest, today, report.evaluation)


def _forms(report: GateReport, typed: Typed) -> dict[str, Any]:
    people = report.evaluation.collected.people
    owners = people.may(Permission.CLOSE_CONDITION)
    names = {holder.user_id: holder.name for holder in people.holders if holder.user_id in owners}
    condition = typed.condition or ConditionForm(prefix="condition")
    return {
        "ask_form": typed.ask or AskForm(prefix="ask"),
        "sign_off_form": typed.sign_off or SignOffForm(prefix="sign"),
        # Always of what the page shows now, also beside a comment that was refused for something older.
        "decision_id": uuid4(),
        "condition_form": condition.offer(names.items()),
        "conditions": [
            (row, typed.meet.get(row.condition.pk) or MeetForm(prefix=f"meet-{row.condition.pk}"))
            for row in report.conditions
        ],
    }


def _refused(forms: dict[str, Any]) -> BaseForm | None:
    candidates = [forms["ask_form"], forms["sign_off_form"], forms["condition_form"]]
    candidates += [form for _, form in forms["conditions"]]
    return next((form for form in candidates if form.is_bound and form.errors), None)


def strip(found: PilotGates, report: GateReport | None, skipped: Phase | None = None) -> list[dict[str, Any]]:
    """The four phases as links to their gates; of a rollout the last of its gates."""
    rows = []
    for phase in found.phases:
        mine = [r for r in found.gates if r.phase.pk == phase.pk]
        last = mine[-1] if mine else None
        here = phase.pk == (report.phase.pk if report else skipped.pk if skipped else None)
        rows.append(
            {
                "label": phase.get_kind_display(),
                "state": last.state if last else phase.state,
                "word": last.word if last else None,
                "note": _note(last) if last else "",
                "key": last.gate.key if last else phase.kind,
                "current": here,
            }
        )
    return rows


def _note(report: GateReport) -> str:
    if report.checks.open:
        return f"{len(report.checks.open)} of {report.checks.total} open"
    unmet = len(report.unmet)
    return f"{unmet} condition{'' if unmet == 1 else 's'} to meet" if unmet else ""
