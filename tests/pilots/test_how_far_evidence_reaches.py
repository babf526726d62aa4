"""Of a rollout's workload: what rests on this very cell, what on its levels alone, and what on nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pilots.stats.forecast import (
    Drawn,
    Evidence,
    Factor,
    Observed,
    Reach,
    Rollout,
    Terms,
    fit,
    observe,
    project,
    reach,
    seen,
    seen_in_counts,
    what_to_test_next,
)

# With help at hand (0) or without (1); a curated (0), a typical (1), an edge case (2); at one of two sites.
HELP, CASE, SITE = Factor("help", 2, (0, 1)), Factor("case", 3, (0, 1, 2)), Factor("site", 2)
TERMS = Terms((HELP, CASE, SITE))
CELLS = np.array([[1, case, site] for case in range(3) for site in range(2)])
EVEN = Rollout(CELLS, np.full(6, 1 / 6), tasks=600, users=60)
HELPED = (0, 0)


def in_turn(many: int) -> NDArray[np.float64]:
    """Every other task went well."""
    return np.tile([0.0, 1.0], many)[:many]


def pilot(*cells: tuple[int, int, int], tasks: int = 5, users: int = 2) -> Observed:
    """In each cell so many tasks, by so many users who are in every cell."""
    rows = [cell for cell in cells for _ in range(tasks)]
    whose = [task % users for _ in cells for task in range(tasks)]
    return observe(np.array(rows), in_turn(len(rows)), np.array(whose))


def reached(observed: Observed, rollout: Rollout = EVEN) -> Reach:
    return reach(seen(observed), rollout, helped=HELPED)


def forecast(observed: Observed, rollout: Rollout = EVEN) -> tuple[Drawn, Reach]:
    found = reached(observed, rollout)
    return project(fit(observed, TERMS), rollout, reach=found, draws=1000), found


def test_a_cell_seen_without_help_is_direct_and_its_neighbours_are_modelled() -> None:
    found = reached(pilot((1, 0, 0), (1, 1, 1)))
    assert found.of_cells[:4] == [Evidence.DIRECT, Evidence.MODELLED, Evidence.MODELLED, Evidence.DIRECT]
    assert found.shares == pytest.approx({Evidence.DIRECT: 2 / 6, Evidence.MODELLED: 2 / 6, Evidence.NONE: 2 / 6})


def test_a_level_that_nobody_met_is_named_with_its_share() -> None:
    found = reached(pilot((1, 0, 0), (1, 1, 1)))
    assert [(one.factor, one.level, round(one.share, 3)) for one in found.unseen] == [(1, 2, 0.333)]


@pytest.mark.parametrize(("tasks", "users"), [(4, 2), (5, 1)])
def test_four_tasks_or_one_user_are_not_enough(tasks: int, users: int) -> None:
    found = reached(pilot((1, 0, 0), tasks=tasks, users=users))
    assert found.shares[Evidence.NONE] == 1


def test_a_cell_with_too_few_is_modelled_where_its_levels_have_enough() -> None:
    codes = np.array([[1, 0, 0]] * 4 + [[1, 1, 0]] * 4 + [[1, 0, 1]] * 4)
    found = reached(observe(codes, in_turn(12), np.arange(12) % 3))
    assert found.of_cells[0] is Evidence.MODELLED


def test_one_person_in_two_cells_of_a_level_is_one_person() -> None:
    codes = np.array([[1, 0, 0]] * 5 + [[1, 0, 1]] * 5 + [[1, 1, 0], [1, 1, 1]] * 3)
    found = reached(observe(codes, in_turn(16), np.array([0] * 10 + [1, 2] * 3)))
    assert (1, 0) in {(one.factor, one.level) for one in found.unseen}


def test_what_was_seen_with_help_alone_is_no_evidence_of_anything() -> None:
    found = reached(pilot((0, 0, 0), (0, 1, 1), (0, 2, 0)))
    assert found.shares[Evidence.NONE] == 1 and not found.is_projectable


def test_a_stage_that_keeps_the_help_is_not_direct_either() -> None:
    rollout = Rollout(np.array([[0, 0, 0]]), np.ones(1), tasks=100, users=10)
    assert reached(pilot((0, 0, 0), (1, 0, 0)), rollout).of_cells == [Evidence.MODELLED]
    assert reached(pilot((0, 0, 0)), rollout).of_cells == [Evidence.NONE]


def test_half_without_evidence_is_projectable_and_more_is_not() -> None:
    half, more = (
        Rollout(CELLS[[0, 4]], np.array(weights), tasks=100, users=10) for weights in ((0.5, 0.5), (0.49, 0.51))
    )
    observed = pilot((1, 0, 0))
    assert reached(observed, half).is_projectable and not reached(observed, more).is_projectable


def test_counts_without_names_have_as_many_people_as_the_fullest_cell() -> None:
    codes, tried = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0]]), np.array([9.0, 9.0, 3.0])
    found = reach(seen_in_counts(codes, tried, np.array([1.0, 2.0, 3.0])), EVEN, helped=HELPED)
    assert found.of_cells[:4] == [Evidence.MODELLED, Evidence.DIRECT, Evidence.NONE, Evidence.NONE]


def test_one_outcome_a_person_needs_no_names() -> None:
    codes = np.array([[1, 0, 0]] * 5)
    assert reached(observe(codes, np.ones(5))).of_cells[0] is Evidence.DIRECT


def codes_of(data: st.DataObject) -> NDArray[np.int64]:
    rows = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 1))
    return np.array(data.draw(st.lists(rows, min_size=1, max_size=60)))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_shares_sum_to_one_and_losing_a_level_moves_all_of_it_to_nothing(data: st.DataObject) -> None:
    codes = codes_of(data)
    users = np.arange(len(codes)) % 7
    level = data.draw(st.integers(0, 2))
    found = reached(observe(codes, np.ones(len(codes)), users))
    assert sum(found.shares.values()) == pytest.approx(1) and min(found.shares.values()) >= -1e-12
    left = codes[:, 1] != level
    if left.any():
        lost = reached(observe(codes[left], np.ones(left.sum()), users[left]))
        assert not lost.known[CELLS[:, 1] == level].any()
        assert lost.shares[Evidence.NONE] >= found.shares[Evidence.NONE] - 1e-12


def test_bounds_are_as_wide_as_what_nothing_is_known_of() -> None:
    drawn, found = forecast(pilot((1, 0, 0), (1, 1, 1), tasks=40, users=10))
    assert drawn.bounds is not None
    low, high = drawn.bounds
    of_known = (high - low) - found.shares[Evidence.NONE]
    assert 0 <= low < drawn.median < high <= 1 and 0 < of_known < 0.4


def test_with_evidence_of_everything_the_bounds_are_the_interval_and_without_any_all_there_is() -> None:
    everything, _ = forecast(pilot(*(tuple(cell) for cell in CELLS), tasks=20, users=5))
    assert everything.bounds == pytest.approx(everything.interval(0.8))
    nothing, _ = forecast(pilot((0, 0, 0), tasks=20, users=5))
    assert nothing.bounds == (0, 1)


def test_the_level_that_more_hangs_on_is_to_be_tested_first() -> None:
    """Edge cases are half of the workload and the second site is a hundredth; neither was seen."""
    cells = np.array([[1, 0, 0], [1, 2, 0], [1, 0, 1]])
    rollout = Rollout(cells, np.array([0.49, 0.5, 0.01]), tasks=1000, users=100)
    drawn, _ = forecast(pilot((1, 0, 0), tasks=60, users=12), rollout)
    (first, most), (second, least) = what_to_test_next(drawn)
    assert (first.factor, first.level, second.factor) == (1, 2, 2)
    assert 1 >= most > 0.1 > least >= 0
