"""Means of users' tasks and the bounds on them, worked by hand; what must hold whatever the numbers are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.stats.stages import Guardrail, Kind, Side
from pilots.stats.stages.guardrails import look
from pilots.stats.stages.sequence import Mean, half_width, mean_of_users

SUCCESS = Guardrail("Success", Kind.SHARE, Side.FLOOR, 0.8)
FAILURE = Guardrail("Failure", Kind.SHARE, Side.CAP, 0.2)

users = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=10, max_size=40)


def columns(rows: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Of good and bad tasks of each user: sums and numbers of tasks."""
    good, bad = np.array(rows, float).T
    return good, good + bad


def test_a_mean_weighs_tasks_and_its_error_counts_users() -> None:
    """3 of 4, 1 of 2 and 4 of 4 are 8 of 10. Off by -0.2, -0.6 and 0.8, squares 1.04: 3/2 · 1.04 / 10² = 0.0156."""
    mean = mean_of_users(np.array([3.0, 1, 4]), np.array([4.0, 2, 4]))
    assert (mean.value, mean.users, mean.tasks) == (0.8, 3, 10)
    assert mean.error == pytest.approx(0.0156**0.5)


def test_a_few_users_who_are_alike_are_not_certain_for_that() -> None:
    """0.8 · 0.2 / 10 = 0.016 is more than 0.0156."""
    mean = mean_of_users(np.array([3.0, 1, 4]), np.array([4.0, 2, 4]), least_variance=0.16)
    assert mean.error == pytest.approx(0.016**0.5)
    assert mean_of_users(np.full(5, 4.0), np.full(5, 4.0)).error == 0


def test_a_half_width_by_hand() -> None:
    """ρ² = (5.991 + ln 6.991) / 25 = 0.3175; 25 ρ² + 1 = 8.936; 2 · 8.936 / (625 ρ²) = 0.0901; ln(1 + 2.989 / 0.05) =
    4.107; √(0.0901 · 4.107) = 0.608, of √25 · 0.02 = 0.1."""
    mean = Mean(np.array(0.8), np.array(0.02), np.array(25), np.array(100.0))
    assert half_width(mean, planned=25, alpha=0.025) == pytest.approx(0.0608, abs=1e-4)


def test_a_bound_for_every_look_is_wider_than_one_for_a_single_look() -> None:
    mean = Mean(np.full(100, 0.8), np.full(100, 0.02), np.arange(10, 110), np.full(100, 500.0))
    wide = half_width(mean, planned=60, alpha=0.025) / 0.02
    assert wide.min() > 1.96 * 1.3 and wide.max() < 1.96 * 2.2


@given(users)
def test_who_has_no_tasks_changes_nothing(rows: list[tuple[int, int]]) -> None:
    one, other = columns(rows), columns([*rows, (0, 0), (0, 0)])
    seen, same = look(SUCCESS, *one, planned=40), look(SUCCESS, *other, planned=40)
    assert seen.users == same.users
    assert (float(seen.low), float(seen.high)) == pytest.approx((float(same.low), float(same.high)))


@given(users)
def test_a_cap_on_failures_is_a_floor_under_successes(rows: list[tuple[int, int]]) -> None:
    good, tasks = columns(rows)
    floor, cap = look(SUCCESS, good, tasks, planned=40), look(FAILURE, tasks - good, tasks, planned=40)
    if tasks.sum():
        assert (1 - cap.high, 1 - cap.low) == pytest.approx((floor.low, floor.high))
    assert (bool(cap.is_broken), bool(cap.is_kept)) == (bool(floor.is_broken), bool(floor.is_kept))


@given(users, st.integers(1, 6))
def test_no_look_says_both_and_more_guardrails_halt_less(rows: list[tuple[int, int]], together: int) -> None:
    alone, joined = (look(SUCCESS, *columns(rows), planned=40, together=many) for many in (1, together))
    assert not (alone.is_broken and alone.is_kept)
    assert alone.high <= joined.high and alone.low == joined.low
    assert alone.is_broken or not joined.is_broken


@given(users, st.floats(0.1, 50), st.floats(-100, 100))
def test_hours_give_the_same_answer_as_minutes(rows: list[tuple[int, int]], scale: float, bound: float) -> None:
    sums, tasks = columns(rows)
    minutes, other = (Guardrail("Net", Kind.AMOUNT, Side.FLOOR, bound * factor) for factor in (1, scale))
    seen, same = look(minutes, 10 * sums, tasks, planned=40), look(other, 10 * scale * sums, tasks, planned=40)
    assert (same.low, same.high) == pytest.approx((seen.low * scale, seen.high * scale), abs=1e-6)


def test_guardrails_share_the_chance_of_a_false_halt_and_each_is_kept_for_itself() -> None:
    sums, tasks = np.tile([6.0, 8], 10), np.full(20, 10.0)
    mean = mean_of_users(sums, tasks, least_variance=0.16)
    seen = look(SUCCESS, sums, tasks, planned=40, together=4)
    assert seen.high - 0.7 == pytest.approx(float(half_width(mean, 40, alpha=0.05 / 4)))
    assert 0.7 - seen.low == pytest.approx(float(half_width(mean, 40, alpha=0.025)))


def test_many_stages_at_once_are_each_by_itself() -> None:
    chance = np.random.default_rng(1)
    tasks = chance.poisson(8, (5, 30)).astype(float)
    good = chance.binomial(tasks.astype(int), 0.9).astype(float)
    at_once = look(SUCCESS, good, tasks, planned=30)
    each = [look(SUCCESS, *one, planned=30) for one in zip(good, tasks, strict=True)]
    assert at_once.low.tolist() == [float(one.low) for one in each]
    assert at_once.is_kept.tolist() == [bool(one.is_kept) for one in each]
