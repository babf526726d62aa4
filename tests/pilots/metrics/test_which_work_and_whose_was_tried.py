"""M11 to M16, M32, M33 and M36, worked by hand."""

import numpy as np
import pytest

from pilots.stats.metrics import ABOUT, FROM_ROWS
from pilots.stats.metrics.friction import (
    abandoned,
    blocked,
    breaches,
    net_time_without_help,
    quality_without_help,
)
from pilots.stats.metrics.observations import active_weeks
from pilots.stats.metrics.people import barriers, distance, independence, not_selected, support, thin_cells
from pilots.stats.metrics.workload import coverage, ignorance, out_of_scope, underperforming, verdicts
from tests.pilots.metrics.tasks import between, by_code, tasks

VOLUME = np.array([100.0, 300, 600, np.nan])


def test_out_of_scope_attempts_are_a_share_of_all() -> None:
    found = by_code(out_of_scope(tasks(range(10), outcome=[5, 5] + [0] * 8)))
    # Wilson of 2 of 10: (.2 + .192)/1.384 = .283 ± .227.
    assert found["M11"].value == 20 and between(found["M11"]) == pytest.approx((5.67, 50.98), abs=0.01)
    assert found["M11.count"].value == 2


def test_what_was_tried_is_weighed_by_its_volume() -> None:
    # 10 and 30 observations reach the five, 4 do not: 100 + 600 of 1,000. The uncounted cell is in neither.
    found = coverage(VOLUME, np.array([10, 4, 30, 50]), minimum=5)
    assert (found.value, found.n) == (70, 3) and found.note == "The volume of 1 cell is not counted."


def test_where_no_volume_is_counted_nothing_was_tried_nor_left() -> None:
    assert coverage(np.array([np.nan]), np.array([9]), 5).value is None


def test_ignorance_is_the_volume_of_undecided_cells_and_tells_of_removed_ones() -> None:
    found = ignorance(VOLUME, np.array([False, True, False, True]), removed=2)
    assert found.value == 30 and "2 cells taken out" in found.note


def test_a_cell_falls_short_by_quality_or_time_and_holds_only_by_both() -> None:
    quality, net = np.array([3, 5, np.nan, 5, np.nan, 1]), np.array([1.0, -1, 2, 2, -1, -1])
    people = np.array([12, 12, 12, 12, 12, 9])
    assert verdicts(quality, np.full(6, 4.0), net, people).tolist() == [1, 1, -1, 0, 1, -1]


def test_what_was_not_measured_may_fall_short_or_hold() -> None:
    found = underperforming(np.array([100.0, 100, 50, 150]), np.array([4, 4, 7, 7]), np.array([1, 0, 1, -1]))
    # 150 of 400 fall short, 150 more may.
    assert found.total.value == 37.5 and between(found.total) == (37.5, 75)
    # Of segment 4, 100 of 200; of 7, 50 of 200 at least and all at most.
    assert found.by_segment[4].value == 50 and between(found.by_segment[7]) == (25, 100)
    assert found.worst == 4


def test_a_segment_that_nobody_measured_is_neither_good_nor_worst() -> None:
    found = underperforming(np.array([100.0, 100]), np.array([1, 2]), np.array([-1, 0]))
    assert found.by_segment[1].value is None and found.worst == 2


def test_who_was_nominated_was_selected() -> None:
    found = not_selected(np.array([0, 1, 2, 2, -1]))
    assert (found.value, found.n) == (50, 4) and "1 of 5" in found.note


def test_the_distance_is_half_of_what_shares_differ_by() -> None:
    # .8, .2, 0 against .5, .3, .2: (.3 + .1 + .2)/2.
    found = distance("attitude", np.array([8, 2, 0]), np.array([500.0, 300, 200]))
    assert found.value == pytest.approx(0.3) and (found.n, found.people) == (10, 10)
    assert "by chance alone" in found.note


