"""A fast part of `make bench-stages`: enough to see that something broke, not that everything is right."""

from collections.abc import Iterator

import pytest

from benchmarks import invented_adoption, stages
from benchmarks.bars import Bar
from benchmarks.invented_stages import FLOOR, NET_TIME, OF_USERS, World, fixed_interval, may_expand, ours, rival
from pilots.stats.stages import Call, join, read_guardrails
from pilots.stats.stages.guardrails import look

STAGES = 150
# Of so few stages three more than the bound allows are still chance.
SLACK = 3 / STAGES


@pytest.mark.parametrize("world", [World(FLOOR, 25, 1.0), World(FLOOR, 60, 0.0), World(0.0, 60, OF_USERS, NET_TIME)])
def test_daily_looks_are_rarely_wrong_at_the_bound(world: World) -> None:
    said = ours(world, STAGES, seed=1)
    assert said.halted <= 0.05 + SLACK and said.expanded <= 0.065 + SLACK


def test_a_fixed_interval_looked_at_daily_is_wrong_often() -> None:
    assert rival(World(FLOOR, 60, 0.0), STAGES, 1, fixed_interval) > 0.3


def test_a_stage_far_below_its_floor_is_halted_and_one_above_it_expanded() -> None:
    bad, good = ours(World(0.7, 60, 0.5), STAGES, seed=1), ours(World(0.9, 60, 0.5), STAGES, seed=1)
    assert bad.halted >= 0.95 and good.expanded >= 0.95 and bad.halted_on < 20
    assert max(bad.expanded, good.halted) <= SLACK


def calls(world: World) -> Iterator[tuple[set[Call], Call]]:
    """Of each stage and day: what the benchmark counts, and what a page would say."""
    for day, (sums, counts) in enumerate(world.days(6, seed=2), start=1):
        seen = look(world.guardrail, sums, counts, world.users)
        expands = may_expand(seen, world.plan, day)
        for stage in range(len(sums)):
            said = ((Call.HALT, seen.is_broken[stage]), (Call.EXPAND, expands[stage]))
            counted = {call for call, is_so in said if is_so}
            read = read_guardrails([(world.guardrail, sums[stage], counts[stage])], world.plan)
            yield counted, join(read, world.plan, days=day).call


@pytest.mark.parametrize("truth", [0.68, 0.92])
def test_what_is_counted_is_what_a_page_says(truth: float) -> None:
    found = list(calls(World(truth, 25, 0.5)))
    assert all(counted == ({said} & {Call.HALT, Call.EXPAND}) for counted, said in found)
    assert {Call.HALT if truth < FLOOR else Call.EXPAND, Call.HOLD} <= {said for _, said in found}


def test_adoption_that_will_fall_short_alarms_and_that_reaches_its_target_does_not() -> None:
    short = invented_adoption.watch(invented_adoption.World(0.3, 2, 200), 40, seed=1)
    reaching = invented_adoption.watch(invented_adoption.World(0.7, 4, 200), 40, seed=1)
    assert short.alarmed(by=14) >= 0.95 and reaching.alarmed() <= 0.1
    assert reaching.held >= 0.75


def test_rare_incidents_at_their_cap_rarely_alarm_and_five_times_as_many_do() -> None:
    found = list(stages.rare(100))
    assert [bar.is_met for bar in found] == [True, True]
    assert all(isinstance(bar, Bar) and bar.number == 7 for bar in found)
