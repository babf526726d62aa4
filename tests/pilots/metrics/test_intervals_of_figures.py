"""What holds for every interval: Wilson for shares, whole people drawn again for means and medians."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.stats.metrics.making import effective, mean, median, share
from pilots.stats.metrics.observations import numbered
from pilots.stats.metrics.resampling import median_draws, resamples
from pilots.stats.rates import wilson
from tests.pilots.metrics.tasks import between


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_is_that_of_the_published_table(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(part, whole)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_of_nothing_there_is_no_share() -> None:
    assert wilson(0, 0) is None and share("M05", 0, 0).value is None


@given(st.integers(0, 300), st.integers(1, 300))
def test_a_share_lies_in_its_interval_and_that_between_none_and_all(part: int, more: int) -> None:
    found = wilson(part, part + more)
    assert found is not None and 0 <= found.low <= found.value <= found.high <= 1


def test_tasks_of_few_people_are_worth_fewer() -> None:
    # 100 tasks of 10 people: 100 / (1 + 9 · 0.10) = 52.63. Of as many people as tasks: all of them.
    assert effective(100, 10) == pytest.approx(100 / 1.9)
    assert effective(100, 100) == 100
    # Wilson of 30 % of 52.63: 19.33 to 43.39 %; of 100: 21.9 to 39.6 %.
    assert between(share("M05", 30, 100, 10)) == pytest.approx((19.33, 43.39), abs=0.01)
    assert between(share("M05", 30, 100)) == pytest.approx((21.89, 39.58), abs=0.01)


def test_the_same_rows_give_the_same_interval() -> None:
    values, person = np.arange(40.0), np.arange(40) // 4
    assert mean("M01", values, person) == mean("M01", values, person)
    assert median("M01", values, person) == median("M01", values, person)


def test_the_interval_of_a_mean_is_that_of_the_formula_where_people_are_many() -> None:
    values = np.random.default_rng(1).normal(10, 3, 4_000)
    low, high = between(mean("M01", values, np.arange(4_000)))
    # 1.96 · 3 / √4000 = 0.093.
    assert (high - low) / 2 == pytest.approx(0.093, rel=0.08)


def test_tasks_of_the_same_person_do_not_narrow_an_interval() -> None:
    each = np.random.default_rng(1).normal(10, 3, 200)
    once, often = mean("M01", each, np.arange(200)), mean("M01", np.repeat(each, 50), np.repeat(np.arange(200), 50))
    assert between(once) == pytest.approx(between(often))
    assert between(median("M01", each, np.arange(200))) == pytest.approx(
        between(median("M01", np.repeat(each, 50), np.repeat(np.arange(200), 50)))
    )


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-20, 20)), min_size=2, max_size=60))
def test_medians_of_draws_are_those_of_the_tasks_written_out(rows: list[tuple[int, int]]) -> None:
    who, people = numbered(np.array([person for person, _ in rows]))
    values = np.array([float(value) for _, value in rows])
    times = next(iter(resamples(people)))[:20].astype(int)
    found = median_draws(values, who, people)[:20]
    assert found == pytest.approx([np.median(np.repeat(values, each[who])) for each in times])


def test_medians_of_many_tasks_are_looked_up_closely_enough() -> None:
    chance = np.random.default_rng(2)
    who = np.repeat(np.arange(60), 100)
    values = chance.normal(0, 2, 60)[who] + chance.normal(0, 3, 6_000)
    found = median_draws(values, who, 60)[:100]
    times = next(iter(resamples(60)))[:100].astype(int)
    exact = np.array([np.median(np.repeat(values, each[who])) for each in times])
    assert np.abs(found - exact).max() < exact.std() / 20


def test_people_numbered_far_apart_are_told_apart_all_the_same() -> None:
    codes, people = numbered(np.array([10**12, 5, 10**12, 7]))
    assert codes.tolist() == [2, 0, 2, 1] and people == 3