def test_the_same_shares_are_no_distance_apart() -> None:
    assert distance("comfort", np.array([30, 10]), np.array([3.0, 1])).value == 0
    assert distance("comfort", np.array([0, 0]), np.array([3.0, 1])).value is None


def test_cells_of_too_few_people_are_counted_with_those_of_none() -> None:
    found = thin_cells(np.array([0, 4, 5, 20]), minimum=5)
    assert found.value == 2 and found.note == "1 of them with nobody."


def test_help_is_counted_for_each_week_that_somebody_worked() -> None:
    # 9 h in 18 user-weeks. What nobody logged is not none.
    found = by_code(support({"supplier": 6, "champion": 3}, 18, 12))
    assert found["M15"].value == 0.5 and found["M15.supplier"].value == pytest.approx(1 / 3)
    assert found["M15.project"].value is None and "the project" in found["M15"].note
    assert support({}, 18, 12)[0].value is None


def test_a_user_week_runs_from_monday_to_sunday() -> None:
    assert active_weeks(tasks([1, 1, 1, 2], day=[0, 6, 7, 6])) == 3


def test_barriers_are_shown_apart_for_those_who_did_not_volunteer() -> None:
    reported = np.zeros((4, 5), bool)
    reported[0, 0] = reported[2, 0] = reported[3, 0] = True
    found = barriers(reported, np.array([0, 0, 1, 2]))
    shares = {group: found[group, "sceptic"].value for group in ("all", "volunteered", "nominated", "others")}
    assert shares == {"all": 75, "volunteered": 50, "nominated": 100, "others": 100}
    assert found["all", "role"].value == 0 and found["others", "role"].people == 2


def test_independence_is_the_share_worked_out_again() -> None:
    assert independence(np.array([True, False, False, False])).value == 25
    assert independence(np.zeros(0, bool)).value is None


def test_blockers_are_counted_in_a_hundred_tasks() -> None:
    # 3 in 150; Garwood of 3: 0.619 to 8.767, by 150 and times 100.
    found = blocked(3, 150)
    assert found.value == 2 and between(found) == pytest.approx((0.412, 5.845), abs=0.001)
    assert blocked(None, 150).value is None and blocked(0, 150).value == 0


def test_no_breach_is_another_thing_than_no_period_without_help() -> None:
    assert breaches(0).value == 0 and breaches(None).value is None
    assert abandoned(10, 40).value == 25 and abandoned(None, 40).value is None


BOTH_WAYS = tasks(
    [1, 1, 2, 2],
    supported=[True, False, True, False],
    baseline=[30] * 4,
    with_tool=[20, 26, 10, 18],
    learning=[0] * 4,
    correcting=[0] * 4,
    quality=[4, 3, 5, 3],
)


def test_who_worked_with_help_and_without_is_drawn_with_both() -> None:
    # With help 10 and 20, without 4 and 12: medians 15 and 8. One of them twice: -6 or -8; apart it would be -16 to 2.
    found = net_time_without_help(BOTH_WAYS)
    assert found.value == -7 and between(found) == (-8, -6) and found.people == 2
    quality = quality_without_help(BOTH_WAYS)
    assert quality.value == -1.5 and between(quality) == (-2, -1)


def test_without_a_period_of_each_kind_there_is_no_change() -> None:
    assert net_time_without_help(BOTH_WAYS.where(BOTH_WAYS.supported)).value is None


def test_nothing_observed_is_never_a_value() -> None:
    assert {figure.value for work_out in FROM_ROWS for figure in work_out(tasks([]))} == {None}


def test_every_figure_says_what_it_answers_and_how_it_misleads() -> None:
    metrics = {code.partition(".")[0] for code in ABOUT}
    numbers = (*range(1, 21), *range(27, 31), *range(32, 37))
    assert metrics == {"success", *(f"M{number:02}" for number in numbers)}
    assert all(about.question.endswith("?") and about.trap.endswith(".") for about in ABOUT.values())
    assert max(len(code) for code in ABOUT) <= 12
