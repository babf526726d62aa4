"""The rate after a fix against the rate before, with its exact interval."""

from math import comb, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.grouping.effect import Effect, Verdict, effect

counts = st.integers(0, 400)
uses = st.floats(0.5, 5000, allow_nan=False)


def test_a_worked_example_forty_flags_before_and_four_after_in_the_same_time() -> None:
    """R's `poisson.test(c(4, 40), c(28, 28))` gives a rate ratio of 0.1 and 0.0258 to 0.2768."""
    found = effect(40, 28, 4, 28)
    assert found.ratio == pytest.approx(0.1)
    assert (found.low, found.high) == (pytest.approx(0.0258, abs=2e-4), pytest.approx(0.2768, abs=2e-4))
    assert found.verdict is Verdict.FEWER


def test_half_the_time_counts_half() -> None:
    """As many flags in a quarter of the use are four times the rate."""
    found = effect(10, 400, 10, 100)
    assert found.ratio == pytest.approx(4)
    assert found.verdict is Verdict.MORE


def test_two_before_and_none_after_prove_nothing() -> None:
    found = effect(2, 28, 0, 7)
    assert (found.ratio, found.low, found.verdict) == (0, 0, Verdict.TOO_EARLY)
    assert found.high > 1


def test_none_before_bounds_the_ratio_from_below_only() -> None:
    found = effect(0, 28, 12, 28)
    assert (found.ratio, found.high, found.verdict) == (None, inf, Verdict.MORE)


@pytest.mark.parametrize("given_", [(0, 28.0, 0, 28.0), (5, 0.0, 5, 28.0), (5, 28.0, 5, 0.0)])
def test_nothing_to_compare_is_not_measured_and_never_fewer(given_: tuple[int, float, int, float]) -> None:
    assert effect(*given_).verdict is Verdict.NOT_MEASURED


@given(counts, uses, counts, uses)
def test_the_interval_holds_the_ratio_and_the_verdict_follows_it(
    before: int, use_before: float, after: int, use_after: float
) -> None:
    found = effect(before, use_before, after, use_after)
    assert 0 <= found.low <= found.high
    if found.ratio is not None:
        assert found.low <= found.ratio * (1 + 1e-9) and found.ratio <= found.high * (1 + 1e-9)
    assert (found.verdict is Verdict.FEWER) == (found.high < 1)
    assert (found.verdict is Verdict.MORE) == (found.low > 1)


@given(st.integers(1, 400), uses, st.integers(1, 400), uses)
def test_before_and_after_the_other_way_round_is_the_inverse(
    before: int, use_before: float, after: int, use_after: float
) -> None:
    there, back = effect(before, use_before, after, use_after), effect(after, use_after, before, use_before)
    assert there.low == pytest.approx(1 / back.high, rel=1e-6)
    assert there.high == pytest.approx(1 / back.low, rel=1e-6)


@given(st.integers(0, 60), st.integers(1, 60))
def test_more_use_before_only_scales_it(after: int, before: int) -> None:
    once, twice = effect(before, 10, after, 10), effect(before, 20, after, 10)
    assert twice.high == pytest.approx(2 * once.high)
    assert twice.low == pytest.approx(2 * once.low)


@pytest.mark.parametrize("rate", [0.2, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("total", [5, 12, 40])
def test_it_covers_the_true_ratio_at_least_as_often_as_it_says(total: int, rate: float) -> None:
    """Exactly, by adding up every outcome: given the total, what comes after is binomial."""
    p = rate / (1 + rate)
    covered = sum(
        comb(total, after) * p**after * (1 - p) ** (total - after)
        for after in range(total + 1)
        if holds(effect(total - after, 1, after, 1), rate)
    )
    assert covered >= 0.95


def holds(found: Effect, rate: float) -> bool:
    return found.low <= rate <= found.high
