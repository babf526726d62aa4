"""Who may decide on a sign-off that is asked, and why another may not. Pure: the action and the page ask the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


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
    return None


def sole_authors(answers: Iterable[tuple[UUID | None, UUID | None]]) -> frozenset[UUID]:
    """Who wrote every one of these answers (author, on behalf of), themselves or through who stands in for them."""
    behind = [frozenset(pk for pk in answer if pk) for answer in answers]
    return frozenset.intersection(*behind) if behind else frozenset()
