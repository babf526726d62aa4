"""Worked examples from tables, and what holds for every count."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from pilots.stats.rates import count_interval, rate, rate_ratio, share


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood's limits as every table of exact Poisson limits has them.
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (30, 20.241, 42.827)],
)
def test_the_interval_of_a_count_is_that_of_the_tables(count: int, low: float, high: float) -> None:
    found = count_interval(count)
    assert (round(found.low, 3), round(found.high, 3)) == (round(low, 3), high)


def test_twelve_flags_in_four_thousand_outputs_are_three_in_a_thousand_give_or_take() -> None:
    found = rate(12, 4000, per=1000)
    assert found is not None
    assert (found.value, round(found.low, 2), round(found.high, 2)) == (3.0, 1.55, 5.24)


def test_without_use_there_is_no_rate() -> None:
    assert rate(3, 0) is None and share(0, 0) is None and rate_ratio(3, 0, 4, 9) is None


def test_a_share_of_nine_in_thirty_is_that_of_the_tables() -> None:
    found = share(9, 30)
    assert found is not None
    assert (round(found.low, 3), round(found.high, 3)) == (0.147, 0.494)


def test_half_as_often_after_a_fix_with_ten_times_the_use() -> None:
    found = rate_ratio(20, 1000, 100, 10_000)
    assert found is not None and found.value == pytest.approx(0.5)
    assert found.low < 0.5 < found.high < 0.9


def test_nothing_before_leaves_the_upper_end_open() -> None:
    found = rate_ratio(0, 100, 4, 100)
    assert found is not None and math.isinf(found.high) and found.low > 0


counts = st.integers(0, 5000)
uses = st.floats(0.01, 1e9)


@given(counts)
def test_the_ends_are_where_chance_alone_reaches_two_and_a_half_percent(count: int) -> None:
    found = count_interval(count)
    assert found.low <= count <= found.high
    assert poisson.cdf(count, found.high) == pytest.approx(0.025, abs=1e-6)
    assert count == 0 or poisson.sf(count - 1, found.low) == pytest.approx(0.025, abs=1e-6)


@given(counts, st.integers(1, 5000))
def test_a_share_lies_within_its_interval_and_that_between_none_and_all(part: int, more: int) -> None:
    found = share(part, part + more)
    assert found is not None and 0 <= found.low <= found.value <= found.high <= 1
    assert binom.cdf(part, part + more, found.high) == pytest.approx(0.025, abs=1e-6)


@given(counts, uses, st.floats(1.5, 100))
def test_more_use_with_as_many_flags_is_a_lower_rate(count: int, use: float, times: float) -> None:
    one, other = rate(count, use), rate(count, use * times)
    assert one is not None and other is not None and other.high < one.high and other.value <= one.value


@given(st.integers(1, 500), uses, st.integers(1, 500), uses)
def test_seen_from_the_other_side_a_ratio_is_turned_over(before: int, one: float, after: int, other: float) -> None:
    there, back = rate_ratio(before, one, after, other), rate_ratio(after, other, before, one)
    assert there is not None and back is not None
    assert there.low <= there.value <= there.high
    assert there.low * back.high == pytest.approx(1.0) and there.value * back.value == pytest.approx(1.0)
