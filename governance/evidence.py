"""Collects the facts that `rules` judges: a fixed number of queries for all gates of one pilot."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, FilteredRelation, OuterRef, Q

from feedback.summaries.owed import owed_before_a_stage
from feedback.summaries.people import rehearsed_beside, rehearsed_of
from feedback.summaries.publication import published_of, publishing
from governance import rules
from governance.evidence_beside import evidence_beside, evidence_of
from governance.models import Answer, Condition, Evidence, Finding, Gate, Item, Waiver
from governance.publishing import PublishedFacts
from governance.rehearsals import GapFacts, RehearsedFacts
from governance.rules_feedback import CODES, FeedbackFacts, Owed, SevereFlagFacts
from governance.rules_stages import CODES as OF_STAGES
from governance.signing import Signer
from governance.stages_beside import staged_of, stages_beside
from pilots.models import PHASES, Change, Pilot, Workflow
from pilots.permissions import DECISIONS, Permission, Role, roles_with
from pilots.vouching import Vouching


@dataclass(frozen=True)
class Holder:
    """One role that a person has in the pilot, or holds for `giver_id` who lent it."""

    user_id: UUID
    name: str
    role: Role
    giver_id: UUID | None = None


@dataclass(frozen=True)
class People:
    """Who may decide, at one moment. `holders` has everybody with their roles, `aside` who decides nothing."""

    holders: tuple[Holder, ...]
    aside: frozenset[UUID]
    vouching: Vouching = field(default_factory=Vouching)

    def may(self, permission: Permission) -> frozenset[UUID]:
        wanted = set(roles_with(permission))
        allowed = frozenset(holder.user_id for holder in self.holders if holder.role in wanted)
        return allowed - self.aside if permission in DECISIONS else allowed

    @property
    def sponsor_id(self) -> UUID | None:
        own = (h.user_id for h in self.holders if h.role is Role.SPONSOR and h.giver_id is None)
        return next(own, None)

    @property
    def sponsors(self) -> frozenset[UUID]:
        """The sponsor and who stands in for them, as far as they decide here."""
        return frozenset(h.user_id for h in self.holders if h.role is Role.SPONSOR) - self.aside

    def right_of(self, user_id: UUID, permission: Permission) -> Holder | None:
        """The role by which this person may: the sponsor's before others, one's own before a lent one."""
        wanted = set(roles_with(permission))
        mine = [holder for holder in self.holders if holder.user_id == user_id and holder.role in wanted]
        return min(mine, key=lambda h: (h.role is not Role.SPONSOR, h.giver_id is not None), default=None)

    def signers(self) -> dict[UUID, Signer]:
        """Everybody who may sign off here, with the right they would use."""
        found = {}
        for user_id in self.may(Permission.SIGN_OFF):
            right = self.right_of(user_id, Permission.SIGN_OFF)
            if right is not None:
                giver = self.name_of(right.giver_id) if right.giver_id else ""
                found[user_id] = Signer(user_id, right.name, right.role is Role.SPONSOR, right.giver_id, giver)
        return found

    def stand_ins(self, permission: Permission) -> frozenset[tuple[UUID, UUID]]:
        """(person, giver) for everybody who may only by somebody else's right."""
        rights = (self.right_of(user_id, permission) for user_id in self.may(permission))
        return frozenset((right.user_id, right.giver_id) for right in rights if right and right.giver_id)

    def name_of(self, user_id: UUID) -> str:
        return next((holder.name for holder in self.holders if holder.user_id == user_id), "")


@dataclass(frozen=True)
class Collected:
    """The rows that the facts of a pilot's gates were read from, for pages that show them beside the findings."""

    gates: list[Gate]
    items: dict[UUID, Item]
    workflows: dict[UUID, Workflow]
    people: People
    conditions: list[Condition]
    # What was last stored, by gate and by code and subject: it knows since when.
    stored: dict[UUID, dict[tuple[str, str], Finding]]


@dataclass(frozen=True)
class Evaluation:
    """One gate with its findings at one moment, and what they were worked out from."""

    gate: Gate
    findings: list[rules.Finding]
    at: datetime
    collected: Collected

    @property
    def open_blocking(self) -> int:
        return rules.open_blocking(self.findings)


