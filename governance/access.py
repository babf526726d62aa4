"""Who decides on an answer: a second person. Actions refuse by it; pages and lists leave out by it."""

from typing import Protocol
from uuid import UUID

from pilots.access import giver_of
from pilots.models import User
from pilots.permissions import Permission


class Written(Protocol):
    """An answer, or as much of it as says whose it is."""

    @property
    def author_id(self) -> UUID: ...
    @property
    def on_behalf_of_id(self) -> UUID | None: ...


class WrittenIn(Written, Protocol):
    @property
    def pilot_id(self) -> UUID: ...


def why_not_decide(answer: WrittenIn, by: User) -> str:
    """Empty when nothing but roles could stand against it."""
    return why_not(answer, by.pk, giver_of(by, answer.pilot_id, Permission.ACCEPT_ANSWERS))


def why_not(answer: Written, person: UUID, giver: UUID | None) -> str:
    """`giver`: whose right the person would use; None when it is their own."""
    if person == answer.author_id:
        return "You wrote this answer, so somebody else decides on it."
    if person == answer.on_behalf_of_id:
        return "This answer was written for you, so somebody else decides on it."
    if giver is not None and giver == answer.author_id:
        return "You stand in for the author here, so somebody else decides on it."
    return ""
