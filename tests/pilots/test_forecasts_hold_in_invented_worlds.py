"""A fast part of `make bench-forecast`: enough to see that something broke, not that everything is right."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bars import Bar
from benchmarks.forecast_bars import of_worlds
from benchmarks.forecast_properties import NOISE, losing, seconds, widening
from benchmarks.tally import Tally


def test_intervals_hold_and_the_error_is_half_of_the_naive_one_where_a_rollout_is_harsher() -> None:
    tally = Tally([row for name in ("essay", "double") for row in of_worlds(name, range(8))])
    assert tally.mean("in95") >= 0.85 and tally.mean("in80") >= 0.65
    assert tally.rmse_ratio <= 0.55 and tally.score_ratio <= 0.3


def test_intervals_hold_where_a_rollout_is_no_harsher() -> None:
    tally = Tally(of_worlds("no penalty", range(8)))
    assert tally.mean("in95") >= 0.85 and tally.mean("in80") >= 0.65


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_more_evidence_of_a_cell_never_widens_its_own_interval(seed: int) -> None:
    assert widening(seed) <= NOISE


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_a_level_that_is_lost_moves_its_whole_share_to_no_evidence(seed: int) -> None:
    left, _ = losing(seed)
    assert abs(left) < 1e-9


def test_losing_a_level_widens_the_forecast() -> None:
    assert np.median([losing(seed)[1] for seed in range(9)]) > 1


def test_a_hundred_cells_take_less_than_half_a_second() -> None:
    assert seconds(10, 10, 60, 20) < 1.5  # three times the bar: the machine that runs tests is never quiet


def test_a_bar_is_met_within_its_bounds_only() -> None:
    assert [Bar(1, "", value, 0.93, 0.99).is_met for value in (0.92, 0.93, 0.99, 1)] == [False, True, True, False]
    assert "at most 0.1: missed" in str(Bar(4, "off", 0.2, high=0.1))
    assert str(Bar(3, "for comparison", 0.2)).endswith("0.2")
