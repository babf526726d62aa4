"""What a stage may not fall below or rise above, and what its readings say of that."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from pilots.stats.e_values import chance_at_least, chance_at_most, evidence_above
from pilots.stats.metrics.observations import Codes, Numbers, Truths
from pilots.stats.stages.sequence import half_width, mean_of_users

# Chance of a false halt over all looks and guardrails, and of falsely taking one guardrail for kept.
HALT_ALPHA: Final = 0.05
EXPAND_ALPHA: Final = 0.025
# With fewer the bounds on a mean do not hold, and figures about people are hidden anyway.
LEAST_USERS: Final = 10


class Side(StrEnum):
    FLOOR = "floor"
    CAP = "cap"


class Kind(StrEnum):
    """`SHARE`: of tasks, 0 to 1. `AMOUNT`: any number a task, such as minutes. `RARE`: incidents, none or one a task,
    so few that the share of them says nothing by the time it matters."""

    SHARE = "share"
    AMOUNT = "amount"
    RARE = "rare"


class State(StrEnum):
    UNMEASURED = "not measured"
    TOO_FEW = "too few people"
    BROKEN = "broken"
    OPEN = "not clear yet"
    QUIET = "no alarm"
    KEPT = "kept"


@dataclass(frozen=True)
class Guardrail:
    """`bound` in parts of 1 for shares and rare incidents, in `unit` for amounts."""

    name: str
    kind: Kind
    side: Side
    bound: float
    unit: str = ""

    def __post_init__(self) -> None:
        if self.kind != Kind.AMOUNT and not 0 < self.bound < 1:
            raise ValueError(f"{self.name}: the {self.side} of a share lies between 0 and 1, it is {self.bound:g}.")
        if self.kind == Kind.RARE and self.side != Side.CAP:
            raise ValueError(f"{self.name}: rare incidents have a cap, no floor.")

    def said(self, value: float) -> str:
        if self.kind == Kind.SHARE:
            return f"{100 * value:.3g} %"
        if self.kind == Kind.RARE:
            return f"{1000 * value:.2g} in 1,000"
        return f"{value:,.1f} {self.unit}".rstrip()


@dataclass(frozen=True)
class Plan:
    """Locked before the stage opens. `users`: how many are to come; `days`: when it has to be decided."""

    users: int
    days: int
    least_users: int = 20
    least_tasks: int = 100
    least_days: int = 7

    def __post_init__(self) -> None:
        if min(self.users, self.days, self.least_users, self.least_tasks, self.least_days) < 1:
            raise ValueError("A stage has users and days, at least one of each.")

    @property
    def users_needed(self) -> int:
        """To expand: all of them where fewer are to come."""
        return max(min(self.least_users, self.users), LEAST_USERS)


@dataclass(frozen=True, eq=False)
class Look:
    """One entry a stage. `low` and `high`: what the readings leave open, each side at its own α."""

    value: Numbers
    low: Numbers
    high: Numbers
    users: Codes
    tasks: Numbers
    is_broken: Truths
    is_kept: Truths


@dataclass(frozen=True)
class Reading:
    """`value`, `low` and `high` are None where nothing can be said. `evidence` that a cap of rare incidents is broken,
    which at `alarm_at` is an alarm."""

    guardrail: Guardrail
    state: State
    users: int
    tasks: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    evidence: float | None = None
    alarm_at: float | None = None


def look(guardrail: Guardrail, sums: Numbers, counts: Numbers, planned: int, together: int = 1) -> Look:
    """At a share or an amount. `together`: how many guardrails share the chance of a false halt."""
    bound, sign = guardrail.bound, 1 if guardrail.side == Side.FLOOR else -1
    mean = mean_of_users(sums, counts, bound * (1 - bound) if guardrail.kind == Kind.SHARE else 0.0)
    to_halt = half_width(mean, planned, HALT_ALPHA / together)
    to_expand = half_width(mean, planned, EXPAND_ALPHA)
    enough = mean.users >= LEAST_USERS
    clear = sign * (mean.value - bound)
    below, above = (to_expand, to_halt) if sign > 0 else (to_halt, to_expand)
    low, high = mean.value - below, mean.value + above
    if guardrail.kind == Kind.SHARE:
        low, high = np.maximum(low, 0), np.minimum(high, 1)
    is_broken, is_kept = enough & (clear < -to_halt), enough & (clear > to_expand)
    return Look(mean.value, low, high, mean.users, mean.tasks, is_broken, is_kept)


def read_guardrails(rows: Iterable[tuple[Guardrail, Numbers, Numbers]], plan: Plan) -> tuple[Reading, ...]:
    """Of each guardrail its sums and numbers of tasks, one entry a user. All that are watched have to be there: they
    share the chance of a false halt."""
    given = list(rows)
    return tuple(_read(guardrail, sums, counts, plan, len(given)) for guardrail, sums, counts in given)


def _read(guardrail: Guardrail, sums: Numbers, counts: Numbers, plan: Plan, together: int) -> Reading:
    _refuse(guardrail, sums, counts)
    users, tasks = int((counts > 0).sum()), int(counts.sum())
    if not tasks:
        return Reading(guardrail, State.UNMEASURED, users, tasks)
    if guardrail.kind == Kind.RARE:
        return _read_rare(guardrail, int(sums.sum()), users, tasks, HALT_ALPHA / together)
    if users < LEAST_USERS:
        return Reading(guardrail, State.TOO_FEW, users, tasks)
    seen = look(guardrail, sums, counts, plan.users, together)
    state = State.BROKEN if seen.is_broken else State.KEPT if seen.is_kept else State.OPEN
    return Reading(guardrail, state, users, tasks, float(seen.value), float(seen.low), float(seen.high))


def _read_rare(guardrail: Guardrail, incidents: int, users: int, tasks: int, alpha: float) -> Reading:
    """Exact, from the first task on, if incidents come by themselves; those of one user mostly do not, so one cause
    should be handed in once. That few came in few tasks shows nothing: it is no alarm, not yet kept."""
    others, cap = tasks - incidents, guardrail.bound
    evidence = evidence_above(incidents, others, cap)
    low, high = chance_at_least(incidents, others, alpha), chance_at_most(incidents, others, EXPAND_ALPHA)
    state = State.BROKEN if evidence >= 1 / alpha else State.KEPT if high < cap else State.QUIET
    return Reading(guardrail, state, users, tasks, incidents / tasks, low, high, evidence, 1 / alpha)


def _refuse(guardrail: Guardrail, sums: Numbers, counts: Numbers) -> None:
    if sums.shape != counts.shape or sums.ndim != 1:
        raise ValueError(f"{guardrail.name}: one sum and one number of tasks for each user.")
    if not np.isfinite(sums).all() or not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError(f"{guardrail.name}: sums are numbers, and numbers of tasks none or more.")
    if (sums[counts == 0] != 0).any():
        raise ValueError(f"{guardrail.name}: who has no tasks has no outcomes.")
    if guardrail.kind != Kind.AMOUNT and ((sums < 0) | (sums > counts)).any():
        raise ValueError(f"{guardrail.name}: a user has as many outcomes as tasks at most.")
