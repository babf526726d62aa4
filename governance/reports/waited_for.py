"""Who may still decide on requests for sign-off, for lists over many pilots: three queries for any number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from governance.evidence import People
from governance.models import Finding, Item, SignOff, SignOffRequest
from governance.reports.checks import joined
from governance.reports.clearers import NOBODY, Clearers
from governance.signing import Asked, Signer, Tally, objection, sole_authors, tally
from pilots.permissions import Permission, roles_with

SIGNING: Final = tuple(roles_with(Permission.SIGN_OFF))
Authors = dict[UUID, list[tuple[UUID | None, UUID | None]]]


@dataclass(frozen=True)
class Waiting:
    """One open request: who may decide on it now, and what the approvals so far amount to."""

    eligible: dict[UUID, Signer]
    so_far: Tally

    @property
    def words(self) -> str:
        """The sponsor, or who stands in, until they signed; then whoever else may."""
        sponsors = [signer.name for signer in self.eligible.values() if signer.as_sponsor]
        others = [signer.name for signer in self.eligible.values() if not signer.as_sponsor]
        if self.so_far.sponsored:
            return joined(others + sponsors) or "one more lead (nobody else here may sign)"
        sponsor = joined(sponsors) or "a sponsor who may sign (nobody here may)"
        return sponsor if self.so_far.people else f"{sponsor} and one more lead"


def waiting_of(requests: Iterable[SignOffRequest], people: Clearers) -> dict[UUID, Waiting]:
    """By the id of the request. `people` holds the `SIGNING` roles of their pilots."""
    listed = list(requests)
    decisions: dict[UUID, list[SignOff]] = {}
    for decision in SignOff.objects.filter(request__in=listed):
        decisions.setdefault(decision.request_id, []).append(decision)
    authors = _authors({request.gate_id for request in listed})
    return {
        request.pk: _waiting(
            request, decisions.get(request.pk, []), people.people.get(request.pilot_id, NOBODY), authors
        )
        for request in listed
    }


def _waiting(request: SignOffRequest, decisions: list[SignOff], people: People, authors: Authors) -> Waiting:
    signers = people.signers()
    decided = frozenset(decision.user_id for decision in decisions)
    right = people.right_of(request.asked_by_id, Permission.ASK_SIGN_OFF)
    asked = Asked(
        asked_by=request.asked_by_id,
        asked_for=right.giver_id if right else None,
        decided=decided,
        principals=decided | {decision.on_behalf_of_id for decision in decisions if decision.on_behalf_of_id},
        sole_authors=sole_authors(authors.get(request.gate_id, ()), people.vouching),
        vouching=people.vouching,
    )
    approvals = [decision for decision in decisions if decision.decision == SignOff.Decision.APPROVED]
    by_name = sorted(signers.values(), key=lambda signer: signer.name)
    return Waiting(
        {signer.id: signer for signer in by_name if objection(signer, asked) is None},
        tally(approvals, signers, people.aside, people.vouching),
    )


def _authors(gates: set[UUID]) -> Authors:
    """Of the answers behind each gate."""
    rows = Finding.objects.filter(gate__in=gates, code="question").values_list("gate_id", "subject")
    asked = [(gate_id, UUID(subject.partition(":")[2])) for gate_id, subject in rows]
    answered = Item.objects.filter(pk__in={item for _, item in asked}, answer__isnull=False)
    values: Any = answered.values_list("pk", "answer__author_id", "answer__on_behalf_of_id")
    written = {pk: (author, answered_for) for pk, author, answered_for in values}
    found: Authors = {}
    for gate_id, item in asked:
        if item in written:
            found.setdefault(gate_id, []).append(written[item])
    return found
