"""Where first use levels off, and the alarm before it does."""

from itertools import product
from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.stats.adoption import Ceiling, alarm, alarm_week, ceiling, count_starts
from pilots.stats.adoption.plateau import CEILINGS

people = st.lists(st.tuples(st.integers(0, 20), st.integers(-1, 20)), min_size=1, max_size=60)


def of(rows: list[tuple[int, int]]) -> Ceiling:
    """Each person's full weeks of access and the week in which use began, -1 where it has not."""
    access, first = np.array(rows).T
    return ceiling(count_starts(access, first))


def test_people_are_counted_by_the_weeks_of_their_own_access() -> None:
    starts = count_starts(np.array([3, 3, 2, 1, 0]), np.array([0, 2, -1, -1, -1]))
    assert starts.began.tolist() == [1, 0, 1, 0]
    assert starts.waiting.tolist() == [1, 1, 1, 0]


def test_who_began_in_the_week_that_is_not_over_waits_until_it_is() -> None:
    starts = count_starts(np.array([3]), np.array([3]))
    assert (starts.began.sum(), starts.waiting.tolist()) == (0, [0, 0, 0, 1])


def test_the_posterior_is_that_of_the_sum_written_out() -> None:
    """Two began in their first week, one in the second; one has had access for two weeks and not begun."""
    scales = [exp(log(0.7) + step / 27 * (log(26) - log(0.7))) for step in range(28)]
    likely = {k / 100: 0.0 for k in range(1, 100)}
    for k, scale, shape in product(likely, scales, (0.7, 1, 1.4, 2)):
        one, two = (1 - exp(-((week / scale) ** shape)) for week in (1, 2))
        usual = exp(-(((log(scale) - log(4)) / 0.8) ** 2) / 2)
        likely[k] += usual * (k * one) ** 2 * k * (two - one) * (1 - k * two)
    expected = np.array(list(likely.values())) / sum(likely.values())
    assert of([(2, 0), (2, 0), (2, 1), (2, -1)]).chances == pytest.approx(expected)


def test_before_anybody_has_access_every_ceiling_is_as_likely() -> None:
    found = of([(0, -1), (0, 0)])
    assert found.chances == pytest.approx(np.full(99, 1 / 99))
    assert found.below(0.6) == pytest.approx(59 / 99)
    assert found.interval() == pytest.approx((0.1, 0.9))


def test_many_who_have_waited_long_bring_the_ceiling_to_what_has_begun() -> None:
    low, high = of([(26, 1)] * 60 + [(26, -1)] * 140).interval()
    assert low < 0.3 < high and high - low < 0.1


def test_a_target_that_is_just_reached_is_not_missed() -> None:
    found = Ceiling(np.where(np.isclose(CEILINGS, 0.6), 1.0, 0.0))
    assert (found.below(0.6), found.below(0.61), found.quantile(0.5)) == (0, 1, pytest.approx(0.6))


@settings(max_examples=40, deadline=None)
@given(people)
def test_chances_sum_to_one_and_a_higher_target_is_missed_sooner(rows: list[tuple[int, int]]) -> None:
    found = of(rows)
    assert found.chances.sum() == pytest.approx(1)
    assert found.below(0.3) <= found.below(0.6) <= found.below(0.9)
    low, high = found.interval()
    assert low <= found.quantile(0.5) <= high


@settings(max_examples=40, deadline=None)
@given(people)
def test_one_more_who_begins_raises_the_ceiling_and_one_who_waits_lowers_it(rows: list[tuple[int, int]]) -> None:
    now = of(rows).below(0.5)
    assert of([*rows, (30, -1)]).below(0.5) >= now - 1e-9
    assert of([*rows, (1, 0)]).chances @ CEILINGS >= of(rows).chances @ CEILINGS - 1e-9


def test_an_alarm_needs_two_sure_weeks_running_from_the_third_on() -> None:
    assert alarm([0.99, 0.99, 0.99]) is None
    assert alarm([0.99, 0.99, 0.99, 0.99]) == 4
    assert alarm([0.5, 0.5, 0.96, 0.94, 0.96, 0.97]) == 6
    assert alarm([0.5, 0.5, 0.95, 0.95]) is None
    assert alarm([]) is None and alarm([1.0]) is None


def test_an_alarm_stays_with_the_week_in_which_it_came() -> None:
    assert alarm([0.1, 0.1, 0.96, 0.97, 0.2, 0.1]) == 4


def test_many_stages_are_watched_at_once() -> None:
    weeks = np.array([[0.9, 0.9, 0.96, 0.97], [0.1] * 4, [0.99, 0.99, 0.2, 0.99]])
    assert alarm_week(weeks).tolist() == [4, 0, 0]
    assert weeks[0].tolist() == [0.9, 0.9, 0.96, 0.97]
