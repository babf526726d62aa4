from collections.abc import Sequence
from dataclasses import dataclass

from pilots.models import BlindSpot


@dataclass(frozen=True)
class Fact:
    """One way in which the pilot is not the rollout. `page` and `register` say where it would be answered."""

    what: str
    pilot: str
    rollout: str
    page: str
    register: str = ""
    link: str = ""
    # A key of the interface's states where nothing is known of it.
    state: str = ""


@dataclass(frozen=True)
class Level:
    """Of one attribute: how many percent are so. `participants` None: fewer than ten people, or so few beside them."""

    attribute: str
    words: str
    participants: float | None
    rollout: float | None

    @property
    def missing(self) -> float:
        """Points by which the pilot has fewer of them; 0 where it cannot be told."""
        if self.participants is None or self.rollout is None:
            return 0.0
        return self.rollout - self.participants


@dataclass(frozen=True)
class Side:
    """`kind` names it; `finding` is its heading; `spots` is what people wrote down themselves."""

    kind: BlindSpot.Kind
    finding: str
    facts: tuple[Fact, ...]
    spots: tuple[BlindSpot, ...]
    levels: tuple[Level, ...] = ()


def of_kind(spots: Sequence[BlindSpot], kind: BlindSpot.Kind) -> tuple[BlindSpot, ...]:
    return tuple(one for one in spots if one.kind == kind)
