"""Who has to sign a version of the statement, and who has: the sponsor and each accountable owner, never one alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from feedback.models import Statement, StatementSignature
from pilots.models import Pilot, User, Workflow
from pilots.permissions import ROLES, Role
from pilots.vouching import Vouching

ALONE: Final = "a second person, since nobody signs alone"


@dataclass(frozen=True)
class Signing:
    """How far the signing of one version is. `missing` in words, for “still to sign: …”."""

    signatures: list[StatementSignature]
    missing: list[str]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def signing_of(statement: Statement) -> Signing:
    """Only signatures under exactly these words count."""
    rows = StatementSignature.objects.filter(statement=statement, digest=statement.digest)
    signatures = list(rows.select_related("signed_by", "on_behalf_of"))
    if statement.digest_now() != statement.digest:
        return Signing([], ["everybody: its words are not those that were signed"])
    owners = Workflow.objects.filter(pilot=statement.pilot_id, removed_at__isnull=True, owner__isnull=False)
    named = {workflow.owner_id: str(workflow.owner) for workflow in owners.select_related("owner")}
    return Signing(signatures, list(_missing(signatures, named)) or list(_alone(signatures)))


def _missing(signatures: Iterable[StatementSignature], owners: dict[UUID | None, str]) -> Iterable[str]:
    behind = {who for row in signatures for who in (row.signed_by_id, row.on_behalf_of_id) if who}
    roles = {row.role for row in signatures}
    if Role.SPONSOR not in roles:
        yield "the sponsor"
    yield from (f"{name}, accountable owner" for owner, name in owners.items() if owner not in behind)
    if not owners and Role.ACCOUNTABLE_OWNER not in roles:
        yield "an accountable owner"


def _alone(signatures: list[StatementSignature]) -> Iterable[str]:
    """Accounts with an unproven address count as one person with who invited them."""
    vouching = User.objects.vouching()
    people = [vouched(row, vouching) for row in signatures]
    if signatures and not any(one.isdisjoint(other) for one in people for other in people):
        yield ALONE


def vouched(row: StatementSignature, vouching: Vouching) -> frozenset[UUID]:
    return vouching.all_behind([row.signed_by_id, *([row.on_behalf_of_id] if row.on_behalf_of_id else [])])


def newest_statement(pilot: Pilot) -> Statement | None:
    people = ("written_by", "published_by")
    return Statement.objects.filter(pilot=pilot).select_related(*people).order_by("-number").first()


def published_statement(pilot: Pilot) -> Statement | None:
    """The newest that was published: a later one in the making does not take it away."""
    return Statement.objects.filter(pilot=pilot, published_at__isnull=False).order_by("-number").first()


def role_word(role: str) -> str:
    return ROLES[Role(role)].label
