"""What a forecast must do whatever the numbers are, and how long it takes: bars 5 and 6."""

from collections.abc import Callable, Iterator
from time import process_time
from typing import Any, Final

import numpy as np
from scipy.special import expit

from benchmarks.bars import Bar
from pilots.stats.forecast import (
    Drawn,
    Evidence,
    Factor,
    Observed,
    Reach,
    Rollout,
    Terms,
    fit,
    observe,
    project,
    reach,
    seen,
)

# Who was asked, with help at hand or not, at one of three sites; and what each step costs on the logit scale.
TERMS: Final = Terms((Factor("route", 3, (0, 1, 2)), Factor("help", 2, (0, 1)), Factor("site", 3)), pairs=((0, 1),))
CELLS: Final = np.array([[route, 1, site] for route in range(3) for site in range(3)])
EVEN: Final = Rollout(CELLS, np.full(len(CELLS), 1 / len(CELLS)), tasks=2000, users=200)
BASE, STEP, OWN = 1.5, -0.6, 0.5
# More evidence is of so many new users with so many tasks each.
MORE_USERS, MORE_TASKS = 8, 5
# Monte Carlo noise of a width.
NOISE: Final = 1.05


def outcomes(codes: Any, users: Any, chance: np.random.Generator) -> Any:
    own = chance.normal(0, OWN, int(users.max()) + 1)
    return (chance.random(len(codes)) < expit(BASE + STEP * codes[:, :2].sum(axis=1) + own[users])).astype(float)


def pilot(chance: np.random.Generator) -> tuple[Any, Any, Any]:
    """Codes, outcomes and users; each user has one route and one site, and tasks with help and without."""
    users = np.repeat(np.arange(chance.integers(6, 40)), chance.integers(4, 12))
    route, site = (chance.integers(3, size=int(users.max()) + 1) for _ in range(2))
    codes = np.column_stack([route[users], chance.integers(2, size=len(users)), site[users]])
    return codes, outcomes(codes, users, chance), users


def forecast(observed: Observed) -> tuple[Drawn, Reach]:
    reached = reach(seen(observed), EVEN, helped=(1, 0))
    return project(fit(observed, TERMS), EVEN, reach=reached), reached


def _width(drawn: Drawn) -> float:
    low, high = drawn.interval(0.8)
    return high - low


def widening(seed: int) -> float:
    """A cell's own interval with more evidence of it, over the one without. What is added says what was forecast: a
    contradiction may well widen an interval, and nearer to a half chance alone is larger."""
    chance = np.random.default_rng([6, seed])
    codes, said, users = pilot(chance)
    at = int(chance.integers(len(CELLS)))
    before = forecast(observe(codes, said, users))[0].by_cell[at]
    new = np.repeat(np.arange(MORE_USERS), MORE_TASKS)
    good = np.diff(np.floor(np.arange(len(new) + 1) * before[1] + 0.5))
    after = observe(
        np.concatenate([codes, np.tile(CELLS[at], (len(new), 1))]),
        np.concatenate([said, good]),
        np.concatenate([users, new + users.max() + 1]),
    )
    then = forecast(after)[0].by_cell[at]
    return float((then[2] - then[0]) / (before[2] - before[0]))


def losing(seed: int) -> tuple[float, float]:
    """Without a level: how far the share of no evidence is from that of all who meet it, and the interval's width over
    the one with it."""
    chance = np.random.default_rng([7, seed])
    codes, said, users = pilot(chance)
    factor, level = ((0, 2), (1, 1), (2, 0))[seed % 3]
    left = codes[:, factor] != level
    whole, _ = forecast(observe(codes, said, users))
    part, reached = forecast(observe(codes[left], said[left], users[left]))
    lost = float(EVEN.weights[CELLS[:, factor] == level].sum())
    found = float(EVEN.weights[(CELLS[:, factor] == level) & ~reached.known].sum())
    return lost - found + (0 if reached.shares[Evidence.NONE] >= lost - 1e-9 else 1), _width(part) / _width(whole)


def properties(many: int) -> Iterator[Bar]:
    yield Bar(
        6, f"widest a cell became by more evidence of it, {many} pilots", max(map(widening, range(many))), high=NOISE
    )
    found = [losing(seed) for seed in range(many)]
    yield Bar(6, "share of a lost level that did not move to no evidence", max(left for left, _ in found), high=1e-9)
    yield Bar(6, "width after losing a level / before, median", float(np.median([width for _, width in found])), low=1)
    yield Bar(
        6,
        "weights that do not sum to 1 were refused",
        float(_refuses(lambda: Rollout(CELLS, EVEN.weights / 2, 9, 9))),
        low=1,
    )
    widths = [_width(forecast(observe(*_all_alike(always)))[0]) for always in (0.0, 1.0)]
    yield Bar(6, "width when all outcomes were alike, least", min(widths), 0.001, 1)


def _refuses(attempt: Callable[[], Any]) -> bool:
    try:
        attempt()
    except ValueError:
        return True
    return False


def _all_alike(always: float) -> tuple[Any, Any, Any]:
    codes, said, users = pilot(np.random.default_rng(8))
    return codes, np.full(len(said), always), users


def seconds(cases: int, departments: int, users: int, tasks: int) -> float:
    """Of the processor, from rows to a forecast with its cells, for a grid of use cases by departments."""
    chance = np.random.default_rng(5)
    ordered = [Factor("attitude", 3, (0, 1, 2)), Factor("kind", 4, (0, 1, 2, 3)), Factor("help", 2, (0, 1))]
    terms = Terms((Factor("case", cases), Factor("department", departments), *ordered), pairs=((2, 4), (3, 4), (2, 3)))
    case, department = (axis.ravel() for axis in np.indices((cases, departments)))
    grid = np.column_stack([case, department, (case + department) % 3, case % 4, np.ones(len(case), int)])
    rollout = Rollout(grid, chance.dirichlet(np.ones(len(grid))), tasks=10_000, users=1000)
    whose = np.repeat(np.arange(users), tasks)
    codes = grid[
        chance.integers(cases, size=len(whose)) * departments + chance.integers(departments, size=users)[whose]
    ]
    codes[:, 4] = chance.integers(2, size=len(whose))
    said = outcomes(codes[:, 2:4], whose, chance)
    begun = process_time()
    observed = observe(codes, said, whose)
    project(fit(observed, terms), rollout, reach=reach(seen(observed), rollout, helped=(4, 0)))
    return process_time() - begun


def speeds(quick: bool) -> Iterator[Bar]:
    yield Bar(5, "processor seconds, 100 cells, 60 users", seconds(10, 10, 60, 20), high=0.5)
    yield Bar(5, "processor seconds, 1,000 cells, 200 users", seconds(20, 50, 200, 20), high=2)
    yield Bar(5, "processor seconds, 500 users with 30,000 outcomes", seconds(10, 10, 500, 60), high=2)
    if not quick:
        yield Bar(5, "processor seconds, 10,000 cells, 200 users", seconds(50, 200, 200, 20), high=15)
