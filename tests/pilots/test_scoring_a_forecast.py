"""Scores of a forecast, against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.same_scores import largest_difference
from pilots.stats.scoring import brier, crps, interval_score, probability_below, skill, standardised

numbers = st.floats(-100, 100, allow_nan=False)


def test_an_interval_that_holds_costs_its_width_and_one_that_misses_more() -> None:
    assert interval_score(0.2, 0.6, 0.4, 0.8) == pytest.approx(0.4)
    assert interval_score(0.2, 0.6, 0.1, 0.8) == pytest.approx(0.4 + 10 * 0.1)
    assert interval_score(0.2, 0.6, 0.7, 0.95) == pytest.approx(0.4 + 40 * 0.1)


@given(st.lists(numbers, min_size=1, max_size=40), numbers)
def test_the_ranked_score_is_the_mean_distance_less_half_the_spread(draws: list[float], actual: float) -> None:
    found = np.array(draws)
    spread = np.abs(found[:, None] - found[None, :]).mean() / 2
    assert crps(found, actual) == pytest.approx(np.abs(found - actual).mean() - spread, abs=1e-9)


@given(numbers, numbers)
def test_one_draw_scores_as_how_far_it_is_off(draw: float, actual: float) -> None:
    assert crps(np.array([draw]), actual) == pytest.approx(abs(draw - actual))


def test_what_is_below_is_the_share_of_draws_and_ties_count_half() -> None:
    assert probability_below(np.array([1.0, 2.0, 2.0, 3.0]), 2.0) == 0.5
    assert probability_below(np.array([1.0, 2.0]), 0.0) == 0.0


def test_a_miss_is_told_in_standard_deviations() -> None:
    assert standardised(0.7, 0.5 - 1.2815, 0.5, 0.5 + 1.2815) == pytest.approx(0.2)


def test_skill_is_nought_for_who_repeats_the_pilot() -> None:
    assert (skill(0.1, 0.1), skill(0.0, 0.1), skill(0.2, 0.1)) == (0, 1, -1)
    assert brier(0.7, True) == pytest.approx(0.09) and brier(0.7, False) == pytest.approx(0.49)


def test_scores_are_those_of_scoringrules() -> None:
    assert largest_difference() < 1e-9
