"""M09 and M10, worked by hand or taken from published examples."""

import numpy as np
import pytest

from pilots.stats.metrics.reviewers import against_reference, agreement, gap, quality_made
from tests.pilots.metrics.tasks import between, by_code, tasks

SCEPTIC, ENTHUSIAST = 2, 0
#                    s1 s1 s2 e1 e1 e2 e2    items A = 0, B = 1, C = 2
ITEM = np.array([0, 1, 0, 0, 1, 0, 2])
REVIEWER = np.array([1, 1, 2, 3, 3, 4, 4])
ATTITUDE = np.array([SCEPTIC] * 3 + [ENTHUSIAST] * 4)
RATING = np.array([2.0, 3, 4, 5, 6, 3, 5])


def test_the_gap_is_over_items_that_both_rated() -> None:
    # A: (2 + 4)/2 - (5 + 3)/2 = -1; B: 3 - 6 = -3; C was rated by one side alone. Mean -2.
    found = gap(ITEM, REVIEWER, ATTITUDE, RATING)
    assert (found.value, found.n, found.people) == (-2, 2, 2)
    # s1 twice with e1 twice: A 2 - 5, B 3 - 6, so -3; s2 twice with e2 twice: A 4 - 3 = 1. Each once in 16 draws.
    assert between(found) == (-3, 1)


def test_the_people_of_a_gap_are_those_on_its_smaller_side() -> None:
    """Who knows the ratings of all and of 20 enthusiasts knows those of the one sceptic."""
    item, reviewer = np.zeros(21, int), np.arange(21)
    found = gap(item, reviewer, np.where(reviewer == 0, SCEPTIC, ENTHUSIAST), np.ones(21))
    assert found.people == 1 and found.low is None


def test_without_an_item_that_both_rated_there_is_no_gap() -> None:
    assert gap(REVIEWER, REVIEWER, ATTITUDE, RATING).value is None
    assert gap(ITEM[:3], REVIEWER[:3], ATTITUDE[:3], RATING[:3]).value is None


def test_sides_as_large_as_each_other_are_drawn_apart() -> None:
    """Each sceptic rates what the enthusiast of the same number does: drawn alike, the gap would never vary."""
    rating = np.tile(np.arange(12.0), 2)
    found = gap(np.zeros(24, int), np.arange(24), np.repeat([SCEPTIC, ENTHUSIAST], 12), rating)
    # Two means of 12 with standard deviation 3.45: 1.96 · 3.45 · √(2/12) = 2.76.
    assert found.value == 0 and between(found) == pytest.approx((-2.76, 2.76), abs=0.25)


def test_each_group_is_set_against_the_expert() -> None:
    # Expert: 3 throughout. Sceptics -1, 0, 1: mean 0, off by 2/3. Enthusiasts 2, 3, 0, 2: both 7/4.
    found = by_code(against_reference(REVIEWER, ATTITUDE, RATING, np.full(7, 3.0)))
    assert found["M09.s_bias"].value == 0 and found["M09.s_off"].value == pytest.approx(2 / 3)
    assert found["M09.e_bias"].value == found["M09.e_off"].value == 1.75


def test_quality_is_told_apart_by_the_attitude_of_who_made_it() -> None:
    found = by_code(quality_made(tasks([1, 2, 3, 4], attitude=[2, 2, 0, 1], quality=[2, 4, 5, 1])))
    assert found["M09.s_made"].value == 3 and found["M09.e_made"].value == 5


def test_cohens_kappa_of_two_reviewers() -> None:
    # 20 pass for both, 15 fail for both, 5 and 10 apart: agreement .7; by chance .5·.6 + .5·.4 = .5; κ = .2/.5.
    first = np.repeat([1, 0, 1, 0], [20, 15, 5, 10])
    second = np.repeat([1, 0, 0, 1], [20, 15, 5, 10])
    item, reviewer = np.tile(np.arange(50), 2), np.repeat([7, 9], 50)
    found = by_code(agreement(item, reviewer, np.concatenate([first, second])))
    assert found["M10"].value == pytest.approx(0.4) and found["M10.raw"].value == pytest.approx(70)
    assert (found["M10"].n, found["M10"].people) == (50, 2)
    # The normal interval is 1.96 · √(.7 · .3 / 50) / .5 = .254 to either side.
    assert between(found["M10"]) == pytest.approx((0.4 - 0.254, 0.4 + 0.254), abs=0.03)


# Of ten subjects, how many of 14 raters put them into each of five categories: Fleiss 1971 as textbooks repeat it.
FLEISS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)


def test_fleiss_kappa_of_many_reviewers() -> None:
    judged = np.concatenate([np.repeat(np.arange(5), row) for row in FLEISS])
    found = agreement(np.repeat(np.arange(10), 14), np.tile(np.arange(14), 10), judged)[0]
    assert found.value == pytest.approx(0.210, abs=0.0005)
    assert "Fewer than 30" in found.note


def test_where_everybody_always_says_the_same_kappa_says_nothing() -> None:
    found = by_code(agreement(np.array([1, 1, 2, 2]), np.array([1, 2, 1, 2]), np.ones(4, int)))
    assert found["M10"].value is None and found["M10.raw"].value == 100


def test_a_reviewer_does_not_agree_with_themselves() -> None:
    assert agreement(np.array([1, 1]), np.array([5, 5]), np.array([1, 1]))[0].value is None
