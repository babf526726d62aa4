"""Everything between a pilot and its next step, worked out this moment: what the pages of its gates show."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.utils import timezone

from feedback.summaries.people import concerns_beside
from governance import rules
from governance.evidence import Evaluation, evaluate
from governance.models import Condition, Gate
from governance.places import gate_url
from governance.reports.checks import Checks, checks_of, joined, subjects_of
from governance.reports.sign_off_requests import Request, Signing, requests_of, signing_of
from pilots.access import can
from pilots.canonical import digest
from pilots.models import Phase, PhaseKind, Pilot, User
from pilots.permissions import Permission
from pilots.when import day_in_words

AHEAD: Final = timedelta(days=30)
DUE_SOON: Final = timedelta(days=7)


@dataclass(frozen=True)
class ConditionRow:
    condition: Condition
    state: str
    word: str
    may_withdraw: bool
    may_meet: bool


@dataclass(frozen=True)
class RunsOut:
    """What ends by time alone within 30 days, and what that closes. `about` is the subject of its finding."""

    about: str
    on: datetime | date
    what: str
    then: str
    state: str
    url: str


@dataclass(frozen=True)
class GateReport:
    """One gate. `state` is a key of the interface's states, `title` the words beside its pill."""

    gate: Gate
    phase: Phase
    exit_question: str
    state: str
    word: str | None
    title: str
    next: str
    # Of a pilot that is paused or has ended, why nothing is asked of anybody; empty otherwise.
    rests: str
    checks: Checks
    conditions: tuple[ConditionRow, ...]
    request: Request | None
    earlier: tuple[Request, ...]
    passed_on: Request | None
    signing: Signing
    runs_out: tuple[RunsOut, ...]
    # Changes that the background has yet to act on.
    has_news: bool
    evaluation: Evaluation

    @property
    def label(self) -> str:
        return str(self.gate)

    @property
    def passed(self) -> bool:
        return self.gate.state == Gate.State.PASSED

    @property
    def present(self) -> bool:
        """The gate that the pilot stands before."""
        return not self.passed and self.phase.state == Phase.State.CURRENT

    @property
    def to_ask(self) -> bool:
        return self.present and self.request is None and not self.checks.open and self.state == "ready"

    @property
    def fingerprint(self) -> str:
        """Another one when a page that was drawn before no longer shows what is."""
        decided = [decision.at for decision in self.request.decisions] if self.request else []
        seen = [self.request.id if self.request else None, decided, self.has_news]
        return digest([self.state, [(f.code, f.subject, f.version) for f in self.evaluation.findings], *seen])[:16]

    @property
    def unmet(self) -> tuple[ConditionRow, ...]:
        return tuple(row for row in self.conditions if row.state != "met")


@dataclass(frozen=True)
class PilotGates:
    pilot: Pilot
    at: datetime
    phases: tuple[Phase, ...]
    gates: tuple[GateReport, ...]

    @property
    def skipped(self) -> tuple[Phase, ...]:
        return tuple(phase for phase in self.phases if phase.state == Phase.State.SKIPPED)

    def of(self, key: str) -> GateReport | None:
        return next((report for report in self.gates if report.gate.key == key), None)

    @property
    def runs_out(self) -> list[RunsOut]:
        """Of all gates that count now, each thing once: a condition of a passed gate is a check of the next as well."""
        rows = {
            row.about: row
            for report in reversed(self.gates)
            if report.present or report.passed
            for row in report.runs_out
        }
        return sorted(rows.values(), key=lambda row: _moment(row.on))


def gates_of(pilot: Pilot, reader: User, at: datetime) -> PilotGates:
    """All gates of the pilot for one reader, in nine queries."""
    evaluations = evaluate(pilot, at)
    rows = Phase.objects.filter(pilot=pilot).annotate(**concerns_beside("pilot", "kind"))
    phases = tuple(rows.select_related("skipped_by").order_by("position"))
    requests = requests_of(pilot, at)
    permitted = {permission for permission in Permission if can(reader, permission, pilot)}
    by_kind = {phase.kind: phase for phase in phases}
    reports = tuple(
        _report(pilot, evaluation, by_kind[evaluation.gate.phase], _of_gate(requests, evaluation), reader, permitted)
        for evaluation in evaluations
    )
    return PilotGates(pilot, at, phases, reports)


