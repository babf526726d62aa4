"""What was asked and decided at a pilot's gates, and who may decide on what is asked now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, When
from django.db.models.functions import JSONObject

from governance import manifest, rules
from governance.evidence import Collected, Evaluation
from governance.models import SignOff, SignOffRequest
from governance.reports.checks import in_words, joined, roles_of
from governance.signing import SIGNATURES_NEEDED, Asked, Tally, objection, sole_authors, tally, why_not_counted
from pilots.models import Pilot, User
from pilots.permissions import Permission


@dataclass(frozen=True)
class Decision:
    user_id: UUID
    name: str
    giver_id: UUID | None
    giver: str
    as_sponsor: bool
    decision: str
    comment: str
    at: datetime

    @property
    def approved(self) -> bool:
        return self.decision == SignOff.Decision.APPROVED

    @property
    def by(self) -> str:
        """“Eva Lund for Stella Park (sponsor)”."""
        name = f"{self.name} for {self.giver}" if self.giver else self.name
        return f"{name} (sponsor)" if self.as_sponsor else name


@dataclass(frozen=True)
class Request:
    """`state` is that of the moment: one that ran out is expired, whether or not the sweep came by."""

    id: UUID
    gate_id: UUID
    state: str
    word: str
    comment: str
    asked_by_id: UUID
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    digest: str
    # What changed since it was asked, a sentence each; of an open one that a change is about to void as well.
    changes: tuple[str, ...]
    decisions: tuple[Decision, ...]
    manifest: manifest.Manifest | None

    @property
    def open(self) -> bool:
        return self.state == SignOffRequest.State.OPEN

    @property
    def approvals(self) -> tuple[Decision, ...]:
        return tuple(decision for decision in self.decisions if decision.approved)


_LOOKS = {
    "open": ("waiting", "Waiting for decisions"),
    "passed": ("passed", "Passed the gate"),
    "refused": ("refused", "Refused"),
    "voided": ("void", "Ended by a change"),
    "withdrawn": ("withdrawn", "Withdrawn"),
    "expired": ("expired", "Ran out"),
}


def requests_of(pilot: Pilot, at: datetime) -> list[Request]:
    """Every request of the pilot, newest first, with its decisions: one query."""
    decided = SignOff.objects.filter(request=OuterRef("pk")).order_by("decided_at")
    rows = (
        SignOffRequest.objects.filter(pilot=pilot)
        .select_related("asked_by")
        .defer("manifest")
        .annotate(
            # Long, and needed only to say what changed since an open one was asked.
            bound_to=Case(When(state=SignOffRequest.State.OPEN, then=F("manifest"))),
            decided=ArraySubquery(
                decided.values(
                    row=JSONObject(
                        user_id="user_id",
                        name="user__name",
                        giver_id="on_behalf_of_id",
                        giver="on_behalf_of__name",
                        as_sponsor="as_sponsor",
                        decision="decision",
                        comment="comment",
                        at="decided_at",
                    )
                )
            ),
        )
    )
    return [_request(row, at) for row in rows.order_by("-asked_at")]


def _request(row: Any, at: datetime) -> Request:
    state = "expired" if row.state == SignOffRequest.State.OPEN and row.expires_at <= at else row.state
    look, word = _LOOKS[state]
    return Request(
        id=row.pk,
        gate_id=row.gate_id,
        state=state if state == "open" else look,
        word=word,
        comment=row.comment,
        asked_by_id=row.asked_by_id,
        asked_by=row.asked_by.name,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        closed_at=row.closed_at or (row.expires_at if state == "expired" else None),
        digest=row.digest,
        changes=tuple(row.closed_because.splitlines()) if state == "voided" else (),
        decisions=tuple(map(_decision, row.decided)),
        manifest=row.bound_to,
    )


def _decision(row: dict[str, Any]) -> Decision:
    giver_id = UUID(row["giver_id"]) if row["giver_id"] else None
    at = datetime.fromisoformat(row["at"])
    return Decision(
        **{**row, "user_id": UUID(row["user_id"]), "giver_id": giver_id, "giver": row["giver"] or "", "at": at}
    )


@dataclass(frozen=True)
class Signing:
    """What this reader may do about sign-off, and who else may."""

    # May decide now; else `why` ends “You may not decide, because …” and `who` may.
    may_decide: bool
    why: str
    who: str
    # The reader's approval would be the last one needed.
    passes: bool
    for_whom: str
    may_ask: bool
    askers: str
    # “1 of 2 signatures; the sponsor’s is missing”
    progress: str
    # A sentence for each earlier approval that counts no longer, and why.
    not_counted: tuple[str, ...] = ()


def signing_of(evaluation: Evaluation, request: Request | None, reader: User, permitted: set[Permission]) -> Signing:
    collected = evaluation.collected
    people = collected.people
    signers = people.signers()
    asked = _asked(evaluation, request)
    eligible = {s.id: s for s in signers.values() if asked is None or objection(s, asked) is None}
    # The sponsor first: without theirs nothing passes.
    others = sorted((s for s in eligible.values() if s.id != reader.pk), key=lambda s: (not s.as_sponsor, s.name))
    mine = signers.get(reader.pk)
    askers = people.may(Permission.ASK_SIGN_OFF)
    named = {holder.user_id: holder.name for holder in people.holders if holder.user_id in askers}
    approvals = request.approvals if request else ()
    so_far = tally(approvals, signers, people.aside, people.vouching)
    return Signing(
        may_decide=reader.pk in eligible,
        why=_why_not(reader, permitted, collected, asked),
        who=joined((f"{s.name} ({roles_of(collected, s.id)})" for s in others), "and"),
        passes=mine is not None and Tally(so_far.people + 1, so_far.sponsored or mine.as_sponsor).passes,
        for_whom=mine.giver_name if mine else "",
        may_ask=Permission.ASK_SIGN_OFF in permitted,
        askers=in_words(named),
        progress=_progress(so_far.people, so_far.sponsored),
        not_counted=tuple(
            f"{approval.by} {why}, so this approval counts no longer."
            for approval in approvals
            if (why := why_not_counted(approval, signers, people.aside))
        ),
    )


def _asked(evaluation: Evaluation, request: Request | None) -> Asked | None:
    if request is None:
        return None
    decided = frozenset(decision.user_id for decision in request.decisions)
    right = evaluation.collected.people.right_of(request.asked_by_id, Permission.ASK_SIGN_OFF)
    return Asked(
        asked_by=request.asked_by_id,
        asked_for=right.giver_id if right else None,
        decided=decided,
        principals=decided | {decision.giver_id for decision in request.decisions if decision.giver_id},
        sole_authors=sole_authors_of(evaluation),
        vouching=evaluation.collected.people.vouching,
    )


def sole_authors_of(evaluation: Evaluation) -> frozenset[UUID]:
    """Who stands behind every answer of the gate, as `signing` judges it."""
    subjects = {finding.subject for finding in evaluation.findings}
    items = evaluation.collected.items.values()
    answers = (item.answer for item in items if item.answer and f"item:{item.pk}" in subjects)
    written = ((answer.author_id, answer.on_behalf_of_id) for answer in answers)
    return sole_authors(written, evaluation.collected.people.vouching)


def _why_not(reader: User, permitted: set[Permission], collected: Collected, asked: Asked | None) -> str:
    signer = collected.people.signers().get(reader.pk)
    if signer is not None:
        against = objection(signer, asked) if asked else None
        return against.because if against else ""
    if reader.pk in collected.people.aside:
        return "you stepped aside in this pilot"
    if Permission.ACKNOWLEDGE in permitted:
        return "leadership reads and acknowledges, and leaves the decision to the pilot"
    return "your roles in this pilot do not include signing off"


def _progress(approvals: int, sponsored: bool) -> str:
    if not approvals:
        return f"{SIGNATURES_NEEDED} signatures are needed, the sponsor’s among them"
    if sponsored and approvals >= SIGNATURES_NEEDED:
        return "Enough approvals count again: one more decision passes the gate, or withdraw the request and ask anew"
    if not sponsored and approvals >= SIGNATURES_NEEDED:
        return f"{approvals} people signed; only the sponsor’s signature is missing"
    if not sponsored:
        return f"{approvals} of {SIGNATURES_NEEDED} signatures; the sponsor’s is missing"
    return f"{approvals} of {SIGNATURES_NEEDED} signatures, the sponsor’s among them"


def manifest_now(request: Request, evaluation: Evaluation) -> manifest.Manifest:
    """What the request would be bound to now, as far as the rows at hand tell: enough to see whether it still holds.

    A changed answer changes the version of its finding, so the answers' digests need not be read again.
    """
    asked = request.manifest or {"answers": []}
    return manifest.build(
        gate=str(evaluation.gate.pk),
        rules_version=rules.VERSION,
        findings=evaluation.findings,
        answers=asked["answers"],
        conditions=[
            manifest.of_condition(condition)
            for condition in evaluation.collected.conditions
            if condition.gate_id == evaluation.gate.pk
        ],
    )
