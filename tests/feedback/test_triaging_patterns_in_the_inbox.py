"""The inbox: sections in the order of urgency, unsorted flags that become a pattern, and a fixed number of queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.models import Flag, Pattern
from pilots.clock import now
from pilots.models import Pilot, User
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import PatternFactory
from tests.feedback.flagging import PRICE, SLOW, flags_saying, group

SignIn = Callable[[User], Client]
ADDRESS = "/pilots/letters/patterns/"


@pytest.fixture
def browser(letters: Pilot, people: People, sign_in: SignIn) -> Client:
    return sign_in(people.triage)


def pattern(pilot: Pilot, number: int, **how: Any) -> Pattern:
    made: Pattern = PatternFactory.create(pilot=pilot, number=number, title=f"Pattern {number}", **how)
    return made


def loose(pilot: Pilot, people: People) -> list[Flag]:
    flags = flags_saying(pilot, [PRICE, SLOW[0]], [people.member])
    group(pilot)
    return flags


def test_what_came_back_stands_first_then_what_rises_is_severe_and_is_new(letters: Pilot, browser: Client) -> None:
    pattern(letters, 1, state="confirmed")
    pattern(letters, 2)
    pattern(letters, 3, worst=3)
    pattern(letters, 4, surging_since=now())
    pattern(letters, 5, state="regressed", fixed_from=now())
    text = browser.get(ADDRESS).content.decode()
    places = [text.index(f"Pattern {number}<") for number in (5, 4, 3, 2, 1)]
    assert places == sorted(places)
    for section in ("Came back after a fix", "Rising against the amount of use", "Severe", "New"):
        assert f"{section} <span" in text


def test_a_section_counts_what_is_on_other_pages_too(letters: Pilot, browser: Client) -> None:
    for number in range(1, 56):
        pattern(letters, number)
    assert 'New <span class="count">55</span>' in browser.get(ADDRESS).content.decode()


def test_unsorted_flags_become_a_pattern_that_a_person_sees(letters: Pilot, people: People, browser: Client) -> None:
    flags = loose(letters, people)
    assert "Begin a pattern of these" in browser.get(ADDRESS).content.decode()
    chosen = [flag.reference for flag in flags]
    page = browser.post(f"{ADDRESS}begin/", {"flags": chosen, "title": "Old and slow"}, follow=True)
    assert "P-1 began with 2 flags." in page.content.decode()
    assert Pattern.objects.get().size == 2


def test_what_was_chosen_stays_chosen_when_the_title_is_missing(
    letters: Pilot, people: People, browser: Client
) -> None:
    flags = loose(letters, people)
    page = browser.post(f"{ADDRESS}begin/", {"flags": [flags[0].reference], "title": ""})
    text = page.content.decode()
    assert page.status_code == 422 and "Say in a few words what goes wrong" in text
    assert f'value="{flags[0].reference}" checked' in text and f'value="{flags[1].reference}">' in text


def test_a_flag_that_may_be_private_is_not_shown_among_the_unsorted(
    letters: Pilot, people: People, browser: Client
) -> None:
    flags_saying(letters, [PRICE], [people.member], categories=["PRIVATE"])
    group(letters)
    text = browser.get(ADDRESS).content.decode()
    assert PRICE not in text and "it may be private" in text


def test_the_api_begins_a_pattern_too(letters: Pilot, people: People) -> None:
    flags = loose(letters, people)
    caller = Caller(people.triage, READ_AND_WRITE)
    body = {"title": "Old and slow", "flags": [flag.reference for flag in flags]}
    assert caller.post("pilots/letters/patterns/", body).json()["size"] == 2
    assert caller.post("pilots/letters/patterns/", {**body, "flags": ["FL-NONE99"]}).status_code == 400


def test_who_only_reads_chooses_nothing(letters: Pilot, people: People, sign_in: SignIn) -> None:
    loose(letters, people)
    text = sign_in(people.change).get(ADDRESS).content.decode()
    assert "In no pattern" in text and 'name="flags"' not in text
    assert sign_in(people.change).post(f"{ADDRESS}begin/", {}).status_code == 403


def test_the_list_costs_as_many_queries_with_more_patterns(letters: Pilot, people: People, browser: Client) -> None:
    loose(letters, people)
    pattern(letters, 1)
    browser.get(ADDRESS)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(ADDRESS)
        return len(queries)

    before = cost()
    for number in range(2, 12):
        pattern(letters, number, owner=people.owner)
    assert cost() == before
