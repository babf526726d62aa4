"""Minutes with a long tail: nothing is cut, and a figure that hangs on one record says so."""

import numpy as np
import pytest

from pilots.stats.forecast import Factor, Outlying, Rollout, Terms, fit, observe, outlying, project
from pilots.stats.forecast.outlying import share_of_the_longest

TERMS = Terms((Factor("site", 2),))
ROLLOUT = Rollout(np.array([[0], [1]]), np.array([0.5, 0.5]), tasks=1000, users=100)


def of(longest: float) -> Outlying:
    chance = np.random.default_rng(3)
    minutes = np.append(chance.normal(30, 5, 119), longest)
    codes, users = np.arange(120)[:, None] % 2, np.arange(120) % 12
    drawn = project(fit(observe(codes, minutes, users, "continuous"), TERMS), ROLLOUT)
    return outlying(drawn, codes, minutes, users, TERMS, ROLLOUT, seed=0)


def test_one_task_of_two_days_among_half_hours_is_told() -> None:
    found = of(2880)
    assert found.place == 119 and found.warns and found.moved > 0 and found.share_of_top > 0.9


def test_one_task_like_the_others_is_not() -> None:
    found = of(45)
    assert not found.warns and abs(found.moved) < 0.1


def test_the_top_hundredth_of_even_records_has_its_share_of_the_variance() -> None:
    assert share_of_the_longest(np.tile([0.0, 1.0], 100)) == pytest.approx(0.01)
    assert share_of_the_longest(np.ones(10)) == 0
