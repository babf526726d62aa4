"""Leadership reads how right forecasts have been, and when there are too few to tell."""

from collections.abc import Callable
from datetime import datetime

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from governance.reports.record import programme
from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.pilots import PilotFactory
from tests.factories.rollout import opened, scored

SignIn = Callable[[User], Client]
AT = "/record/"


def many(at: datetime, held: int, missed: int) -> None:
    for number in range(held + missed):
        scored(PilotFactory.create(slug=f"p-{number}"), at, held=number < held)


def test_before_anything_is_scored_the_page_says_what_will_be_here(people: People, sign_in: SignIn) -> None:
    page = sign_in(people.leader).get(AT).content.decode()
    assert "No forecast has been scored yet" in page and "From eight pilots on" in page


def test_it_stands_on_the_readiness_page(people: People, sign_in: SignIn) -> None:
    assert f'href="{AT}"' in sign_in(people.leader).get("/readiness/").content.decode()


def test_a_forecast_stands_beside_what_came_and_the_demonstration(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    scored(letters, at)
    page = sign_in(people.leader).get(AT).content.decode()
    assert "What came lay inside the forecasts’ 80 % intervals in 1 of 1 pilot" in page
    assert "60\N{NO-BREAK SPACE}%" in page and "91\N{NO-BREAK SPACE}%" in page
    assert "Inside the 80 % interval" in page and "the forecast was nearer" in page
    assert "Train before it opens." in page


def test_five_pilots_are_too_few_to_show_skill(db: None, people: People, at: datetime, sign_in: SignIn) -> None:
    many(at, 5, 0)
    page = sign_in(people.leader).get(AT).content.decode()
    assert "Too few pilots to tell" in page and "5 scored so far" in page


def test_eight_pilots_can_show_it(db: None, people: People, at: datetime, sign_in: SignIn) -> None:
    many(at, 8, 0)
    page = sign_in(people.leader).get(AT).content.decode()
    assert "Yes, more often than by luck" in page and "8 of 8 pilots" in page


def test_misses_are_as_prominent(db: None, people: People, at: datetime, sign_in: SignIn) -> None:
    many(at, 1, 7)
    page = sign_in(people.leader).get(AT).content.decode()
    assert "in 1 of 8 pilots" in page and "Yes: fewer than 80 % of them hold" in page
    assert "Yes: we are too optimistic" in page


def test_a_pilot_counts_once_all_its_locked_forecasts_are_scored(letters: Pilot, at: datetime) -> None:
    scored(letters, at)
    opened(letters, at, number=2, cells=[cell(letters, at, "Refunds")])
    found = programme()
    assert found.pilots == () and [one.pilot for one in found.waiting] == [letters]


def test_examples_do_not_count_beside_pilots_of_ones_own(letters: Pilot, at: datetime) -> None:
    scored(PilotFactory.create(slug="example", is_demo=True), at)
    assert len(programme().pilots) == 1
    scored(letters, at)
    assert [one.pilot for one in programme().pilots] == [letters]


def test_a_figure_without_a_demonstration_says_nothing_of_skill(letters: Pilot, at: datetime) -> None:
    scored(letters, at, naive_crps=None)
    found = programme()
    assert found.whole.held80.pilots == 1 and found.beside_naive.better.pilots == 0


def test_only_who_sees_readiness_sees_it(people: People, sign_in: SignIn) -> None:
    assert sign_in(people.member).get(AT).status_code == 403


def test_more_pilots_ask_no_more_of_the_database(
    db: None, people: People, at: datetime, sign_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many(at, 4, 3)
    browser = sign_in(people.leader)
    browser.get(AT)
    with django_assert_max_num_queries(12):
        browser.get(AT)


def test_who_starts_a_pilot_reads_the_lessons_of_pilots_that_they_see(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    scored(letters, at, lesson="Ask the night shift first.")
    scored(PilotFactory.create(slug="elsewhere"), at, lesson="A secret of others.")
    page = sign_in(people.pm).get("/pilots/new/").content.decode()
    assert "Ask the night shift first." in page and "A secret of others." not in page
