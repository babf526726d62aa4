"""When an action is live, its pattern says at what rate flags came before and after, or that it is too early."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from feedback.actions.returns import find_returns
from feedback.effects import LEAST_OTHERS, effects_of
from feedback.models import Flag, Pattern
from pilots.actions.use import DayOfUse, record_use
from pilots.clock import now
from pilots.models import Pilot, User
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory

SignIn = Callable[[User], Client]


@pytest.fixture
def at() -> datetime:
    return now()


@pytest.fixture
def fixed(letters: Pilot, at: datetime) -> Pattern:
    """Live for two weeks."""
    since = at - timedelta(days=14)
    return PatternFactory.create(pilot=letters, number=1, state="fixed", fixed_from=since, reason="Mended.")


def flags(pattern: Pattern | None, pilot: Pilot, days: Iterable[float], at: datetime) -> None:
    """Each so many days before `at`."""
    for ago in days:
        FlagFactory.create(pilot=pilot, pattern=pattern, reported_at=at - timedelta(days=ago))


def test_far_fewer_after_than_before_is_said_with_its_interval(
    fixed: Pattern, letters: Pilot, at: datetime, people: People, sign_in: SignIn
) -> None:
    flags(fixed, letters, [15 + n for n in range(25)], at)
    flags(fixed, letters, [5], at)
    (measured,) = effects_of([fixed], at)
    assert (measured.effect.before, measured.effect.after, measured.effect.verdict) == (25, 1, "fewer")
    assert measured.unit == "days"
    page = sign_in(people.change).get("/pilots/letters/patterns/1/").content.decode()
    assert "Fewer than before" in page and "of the rate before" in page and "25 flags" in page


def test_a_few_flags_are_too_early_to_say(
    fixed: Pattern, letters: Pilot, at: datetime, people: People, sign_in: SignIn
) -> None:
    flags(fixed, letters, [20, 18, 16, 2], at)
    assert effects_of([fixed], at)[0].effect.verdict == "too_early"
    page = sign_in(people.change).get("/pilots/letters/patterns/1/").content.decode()
    assert "Too early to say" in page and "Fewer than before" not in page


def test_no_flag_at_all_is_not_measured(fixed: Pattern, at: datetime, people: People, sign_in: SignIn) -> None:
    assert effects_of([fixed], at)[0].effect.verdict == "not_measured"
    assert "Not measured" in sign_in(people.change).get("/pilots/letters/patterns/1/").content.decode()


def test_only_when_the_output_was_made_counts(fixed: Pattern, letters: Pilot, at: datetime) -> None:
    flags(fixed, letters, [20, 18, 2], at)
    Flag.objects.filter(reported_at__gt=at - timedelta(days=3)).update(made_at=at - timedelta(days=16))
    (measured,) = effects_of([fixed], at)
    assert (measured.effect.before, measured.effect.after) == (3, 0)


def test_rehearsals_count_for_nothing(fixed: Pattern, letters: Pilot, at: datetime) -> None:
    FlagFactory.create(pilot=letters, reported_at=at - timedelta(days=1), is_drill=True)
    assert effects_of([fixed], at)[0].effect.after == 0


def test_against_the_other_flags_where_there_are_enough(fixed: Pattern, letters: Pilot, at: datetime) -> None:
    """As many after as before, in four times the use, are fewer."""
    flags(fixed, letters, [15 + n / 2 for n in range(20)], at)
    flags(fixed, letters, [13 - n / 2 for n in range(20)], at)
    flags(None, letters, [20] * LEAST_OTHERS + [5] * 4 * LEAST_OTHERS, at)
    (measured,) = effects_of([fixed], at)
    assert measured.unit == "other flags"
    assert measured.percent == 25 and measured.effect.verdict == "fewer"


def test_a_pattern_that_is_not_live_has_none(letters: Pilot, at: datetime) -> None:
    assert effects_of([PatternFactory.create(pilot=letters, state="confirmed")], at) == []


def test_the_api_says_the_same(fixed: Pattern, letters: Pilot, at: datetime, people: People) -> None:
    flags(fixed, letters, [15 + n for n in range(25)], at)
    caller = Caller(people.change, READ_AND_WRITE)
    found = caller.get("pilots/letters/patterns/1/effect/").json()
    assert (found["verdict"], found["before"], found["after"], found["unit"]) == ("fewer", 25, 0, "days")
    Pattern.objects.update(state="confirmed", fixed_from=None)
    assert caller.get("pilots/letters/patterns/1/effect/").status_code == 204


def test_twice_the_flags_of_five_times_the_use_are_no_return(
    fixed: Pattern, letters: Pilot, at: datetime, people: People
) -> None:
    flags(fixed, letters, [14.5 + n for n in range(28)], at)
    flags(fixed, letters, [0.5 + n / 2 for n in range(27)], at)
    days = [DayOfUse((at - timedelta(days=n)).date(), outputs=500 if n <= 14 else 100) for n in range(1, 45)]
    record_use(pilot=letters, days=days, source="api", by=people.evaluator, at=at)
    assert find_returns(pilot=letters, at=at) == 0


def test_twice_the_flags_of_as_much_use_are_one(fixed: Pattern, letters: Pilot, at: datetime, people: People) -> None:
    flags(fixed, letters, [14.5 + n for n in range(28)], at)
    flags(fixed, letters, [0.5 + n / 2 for n in range(27)], at)
    days = [DayOfUse((at - timedelta(days=n)).date(), outputs=100) for n in range(1, 45)]
    record_use(pilot=letters, days=days, source="api", by=people.evaluator, at=at)
    assert find_returns(pilot=letters, at=at) == 1
