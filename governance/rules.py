"""When a gate is open: facts in, findings out. Pure, so that it can be tested to the last corner.

Gates stop ignorance, not bad news: nothing here reads whether a figure is good, only whether it is answered, evidenced,
owned, accepted, current or waived by name. A new check is one function and one line in `CHECKS`; it applies to gates
that are not decided yet, and each decision keeps the `VERSION` it was made under.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from governance.findings import Finding, Reason, State, simple
from governance.publishing import PublishedFacts, page_published, statement_signed
from governance.rehearsals import RehearsedFacts, drill_gaps_owned, drills_held
from governance.rules_evidence import (
    EvidenceFacts,
    assigned_took_part,
    cells_decided,
    cohorts_complete,
    design_owned,
    evidence_there,
    findings_answered,
    forecast_there,
    gaps_owned,
    integration_known,
    stressors_run,
    unsupported_period,
    workload_counted,
)
from governance.rules_feedback import FeedbackFacts, feedback_acted_on
from governance.rules_stages import (
    StageFacts,
    stage_before,
    stage_cells,
    stage_conditions,
    stage_forecast,
    stage_locked,
)
from governance.signing import sole_authors
from pilots.canonical import digest
from pilots.permissions import Permission, Role, roles_with
from pilots.vouching import Vouching

VERSION: Final = "5"


@dataclass(frozen=True)
class ItemFacts:
    id: UUID
    code: str
    workflow: str
    question: str
    phase: str
    blocking: str
    after_first_stage: bool
    owner_role: str
    owner_id: UUID | None
    state: str
    not_measured: bool
    needs_evidence: bool
    has_evidence: bool
    author_id: UUID | None
    answered_for: UUID | None
    answer_digest: str
    question_digest: str
    valid_until: datetime | None
    lapse_reason: str
    waiver_id: UUID | None
    waived_until: datetime | None

    @property
    def label(self) -> str:
        return f"{self.code} · {self.workflow}" if self.workflow else self.code


@dataclass(frozen=True)
class WorkflowFacts:
    id: UUID
    name: str
    owner_id: UUID | None
    accepted: bool


@dataclass(frozen=True)
class ConditionFacts:
    """Of a gate passed earlier."""

    id: UUID
    text: str
    owner_id: UUID
    due_on: date
    met: bool


@dataclass(frozen=True)
class EarlierGateFacts:
    id: UUID
    label: str
    lapsed: int


@dataclass(frozen=True)
class Facts:
    """All that the findings of one gate depend on, at one moment."""

    phase: str
    stage: int
    at: datetime
    does_not_show: bool
    items: tuple[ItemFacts, ...]
    workflows: tuple[WorkflowFacts, ...]
    sponsor_id: UUID | None
    # People who may ask for sign-off, sign at all, and sign as (or for) the sponsor; who stepped aside is in none.
    askers: frozenset[UUID]
    signers: frozenset[UUID]
    sponsors: frozenset[UUID]
    # (person, whose right they use) for those who sign, and those who ask, in somebody's place.
    sign_for: frozenset[tuple[UUID, UUID]] = frozenset()
    ask_for: frozenset[tuple[UUID, UUID]] = frozenset()
    vouching: Vouching = field(default_factory=Vouching)
    conditions: tuple[ConditionFacts, ...] = ()
    earlier_gates: tuple[EarlierGateFacts, ...] = ()
    feedback: FeedbackFacts = field(default_factory=FeedbackFacts)
    rehearsed: RehearsedFacts = field(default_factory=RehearsedFacts)
    published: PublishedFacts = field(default_factory=PublishedFacts)
    evidence: EvidenceFacts = field(default_factory=EvidenceFacts)
    staged: StageFacts = field(default_factory=StageFacts)


def asked(item: ItemFacts, phase: str, stage: int) -> bool:
    """Whether the gate of this phase (and stage) has this question among its checks."""
    return item.phase == phase and (stage != 1 or not item.after_first_stage)


def questions(facts: Facts) -> Iterator[Finding]:
    for item in facts.items:
        if asked(item, facts.phase, facts.stage):
            yield _question(item, facts.at)


def _question(item: ItemFacts, at: datetime) -> Finding:
    reason, detail, changes_at = _standing(item, at)
    return Finding(
        code="question",
        subject=f"item:{item.id}",
        state=_STATES.get(reason, State.OPEN),
        reason=reason,
        text=f"{item.label}: {item.question}"[:500],
        detail=detail,
        version=digest([reason, item.answer_digest, item.question_digest, item.waiver_id]),
        blocking=item.blocking != "never",
        not_measured=item.not_measured,
        who_ids=() if reason in _BY_ROLE or item.owner_id is None else (item.owner_id,),
        who_roles=tuple(roles_with(_BY_ROLE[reason])) if reason in _BY_ROLE else (),
        changes_at=changes_at,
    )


_STATES: Final = {Reason.MET: State.MET, Reason.WAIVED: State.WAIVED}
_BY_ROLE: Final = {
    Reason.UNOWNED: Permission.ASSIGN_ITEMS,
    Reason.PROPOSED: Permission.ACCEPT_ANSWERS,
    Reason.IN_DOUBT: Permission.ACCEPT_ANSWERS,
}


def _standing(item: ItemFacts, at: datetime) -> tuple[Reason, str, datetime | None]:
    """Reason, the words beside it, and when time alone will change it."""
    reason, detail = _shortfall(item, at)
    if reason is Reason.MET:
        return reason, "Answered “not measured”, accepted" if item.not_measured else "Accepted", item.valid_until
    if item.waived_until is not None and item.waived_until > at:
        return Reason.WAIVED, f"Waived until {item.waived_until.date():%-d %B %Y}. {detail}", item.waived_until
    return reason, detail, None


def _shortfall(item: ItemFacts, at: datetime) -> tuple[Reason, str]:
    if item.owner_id is None:
        return Reason.UNOWNED, "Nobody owns this question"
    if item.state == "unanswered":
        return Reason.UNANSWERED, "Not answered yet"
    if item.state == "returned":
        return Reason.RETURNED, "The answer was sent back"
    if item.needs_evidence and not item.has_evidence:
        return Reason.UNEVIDENCED, "The answer rests on no file and no link"
    if item.state == "proposed":
        return Reason.PROPOSED, "Answered; waits for a second person to accept it"
    if item.state == "in_doubt":
        return Reason.IN_DOUBT, "Something contradicts the accepted answer: confirm or renew it"
    if item.state == "lapsed" or (item.valid_until is not None and item.valid_until <= at):
        return Reason.LAPSED, f"The accepted answer lapsed: {item.lapse_reason or 'its time ran out'}"
    return Reason.MET, ""


def workflow_named(facts: Facts) -> Iterator[Finding]:
    yield simple(
        "workflow_named",
        "pilot",
        bool(facts.workflows),
        "At least one workflow is named",
        "No workflow yet: say in whose work the tool is used",
        roles_with(Permission.EDIT_PILOT),
    )


def owner_accepts(facts: Facts) -> Iterator[Finding]:
    for workflow in facts.workflows:
        accepted = workflow.accepted and workflow.owner_id is not None
        yield Finding(
            code="owner_accepts",
            subject=f"workflow:{workflow.id}",
            state=State.MET if accepted else State.OPEN,
            reason=Reason.MET if accepted else Reason.UNACCEPTED if workflow.owner_id else Reason.UNOWNED,
            text=f"{workflow.name} has an accountable owner who accepted it"[:500],
            detail="" if accepted else "Named, has not accepted yet" if workflow.owner_id else "Nobody is named",
            version=digest([workflow.owner_id, accepted]),
            who_ids=(workflow.owner_id,) if workflow.owner_id else (),
            who_roles=() if workflow.owner_id else tuple(roles_with(Permission.EDIT_PILOT)),
        )


def sponsor_named(facts: Facts) -> Iterator[Finding]:
    yield simple(
        "sponsor_named",
        "pilot",
        facts.sponsor_id is not None,
        "A sponsor is named",
        "Nobody is the sponsor, so nobody can sign off",
        roles_with(Permission.MANAGE_MEMBERS),
    )


_TOO_FEW: Final = "Too few people: invite another lead, or let the sponsor delegate"
_UNPROVEN: Final = "; accounts with an unproven address count as one person with who invited them"


def enough_signers(facts: Facts) -> Iterator[Finding]:
    """Somebody asks, the sponsor (or their delegate) signs, and so does a third person: else the gate deadlocks."""
    answered = [i for i in facts.items if i.author_id and asked(i, facts.phase, facts.stage)]
    vouched = facts.vouching
    barred = vouched.all_behind(sole_authors(((i.author_id, i.answered_for) for i in answered), vouched))
    # Who stands in for somebody counts as both: neither may ask or sign beside the other, or alone wrote the answers.
    asking = [vouched.all_behind([asker, *_givers(asker, facts.ask_for)]) for asker in facts.askers]
    signing = {
        who: behind
        for who in facts.signers | facts.sponsors
        if not barred & (behind := vouched.all_behind([who, *_givers(who, facts.sign_for)]))
    }
    enough = any(
        not (asked & signing[sponsor] or asked & signing[other] or signing[sponsor] & signing[other])
        for asked in asking
        for sponsor in facts.sponsors & signing.keys()
        for other in facts.signers & signing.keys()
    )
    yield simple(
        "enough_signers",
        "pilot",
        enough,
        "Enough people can ask and sign: one asks, the sponsor and one more decide",
        _TOO_FEW + (_UNPROVEN if vouched.seen_by.keys() & (facts.askers | facts.signers | facts.sponsors) else ""),
        roles_with(Permission.MANAGE_MEMBERS),
    )


def _givers(who: UUID, stand_ins: frozenset[tuple[UUID, UUID]]) -> Iterator[UUID]:
    return (giver for person, giver in stand_ins if person == who)


def statement_written(facts: Facts) -> Iterator[Finding]:
    yield simple(
        "statement_written",
        "pilot",
        facts.does_not_show,
        "What the pilot does not show is written down",
        "The statement is empty",
        roles_with(Permission.EDIT_PILOT),
    )


def conditions_kept(facts: Facts) -> Iterator[Finding]:
    for condition in facts.conditions:
        missed_at = datetime.combine(condition.due_on, time.min, UTC) + timedelta(days=1)
        missed = not condition.met and facts.at >= missed_at
        yield Finding(
            code="condition_kept",
            subject=f"condition:{condition.id}",
            state=State.OPEN if missed else State.MET,
            reason=Reason.MISSED if missed else Reason.MET,
            text=f"Condition of an earlier gate: {condition.text}"[:500],
            detail=f"Was due on {condition.due_on:%-d %B %Y}" if missed else "",
            version=digest([condition.met, missed, condition.text, condition.due_on]),
            who_ids=(condition.owner_id,),
            changes_at=None if condition.met or missed else missed_at,
        )


def nothing_lapsed(facts: Facts) -> Iterator[Finding]:
    for gate in facts.earlier_gates:
        yield Finding(
            code="nothing_lapsed",
            subject=f"gate:{gate.id}",
            state=State.OPEN if gate.lapsed else State.MET,
            reason=Reason.LAPSED if gate.lapsed else Reason.MET,
            text=f"What the gate “{gate.label}” was passed on still holds",
            detail=f"{gate.lapsed} of its checks lapsed since" if gate.lapsed else "",
            version=digest([gate.lapsed]),
            who_roles=(Role.PROGRAM_MANAGER,),
        )


@dataclass(frozen=True)
class Check:
    code: str
    findings: Callable[[Facts], Iterator[Finding]]
    # Empty: every gate.
    phases: frozenset[str] = frozenset()


_DEMONSTRATION: Final = frozenset({"demonstration"})
_STRESS: Final = frozenset({"stress_test"})
_BUILD: Final = frozenset({"infrastructure_build"})
_ROLLOUT: Final = frozenset({"staged_rollout"})

CHECKS: Final[tuple[Check, ...]] = (
    Check("question", questions),
    Check("workflow_named", workflow_named),
    Check("owner_accepts", owner_accepts),
    Check("sponsor_named", sponsor_named),
    Check("enough_signers", enough_signers),
    Check("statement_written", statement_written, _DEMONSTRATION),
    Check("condition_kept", conditions_kept),
    Check("nothing_lapsed", nothing_lapsed),
    Check("feedback", feedback_acted_on, _ROLLOUT),
    Check("stage_locked", stage_locked, _ROLLOUT),
    Check("stage_forecast", stage_forecast, _ROLLOUT),
    Check("stage_cells", stage_cells, _ROLLOUT),
    Check("stage_conditions", stage_conditions, _ROLLOUT),
    Check("stage_before", stage_before, _ROLLOUT),
    Check("drill_held", drills_held, _BUILD),
    Check("drill_gap", drill_gaps_owned, _BUILD),
    Check("statement_signed", statement_signed, _BUILD),
    Check("page_published", page_published, _BUILD),
    Check("evidence_there", evidence_there, _DEMONSTRATION),
    Check("workload_counted", workload_counted, _DEMONSTRATION),
    Check("assigned_took_part", assigned_took_part, _STRESS),
    Check("cohorts_complete", cohorts_complete, _STRESS),
    Check("unsupported_period", unsupported_period, _STRESS),
    Check("stressors_run", stressors_run, _STRESS),
    Check("cells_decided", cells_decided, _STRESS),
    Check("forecast_there", forecast_there, _STRESS),
    Check("design_owned", design_owned, _BUILD),
    Check("findings_answered", findings_answered, _BUILD),
    Check("integration_known", integration_known, _BUILD),
    Check("gaps_owned", gaps_owned, _BUILD),
)


def evaluate(facts: Facts) -> list[Finding]:
    """Every finding of one gate, sorted by code and subject."""
    found = [
        finding
        for check in CHECKS
        if not check.phases or facts.phase in check.phases
        for finding in check.findings(facts)
    ]
    return sorted(found, key=lambda finding: (finding.code, finding.subject))


def open_blocking(findings: list[Finding]) -> int:
    return sum(1 for finding in findings if finding.blocking and finding.state is State.OPEN)


def next_change(findings: list[Finding], at: datetime) -> datetime | None:
    """The first moment after `at` at which time alone changes one of them."""
    return min((f.changes_at for f in findings if f.changes_at is not None and f.changes_at > at), default=None)