def _of_gate(requests: Iterable[Request], evaluation: Evaluation) -> list[Request]:
    return [request for request in requests if request.gate_id == evaluation.gate.pk]


def _report(
    pilot: Pilot,
    evaluation: Evaluation,
    phase: Phase,
    requests: list[Request],
    reader: User,
    permitted: set[Permission],
) -> GateReport:
    gate = evaluation.gate
    rests = _rests(pilot)
    permitted = set() if rests else permitted
    checks = checks_of(evaluation, subjects_of(pilot, evaluation.collected), reader, asks=not rests)
    request = next((request for request in requests if request.open), None)
    passed_on = next((request for request in requests if request.state == "passed"), None)
    conditions = tuple(_conditions(evaluation, permitted))
    signing = signing_of(evaluation, request, reader, permitted)
    signing = replace(signing, may_decide=False, may_ask=False) if rests else signing
    unmet = sum(1 for row in conditions if row.state != "met")
    state, word = _state(pilot, gate, phase, checks, request, unmet)
    return GateReport(
        gate=gate,
        phase=phase,
        exit_question=PhaseKind(gate.phase).exit_question,
        state=state,
        word=word,
        title=_title(state, checks, passed_on, unmet),
        next=rests or _next(state, checks, signing, request),
        rests=rests,
        checks=checks,
        conditions=conditions,
        request=request,
        earlier=tuple(r for r in requests if r is not request and r is not passed_on),
        passed_on=passed_on,
        signing=signing,
        runs_out=() if rests else _soonest(_runs_out(evaluation, checks, request, gate_url(pilot, gate))),
        has_news=bool(getattr(gate, "has_news", False)),
        evaluation=evaluation,
    )


def _rests(pilot: Pilot) -> str:
    if pilot.state == Pilot.State.ENDED and pilot.ended_at:
        return f"The pilot ended on {_day(pilot.ended_at)}, so nothing is asked of anybody any more."
    if pilot.state == Pilot.State.PAUSED and pilot.paused_at:
        return f"The pilot is paused since {_day(pilot.paused_at)}; nothing is asked of anybody until it is resumed."
    return ""


def _day(moment: datetime) -> str:
    return day_in_words(timezone.localtime(moment).date())


def _state(
    pilot: Pilot, gate: Gate, phase: Phase, checks: Checks, request: Request | None, unmet: int
) -> tuple[str, str | None]:
    """The state, and another word for it where its own would say too little."""
    if gate.state == Gate.State.PASSED:
        if pilot.state == Pilot.State.ENDED:
            return "passed", None
        return ("lapsed_since_passing" if checks.open else "conditions" if unmet else "passed"), None
    if phase.state != Phase.State.CURRENT:
        return "not_started", None
    if pilot.state != Pilot.State.RUNNING:
        return pilot.state, None
    if checks.blocked:
        return "blocked", None
    if checks.waiting:
        return "waiting", None
    return ("waiting", "Waiting for signatures") if request else ("ready", None)


def _title(state: str, checks: Checks, passed_on: Request | None, unmet: int) -> str:
    found = len(checks.open)
    if state == "lapsed_since_passing":
        return f"{found} of {checks.total} checks no longer {'holds' if found == 1 else 'hold'}"
    if state in ("passed", "conditions"):
        by = joined((decision.by for decision in passed_on.approvals), "and") if passed_on else ""
        still = f", {unmet} condition{'' if unmet == 1 else 's'} still to be met" if unmet else ""
        return f"Signed off by {by}{still}" if by else "Passed"
    if found:
        return f"{found} of {checks.total} checks open"
    but = [(len(checks.waived), "waived"), (len(checks.not_measured), "“not measured”")]
    beside = joined((f"{number} {word}" for number, word in but if number), "and")
    return f"All {checks.total} checks are met, {beside}" if beside else f"All {checks.total} checks are met"


