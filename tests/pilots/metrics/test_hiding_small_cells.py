"""What a reader with a pencil may not find out from a table with its totals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.linalg import null_space

from pilots.stats.metrics.suppression import LEAST, hidden, may_release, with_totals

sizes = st.one_of(st.just(0), st.integers(1, 9), st.integers(10, 60))
tables = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(lambda shape: arrays(np.int64, shape, elements=sizes))


def found_out(mask: np.ndarray) -> list[tuple[int, int]]:
    """Hidden entries that the equations between cells and totals leave one value only."""
    rows, columns = mask.shape
    unknown = np.argwhere(mask)
    equations = np.zeros((rows + columns, len(unknown)))
    for at, (row, column) in enumerate(unknown):
        equations[row, at] = -1 if column == columns - 1 else 1
        equations[rows + column, at] = -1 if row == rows - 1 else 1
    free = null_space(equations) if len(unknown) else np.zeros((0, 0))
    return [(row, column) for at, (row, column) in enumerate(unknown.tolist()) if np.abs(free[at]).sum() < 1e-8]


@given(tables)
def test_nothing_hidden_can_be_worked_out(people: np.ndarray) -> None:
    assert found_out(hidden(people)) == []


@given(tables)
def test_fewer_than_ten_are_hidden_and_nobody_is_no_data(people: np.ndarray) -> None:
    table, mask = with_totals(people), hidden(people)
    assert mask[(table > 0) & (table < LEAST)].all() and not mask[table == 0].any()


@given(tables)
def test_what_is_hidden_under_a_shown_total_is_ten_people_together(people: np.ndarray) -> None:
    table, mask = with_totals(people), hidden(people)
    for side, off in ((table, mask), (table.T, mask.T)):
        rests = [line[:-1][there[:-1]].sum() for line, there in zip(side, off, strict=True) if not there[-1]]
        assert all(rest == 0 or rest >= LEAST for rest in rests)


@given(tables)
def test_a_line_never_hides_one_entry_alone(people: np.ndarray) -> None:
    mask = hidden(people)
    assert 1 not in mask.sum(axis=0) and 1 not in mask.sum(axis=1)


def test_where_all_cells_are_large_all_are_shown() -> None:
    assert not hidden(np.array([[10, 20], [0, 40]])).any()


def test_one_small_cell_takes_the_cheapest_three_with_it() -> None:
    # 4 is hidden, so 20 in its row, 12 in its column and 15 where these cross: else 60 and 70 would have to go.
    people = np.array([[4, 20, 60], [12, 15, 70], [50, 80, 90]])
    assert np.argwhere(hidden(people)).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_two_hidden_in_every_line_are_not_enough() -> None:
    """Two squares of small cells joined by one: row 1 and column 2 have three hidden, yet the one between is known."""
    people = np.full((4, 4), 30)
    people[0:2, 0:2] = people[2:4, 2:4] = 6
    people[1, 2] = 7
    primary = np.zeros((5, 5), bool)
    primary[:4, :4] = people < LEAST
    assert {*primary.sum(axis=0), *primary.sum(axis=1)} == {0, 2, 3}
    assert found_out(primary) == [(1, 2)]
    assert found_out(hidden(people)) == []


def test_two_and_three_people_are_not_told_by_their_sum() -> None:
    # Of one row of groups with its total: 2 + 3 = 5 would be known, so the next smallest goes too.
    assert hidden(np.array([[2, 3, 11, 40]]))[0].tolist() == [True, True, True, False, False]


@pytest.mark.parametrize(("changed", "released"), [(0, True), (1, False), (9, False), (10, True)])
def test_a_later_figure_replaces_one_only_where_nobody_or_ten_people_changed(changed: int, released: bool) -> None:
    assert may_release(changed) is released
