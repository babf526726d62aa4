"""What the gate into a rollout stage asks of the stage itself, and of the one before it. Pure.

The step into the next stage is the one place where a bad figure keeps a gate shut: the stage that runs has to be
satisfactory by the criteria that its own people locked. Not clear, or not read at all, is not satisfactory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Protocol

from governance.design import Choice
from governance.findings import Finding, Reason, simple
from governance.rules_evidence import named
from pilots.canonical import digest
from pilots.permissions import Permission, Role, roles_with

SATISFACTORY: Final = "expand"
_HALTED: Final = "halt"
_CLOSED: Final = "closed"
_OPEN: Final = "open"


@dataclass(frozen=True)
class StageCellFacts:
    """`choice` empty: nothing was decided. `waits` for so many conditions that are not met."""

    name: str
    choice: str
    waits: int = 0


@dataclass(frozen=True)
class StageBefore:
    """`call`: what the rule said last of it; empty: it was never looked at."""

    number: int
    state: str
    call: str = ""


@dataclass(frozen=True)
class StageFacts:
    """Of the stage that a gate opens. `number` 0: no stage is planned."""

    number: int = 0
    is_locked: bool = False
    has_locked_forecast: bool = False
    cells: tuple[StageCellFacts, ...] = ()
    before: StageBefore | None = None


class HasStage(Protocol):
    @property
    def stage(self) -> int: ...

    @property
    def staged(self) -> StageFacts: ...


_EDIT: Final = roles_with(Permission.EDIT_EVIDENCE)
_LOCK: Final = roles_with(Permission.LOCK_FORECAST)
_DESIGN: Final = roles_with(Permission.DECIDE_DESIGN)
_DECIDE: Final = roles_with(Permission.DECIDE_PILOT)
CODES: Final = frozenset({"stage_locked", "stage_forecast", "stage_cells", "stage_conditions", "stage_before"})


def stage_locked(facts: HasStage) -> Iterator[Finding]:
    found = facts.staged
    shortfall = "Its criteria are not locked yet" if found.number else "No such stage is planned"
    text = f"What stage {facts.stage} is, and from which figures it is satisfactory, paused or stepped back, is locked"
    yield simple("stage_locked", _subject(facts), found.is_locked, text, shortfall, _LOCK if found.number else _EDIT)


def stage_forecast(facts: HasStage) -> Iterator[Finding]:
    text = f"A forecast of stage {facts.stage} is locked"
    met = facts.staged.has_locked_forecast
    yield simple("stage_forecast", _subject(facts), met, text, "None is: it is made of the stage’s cells", _LOCK)


def stage_cells(facts: HasStage) -> Iterator[Finding]:
    """Ready, or later: what is out, unknown, undecided or still needs design is not opened to anybody."""
    fit = (Choice.READY, Choice.LATER)
    wrong = [f"{one.name} ({_said(one.choice)})" for one in facts.staged.cells if one.choice not in fit]
    text = f"Every use case × segment of stage {facts.stage} is decided as ready, or as later"
    yield _listed("stage_cells", facts, text, wrong)


def stage_conditions(facts: HasStage) -> Iterator[Finding]:
    wrong = [one.name for one in facts.staged.cells if one.choice == Choice.LATER and one.waits]
    text = f"What the later ones in stage {facts.stage} waited for is so"
    yield _listed("stage_conditions", facts, text, wrong)


def stage_before(facts: HasStage) -> Iterator[Finding]:
    """From the second stage on."""
    if facts.stage < 2:
        return
    before = facts.staged.before
    number = facts.stage - 1
    text = f"Stage {number} is satisfactory by its own criteria"
    found = simple("stage_before", f"stage:{number}", _goes_on(before), text, _shortfall(before), _DECIDE)
    found = replace(found, who_roles=tuple(_DECIDE) or (Role.PROGRAM_MANAGER,))
    yield replace(found, version=digest([before.state, before.call] if before else []))


def _goes_on(before: StageBefore | None) -> bool:
    return before is not None and before.state in (_OPEN, _CLOSED) and before.call == SATISFACTORY


def _shortfall(before: StageBefore | None) -> str:
    if before is None:
        return "No such stage was planned"
    if before.call == _HALTED:
        return "Its criteria halted it, and nothing better was shown since"
    if before.state not in (_OPEN, _CLOSED):
        return f"It is {before.state.replace('_', ' ')}"
    return "Nothing was read of it yet" if not before.call else "Its readings do not show it yet"


def _listed(code: str, facts: HasStage, text: str, wrong: list[str]) -> Finding:
    if not facts.staged.cells:
        return simple(code, _subject(facts), False, text, "It has no cells", _EDIT)
    found = simple(code, _subject(facts), not wrong, text, f"Not so: {named(wrong)}"[:500], _DESIGN)
    return replace(found, version=digest([False, sorted(wrong)]), reason=Reason.MISSING) if wrong else found


def _subject(facts: HasStage) -> str:
    return f"stage:{facts.stage}"


def _said(choice: str) -> str:
    return Choice(choice).label.lower() if choice else "undecided"
