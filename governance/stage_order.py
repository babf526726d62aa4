"""In which order cells would be opened: what shows its value first, and what fails in ways that are dealt with. Pure.

An order to begin from, which people change with their reason; it adds nothing up, and nothing unmeasured leads it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from governance.design import CellFacts, Choice


@dataclass(frozen=True)
class Candidate:
    """A cell that no stage has yet. `choice` empty: nobody decided about it."""

    cell: int
    name: str
    choice: str
    facts: CellFacts
    share: float | None = None

    @property
    def is_fit(self) -> bool:
        """What the gate of a stage lets through, once what a later one waits for is so."""
        return self.choice in (Choice.READY, Choice.LATER)

    @property
    def uncaught(self) -> int:
        return sum(1 for one in self.facts.failures if not one.manageable)

    @property
    def because(self) -> str:
        """What is known of it, in a few words."""
        decided = Choice(self.choice).label.lower() if self.choice else "undecided"
        return "; ".join([decided, *_value(self.facts), _failures(self)])


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    return sorted(candidates, key=_place)


def proposed(candidates: Iterable[Candidate]) -> list[Candidate]:
    """For the next stage: those that are decided as ready."""
    return [one for one in in_order(candidates) if one.choice == Choice.READY]


def _place(one: Candidate) -> tuple[int, int, float, float, float, str]:
    order = [*Choice]
    rank = order.index(Choice(one.choice)) if one.choice else len(order)
    minutes, success = one.facts.net_minutes, one.facts.success
    return (rank, one.uncaught, -_shown(minutes), -_shown(success), -(one.share or 0.0), one.name)


def _shown(figure: object) -> float:
    """What is shown at the least; whatever is not measured shows nothing."""
    low = getattr(figure, "low", None)
    return float("-inf") if low is None else low


def _value(facts: CellFacts) -> list[str]:
    if not facts.is_measured or facts.success is None:
        return ["its value is not measured"]
    found = [f"{facts.success.between} done well"]
    if facts.net_minutes is None or facts.net_minutes.low is None:
        return [*found, "its time is not measured"]
    low, high = facts.net_minutes.low, facts.net_minutes.high
    return [*found, f"{low:.1f} to {high:.1f} minutes saved a task"]


def _failures(one: Candidate) -> str:
    if not one.facts.failures:
        return "no failure recorded"
    return f"{one.uncaught} of {len(one.facts.failures)} known failures not caught"
