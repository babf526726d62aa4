"""M17 to M19, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pilots.stats.adoption import (
    beneficiary_gap,
    decay,
    funnel,
    habitual,
    habitual_by_week,
    still_habitual,
)
from pilots.stats.rates import share_difference
from tests.pilots.metrics.tasks import between, by_code

# Six eligible people, six weeks. Two tasks a week are a habit.
SIX = np.array(
    [
        [0, 2, 2, 3, 0, 2],  # three of the last four weeks
        [5, 5, 5, 1, 1, 9],  # enough in two of them only
        [0, 0, 0, 0, 0, 1],  # opened once in four weeks
        [0, 9, 0, 0, 0, 0],  # tried it and stopped
        [0, 0, 0, 0, 0, 0],  # has a licence
        [0, 0, 0, 0, 0, 0],  # has none
    ]
)
LICENSED = np.array([True, True, True, True, True, False])

grids = arrays(np.int64, st.tuples(st.integers(1, 20), st.integers(4, 12)), elements=st.integers(0, 5))


def test_a_habit_is_enough_tasks_in_three_of_the_last_four_weeks() -> None:
    assert habitual(SIX, least=2).tolist() == [True, False, False, False, False, False]
    assert habitual(SIX, least=1).tolist() == [True, True, False, False, False, False]
    assert habitual(SIX, least=2, week=4).tolist() == [True, True, False, False, False, False]


def test_the_funnel_is_over_all_who_may_use_it() -> None:
    found = by_code(funnel(LICENSED, SIX, least=2))
    parts = {code: round(figure.value / 100 * figure.n) for code, figure in found.items() if figure.value is not None}
    assert parts == {"M17.licensed": 5, "M17.tried": 4, "M17.active": 3, "M17": 1, "M17.kept": 3}
    assert (found["M17"].n, found["M17.kept"].n) == (6, 4)
    # Wilson of 1 of 6: 3.0 to 56.4 %.
    assert between(found["M17"]) == pytest.approx((3.01, 56.35), abs=0.01)


def test_use_without_a_licence_is_said() -> None:
    assert by_code(funnel(~LICENSED, SIX, least=2))["M17.tried"].note == "4 of them without a licence."


def test_before_four_weeks_nobody_can_have_a_habit_and_that_is_not_nought() -> None:
    early = by_code(funnel(LICENSED, SIX[:, :3], least=2))
    assert early["M17"].value is None and early["M17"].note == "A habit shows in 4 weeks, there are 3."
    assert early["M17.tried"].value == pytest.approx(50)
    with pytest.raises(ValueError, match="there are 3"):
        habitual(SIX[:, :3], least=2)


def test_habits_are_followed_week_by_week() -> None:
    weeks = habitual_by_week(SIX, least=2)
    assert [figure.value for figure in weeks[:3]] == [None] * 3
    # Week 4: two of six; week 5: the first alone, of weeks 2 to 5; week 6: the same.
    assert [figure.value for figure in weeks[3:]] == pytest.approx([100 / 3, 100 / 6, 100 / 6])


@given(grids, st.integers(1, 4))
def test_every_step_of_the_funnel_is_part_of_the_one_before(tasks: np.ndarray, least: int) -> None:
    found = by_code(funnel(np.ones(len(tasks), bool), tasks, least))
    steps = [found[code].value for code in ("M17.licensed", "M17.tried", "M17.active", "M17")]
    assert steps == sorted(steps, key=lambda value: value or 0, reverse=True)


@given(grids)
def test_people_who_never_use_it_lower_adoption(tasks: np.ndarray) -> None:
    one = habitual_by_week(tasks, 1)[-1].value
    other = habitual_by_week(np.vstack([tasks, np.zeros_like(tasks)]), 1)[-1].value
    assert one is not None and other == pytest.approx(one / 2)


def test_the_difference_of_two_shares_is_that_of_the_published_table() -> None:
    """Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10: 56/70 - 48/80 and 9/10 - 3/10."""
    for one, other, low, high in (((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)):
        found = share_difference(one, other)
        assert found is not None and (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


@given(st.tuples(st.integers(0, 30), st.integers(0, 30)), st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_a_difference_turned_round_changes_its_sign(one: tuple[int, int], other: tuple[int, int]) -> None:
    first, second = ((part, part + rest + 1) for part, rest in (one, other))
    there, back = share_difference(first, second), share_difference(second, first)
    assert there is not None and back is not None
    assert (there.value, there.low, there.high) == pytest.approx((-back.value, -back.high, -back.low))
    assert -1 <= there.low <= there.value <= there.high <= 1


def test_those_whom_it_was_meant_for_may_use_it_less() -> None:
    """3 of 10 who were to benefit, 12 of 20 others: 30 points fewer."""
    is_habitual = np.array([True] * 3 + [False] * 7 + [True] * 12 + [False] * 8)
    found = beneficiary_gap(is_habitual, np.arange(30) < 10)
    assert (found.value, found.n, found.people, found.unit) == (pytest.approx(-30), 30, 10, "pp")
    # Wilson: 10.8 to 60.3 and 38.7 to 78.1 %. √(19.2² + 18.1²) = 26.4 below, √(30.3² + 21.3²) = 37.1 above.
    assert between(found) == pytest.approx((-56.4, 7.1), abs=0.1)


def test_without_anybody_who_was_to_benefit_there_is_no_gap() -> None:
    found = beneficiary_gap(np.ones(5, bool), np.zeros(5, bool))
    assert (found.value, found.people, found.note) == (None, 0, "There is nobody who was to benefit.")


def steady(*until: int, weeks: int = 12) -> np.ndarray:
    """Of each person: use in every week up to that one, none after."""
    return np.array([[1.0 if week <= last else 0.0 for week in range(1, weeks + 1)] for last in until])


def test_decay_is_told_of_those_who_had_a_habit_in_week_four() -> None:
    """The third never had one; of the other four two have it in week 12, in which three of weeks 9 to 12 are enough."""
    found = decay(steady(12, 11, 2, 6, 4), least=1)
    assert (found.value, found.n) == (50, 4)


def test_who_lost_the_licence_stays_in_the_count() -> None:
    assert decay(steady(12, 4), least=1).value == 50


def test_who_has_not_reached_week_twelve_is_left_out_and_said() -> None:
    tasks = steady(12, 4, 9)
    tasks[2, 9:] = np.nan
    found = decay(tasks, least=1)
    assert (found.value, found.n, found.note) == (50, 2, "1 more have not reached week 12.")
    assert decay(tasks[:, :9], least=1).value is None
    assert "has reached week 12" in decay(tasks[2:], least=1).note


def test_the_curve_begins_with_everybody_who_had_the_habit() -> None:
    values = [figure.value for figure in still_habitual(steady(12, 6, 4), least=1)]
    # Use until week 4 is three of four weeks in week 5 and two in week 6; until week 6, the same in weeks 7 and 8.
    assert values == pytest.approx([100, 100, 200 / 3, 200 / 3, *[100 / 3] * 5])
    assert still_habitual(steady(3, weeks=3), least=1) == ()
