"""What a flag may say, in the words its reporter sees. Pure. Source: domain design, categories and severities."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final


class Category(StrEnum):
    WRONG = "WRONG"
    MADEUP = "MADEUP"
    SOURCE = "SOURCE"
    MISSING = "MISSING"
    IGNORED = "IGNORED"
    LOGIC = "LOGIC"
    STALE = "STALE"
    STYLE = "STYLE"
    UNFAIR = "UNFAIR"
    PRIVATE = "PRIVATE"
    RISKY = "RISKY"
    NOTHING = "NOTHING"
    SCOPE = "SCOPE"
    JUDGE = "JUDGE"
    FIT = "FIT"
    OTHER = "OTHER"


CATEGORY_LABELS: Final[dict[Category, str]] = {
    Category.WRONG: "It’s wrong",
    Category.MADEUP: "It made something up",
    Category.SOURCE: "It doesn’t match what I gave it",
    Category.MISSING: "It left out something important",
    Category.IGNORED: "It didn’t do what I asked",
    Category.LOGIC: "It contradicts itself, or the sums don’t work",
    Category.STALE: "It’s out of date",
    Category.STYLE: "Not fit to send",
    Category.UNFAIR: "Unfair or offensive",
    Category.PRIVATE: "It showed or used something it shouldn’t",
    Category.RISKY: "Dangerous or against the rules",
    Category.NOTHING: "Nothing came back, it broke or was too slow",
    Category.SCOPE: "It wasn’t made for this",
    Category.JUDGE: "I couldn’t tell if it was right",
    Category.FIT: "It makes my work harder",
    Category.OTHER: "Something else",
}


class Severity(IntEnum):
    HAZARD = 0
    CAUGHT = 1
    PASSED_ON = 2
    AFFECTED = 3
    SERIOUS = 4


@dataclass(frozen=True)
class SeverityDescription:
    name: str
    what_happened: str
    promise: str


SEVERITIES: Final[dict[Severity, SeverityDescription]] = {
    Severity.HAZARD: SeverityDescription("Hazard", "I saw it could go wrong", "Read within 5 working days."),
    Severity.CAUGHT: SeverityDescription("Caught", "I caught it before using it", "Read within 5 working days."),
    Severity.PASSED_ON: SeverityDescription(
        "Passed on, fixed", "It went to someone, and we fixed it", "Read within 2 working days."
    ),
    Severity.AFFECTED: SeverityDescription(
        "Affected someone",
        "It affected a decision, a customer or someone’s work",
        "Read today; the triage lead is told at once. Stop using it for this until you hear from us.",
    ),
    Severity.SERIOUS: SeverityDescription(
        "Serious",
        "Someone was harmed, law or privacy was broken, or it can’t be undone",
        "Read at once. Stop using it for this, and follow your incident procedure now.",
    ),
}

# From this level on an assessed flag blocks rollout stages until fixed or carried by name.
SEVERE: Final = Severity.AFFECTED
MOST_CATEGORIES: Final = 2

# What to do until somebody has read it, where the kind of flag says more than its severity does.
MEANWHILE: Final[dict[Category, str]] = {
    Category.MADEUP: "Check every source, name and number of its other outputs before you rely on them.",
    Category.SOURCE: "Compare its other summaries with what you gave it before you rely on them.",
    Category.LOGIC: "Do sums and comparisons without it.",
    Category.STALE: "Look rules, prices and names up at their source.",
    Category.UNFAIR: "Do not use its output about people without a second pair of eyes.",
    Category.PRIVATE: "Do not forward or copy the output, and tell whoever looks after data protection where you work.",
    Category.RISKY: "Do not act on it. Ask somebody who may decide on this.",
    Category.SCOPE: "Do this task without it.",
    Category.JUDGE: "Do not use the output until somebody who can judge it has. If it cannot wait, ask a colleague.",
}
MEANWHILE_OTHERWISE: Final = "You may go on using it. Check what it gives you before you pass it on."

# There may be no output to show: every other kind needs it, or a pointer to it, to be looked into.
NEEDS_NO_OUTPUT: Final = frozenset({Category.NOTHING, Category.FIT})

# Needing a judgement is an escalation, and work made harder a concern: neither says that an output was bad.
NOT_A_DEFECT: Final = frozenset({Category.JUDGE, Category.FIT})
