"""The list that triage works down: its order, its filters, its cost."""

from datetime import timedelta
from typing import Any

import pytest

from feedback.models import Flag
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.feedback import MakeFlag, References, SignIn

LIST = "/pilots/letters/flags/"


@pytest.fixture
def listed(people: People, sign_in: SignIn) -> References:
    def references(query: str = "") -> list[str]:
        page = sign_in(people.triage).get(LIST + query)
        return [flag.reference for flag in page.context["page"]]

    return references


@pytest.fixture
def make(letters: Pilot, people: People) -> MakeFlag:
    def one(
        reference: str, state: str = "new", severity: int = 1, days: int = 0, assessed: int | None = None, **other: Any
    ) -> Flag:
        at = now() - timedelta(days=days)
        known = {"assessed_severity": assessed, "assessed_at": at, "assessed_by": people.triage} if assessed else {}
        if state == "closed":
            other = {"closed_at": at, "closed_by": people.triage, "resolution": "fixed", "answer": "Done."} | other
        fields = {"reference": reference, "state": state, "severity": severity, "reported_at": at}
        return FlagFactory.create(pilot=letters, **fields, **known, **other)

    return one


def test_severe_ones_to_be_answered_come_first_then_what_waits_then_the_oldest(
    listed: References, make: MakeFlag
) -> None:
    make("plain-old", days=5)
    make("plain-new")
    make("worked-on", state="assessed", assessed=2)
    make("severe-work", state="assessed", severity=1, assessed=4)
    make("severe-wait", severity=3)
    assert listed() == ["severe-wait", "severe-work", "plain-old", "plain-new", "worked-on"]


def test_what_is_answered_is_left_out_until_asked_for(listed: References, make: MakeFlag) -> None:
    make("waiting")
    make("done", state="closed", assessed=1)
    assert listed() == ["waiting"]
    assert listed("?state=closed") == ["done"]
    assert listed("?state=any") == ["waiting", "done"]


def test_filters_by_severity_take_our_level_before_the_reporters(listed: References, make: MakeFlag) -> None:
    make("they-said-3", severity=3)
    make("we-said-1", state="assessed", severity=3, assessed=1)
    assert listed("?severity=3") == ["they-said-3"]
    assert listed("?severity=1") == ["we-said-1"]


def test_filters_by_what_is_wrong(listed: References, make: MakeFlag) -> None:
    make("stale", categories=["STALE", "WRONG"])
    make("style", categories=["STYLE"])
    assert listed("?category=STALE") == ["stale"]


def test_a_reference_is_found_in_whatever_state_it_is(listed: References, make: MakeFlag) -> None:
    make("FL-7K3M2Q", state="closed", assessed=1)
    assert listed("?q=7k3m") == ["FL-7K3M2Q"]


@pytest.mark.parametrize("query", ["?state=nonsense", "?severity=x", "?page=99", "?q=%00", "?category=%27"])
def test_a_filter_that_means_nothing_breaks_nothing(listed: References, make: MakeFlag, query: str) -> None:
    make("waiting")
    assert listed(query) in (["waiting"], [])


def test_no_result_names_the_filter_and_a_way_out(people: People, sign_in: SignIn, make: MakeFlag) -> None:
    make("waiting")
    page = sign_in(people.triage).get(f"{LIST}?category=STYLE").content.decode()
    assert "No flags match What is wrong: Not fit to send" in page
    assert "Clear the filter" in page


def test_empty_says_why(people: People, sign_in: SignIn, letters: Pilot) -> None:
    assert "Nobody has flagged an output" in sign_in(people.triage).get(LIST).content.decode()


def test_late_ones_say_so(people: People, sign_in: SignIn, make: MakeFlag) -> None:
    make("late", days=20)
    assert "Waiting for triage, late" in sign_in(people.triage).get(LIST).content.decode()


def test_flags_of_other_pilots_are_not_there(listed: References, make: MakeFlag) -> None:
    FlagFactory.create()
    make("mine")
    assert listed() == ["mine"]


def test_it_costs_the_same_with_many(
    people: People, sign_in: SignIn, make: MakeFlag, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = sign_in(people.triage)
    make("one")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(LIST)
    for n in range(30):
        make(f"more-{n}")
    with django_assert_num_queries(len(few)):
        browser.get(LIST)


@pytest.mark.parametrize("path", [LIST, "/my-flags/"])
def test_a_reference_that_cannot_be_one_is_not_found(people: People, sign_in: SignIn, path: str) -> None:
    assert sign_in(people.triage).get(f"{path}%00/").status_code == 404
