"""Who may decide on a sign-off that is asked, and why another may not. Pure: the action and the page ask the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from pilots.vouching import ONE_PERSON, Vouching

SIGNATURES_NEEDED: Final = 2


@dataclass(frozen=True)
class Signer:
    """Somebody whose roles include signing off. `giver_*` is whose right they use, where it is not their own."""

    id: UUID
    name: str
    as_sponsor: bool
    giver_id: UUID | None = None
    giver_name: str = ""


@dataclass(frozen=True)
class Asked:
    """What stands on a request already: who asked, who decided (each with for whom), whose alone the answers are."""

    asked_by: UUID
    asked_for: UUID | None
    decided: frozenset[UUID]
    principals: frozenset[UUID]
    sole_authors: frozenset[UUID]
    vouching: Vouching


@dataclass(frozen=True)
class Objection:
    """`sentence` for a refusal; `because` ends “You may not decide, because …”."""

    code: str
    sentence: str
    because: str


def objection(signer: Signer, asked: Asked) -> Objection | None:
    """Why this person may not decide on this request, or None."""
    if signer.id == asked.asked_by:
        return Objection(
            "own_request", "Nobody signs off what they asked to have signed.", "you asked for this sign-off"
        )
    if signer.id == asked.asked_for:
        return Objection(
            "own_request",
            "Who stands in for you asked for this sign-off, so others have to sign.",
            "who stands in for you asked for this sign-off",
        )
    if signer.id in asked.decided:
        return Objection("nobody_twice", "You have decided on this request.", "you have decided already")
    if signer.id in asked.principals:
        return Objection(
            "nobody_twice", "Somebody who stands in for you has decided.", "who stands in for you has decided already"
        )
    if signer.giver_id is not None and signer.giver_id in asked.principals | {asked.asked_by, asked.asked_for}:
        done = f"{signer.giver_name} has decided or asked already"
        return Objection("nobody_twice", f"{done}; you stand in for them.", f"{done} and you stand in for them")
    if signer.id in asked.sole_authors:
        return Objection(
            "sole_author",
            "You alone wrote the answers behind this gate, so others have to sign.",
            "you alone wrote the answers behind this gate",
        )
    if signer.giver_id in asked.sole_authors:
        alone = f"{signer.giver_name} alone wrote the answers behind this gate"
        return Objection("sole_author", f"{alone}; you stand in for them.", f"{alone} and you stand in for them")
    return _as_one_person(signer, asked)


def _as_one_person(signer: Signer, asked: Asked) -> Objection | None:
    """The same rules for accounts that nobody can tell from one another."""
    mine, vouching = (signer.id, signer.giver_id), asked.vouching
    if vouching.are_one(mine, (asked.asked_by, asked.asked_for)):
        who = "you and who asked for this sign-off"
    elif vouching.are_one(mine, asked.principals):
        who = "you and somebody who has decided"
    elif vouching.are_one(mine, asked.sole_authors):
        who = "you and who alone wrote the answers behind this gate"
    else:
        return None
    return Objection("one_person", f"{who.capitalize()} {ONE_PERSON}.", f"{who} {ONE_PERSON}")


class Approval(Protocol):
    """As it was given; whether it still counts is another question."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def as_sponsor(self) -> bool: ...


def why_not_counted(approval: Approval, signers: Mapping[UUID, Signer], aside: frozenset[UUID]) -> str:
    """Why an approval no longer counts towards passing; empty while it does. The database judges the same."""
    signer = signers.get(approval.user_id)
    if signer is None and approval.user_id in aside:
        return "stepped aside since"
    if signer is None:
        return "may no longer sign off here"
    if approval.as_sponsor and not signer.as_sponsor:
        return "no longer signs as the sponsor"
    return ""


@dataclass(frozen=True)
class Tally:
    """What the approvals so far amount to."""

    people: int
    sponsored: bool

    @property
    def passes(self) -> bool:
        return self.people >= SIGNATURES_NEEDED and self.sponsored


def tally(
    approvals: Iterable[Approval], signers: Mapping[UUID, Signer], aside: frozenset[UUID], vouching: Vouching
) -> Tally:
    counted = [approval for approval in approvals if not why_not_counted(approval, signers, aside)]
    people = vouching.all_behind(approval.user_id for approval in counted)
    return Tally(len(people), any(approval.as_sponsor for approval in counted))


def sole_authors(answers: Iterable[tuple[UUID | None, UUID | None]], vouching: Vouching) -> frozenset[UUID]:
    """Who wrote every one of these answers (author, on behalf of), themselves or through who stands in for them.

    Of accounts that count as one person, the one behind them.
    """
    stood_for = [vouching.all_behind(answer) | frozenset(pk for pk in answer if pk) for answer in answers]
    return frozenset.intersection(*stood_for) if stood_for else frozenset()
