"""Who took part, against whom the rollout meets."""

from typing import Any, Final

from pilots.measured import words
from pilots.measured.unseen.gathered import Gathered
from pilots.measured.unseen.side import Fact, Level, Side, of_kind
from pilots.models import BlindSpot
from pilots.stats.metrics.catalogue_of_evidence import ATTRIBUTES

# Points between pilot and rollout under which they are called alike.
ALIKE: Final = 5


def participants(known: Gathered) -> Side:
    levels = tuple(levels_of(known))
    chosen, cells = known.figure("M14"), known.figure("M14.cells")
    facts = (
        Fact(
            "Participants who neither volunteered nor were nominated",
            words.value(chosen),
            "nearly everybody",
            "register",
            "cohorts",
            "Plan whom to assign",
            words.state(chosen),
        ),
        Fact(
            "Use cases × segments with too few people",
            words.value(cells),
            "none: everybody takes part",
            "coverage",
            "",
            "See the coverage",
            words.state(cells),
        ),
    )
    kind = BlindSpot.Kind.PARTICIPANTS
    return Side(kind, _finding(known, levels), facts, of_kind(known.spots, kind), levels)


def levels_of(known: Gathered) -> list[Level]:
    """Of each attribute in the order of the catalogue."""
    found = []
    for key, name in ATTRIBUTES.items():
        row = known.figure(f"M14.{key}")
        for level in row.more.get("levels", ()) if row else ():
            found.append(Level(name, str(level["words"]), _percent(level, "participants"), _percent(level, "rollout")))
    return found


def _percent(level: dict[str, Any], side: str) -> float | None:
    value = level.get(side)
    return None if value is None else float(value)


def _finding(known: Gathered, levels: tuple[Level, ...]) -> str:
    chosen = known.figure("M14")
    if not levels:
        if words.state(chosen):
            return "Nobody has said who the participants are"
        return f"{words.value(chosen)} of the participants neither volunteered nor were nominated"
    most = max(levels, key=lambda level: level.missing)
    if most.missing < ALIKE:
        return "As far as it was asked and can be shown, the participants are like the rollout"
    return (
        f"{most.attribute.capitalize()} “{most.words.lower()}”: {most.rollout:.0f} % of the rollout, "
        f"{most.participants:.0f} % of the participants"
    )
