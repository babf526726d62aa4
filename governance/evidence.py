"""Collects the facts that `rules` judges: a fixed number of queries for all gates of one pilot."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from feedback.summaries import severe_flags
from governance import rules
from governance.models import Answer, Condition, Evidence, Gate, Item, Waiver
from pilots.models import PHASES, Delegation, Membership, Pilot, SteppingAside, Workflow
from pilots.permissions import Permission, Role, roles_with


@dataclass(frozen=True)
class Evaluation:
    """One gate with its findings at one moment, and the items they were worked out from."""

    gate: Gate
    findings: list[rules.Finding]
    at: datetime

    @property
    def open_blocking(self) -> int:
        return rules.open_blocking(self.findings)


@dataclass(frozen=True)
class People:
    sponsor_id: UUID | None
    askers: frozenset[UUID]
    signers: frozenset[UUID]
    sponsors: frozenset[UUID]


def evaluate(pilot: Pilot, at: datetime) -> list[Evaluation]:
    """Every gate of the pilot in order, worked out afresh from the database; nothing is stored."""
    gates = sorted(Gate.objects.filter(pilot=pilot), key=_order)
    items = {item.id: item for item in _items(pilot, at)}
    workflows = tuple(_workflows(pilot))
    people = _people(pilot, at)
    conditions = list(Condition.objects.filter(pilot=pilot, withdrawn_at__isnull=True))
    known = _known_subjects(gates)
    flags = _severe(pilot) if any(gate.stage for gate in gates) else ()
    evaluations: list[Evaluation] = []
    for gate in gates:
        earlier = [e for e in evaluations if e.gate.state == Gate.State.PASSED]
        facts = rules.Facts(
            phase=gate.phase,
            stage=gate.stage,
            at=at,
            does_not_show=bool(pilot.does_not_show.strip()),
            items=tuple(items.values()),
            workflows=workflows,
            sponsor_id=people.sponsor_id,
            askers=people.askers,
            signers=people.signers,
            sponsors=people.sponsors,
            conditions=tuple(_conditions(conditions, {e.gate.pk for e in earlier})),
            earlier_gates=tuple(_earlier(e) for e in earlier),
            severe_flags=flags,
        )
        findings = rules.evaluate(facts)
        if gate.state == Gate.State.PASSED:
            findings = _as_decided(findings, known[gate.pk], items)
        evaluations.append(Evaluation(gate, findings, at))
    return evaluations


def _order(gate: Gate) -> tuple[int, int]:
    return ([phase.value for phase in PHASES].index(gate.phase), gate.stage)


def _earlier(evaluation: Evaluation) -> rules.EarlierGateFacts:
    return rules.EarlierGateFacts(evaluation.gate.pk, str(evaluation.gate), evaluation.open_blocking)


def _known_subjects(gates: Iterable[Gate]) -> dict[UUID, set[tuple[str, str]]]:
    """What each passed gate was decided on: a check invented later does not re-open it."""
    from_gates: dict[UUID, set[tuple[str, str]]] = {g.pk: set() for g in gates if g.state == Gate.State.PASSED}
    if from_gates:
        rows = Gate.objects.filter(pk__in=from_gates).values_list("pk", "findings__code", "findings__subject")
        for gate_id, code, subject in rows:
            from_gates[gate_id].add((code, subject))
    return from_gates


def _as_decided(
    findings: list[rules.Finding], known: set[tuple[str, str]], items: dict[UUID, rules.ItemFacts]
) -> list[rules.Finding]:
    """Of a passed gate only what it was decided on still counts, and its questions in workflows added since.

    Conditions and earlier gates have their own place at the next gate.
    """
    by_subject = {f"item:{item.id}": item for item in items.values()}
    codes = {by_subject[subject].code for _, subject in known if subject in by_subject}
    return [
        finding
        for finding in findings
        if finding.code not in {"nothing_lapsed", "condition_kept", "severe_flag", "enough_signers"}
        and (
            (finding.code, finding.subject) in known
            or (finding.code == "question" and by_subject[finding.subject].code in codes)
        )
    ]


def _items(pilot: Pilot, at: datetime) -> Iterable[rules.ItemFacts]:
    waivers = {w.item_id: w for w in Waiver.objects.active(at).filter(pilot=pilot)}
    linked = Evidence.answers.through.objects.filter(answer=OuterRef("answer"))
    rows = Item.objects.of(pilot).annotate(evidenced=Exists(linked))
    for item in rows:
        answer: Answer | None = item.answer
        waiver = waivers.get(item.pk)
        yield rules.ItemFacts(
            id=item.pk,
            code=item.code,
            workflow=item.workflow.name if item.workflow else "",
            question=item.question.question,
            phase=item.phase,
            blocking=item.question.blocking,
            after_first_stage=item.question.after_first_stage,
            owner_role=item.question.owner_role,
            owner_id=item.owner_id if item.owner and item.owner.is_active else None,
            state=item.state,
            not_measured=answer is not None and answer.kind == Answer.Kind.NOT_MEASURED,
            needs_evidence=answer is not None and answer.kind == Answer.Kind.ANSWERED,
            has_evidence=item.evidenced,
            author_id=answer.author_id if answer else None,
            answer_digest=answer.digest if answer else "",
            question_digest=item.question.meaning_digest,
            valid_until=answer.valid_until if answer and item.state == Item.State.ACCEPTED else None,
            lapse_reason=answer.lapse_reason if answer else "",
            waiver_id=waiver.pk if waiver else None,
            waived_until=waiver.ends_at if waiver else None,
        )


def _workflows(pilot: Pilot) -> Iterable[rules.WorkflowFacts]:
    for workflow in Workflow.objects.filter(pilot=pilot, removed_at__isnull=True).select_related("owner"):
        owner = workflow.owner if workflow.owner and workflow.owner.is_active else None
        yield rules.WorkflowFacts(
            workflow.pk, workflow.name, owner.pk if owner else None, workflow.accepted_at is not None
        )


def _people(pilot: Pilot, at: datetime) -> People:
    aside = set(SteppingAside.objects.filter(pilot=pilot, ended_at__isnull=True).values_list("user_id", flat=True))
    roles: dict[UUID, set[Role]] = {}
    for user_id, role in Membership.objects.filter(pilot=pilot, user__is_active=True).values_list("user_id", "role"):
        roles.setdefault(user_id, set()).add(Role(role))
    own_sponsor = next((user_id for user_id, held in roles.items() if Role.SPONSOR in held), None)
    own = {user_id: set(held) for user_id, held in roles.items()}
    delegations = Delegation.objects.active(at).filter(pilot=pilot, to_user__is_active=True)
    for giver, receiver, role in delegations.values_list("from_user_id", "to_user_id", "role"):
        if Role(role) in own.get(giver, ()):
            roles.setdefault(receiver, set()).add(Role(role))

    def allowed(permission: Permission) -> frozenset[UUID]:
        wanted = set(roles_with(permission))
        return frozenset(user_id for user_id, held in roles.items() if held & wanted)

    return People(
        sponsor_id=own_sponsor,
        askers=allowed(Permission.ASK_SIGN_OFF),
        signers=allowed(Permission.SIGN_OFF) - aside,
        sponsors=frozenset(user_id for user_id, held in roles.items() if Role.SPONSOR in held) - aside,
    )


def _conditions(conditions: Iterable[Condition], passed: set[UUID]) -> Iterable[rules.ConditionFacts]:
    for condition in conditions:
        if condition.gate_id in passed:
            yield rules.ConditionFacts(
                condition.pk, condition.text, condition.owner_id, condition.due_on, condition.met_at is not None
            )


def _severe(pilot: Pilot) -> tuple[rules.SevereFlagFacts, ...]:
    return tuple(rules.SevereFlagFacts(flag.reference, flag.severity) for flag in severe_flags(pilot))
