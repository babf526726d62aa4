"""One verdict of several guardrails, and why it is that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pilots.stats.stages.guardrails import LEAST_USERS, Guardrail, Kind, Plan, Reading, Side, State


class Call(StrEnum):
    """`INCONCLUSIVE` at the deadline is not satisfactory: a person decides with that word on the page."""

    HALT = "halt"
    EXPAND = "expand"
    HOLD = "hold"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Need:
    """`of`: the guardrail that lacks it; empty for the stage itself."""

    of: str
    what: str
    needed: int
    has: int
    are_all: bool = False

    def __str__(self) -> str:
        before = f"{self.of}: needs" if self.of else "Needs"
        return f"{before} {'all ' if self.are_all else ''}{self.needed:,} {self.what}, has {self.has:,}."


@dataclass(frozen=True)
class Verdict:
    """`why` in sentences, the gravest first. `needs`: what is missing whatever the figures are."""

    call: Call
    why: tuple[str, ...]
    needs: tuple[Need, ...]
    readings: tuple[Reading, ...]
    days: int


# Rare incidents are watched for alarms alone: to show that there is less than one in 1,000 takes longer than a stage.
_LETS_EXPAND: Final = {State.KEPT, State.QUIET}


def join(readings: Sequence[Reading], plan: Plan, *, days: int, was_halted: bool = False) -> Verdict:
    """`days` the stage has been open. `was_halted`: it was before, and nobody has decided since; a later look that is
    milder does not undo that."""
    if not readings:
        raise ValueError("A stage without guardrails has no verdict.")
    needs = tuple(_needs(readings, plan, days))
    broken = [_broken(reading) for reading in readings if reading.state == State.BROKEN]
    held = [_undecided(reading) for reading in readings if reading.state not in _LETS_EXPAND | {State.BROKEN}]
    if broken or was_halted:
        call, why = Call.HALT, broken or ["It was halted before, which holds until a person decides."]
    elif needs or held:
        is_over = days >= plan.days
        call, why = Call.INCONCLUSIVE if is_over else Call.HOLD, [*held, *map(str, needs)]
        if is_over:
            why.append(f"Its {plan.days} days are over, and not clear is not satisfactory.")
    else:
        call, why = Call.EXPAND, [_kept(reading) for reading in readings]
    return Verdict(call, tuple(why), needs, tuple(readings), days)


def _needs(readings: Sequence[Reading], plan: Plan, days: int) -> Iterator[Need]:
    users = plan.users_needed
    for reading in readings:
        if reading.users < users:
            yield Need(reading.guardrail.name, "users", users, reading.users, are_all=users == plan.users)
        if reading.tasks < plan.least_tasks:
            yield Need(reading.guardrail.name, "tasks", plan.least_tasks, reading.tasks)
    if days < plan.least_days:
        yield Need("", "days", plan.least_days, days)


def _bound(guardrail: Guardrail) -> str:
    return f"the {guardrail.side} of {guardrail.said(guardrail.bound)}"


def _between(reading: Reading) -> str:
    assert reading.low is not None and reading.high is not None
    said = reading.guardrail.said
    return f"{said(reading.low)} to {said(reading.high)}"


def _broken(reading: Reading) -> str:
    name, side = reading.guardrail.name, "below" if reading.guardrail.side == Side.FLOOR else "above"
    if reading.guardrail.kind == Kind.RARE:
        return f"{name}: more often than {_bound(reading.guardrail)} allows, evidence {reading.evidence:,.0f} to 1."
    return f"{name}: {_between(reading)}, all of it {side} {_bound(reading.guardrail)}."


def _undecided(reading: Reading) -> str:
    name = reading.guardrail.name
    if reading.state == State.UNMEASURED:
        return f"{name}: not measured yet."
    if reading.state == State.TOO_FEW:
        return f"{name}: fewer than {LEAST_USERS} people, not enough data."
    return f"{name}: {_between(reading)} lies on both sides of {_bound(reading.guardrail)}."


def _kept(reading: Reading) -> str:
    name = reading.guardrail.name
    if reading.state == State.QUIET:
        return f"{name}: no alarm, which does not yet show that it keeps {_bound(reading.guardrail)}."
    side = "above" if reading.guardrail.side == Side.FLOOR else "below"
    return f"{name}: {_between(reading)}, all of it {side} {_bound(reading.guardrail)}."