def evaluate(pilot: Pilot, at: datetime) -> list[Evaluation]:
    """Every gate of the pilot in order, worked out afresh from the database; nothing is stored."""
    collected = collect(pilot, at)
    items = {item.id: item for item in map(_item, collected.items.values())}
    feedback = _feedback(pilot) if any(gate.stage for gate in collected.gates) else FeedbackFacts()
    drills, published = _rehearsed(collected.gates), _published(collected.gates)
    people = collected.people
    evaluations: list[Evaluation] = []
    for gate in collected.gates:
        earlier = [e for e in evaluations if e.gate.state == Gate.State.PASSED]
        facts = rules.Facts(
            phase=gate.phase,
            stage=gate.stage,
            at=at,
            does_not_show=bool(pilot.does_not_show.strip()),
            items=tuple(items.values()),
            workflows=tuple(map(_workflow, collected.workflows.values())),
            sponsor_id=people.sponsor_id,
            askers=people.may(Permission.ASK_SIGN_OFF),
            signers=people.may(Permission.SIGN_OFF),
            sponsors=people.sponsors,
            sign_for=people.stand_ins(Permission.SIGN_OFF),
            ask_for=people.stand_ins(Permission.ASK_SIGN_OFF),
            vouching=people.vouching,
            conditions=tuple(_conditions(collected.conditions, {e.gate.pk for e in earlier})),
            earlier_gates=tuple(_earlier(e) for e in earlier),
            feedback=feedback,
            rehearsed=drills,
            published=published,
            evidence=evidence_of(gate),
            staged=staged_of(gate),
        )
        findings = rules.evaluate(facts)
        if gate.state == Gate.State.PASSED:
            findings = _as_decided(findings, set(collected.stored.get(gate.pk, {})), items)
        evaluations.append(Evaluation(gate, findings, at, collected))
    return evaluations


def collect(pilot: Pilot, at: datetime) -> Collected:
    """Six queries, however many gates, questions and people there are."""
    pending = Change.objects.filter(pilot=OuterRef("pilot"))
    beside = {**publishing("pilot"), **rehearsed_beside("pilot"), **evidence_beside(pilot), **stages_beside(pilot)}
    gates = Gate.objects.filter(pilot=pilot).annotate(has_news=Exists(pending), **beside)
    workflows = Workflow.objects.filter(pilot=pilot, removed_at__isnull=True).select_related("owner")
    conditions = Condition.objects.filter(pilot=pilot, withdrawn_at__isnull=True)
    stored: dict[UUID, dict[tuple[str, str], Finding]] = {}
    for row in Finding.objects.filter(pilot=pilot).order_by():
        stored.setdefault(row.gate_id, {})[row.code, row.subject] = row
    return Collected(
        gates=sorted(gates.select_related("passed_by"), key=_order),
        items={item.pk: item for item in _items(pilot, at)},
        workflows={workflow.pk: workflow for workflow in workflows},
        people=_people(pilot, at),
        conditions=list(conditions.select_related("owner", "added_by", "met_by")),
        stored=stored,
    )


def _order(gate: Gate) -> tuple[int, int]:
    return ([phase.value for phase in PHASES].index(gate.phase), gate.stage)


def _earlier(evaluation: Evaluation) -> rules.EarlierGateFacts:
    return rules.EarlierGateFacts(evaluation.gate.pk, str(evaluation.gate), evaluation.open_blocking)


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
        if finding.code not in {"nothing_lapsed", "condition_kept", "enough_signers", "drill_gap", *CODES, *OF_STAGES}
        and (
            (finding.code, finding.subject) in known
            or (finding.code == "question" and by_subject[finding.subject].code in codes)
        )
    ]


# Half the time of working gates out went into columns that no fact and no page of a gate reads.
_READ: Final = (
    *("code", "phase", "state", "question", "workflow", "owner", "answer"),
    *(f"question__{name}" for name in ("code", "blocking", "after_first_stage", "owner_role")),
    # What the digest of its meaning is over.
    *(f"question__{name}" for name in ("question", "good_answer", "evidence", "may_be_not_measured")),
    *("workflow__name", "workflow__slug", "owner__name", "owner__is_active"),
    *(f"answer__{name}" for name in ("number", "kind", "author", "on_behalf_of", "written_at", "digest")),
    *("answer__valid_until", "answer__lapse_reason"),
)


def _items(pilot: Pilot, at: datetime) -> Iterable[Item]:
    """With the waiver in force, of which there is at most one, in the same query."""
    linked = Evidence.answers.through.objects.filter(answer=OuterRef("answer"))
    in_force = Q(waivers__state=Waiver.State.APPROVED, waivers__ends_at__gt=at)
    present = Item.objects.filter(pilot=pilot, retired_at__isnull=True)
    rows = present.select_related("question", "workflow", "owner", "answer").only(*_READ)
    return rows.annotate(
        evidenced=Exists(linked),
        waiver=FilteredRelation("waivers", condition=in_force),
        waiver_id=F("waiver__id"),
        waived_at=F("waiver__decided_at"),
        waived_until=F("waiver__ends_at"),
        waived_by=F("waiver__decided_by__name"),
        waived_because=F("waiver__reason"),
    )


