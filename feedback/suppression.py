"""Which figures about people are shown: none under ten of them, and none that the others would give away. Pure."""

from collections.abc import Hashable, Mapping
from typing import Final, TypeVar

FEWEST: Final = 10
NOT_ENOUGH: Final = "Not enough data"
Key = TypeVar("Key", bound=Hashable)


def hidden_cells(people: Mapping[Key, int]) -> set[Key]:
    """Of cells whose total is shown too: what is hidden must be two cells at least and ten people together, or whoever
    takes the shown ones from the total knows it."""
    hidden = {key for key, count in people.items() if count < FEWEST}
    rest = sorted((count, str(key), key) for key, count in people.items() if key not in hidden)
    while hidden and rest and (len(hidden) < 2 or sum(people[key] for key in hidden) < FEWEST):
        hidden.add(rest.pop(0)[2])
    return hidden


def enough(people: int) -> bool:
    return people >= FEWEST
