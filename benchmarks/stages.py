"""The bars 7 and 8 of the forecast's design: how often the rule of stages and the alarm of adoption are wrong, beside
their bounds, from fixed seeds. The code that is measured is the product's.

    make bench-stages                     # two minutes
    make bench-stages ARGS=--quick        # fewer stages: seconds
"""

import benchmarks.one_thread  # noqa: F401 - before NumPy

# isort: split
import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import inf
from typing import Final

from benchmarks import invented_adoption, invented_stages
from benchmarks.bars import Bar, conclude
from benchmarks.invented_stages import FAILURE, FLOOR, NET_TIME, OF_USERS, World
from pilots.stats.stages import Guardrail, Kind, Side

SEED: Final = 0
USERS: Final = (25, 60, 150)
SPREADS: Final = (0.0, 0.5, 1.0)
CAP: Final = 0.002
# Ceilings and half-times of stages that reach their target, and of those that do not.
REACHING: Final = ((0.6, 4), (0.7, 4), (0.7, 8), (0.85, 8), (0.6, 8))
SHORT: Final = ((0.3, 2), (0.3, 3), (0.3, 5), (0.45, 3))
# The design's bounds hold where people begin about as soon as the prior expects, half of them in the third week. Slower
# ones are told for comparison: what would find those in time cries wolf more often than one time in ten.
EXPECTED_HALF: Final = 3
# Near a ceiling with few users who differ much, a mean is least like a normal one.
STEEP: Final = World(0.95, 25, 1.0, Guardrail("Success", Kind.SHARE, Side.FLOOR, 0.95))


def at_the_bound(stages: int) -> Iterator[Bar]:
    """Exactly at the floor neither verdict is right, and both are likeliest to be wrong."""
    worlds = [World(FLOOR, users, spread) for users, spread in product(USERS, SPREADS)]
    worlds += [replace(world, truth=1 - FLOOR, guardrail=FAILURE) for world in worlds[4:5]]
    worlds += [World(0.0, users, OF_USERS, NET_TIME) for users in USERS]
    for world in worlds:
        said = invented_stages.ours(world, stages, SEED)
        name = f"{world.guardrail.name.lower()}, {world.users} users, spread {world.spread:g}"
        yield Bar(7, f"false halt, {name}", said.halted, high=0.05)
        yield Bar(7, f"false expand, {name}", said.expanded, high=0.065)
    steep = invented_stages.ours(STEEP, stages, SEED).expanded
    yield Bar(7, "false expand at a floor of 95 %, 25 users, spread 1", steep, high=0.065)
    fewest = invented_stages.ours(World(FLOOR, 10, 1.0), stages, SEED).expanded
    yield Bar(7, "for comparison: false expand, success, 10 users, spread 1", fewest)
    several = [World(FLOOR, 60, spread) for spread in (0, 0.5, 1)] + [World(0.0, 60, OF_USERS, NET_TIME)]
    yield Bar(7, "false halt by any of four guardrails", invented_stages.together(several, stages, SEED), high=0.05)


def away_from_it(stages: int) -> Iterator[Bar]:
    for spread in SPREADS:
        said = invented_stages.ours(World(0.7, 60, spread), stages, SEED)
        yield Bar(7, f"halts at 70 % against a floor of 80 %, 60 users, spread {spread:g}", said.halted, 0.9)
        yield Bar(7, "for comparison: the day of the halt, median", said.halted_on)
    for truth, users in product((0.85, 0.9), USERS):
        said = invented_stages.ours(World(truth, users, 0.5), stages, SEED)
        yield Bar(7, f"for comparison: expands at {100 * truth:.0f} %, {users} users", said.expanded)


def rare(stages: int) -> Iterator[Bar]:
    for times in (1, 5):
        found = invented_stages.rare_alarms(times * CAP, CAP, 60, stages, SEED)
        name = f"alarms over rare incidents {times} times as often as their cap"
        yield Bar(7, name, found, high=0.05) if times == 1 else Bar(7, name, found, 0.9)


def rivals(stages: int) -> Iterator[Bar]:
    for spread in (0.0, 1.0):
        world, what = World(FLOOR, 60, spread), f"spread {spread:g}"
        said = invented_stages.ours(world, stages, SEED)
        yield Bar(7, f"for comparison: any wrong verdict, {what}, ours at most", said.halted + said.expanded)
        daily = invented_stages.rival(world, stages, SEED, invented_stages.fixed_interval)
        yield Bar(7, f"for comparison: the same, {what}, fixed interval looked at daily", daily)
        by_task = invented_stages.rival(world, stages, SEED, invented_stages.same_rule(world), by_task=True)
        yield Bar(7, f"for comparison: the same, {what}, our rule with tasks as the unit", by_task)


def adoption(stages: int) -> Iterator[Bar]:
    for people, (ceiling, half) in product((60, 200), REACHING):
        seen = invented_adoption.watch(invented_adoption.World(ceiling, half, people), stages, SEED)
        name = f"{100 * ceiling:.0f} % of {people} begin, half by week {half}"
        is_slow = (ceiling, half) == REACHING[-1]
        yield Bar(8, f"false alarm, {name}", seen.alarmed(), high=inf if is_slow else 0.1)
        yield Bar(8, "for comparison: false alarm by the eye", float((seen.by_eye > 0).mean()))
        yield Bar(8, "for comparison: 80 % intervals of the ceiling that hold in week 8", seen.held)
    for people, (ceiling, half) in product((60, 200), SHORT):
        seen = invented_adoption.watch(invented_adoption.World(ceiling, half, people), stages, SEED)
        is_barred = people == 200 and ceiling == 0.3 and half <= EXPECTED_HALF
        name = f"{100 * ceiling:.0f} % of {people} begin, half by week {half}"
        yield Bar(8, f"alarm by week 14, {name}", seen.alarmed(by=14), 0.95 if is_barred else -inf)


def bars(quick: bool) -> Iterator[Bar]:
    stages = 100 if quick else 1000
    for part in (at_the_bound, away_from_it, rare, rivals):
        yield from part(stages)
    yield from adoption(50 if quick else 400)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer stages, to see that it runs")
    return conclude(bars(parser.parse_args().quick))


if __name__ == "__main__":
    sys.exit(main())
