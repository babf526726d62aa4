"""A breakdown in which nobody can be told: cells of few people go up in one that holds enough of them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.suppression import FEWEST


@dataclass(frozen=True)
class Cell:
    """`people`: how many different ones stand behind its flags."""

    label: str
    flags: int
    people: int


def safe_cells(cells: Sequence[Cell], together: str) -> list[Cell]:
    """The cells that may be shown, with the others as one called `together`; none where even that says too much.

    A single small cell could be worked out from the total, so the next smallest go with it until ten people are in it.
    """
    shown = sorted(cells, key=lambda cell: (-cell.people, cell.label))
    folded: list[Cell] = []
    while shown and shown[-1].people < FEWEST:
        folded.append(shown.pop())
    while folded and shown and sum(cell.people for cell in folded) < FEWEST:
        folded.append(shown.pop())
    if not folded:
        return shown
    rest = Cell(together, sum(cell.flags for cell in folded), sum(cell.people for cell in folded))
    return [*shown, rest] if rest.people >= FEWEST else []
