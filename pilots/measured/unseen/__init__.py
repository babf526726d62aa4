"""What a pilot does not see, and why: each side of it set against the rollout, with a finding as its heading."""

from pilots.measured.unseen.conditions import conditions
from pilots.measured.unseen.gathered import Gathered, gather
from pilots.measured.unseen.measurement import measurement
from pilots.measured.unseen.participants import participants
from pilots.measured.unseen.side import Fact, Level, Side
from pilots.measured.unseen.use_cases import use_cases
from pilots.models import Pilot

__all__ = ["Fact", "Gathered", "Level", "Side", "unseen"]


def unseen(pilot: Pilot) -> list[Side]:
    known = gather(pilot)
    return [participants(known), conditions(known), use_cases(known), measurement(known)]
