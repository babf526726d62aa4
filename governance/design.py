"""What the system would propose for one use case × segment, from what is known of it. People decide. Pure.

Three rules stand above all others: what was not measured is never proposed as ready; a figure counts for or
against only when its whole interval does; and of fewer than ten people nothing is said but that they are too few.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

FEWEST_PEOPLE: Final = 10
# Tasks done well, where nobody set a bar in a standard.
USUAL_BAR: Final = 0.8
# Outputs that people put aside: from here on they do not use it, whatever it is worth.
MOST_OVERRIDDEN: Final = 0.5
SEVERE: Final = 3


class Choice(StrEnum):
    """In the order in which they open a rollout."""

    READY = "ready"
    NEEDS_DESIGN = "needs_design"
    LATER = "later"
    OUT = "out"
    # As a decision: somebody says by name that nobody knows.
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Evidence(StrEnum):
    """Direct: this very cell, without help. Modelled: its use case and its segment, but not together."""

    DIRECT = "direct"
    MODELLED = "modelled"
    NONE = "none"


@dataclass(frozen=True)
class Measured:
    """Shares from 0 to 1, minutes as they are; without an interval it proves nothing either way."""

    value: float
    low: float | None
    high: float | None

    def is_above(self, bar: float) -> bool:
        return self.low is not None and self.low >= bar

    def is_below(self, bar: float) -> bool:
        return self.high is not None and self.high < bar

    @property
    def between(self) -> str:
        """“62 to 81 %”."""
        if self.low is None or self.high is None:
            return f"{100 * self.value:.0f} %"
        return f"{100 * self.low:.0f} to {100 * self.high:.0f} %"


@dataclass(frozen=True)
class Failure:
    """One that touches this cell. Manageable: it can be prevented, or is caught before the output leaves."""

    what: str
    severity: int
    manageable: bool


@dataclass(frozen=True)
class CellFacts:
    """Of one cell. `people` were observed in it without help; the figures are of their tasks, None: not measured."""

    evidence: Evidence = Evidence.NONE
    people: int = 0
    success: Measured | None = None
    net_minutes: Measured | None = None
    override: Measured | None = None
    # What the model expects where nobody was observed.
    modelled: Measured | None = None
    failures: tuple[Failure, ...] = ()
    bar: float = USUAL_BAR
    designed_for: bool | None = None
    left_out_because: str = ""
    # Why it is withdrawn from use now, or for human review only; empty: neither.
    withdrawn_because: str = ""
    human_only_because: str = ""

    @property
    def is_measured(self) -> bool:
        return self.evidence is Evidence.DIRECT and self.people >= FEWEST_PEOPLE and self.success is not None


@dataclass(frozen=True)
class Proposal:
    """`because` reads on after the choice: “needs design, because …”."""

    choice: Choice
    because: str


def propose(facts: CellFacts) -> Proposal:
    if facts.left_out_because:
        return Proposal(Choice.OUT, f"it was left out: {_short(facts.left_out_because)}")
    if facts.designed_for is False:
        return Proposal(Choice.OUT, "the tool was not designed for it")
    if facts.withdrawn_because:
        return Proposal(Choice.LATER, f"its use is withdrawn: {_short(facts.withdrawn_because)}")
    return _by_failures(facts) or (_measured(facts) if facts.is_measured else _not_measured(facts))


def _by_failures(facts: CellFacts) -> Proposal | None:
    """A severe failure decides whatever the figures say: it is known, even where nothing else is."""
    severe = [one for one in facts.failures if one.severity >= SEVERE]
    if not severe:
        return None
    first = min(severe, key=lambda one: (one.manageable, -one.severity, one.what))
    told = f"it fails at severity {first.severity}: {_short(first.what)}"
    if first.manageable:
        return Proposal(Choice.NEEDS_DESIGN, f"{told}; it can be prevented or is caught")
    return Proposal(Choice.LATER, f"{told}; nothing catches it before it does harm")


def _not_measured(facts: CellFacts) -> Proposal:
    if facts.evidence is Evidence.DIRECT:
        if 0 < facts.people < FEWEST_PEOPLE:
            return Proposal(Choice.UNKNOWN, f"fewer than {FEWEST_PEOPLE} people were observed in it without help")
        return Proposal(Choice.UNKNOWN, "how many people did it well without help is not worked out")
    if facts.evidence is Evidence.MODELLED and facts.modelled is not None:
        if facts.modelled.is_below(facts.bar):
            told = f"{facts.modelled.between} are expected to be done well, below the bar of {_percent(facts.bar)}"
            return _bad(facts, f"nobody was observed in it, and {told}")
        return Proposal(Choice.UNKNOWN, f"nobody was observed in it; a model expects {facts.modelled.between}")
    return Proposal(Choice.UNKNOWN, "nothing is known of it without help")


def _measured(facts: CellFacts) -> Proposal:
    assert facts.success is not None
    done = f"{facts.success.between} are done well"
    if facts.success.is_below(facts.bar):
        return _bad(facts, f"{done}, below the bar of {_percent(facts.bar)}")
    if facts.net_minutes is not None and facts.net_minutes.is_below(0):
        return _bad(facts, "people lose time with it")
    if facts.override is not None and facts.override.is_above(MOST_OVERRIDDEN):
        return _bad(facts, f"{facts.override.between} of its outputs are put aside")
    if not facts.success.is_above(facts.bar):
        told = f"{done}, which does not show whether it reaches the bar of {_percent(facts.bar)}"
        return Proposal(Choice.LATER, told)
    if facts.net_minutes is None:
        return Proposal(Choice.LATER, f"{done}, but whether it saves time is not measured")
    if not facts.net_minutes.is_above(0):
        return Proposal(Choice.LATER, f"{done}, but whether it saves time cannot be told yet")
    if facts.human_only_because:
        return Proposal(Choice.NEEDS_DESIGN, f"it is for human review only: {_short(facts.human_only_because)}")
    return Proposal(Choice.READY, f"{done} without help by {facts.people} people, and it takes no more time")


def _bad(facts: CellFacts, told: str) -> Proposal:
    """With what is known of how it fails: a failure that can be dealt with is a matter of design."""
    if facts.failures and all(one.manageable for one in facts.failures):
        return Proposal(Choice.NEEDS_DESIGN, f"{told}, and how it fails can be prevented or is caught")
    if facts.failures:
        return Proposal(Choice.LATER, f"{told}, and how it fails is not caught before it leaves")
    return Proposal(Choice.LATER, f"{told}, and how it fails is not recorded")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _short(words: str) -> str:
    one_line = " ".join(words.split()).rstrip(".")
    return one_line if len(one_line) <= 160 else f"{one_line[:159].rstrip()}…"
