"""M20, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.stats.adoption import consistency, spread_between_teams
from tests.pilots.metrics.tasks import between

# Means 10, 20 and 30; within each two people who are off by one: each mean has a variance of 2 · (1 + 1) / 2² = 1.
VALUES = np.array([9.0, 11, 19, 21, 29, 31])
TEAM = np.array([0, 0, 1, 1, 2, 2])


def test_a_stage_is_told_in_parts_of_its_pilot() -> None:
    """7 after 10. Of the stage's two people each is drawn twice in a quarter of the draws: 6 and 8 are its ends."""
    found = consistency("M20", (np.array([8.0, 6]), np.array([1, 2])), (np.array([10.0, 10]), np.array([1, 2])))
    assert (found.value, found.n, found.people) == (pytest.approx(0.7), 2, 2)
    assert between(found) == pytest.approx((0.6, 0.8))


def test_people_are_those_of_the_smaller_side() -> None:
    found = consistency("M20", (np.full(30, 4.0), np.arange(30)), (np.full(6, 4.0), np.arange(6) // 2))
    assert (found.value, found.people) == (1, 3)


def test_what_the_pilot_did_not_clearly_save_cannot_be_kept_up() -> None:
    stage, pilot = (np.full(20, 3.0), np.arange(20)), (np.tile([-10.0, 12], 10), np.arange(20))
    found = consistency("M20.time", stage, pilot)
    assert found.value is None and "not clearly above nought" in found.note


def test_nothing_measured_is_no_ratio_and_one_person_no_interval() -> None:
    alone, nobody = (np.array([4.0]), np.array([7])), (np.array([np.nan]), np.array([7]))
    assert consistency("M20", nobody, alone).value is None
    found = consistency("M20", alone, alone)
    assert (found.value, found.low) == (1, None)


def test_a_spread_between_teams_leaves_out_what_chance_adds() -> None:
    """The means are off by 10, 0 and 10: 200 / 2 - 1 = 99, of whose root the mean of 20 is 49.7 %. Ends: 200 over the
    quantiles 7.378 and 0.05064 of χ² with two degrees, less 1: 26.1 and 3,949."""
    found = spread_between_teams("M20.spread", VALUES, np.arange(6), TEAM)
    assert found.value == pytest.approx(99**0.5 / 20)
    assert between(found) == pytest.approx((26.11**0.5 / 20, 3948.8**0.5 / 20), rel=1e-3)
    assert (found.n, found.people) == (3, 6)


def test_teams_that_differ_no_more_than_by_chance_do_not_differ() -> None:
    found = spread_between_teams("M20.spread", np.array([9.0, 11, 9.5, 11.5, 9, 11]), np.arange(6), TEAM)
    assert (found.value, found.low) == (0, 0) and found.high is not None and found.high > 0


def test_teams_that_are_all_the_same_do_not_differ() -> None:
    found = spread_between_teams("M20.spread", np.full(6, 5.0), np.arange(6), TEAM)
    assert found.value == pytest.approx(0, abs=1e-3)


def test_a_team_of_one_person_is_left_out_and_said() -> None:
    found = spread_between_teams("M20.spread", np.append(VALUES, 90), np.arange(7), np.append(TEAM, 3))
    assert (found.n, found.value) == (3, pytest.approx(99**0.5 / 20))
    assert found.note == "1 of the teams with fewer than two people left out."
    assert spread_between_teams("M20.spread", VALUES[:3], np.arange(3), TEAM[:3]).value is None


def test_where_time_is_lost_a_spread_in_parts_of_it_says_nothing() -> None:
    found = spread_between_teams("M20.t_spread", -VALUES, np.arange(6), TEAM)
    assert found.value is None and "not above nought" in found.note


@given(st.lists(st.floats(1, 50), min_size=6, max_size=6), st.floats(0.5, 20))
def test_a_spread_is_the_same_in_other_units(values: list[float], scale: float) -> None:
    one, other = (spread_between_teams("M20.spread", np.array(values) * by, np.arange(6), TEAM) for by in (1, scale))
    assert other.value == pytest.approx(one.value, abs=1e-4)
    low, high = between(one)
    assert one.value is not None and low - 1e-9 <= one.value <= high + 1e-9
