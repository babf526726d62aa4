"""Invented worlds whose every rate is known, the pilots that they would see, and what their rollouts would measure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit

from pilots.stats.forecast import Factor, Observed, Rollout, Terms, observe

LEVELS: Final = {"route": 2, "attitude": 3, "workload": 2, "comfort": 3, "case": 4, "support": 2, "training": 2}
NAMES: Final = tuple(LEVELS)
# How much a step costs in each on the logit scale: mean and spread over worlds.
COSTS: Final = ((-0.3, 0.2), (-0.35, 0.25), (-0.2, 0.2), (-0.25, 0.2), (-0.5, 0.3), (-0.5, 0.3), (-0.3, 0.2))
# Combinations that differ in truth; the model knows of the first three.
TRUE_PAIRS: Final = ((1, 5), (4, 5), (1, 4), (0, 4), (3, 6))
TERMS: Final = Terms(tuple(Factor(name, n, tuple(map(float, range(n)))) for name, n in LEVELS.items()), TRUE_PAIRS[:3])
# People: route, attitude, workload, comfort. What they do: case, and whether they were trained.
PEOPLE: Final = np.array(list(product(range(2), range(3), range(2), range(3))))
USERS, TASKS_EACH = 200, 10
_NODES, _RAW = hermegauss(9)
_NODE_WEIGHTS: Final = _RAW / _RAW.sum()

# name: self-selection that no factor sees, and how much harsher the rollout's conditions are than the essay's.
WORLDS: Final = {"no penalty": (0.0, 0.0), "essay": (0.0, 1.0), "double": (0.0, 2.0), "hidden": (0.4, 1.0)}


@dataclass(frozen=True, eq=False)
class World:
    hidden: float
    intercept: float
    costs: tuple[Any, ...]
    pairs: dict[tuple[int, int], Any]
    own: Any
    spread: float
    people: Any
    cases: Any
    untrained: float

    @classmethod
    def drawn(cls, chance: np.random.Generator, hidden: float, harsh: float) -> "World":
        costs = tuple(
            np.concatenate([[0.0], np.cumsum(chance.normal(mean * harsh, sd, n - 1))])
            for n, (mean, sd) in zip(LEVELS.values(), COSTS, strict=True)
        )
        sizes = list(LEVELS.values())
        pairs = {(a, b): chance.normal(0, 0.2, (sizes[a], sizes[b])) for a, b in TRUE_PAIRS}
        shares = (np.array([0.15, 0.85]), *(chance.dirichlet(alpha) for alpha in ([3, 4, 3], [4, 4], [3, 4, 3])))
        people = np.prod([share[PEOPLE[:, at]] for at, share in enumerate(shares)], axis=0)
        people = people * chance.gamma(4, 0.25, len(PEOPLE))
        return cls(
            hidden=hidden,
            intercept=chance.normal(1.2, 0.8),
            costs=costs,
            pairs=pairs,
            own=chance.normal(0, 0.2, sizes),
            spread=chance.uniform(0.3, 1.0),
            people=people / people.sum(),
            cases=chance.dirichlet([2, 5, 3, 1.5]),
            untrained=1 - chance.uniform(0.3, 0.9),
        )

    def eta(self, codes: Any) -> Any:
        found = self.intercept + self.own[tuple(codes.T)]
        found = found + sum(cost[codes[:, at]] for at, cost in enumerate(self.costs))
        return found + sum(effect[codes[:, a], codes[:, b]] for (a, b), effect in self.pairs.items())

    @cached_property
    def rollout(self) -> Rollout:
        """Everybody, every case, without help at hand."""
        cells, weights = [], []
        for person, share in zip(PEOPLE, self.people, strict=True):
            for case, untrained in product(range(4), range(2)):
                cells.append([*person, case, 1, untrained])
                weights.append(share * self.cases[case] * (self.untrained if untrained else 1 - self.untrained))
        return Rollout(np.array(cells), np.array(weights), USERS * TASKS_EACH, USERS)

    @property
    def truth(self) -> float:
        rates = expit(self.eta(self.rollout.cells)[:, None] + self.spread * _NODES) @ _NODE_WEIGHTS
        return float(self.rollout.weights @ rates)

    def pilot(self, chance: np.random.Generator) -> Observed:
        """Mostly volunteers, eager and comfortable, on curated cases with help; each stressor is met or not at all."""
        users, mean = int(np.exp(chance.uniform(np.log(8), np.log(80)))), float(chance.integers(4, 31))
        assigned, sceptics, unsupported, hard = chance.random(4) < 0.6
        liking = np.log(self.people + 1e-9) + np.where(PEOPLE[:, 0] == 0, 2.5, 0) - PEOPLE @ [0, 1.0, 0.4, 0.6]
        liking[(PEOPLE[:, 0] == 1) & ~assigned | (PEOPLE[:, 1] == 2) & ~sceptics] = -50
        cases = self.cases * np.exp(-0.8 * np.arange(4)) * (1 if hard else np.array([1, 1, 0, 0]))
        odds = np.exp(liking - liking.max())
        people = PEOPLE[chance.choice(len(PEOPLE), users, p=odds / odds.sum())]
        return self._seen(people, cases / cases.sum(), 0.25 if unsupported else 0.0, 0.1, mean, self.hidden, chance)

    def measured(self, chance: np.random.Generator) -> float:
        """What the rollout's own measurement will say."""
        people = PEOPLE[chance.choice(len(PEOPLE), USERS, p=self.people)]
        return self._seen(people, self.cases, 1.0, self.untrained, TASKS_EACH, 0.0, chance).figure

    def _seen(
        self,
        people: Any,
        cases: Any,
        alone: float,
        untrained: float,
        mean: float,
        shift: float,
        chance: np.random.Generator,
    ) -> Observed:
        tasks = np.maximum(chance.poisson(mean, len(people)), 1)
        users = np.repeat(np.arange(len(people)), tasks)
        own = chance.normal(shift, self.spread, len(people))
        training = chance.random(len(people)) < untrained
        case = chance.choice(4, len(users), p=cases)
        support = chance.random(len(users)) < alone
        codes = np.column_stack([people[users], case, support, training[users]]).astype(np.int64)
        outcomes = chance.random(len(users)) < expit(self.eta(codes) + own[users])
        return observe(codes, outcomes.astype(float), users)


def pilots(hidden: float, harsh: float, numbers: Iterable[int], seed: int) -> Iterator[tuple[World, Observed, float]]:
    """For each number a new world, its pilot and what its rollout measured; the same whichever others are drawn."""
    for number in numbers:
        chance = np.random.default_rng([seed, number])
        world = World.drawn(chance, hidden, harsh)
        yield world, world.pilot(chance), world.measured(chance)
