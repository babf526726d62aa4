"""Invented stages of a rollout whose truth is known, and how often the product's rule says what about them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from pilots.stats.e_values import evidence_above
from pilots.stats.stages.guardrails import EXPAND_ALPHA, HALT_ALPHA, Guardrail, Kind, Look, Plan, Side, look
from pilots.stats.stages.sequence import Mean, half_width, mean_of_users

Numbers = NDArray[np.float64]
Truths = NDArray[np.bool_]

DAYS: Final = 60
# Everybody has access within so many days, and does so many tasks a day.
STAGGER, TASKS_A_DAY = 10, 1.0
FLOOR: Final = 0.8
SUCCESS: Final = Guardrail("Success", Kind.SHARE, Side.FLOOR, FLOOR)
FAILURE: Final = Guardrail("Failure", Kind.SHARE, Side.CAP, 1 - FLOOR)
NET_TIME: Final = Guardrail("Net time", Kind.AMOUNT, Side.FLOOR, 0.0, "min")
# Minutes of a task have a long tail on the side of losses: gamma with a skewness of 4. Tasks' and users' deviation.
_SHAPE, _OF_TASKS, OF_USERS = 0.25, 12.0, 4.0
# Before so many tasks the others say nothing.
LEAST_TASKS: Final = 20
# Half of a two-sided 95 % interval, as a page that forgets the peeking has it.
_FIXED: Final = 1.96
_NODES, _RAW = hermegauss(15)
_WEIGHTS: Final = _RAW / _RAW.sum()


@dataclass(frozen=True)
class World:
    """`truth`: the mean over all users; `spread`: between users, on the logit scale or in minutes."""

    truth: float
    users: int
    spread: float
    guardrail: Guardrail = SUCCESS

    @property
    def plan(self) -> Plan:
        return Plan(self.users, DAYS)

    def days(self, stages: int, seed: int) -> Iterator[tuple[Numbers, Numbers]]:
        """After each day: sums and numbers of tasks, (stages, users)."""
        chance = np.random.default_rng([seed, self.users, int(1000 * self.truth), int(10 * self.spread)])
        shape = (stages, self.users)
        own = chance.normal(0, self.spread, shape)
        begins = chance.integers(0, STAGGER, shape)
        sums, counts = np.zeros(shape), np.zeros(shape)
        for day in range(DAYS):
            done, made = self._day(own, chance)
            has_access = begins <= day
            sums += made * has_access
            counts += done * has_access
            yield sums, counts

    def _day(self, own: Numbers, chance: np.random.Generator) -> tuple[Numbers, Numbers]:
        if self.guardrail.kind == Kind.AMOUNT:
            done = chance.poisson(TASKS_A_DAY, own.shape).astype(float)
            tail = (_SHAPE * done - chance.standard_gamma(_SHAPE * done)) / np.sqrt(_SHAPE)
            return done, done * (self.truth + own) + _OF_TASKS * tail
        rates = expit(_intercept(self.truth, self.spread) + own)
        good, bad = chance.poisson(TASKS_A_DAY * rates), chance.poisson(TASKS_A_DAY * (1 - rates))
        return (good + bad).astype(float), good.astype(float)


def _intercept(truth: float, spread: float) -> float:
    return float(brentq(lambda at: _WEIGHTS @ expit(at + spread * _NODES) - truth, -15, 15))


@dataclass(frozen=True)
class Said:
    """Shares of stages that were ever halted and ever expanded, and the median day of each among those."""

    halted: float
    expanded: float
    halted_on: float
    expanded_on: float

    @classmethod
    def of(cls, halts: Truths, expands: Truths) -> "Said":
        """(days, stages)."""
        return cls(halts.any(axis=0).mean(), expands.any(axis=0).mean(), _first(halts), _first(expands))


def _first(calls: Truths) -> float:
    ever = calls.any(axis=0)
    return float(np.median(calls.argmax(axis=0)[ever] + 1)) if ever.any() else np.nan


def may_expand(seen: Look, plan: Plan, day: int) -> Truths:
    enough = (seen.users >= plan.users_needed) & (seen.tasks >= plan.least_tasks) & (day >= plan.least_days)
    return np.asarray(seen.is_kept & enough)


def ours(world: World, stages: int, seed: int) -> Said:
    """The rule of the product, looked at every day. A stage that may expand goes on and may still be halted."""
    halts, expands = [], []
    for day, (sums, counts) in enumerate(world.days(stages, seed), start=1):
        seen = look(world.guardrail, sums, counts, world.users)
        halts.append(seen.is_broken)
        expands.append(may_expand(seen, world.plan, day))
    return Said.of(np.array(halts), np.array(expands))


def together(worlds: list[World], stages: int, seed: int) -> float:
    """Share of stages that any of several guardrails ever halted."""
    halted = np.zeros(stages, bool)
    for number, world in enumerate(worlds):
        for sums, counts in world.days(stages, seed + number):
            halted |= look(world.guardrail, sums, counts, world.users, together=len(worlds)).is_broken
    return float(halted.mean())


def rival(world: World, stages: int, seed: int, half: Callable[[Mean], Numbers], by_task: bool = False) -> float:
    """Share of stages at the floor of which another interval around the same mean ever says that they are not."""
    wrong = np.zeros(stages, bool)
    for sums, counts in world.days(stages, seed):
        mean = mean_of_users(sums, counts)
        if by_task:
            error = np.sqrt(mean.value * (1 - mean.value) / np.maximum(mean.tasks, 1))
            mean = replace(mean, error=error, users=mean.tasks.astype(np.int64))
        wrong |= (mean.tasks >= LEAST_TASKS) & (abs(mean.value - FLOOR) > half(mean))
    return float(wrong.mean())


def fixed_interval(mean: Mean) -> Numbers:
    return _FIXED * mean.error


def same_rule(world: World) -> Callable[[Mean], Numbers]:
    """Ours, as if each task were a user of its own."""
    return lambda mean: half_width(mean, int(world.users * DAYS * TASKS_A_DAY), EXPAND_ALPHA)


def rare_alarms(truth: float, cap: float, users: int, stages: int, seed: int) -> float:
    """Share of stages with an alarm over rare incidents on any day."""
    chance = np.random.default_rng([seed, users, int(1e6 * truth)])
    tasks = chance.poisson(users * TASKS_A_DAY, (stages, DAYS))
    incidents = chance.binomial(tasks, truth).cumsum(axis=1)
    others = tasks.cumsum(axis=1) - incidents
    evidence = np.vectorize(evidence_above)(incidents, others, cap)
    return float((evidence >= 1 / HALT_ALPHA).any(axis=1).mean())