def _next(state: str, checks: Checks, signing: Signing, request: Request | None) -> str:
    if request is not None and not checks.open:
        return f"{signing.progress}."
    if state == "ready":
        return "You can ask for sign-off." if signing.may_ask else f"{signing.askers} can ask for sign-off."
    parts = []
    if checks.blocked:
        parts.append(f"{len(checks.blocked)} {'needs' if len(checks.blocked) == 1 else 'need'} something done")
    if checks.waiting:
        parts.append(f"{len(checks.waiting)} {'waits' if len(checks.waiting) == 1 else 'wait'} for a person")
    if not parts:
        return ""
    yours = f" You can clear {checks.yours} of them." if checks.yours else ""
    return f"{joined(parts, 'and')}.{yours}"


def _conditions(evaluation: Evaluation, permitted: set[Permission]) -> Iterable[ConditionRow]:
    passed = evaluation.gate.state == Gate.State.PASSED
    for condition in evaluation.collected.conditions:
        if condition.gate_id != evaluation.gate.pk:
            continue
        met = condition.met_at is not None
        state, word = ("met", "Met") if met else _due(condition.due_on, evaluation.at)
        yield ConditionRow(
            condition,
            state,
            word,
            may_withdraw=not passed and not met and Permission.ASK_SIGN_OFF in permitted,
            may_meet=not met and Permission.CLOSE_CONDITION in permitted,
        )


def _due(on: date, at: datetime) -> tuple[str, str]:
    if _moment(on) + timedelta(days=1) <= at:
        return "overdue", "Missed"
    return ("due_soon", "Due soon") if _moment(on) <= at + DUE_SOON else ("open", "Open")


def _moment(on: datetime | date) -> datetime:
    return on if isinstance(on, datetime) else datetime.combine(on, time.min, UTC)


def _soonest(rows: Iterable[RunsOut]) -> tuple[RunsOut, ...]:
    return tuple(sorted(rows, key=lambda row: _moment(row.on)))


def _runs_out(evaluation: Evaluation, checks: Checks, request: Request | None, page: str) -> Iterable[RunsOut]:
    """What the coming 30 days change by themselves: answers, waivers, conditions, the request for sign-off."""
    at = evaluation.at
    passed = evaluation.gate.state == Gate.State.PASSED
    places = {check.key: check.place for check in checks.all + checks.shown_only}
    for finding in evaluation.findings:
        if finding.changes_at is None or not at < finding.changes_at <= at + AHEAD:
            continue
        place = places.get(f"{finding.code} {finding.subject}")
        state, then = _ending(finding, passed)
        yield RunsOut(finding.subject, finding.changes_at, finding.text, then, state, place.url if place else "")
    if request is not None and request.expires_at <= at + AHEAD:
        then = "Whoever has not decided can no longer; sign-off has to be asked anew."
        yield RunsOut(
            f"request:{request.id}", request.expires_at, "The request for sign-off", then, "waiting", f"{page}#sign-off"
        )
    for condition in evaluation.collected.conditions:
        due = condition.gate_id == evaluation.gate.pk and condition.met_at is None
        if due and at < _moment(condition.due_on) + timedelta(days=1) <= at + AHEAD:
            then = "Not met by then, it blocks the next gate."
            yield RunsOut(
                f"condition:{condition.pk}",
                condition.due_on,
                condition.text,
                then,
                "due_soon",
                f"{page}#condition-{condition.pk}",
            )


def _ending(finding: rules.Finding, passed: bool) -> tuple[str, str]:
    opens = "it shows as lapsed since passing and blocks the next gate." if passed else "this check is open again."
    if finding.state is rules.State.WAIVED:
        return "waived", f"The waiver ends; {opens}"
    if finding.code == "condition_kept":
        return "due_soon", f"The condition is due; not met by then, {opens}"
    return "lapsed", f"The accepted answer lapses; {opens}"
