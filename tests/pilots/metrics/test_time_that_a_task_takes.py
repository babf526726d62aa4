"""M01 to M04, worked by hand."""

import numpy as np
import pytest

from pilots.stats.metrics.time import correcting, gross_time, learning, net_time
from tests.pilots.metrics.tasks import between, by_code, tasks

# Baseline 30; net = 30 - with tool - learning - correcting.
#   person 1: 30-10-2-3 = 15, 30-15-0-5 = 10        person 2: 30-20-5-15 = -10, 30-20-0-12 = -2
#   person 3: 30-12-3-3 = 12
FIVE = tasks(
    [1, 1, 2, 2, 3],
    baseline=[30] * 5,
    with_tool=[10, 15, 20, 20, 12],
    learning=[2, 0, 5, 0, 3],
    correcting=[3, 5, 15, 12, 3],
)


def test_net_time_is_what_is_left_after_all_that_the_tool_costs() -> None:
    found = by_code(net_time(FIVE))
    # Ordered: -10, -2, 10, 12, 15. Tenth: 0.4 of the way from -10 to -2; ninetieth: 0.6 of that from 12 to 15.
    assert (found["M01"].value, found["M01"].n, found["M01"].people) == (10, 5, 3)
    assert found["M01.p10"].value == pytest.approx(-6.8) and found["M01.p90"].value == pytest.approx(13.8)
    assert found["M01"].unit == "min/task"


def test_users_who_lose_time_are_counted_by_the_sum_of_their_tasks() -> None:
    losing = by_code(net_time(FIVE))["M01.losing"]
    # Sums: 25, -12, 12: one of three. Wilson: 1/3 → 6.1 to 79.2 %.
    assert losing.value == pytest.approx(100 / 3) and losing.n == 3
    assert between(losing) == pytest.approx((6.15, 79.23), abs=0.01)


def test_people_and_not_tasks_are_drawn_again_for_the_median() -> None:
    """Of three people the rarest draw, one of them thrice, comes once in 27, more often than 2.5 %: person 2's median
    of -6 is the low end, person 1's of 12.5 the high one."""
    assert between(net_time(FIVE)[0]) == pytest.approx((-6, 12.5))


def test_a_task_that_leaves_a_part_of_its_time_unsaid_has_no_net_time() -> None:
    found = net_time(tasks([1, 2], baseline=[30, 30], with_tool=[20, 10], learning=[np.nan, 0], correcting=[1, 1]))
    assert (found[0].value, found[0].n, found[0].people) == (19, 1, 1)
    assert "1 of 2 tasks say all parts" in found[0].note


def test_of_one_person_there_is_no_interval() -> None:
    found = net_time(tasks([7, 7], baseline=[30, 20], with_tool=[10, 10], learning=[0, 0], correcting=[0, 0]))
    assert {(figure.low, figure.high) for figure in found} == {(None, None)}
    assert found[0].value == 15 and "One person" in found[0].note


def test_nothing_measured_is_no_value_rather_than_none_saved() -> None:
    for figures in (net_time, gross_time, learning, correcting):
        assert {figure.value for figure in figures(tasks([1, 2]))} == {None}
        assert {figure.value for figure in figures(tasks([]))} == {None}


def test_gross_time_leaves_out_learning_and_correcting() -> None:
    # 20, 15, 10, 10, 18: ordered 10, 10, 15, 18, 20.
    assert by_code(gross_time(FIVE))["M02"].value == 15


def test_learning_counts_hours_in_each_week_in_which_somebody_worked_with_it() -> None:
    # Person 1: 60 + 30 min in weeks 0 and 1; person 2: 90 min in week 0, twice the same week; then gives up.
    found = by_code(
        learning(tasks([1, 1, 2, 2, 1], day=[0, 9, 1, 6, 40], learning=[60, 30, 90, 0, np.nan], baseline=[1] * 5))
    )
    # 180 min = 3 h over the user-weeks (1, 0), (1, 1), (2, 0): 1 h each.
    assert (found["M03"].value, found["M03"].n, found["M03"].people) == (1, 3, 2)
    # Person 2's last task was on day 6, over two weeks before day 40: 1.5 h in one week.
    assert (found["M03.left"].value, found["M03.left"].n, found["M03.left"].people) == (1.5, 1, 1)


def test_hours_of_those_who_gave_up_are_in_the_figure_of_all() -> None:
    stayed = learning(tasks([1, 1], day=[0, 30], learning=[60, 0]))[0]
    with_who_left = learning(tasks([1, 1, 2], day=[0, 30, 0], learning=[60, 0, 300]))[0]
    assert stayed.value == 0.5 and with_who_left.value == 2


def test_correcting_is_a_share_of_all_minutes_with_the_tool() -> None:
    # 38 min of correcting in 77 + 38 = 115 min: 33.04 %. Each person: 8/33, 27/67, 3/15.
    (found,) = correcting(FIVE)
    assert found.value == pytest.approx(100 * 38 / 115)
    assert between(found) == pytest.approx((20, 100 * 27 / 67))
