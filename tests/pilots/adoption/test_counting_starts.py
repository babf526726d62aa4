"""From a reading a week of how many have ever tried it, to who began when and who still waits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.stats.adoption import alarm_of_counts, levels_off, starts_of_counts

nan = np.nan


def array(*values: float) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, float)


def test_each_week_began_who_is_more_than_the_week_before() -> None:
    found = starts_of_counts(array(100, 100, 100), array(10, 30, 35))
    assert found.began.tolist() == [10, 20, 5, 0]
    assert found.waiting.tolist() == [0, 0, 0, 65]


def test_who_began_in_weeks_that_nobody_counted_is_spread_over_them() -> None:
    found = starts_of_counts(array(nan, 100, nan, nan, 100, nan), array(nan, 10, nan, nan, 40, nan))
    assert found.began.tolist() == pytest.approx([5, 5, 10, 10, 10, 0])


def test_who_came_later_has_waited_less() -> None:
    found = starts_of_counts(array(100, 100, 130), array(10, 20, 20))
    assert found.waiting.tolist() == [0, 30, 0, 80]


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30), st.booleans()), min_size=1, max_size=20),
    st.integers(1, 500),
)
def test_nobody_is_lost_or_counted_twice(weeks: list[tuple[int, int, bool]], waiting: int) -> None:
    tried = np.cumsum([more for more, _, _ in weeks]).astype(float)
    eligible = tried[-1] + waiting + np.cumsum([came for _, came, _ in weeks])
    seen = np.array([read for _, _, read in weeks])
    seen[-1] = True
    found = starts_of_counts(np.where(seen, eligible, nan), np.where(seen, tried, nan))
    assert found.began.sum() + found.waiting.sum() == pytest.approx(eligible[-1])
    assert found.began.min() >= 0 and found.waiting.min() >= 0


def test_a_flat_curve_levels_off_where_it_is() -> None:
    tried = array(60, 90, 105, 112, 116, 118, 119, 120, 120, 120)
    low, high = levels_off(np.full(10, 400.0), tried)
    assert low <= 0.3 <= high and high - low < 0.1


def test_the_alarm_is_raised_while_it_still_rises_and_never_above_the_target() -> None:
    tried = array(60, 90, 105, 112, 116, 118, 119, 120, 120, 120)
    people = np.full(10, 400.0)
    week = alarm_of_counts(people, tried, 0.6)
    assert week is not None and 4 <= week <= 8
    assert alarm_of_counts(people, tried, 0.25) is None