def _item(item: Any) -> rules.ItemFacts:
    answer: Answer | None = item.answer
    return rules.ItemFacts(
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
        answered_for=answer.on_behalf_of_id if answer else None,
        answer_digest=answer.digest if answer else "",
        question_digest=item.question.meaning_digest,
        valid_until=answer.valid_until if answer and item.state == Item.State.ACCEPTED else None,
        lapse_reason=answer.lapse_reason if answer else "",
        waiver_id=item.waiver_id,
        waived_until=item.waived_until,
    )


def _workflow(workflow: Workflow) -> rules.WorkflowFacts:
    owner = workflow.owner if workflow.owner and workflow.owner.is_active else None
    return rules.WorkflowFacts(
        workflow.pk, workflow.name, owner.pk if owner else None, workflow.accepted_at is not None
    )


# Everybody who decides anything here. Plain SQL, as in `pilots.access`: put together as querysets it took a tenth of
# the time of every action. A delegation lends a role only while its giver still has it, in the pilot and at all; whose
# account counts as another's is as `User.objects.vouching` has it.
_PEOPLE: Final = """
    SELECT 'holder', person.id, person.name, lent.role, lent.from_user_id
    FROM pilots_delegation lent JOIN pilots_user person ON person.id = lent.to_user_id AND person.is_active
    WHERE lent.pilot_id = %(pilot)s AND lent.ended_at IS NULL
        AND lent.starts_at <= %(at)s AND lent.ends_at > %(at)s
        AND EXISTS (
            SELECT FROM pilots_membership still JOIN pilots_user giver ON giver.id = still.user_id AND giver.is_active
            WHERE (still.pilot_id, still.user_id, still.role) = (lent.pilot_id, lent.from_user_id, lent.role)
        )
    UNION ALL SELECT 'holder', person.id, person.name, own.role, NULL
    FROM pilots_membership own JOIN pilots_user person ON person.id = own.user_id AND person.is_active
    WHERE own.pilot_id = %(pilot)s
    UNION ALL SELECT 'aside', user_id, '', '', NULL
    FROM pilots_steppingaside WHERE pilot_id = %(pilot)s AND ended_at IS NULL
    UNION ALL SELECT 'counts as', id, '', '', counts_as_id FROM pilots_user WHERE counts_as_id IS NOT NULL
"""


def _people(pilot: Pilot, at: datetime) -> People:
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"pilot": pilot.pk, "at": at})
        found = cursor.fetchall()
    holders = (Holder(who, name, Role(role), giver) for kind, who, name, role, giver in found if kind == "holder")
    return People(
        tuple(sorted(holders, key=lambda h: (h.name, h.role, h.giver_id is not None))),
        frozenset(who for kind, who, *_ in found if kind == "aside"),
        Vouching({who: behind for kind, who, *_, behind in found if kind == "counts as"}),
    )


def _conditions(conditions: Iterable[Condition], passed: set[UUID]) -> Iterable[rules.ConditionFacts]:
    for condition in conditions:
        if condition.gate_id in passed:
            yield rules.ConditionFacts(
                condition.pk, condition.text, condition.owner_id, condition.due_on, condition.met_at is not None
            )


def _published(gates: list[Gate]) -> PublishedFacts:
    """The same for all gates of a pilot."""
    if not gates:
        return PublishedFacts()
    found = published_of(gates[0])
    return PublishedFacts(found.statement, found.page)


def _rehearsed(gates: list[Gate]) -> RehearsedFacts:
    """The same on each of them."""
    if not gates:
        return RehearsedFacts()
    found = rehearsed_of(gates[0])
    gaps = tuple(GapFacts(gap.id, gap.text, gap.owner_id) for gap in found.gaps)
    return RehearsedFacts(found.flag_went_round, found.escalation_answered, gaps)


def _feedback(pilot: Pilot) -> FeedbackFacts:
    owed = owed_before_a_stage(pilot)
    return FeedbackFacts(
        severe_flags=tuple(SevereFlagFacts(reference, severity) for reference, severity in owed.severe_flags),
        severe_patterns=owed.severe_patterns,
        decisions=tuple(Owed(one.reference, one.due, one.owner_id) for one in owed.decisions),
        reviews=tuple(Owed(one.reference, one.due, one.owner_id) for one in owed.reviews),
        review_is_set=owed.review_is_set,
        corrections=tuple(Owed(one.reference, one.due, one.owner_id) for one in owed.corrections),
        untold=owed.untold,
    )
