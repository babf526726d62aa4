"""Who decides on an answer or a waiver: a second person. Actions refuse by it; pages and lists leave out by it."""

from typing import Protocol
from uuid import UUID

from pilots.access import giver_of
from pilots.models import User
from pilots.permissions import Permission
from pilots.vouching import ALL_PROVEN, ONE_PERSON, Vouching


class Written(Protocol):
    """An answer, or as much of it as says whose it is."""

    @property
    def author_id(self) -> UUID: ...
    @property
    def on_behalf_of_id(self) -> UUID | None: ...


class WrittenIn(Written, Protocol):
    @property
    def pilot_id(self) -> UUID: ...


class Asked(Protocol):
    @property
    def requested_by_id(self) -> UUID: ...


def why_not_decide(answer: WrittenIn, by: User, vouching: Vouching | None = None) -> str:
    """Empty when nothing but roles could stand against it. A list reads `vouching` once and hands it in."""
    giver = giver_of(by, answer.pilot_id, Permission.ACCEPT_ANSWERS)
    return why_not(answer, by.pk, giver, User.objects.vouching() if vouching is None else vouching)


def why_not(answer: Written, person: UUID, giver: UUID | None, vouching: Vouching = ALL_PROVEN) -> str:
    """`giver`: whose right the person would use; None when it is their own."""
    if person == answer.author_id:
        return "You wrote this answer, so somebody else decides on it."
    if person == answer.on_behalf_of_id:
        return "This answer was written for you, so somebody else decides on it."
    if giver is not None and giver == answer.author_id:
        return "You stand in for the author here, so somebody else decides on it."
    if vouching.are_one((person, giver), (answer.author_id, answer.on_behalf_of_id)):
        return f"You and the author {ONE_PERSON}."
    return ""


def why_not_waive(waiver: Asked, by: User, vouching: Vouching | None = None) -> str:
    """As `why_not_decide`, about a waiver."""
    if by.pk == waiver.requested_by_id:
        return "You asked for this waiver, so somebody else decides on it: the sponsor, or the sponsor’s delegate."
    # A delegate may decide on what the sponsor asked for, so whose right it is does not matter here.
    behind = User.objects.vouching() if vouching is None else vouching
    if behind.are_one((by.pk,), (waiver.requested_by_id,)):
        return f"You and who asked for this waiver {ONE_PERSON}."
    return ""
