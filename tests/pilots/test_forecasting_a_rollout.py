"""From a pilot's outcomes to the rollout's figure: what the model has to get right whatever the numbers are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import expit

from pilots.stats.forecast import Drawn, Factor, Observed, Rollout, Terms, counted, fit, observe, project
from pilots.stats.forecast.projecting import affordable

# Who was asked (a volunteer, a nominated, an assigned person), with help at hand or not, at one of three sites.
ROUTE, HELP, SITE = Factor("route", 3, (0, 1, 2)), Factor("help", 2, (0, 1)), Factor("site", 3)
TERMS = Terms((ROUTE, HELP, SITE), pairs=((0, 1),))
CELLS = np.array([[route, help, site] for route in range(3) for help in range(2) for site in range(3)])
EVEN = Rollout(CELLS, np.full(len(CELLS), 1 / len(CELLS)), tasks=2000, users=200)


def outcomes(
    users: int,
    tasks: int,
    *,
    seed: int = 0,
    without: tuple[int, int] | None = None,
    base: float = 1.5,
    step: float = -0.6,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """`without` leaves out a level of a factor. Users of one route each, at one site, with and without help."""
    chance = np.random.default_rng(seed)
    rows, said, whose = [], [], []
    for user in range(users):
        route, site = chance.integers(3), chance.integers(3)
        own = chance.normal(0, 0.5)
        for _ in range(tasks):
            cell = [route, chance.integers(2), site]
            if without is None or cell[without[0]] != without[1]:
                rows.append(cell)
                said.append(float(chance.random() < expit(1.5 - 0.6 * (cell[0] + cell[1]) + own)))
                whose.append(user)
    return np.array(rows), np.array(said), np.array(whose)


def width(drawn: Drawn) -> float:
    low, high = drawn.quantiles([0.1, 0.9])
    return float(high - low)


def forecast(observed: Observed, rollout: Rollout = EVEN, seed: int = 0) -> Drawn:
    return project(fit(observed, TERMS, seed=seed), rollout, seed=seed, draws=1000)


def test_the_same_evidence_and_seed_give_the_same_quantiles() -> None:
    observed = observe(*outcomes(12, 10))
    once, again = (forecast(observed).quantiles([0.1, 0.5, 0.9]) for _ in range(2))
    assert (once == again).all()


def test_what_is_locked_is_a_thousand_draws_and_every_hundredth() -> None:
    drawn = project(fit(observe(*outcomes(12, 10)), TERMS), EVEN)
    assert len(drawn.kept) == 1000 and len(drawn.percentiles) == 99 and (np.diff(drawn.percentiles) >= 0).all()
    assert np.median(drawn.kept) == pytest.approx(drawn.median, abs=0.01)
    assert drawn.interval(0.95)[0] < drawn.interval(0.8)[0] < drawn.median == drawn.percentiles[49]


def test_a_cell_has_the_median_and_interval_of_all_points_together() -> None:
    """Of one cell they are those of the whole rollout, less what only a whole rollout has."""
    one = Rollout(CELLS[:1], np.ones(1), tasks=1e9, users=1e9)
    drawn = project(fit(observe(*outcomes(12, 10)), TERMS), one, discrepancy=0)
    assert drawn.by_cell[0] == pytest.approx(np.quantile(drawn.measured, (0.1, 0.5, 0.9)), abs=0.02)


def test_a_rollout_that_the_pilot_was_picked_from_is_forecast_lower_than_the_pilot() -> None:
    codes, said, users = outcomes(120, 12)
    liked = (codes[:, 0] == 0) | (np.random.default_rng(1).random(len(codes)) < 0.2)
    observed = observe(codes[liked], said[liked], users[liked])
    truth = np.mean(expit(1.5 - 0.6 * CELLS[:, :2].sum(axis=1)))
    low, middle, high = forecast(observed).quantiles([0.025, 0.5, 0.975])
    assert low < truth < high and abs(middle - truth) < abs(observed.figure - truth)


@pytest.mark.parametrize("always", [0.0, 1.0])
def test_a_pilot_in_which_all_went_one_way_still_leaves_room(always: float) -> None:
    codes, said, users = outcomes(10, 8)
    low, high = forecast(observe(codes, np.full(len(said), always), users)).quantiles([0.025, 0.975])
    assert 0 <= low < high <= 1 and (high < 1 if always == 0 else low > 0)


@pytest.mark.parametrize(("factor", "level"), [(0, 2), (1, 1), (2, 0)])
def test_a_level_that_nobody_saw_widens_the_forecast(factor: int, level: int) -> None:
    whole = observe(*outcomes(60, 20, seed=3))
    part = observe(*outcomes(60, 20, seed=3, without=(factor, level)))
    assert width(forecast(part)) > width(forecast(whole))


def test_more_evidence_makes_it_narrower() -> None:
    few, many = (fit(observe(*outcomes(users, 20, seed=4)), TERMS) for users in (5, 120))
    assert width(project(many, EVEN, discrepancy=0)) < 0.5 * width(project(few, EVEN, discrepancy=0))


def test_what_is_measured_of_few_tasks_and_people_differs_by_chance_alone() -> None:
    observed = observe(*outcomes(40, 20))
    small = Rollout(EVEN.cells, EVEN.weights, tasks=40, users=8)
    assert width(forecast(observed, small)) > width(forecast(observed))


def test_weights_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(ValueError, match=r"sum to 0\.5"):
        Rollout(CELLS[:2], np.array([0.25, 0.25]), tasks=10, users=2)


def test_counts_need_the_number_of_users_behind_them() -> None:
    with pytest.raises(ValueError, match="how many users"):
        counted(CELLS[:2], np.array([3.0, 4.0]), np.array([5.0, 6.0]), np.array([2.0, 0.0]))
    found = counted(CELLS[:2], np.array([30.0, 40.0]), np.array([50.0, 60.0]), np.array([5.0, 60.0]))
    assert found.count.tolist() == [50 / (1 + 9 * 0.1), 60.0]


def test_minutes_come_back_in_minutes() -> None:
    chance = np.random.default_rng(7)
    codes = CELLS[chance.integers(len(CELLS), size=600)]
    users = chance.integers(40, size=600)
    minutes = 30 + 6 * codes[:, 1] + chance.normal(0, 3, 40)[users] + chance.normal(0, 8, 600)
    drawn = forecast(observe(codes, minutes, users, "continuous"))
    low, middle, high = drawn.quantiles([0.025, 0.5, 0.975])
    assert low < 33 < high and 31 < middle < 35 and drawn.bounds is None


def test_minutes_that_are_all_alike_leave_it_open_how_much_they_differ() -> None:
    low, high = forecast(observe(CELLS[:1], np.array([12.0]), np.array([0]), "continuous")).quantiles([0.1, 0.9])
    assert high - low > 3


def test_a_binary_outcome_is_nought_or_one() -> None:
    with pytest.raises(ValueError, match="0 or 1"):
        observe(CELLS[:1], np.array([0.5]), np.array([0]))


def test_steps_are_given_for_every_level_or_none() -> None:
    with pytest.raises(ValueError, match="3 levels and 2 steps"):
        Factor("route", 3, (0, 1))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(1, 6))
def test_any_small_pilot_gives_a_share(seed: int, users: int, tasks: int) -> None:
    drawn = forecast(observe(*outcomes(users, tasks, seed=seed)))
    found = drawn.quantiles([0.01, 0.25, 0.5, 0.75, 0.99])
    assert (np.diff(found) >= 0).all() and found[0] >= 0 and found[-1] <= 1
    assert ((drawn.by_cell >= 0) & (drawn.by_cell <= 1)).all()


@pytest.mark.parametrize(
    ("draws", "cells", "least", "drawn"),
    [
        (4000, 60, 1000, 4000),
        (4000, 6_000, 1000, 2000),
        (4000, 60_000, 1000, 1000),
        (300, 60, 1000, 300),
        (500, 0, 100, 500),
    ],
)
def test_of_very_many_cells_fewer_are_drawn(draws: int, cells: int, least: int, drawn: int) -> None:
    assert affordable(draws, cells, least) == drawn
