"""The same figure with and without what the rollout will not have."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from pilots.measured.pairs import PAIRS, difference
from pilots.measured.words import about
from pilots.models import Figure, Pilot, User
from tests.cast import People
from tests.factories.figures import pair
from tests.pilots.reading import text

SignIn = Callable[[User], Client]
PAGE = "/pilots/letters/with-and-without/"


def test_a_pair_says_in_its_heading_what_is_left(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    pair(letters, at, "success", {"supported": 88, "unsupported": 65})
    pair(letters, at, "M01", {"supported": 6, "unsupported": -1.2})
    page = text(sign_in(people.member).get(PAGE))
    assert "Without help 23 points fewer tasks are done well What is left when nobody helps?" in page
    assert "88 % 85 to 91 % n = 400, 40 people 65 % 62 to 68 %" in page
    assert "A task saves 7.2 min less the intervals do not overlap" in page


def test_a_difference_within_the_intervals_may_be_chance(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    pair(letters, at, "success", {"trained": 85, "untrained": 84})
    page = text(sign_in(people.member).get(PAGE))
    assert "Without training 1 point fewer tasks are done well; it may be chance" in page


def test_too_few_of_either_are_not_enough_to_tell(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    pair(letters, at, "success", {"enthusiasts": 90, "sceptics": 41}, people=9)
    page = text(sign_in(people.member).get(PAGE))
    assert "Among sceptics there is not enough data to tell" in page
    assert "41" not in page


def test_one_half_alone_is_no_difference(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    pair(letters, at, "success", {"selected": 85})
    page = text(sign_in(people.member).get(PAGE))
    assert "Nobody measured it: do those who did not choose it do as well?" in page
    assert "85 %" in page and "cannot be told" in page


def test_a_pair_that_nobody_measured_says_what_to_do(letters: Pilot, people: People, sign_in: SignIn) -> None:
    page = text(sign_in(people.member).get(PAGE))
    assert "No condition can be told apart yet" in page
    assert "Nobody measured it: does it last? Not measured Import observations of later weeks" in page


def test_pairs_take_every_part_once() -> None:
    parts = [part for one in PAIRS for part in (one.first, one.second)]
    assert sorted(parts) == sorted(set(Figure.Part.values) - {""})


@given(st.floats(min_value=-100, max_value=100, allow_nan=False))
def test_a_difference_is_said_the_same_way_round_and_never_as_nothing_that_it_is_not(by: float) -> None:
    said, other = difference(about("success"), by), difference(about("success"), -by)
    assert ("fewer" in said) == (by < 0 and round(abs(by)) > 0)
    assert said.replace("more", "fewer") == other.replace("more", "fewer")


@pytest.mark.parametrize(
    ("code", "by", "said"),
    [
        ("M05", 5, "5 points more outputs are put aside"),
        ("M03", -0.5, "people spend 0.5 h a week less on learning"),
        ("M05.edited", 4, "Edited outputs: 4 points more"),
        ("M04", 0.2, "mending takes as much"),
    ],
)
def test_differences_in_words(code: str, by: float, said: str) -> None:
    assert difference(about(code), by) == said


def test_it_costs_the_same_however_many_there_are(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for code in ("success", "M01", "M04", "M05", "M27"):
        pair(letters, at, code, {part: 5.0 for part in Figure.Part.values if part})
    member = sign_in(people.member)
    with django_assert_max_num_queries(12):
        member.get(PAGE)
