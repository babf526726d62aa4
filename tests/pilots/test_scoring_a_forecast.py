"""Scores of a forecast, against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.same_scores import largest_difference
from pilots.stats.scoring import (
    ALARM,
    brier,
    crps,
    discrepancy,
    evidence_above,
    evidence_of_skill,
    interval_score,
    optimism,
    overconfidence,
    probability_below,
    skill,
    standardised,
)

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


def test_eight_pilots_can_prove_skill_and_five_cannot() -> None:
    assert evidence_of_skill(8, 8) > ALARM > evidence_of_skill(5, 5)
    assert evidence_of_skill(4, 8) < 1


def test_evidence_by_hand() -> None:
    """One that happened, of one: the mean chance above a half is 3/4, and at a half it is 1/2."""
    assert evidence_above(1, 0, 0.5) == pytest.approx(1.5)
    assert evidence_above(0, 0, 0.2) == pytest.approx(1)
    assert 0 < evidence_above(0, 300, 0.2) < 0.02


def test_intervals_that_hold_raise_no_alarm_and_that_miss_every_other_time_do() -> None:
    assert overconfidence(16, 20) < 1 < ALARM < overconfidence(8, 20)


def test_looking_after_every_pilot_alarms_in_at_most_one_of_twenty_programmes() -> None:
    chance = np.random.default_rng(0)
    alarmed = 0
    for _ in range(400):
        held = np.cumsum(chance.random(60) < 0.8)
        alarmed += any(overconfidence(int(one), pilots) >= ALARM for pilots, one in enumerate(held, start=1))
    assert alarmed <= 0.05 * 400


def test_rollouts_that_all_come_worse_are_optimism() -> None:
    found = optimism(np.array([-1.0, -1.2, -0.8, -1.1]))
    assert found is not None and found.high < 0 and found.value == pytest.approx(-1.025)
    assert optimism(np.array([-1.0])) is None


def test_what_no_factor_sees_is_learnt_from_eight_pilots() -> None:
    missed = np.full(8, 0.5)
    assert discrepancy(missed[:7], np.full(7, 0.09)) == 0.3
    assert discrepancy(missed, np.full(8, 0.09)) == pytest.approx(0.4)
    assert discrepancy(missed, np.full(8, 0.3)) == 0.15


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0, 1)), max_size=20), st.floats(1, 3))
def test_what_no_factor_sees_has_a_floor_and_grows_with_the_misses(rows: list[tuple[float, float]], by: float) -> None:
    missed, variances = np.array(rows, float).reshape(-1, 2).T
    found = discrepancy(missed, variances)
    assert found == 0.3 if len(rows) < 8 else found >= 0.15
    assert discrepancy(missed * by, variances) >= found - 1e-12


@given(st.integers(0, 60), st.integers(1, 60))
def test_one_more_interval_that_misses_is_evidence_of_overconfidence(held: int, missed: int) -> None:
    pilots = held + missed
    assert overconfidence(held, pilots) > overconfidence(held, pilots - 1)
    assert overconfidence(held, pilots) > overconfidence(held + 1, pilots + 1)


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=30), st.floats(-3, 3))
def test_optimism_moves_with_the_misses(misses: list[float], by: float) -> None:
    one, other = optimism(np.array(misses)), optimism(np.array(misses) + by)
    assert one is not None and other is not None
    assert (other.low, other.value, other.high) == pytest.approx(
        (one.low + by, one.value + by, one.high + by), abs=1e-9
    )
