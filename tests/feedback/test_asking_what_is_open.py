"""Which uses are open at this moment: for other tools, on the published page and on the flag form."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from feedback.actions.publishing import publish_page
from feedback.actions.statements import write_statement
from pilots.actions.limits import limit_use_case
from pilots.actions.pilots import pause_pilot
from pilots.actions.running import pause_stage, step_back_stage
from pilots.clock import now
from pilots.models import Pilot, Stage, User
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.pilots import UseCaseFactory
from tests.factories.stages import opened, planned

SignIn = Callable[[User], Client]
ADDRESS = "/api/v1/pilots/letters/availability/"


@pytest.fixture
def at() -> datetime:
    return now()


@pytest.fixture
def stage(letters: Pilot, people: People, at: datetime) -> Stage:
    Pilot.objects.filter(pk=letters.pk).update(page_access="anyone", flag_access="public")
    letters.refresh_from_db()
    write_statement(pilot=letters, intended="Letters.", not_intended="Calls.", seen=0, by=people.pm, at=at)
    publish_page(pilot=letters, falls_short="Dates.", seen=0, by=people.pm, at=at)
    return opened(letters, at, [cell(letters, at), cell(letters, at, segment="Night shift")])


def states(browser: Client) -> dict[str, str]:
    return {use["use_case"]: use["availability"] for use in browser.get(ADDRESS).json()["uses"]}


def test_each_use_says_how_it_stands(stage: Stage, people: People, at: datetime) -> None:
    letters = stage.pilot
    human, gone = (UseCaseFactory.create(pilot=letters, slug=slug) for slug in ("human", "gone"))
    opened(letters, at, [cell(letters, at, "Human")])
    limit_use_case(use_case=human, kind="human_only", reason="Sums", by=people.pm, at=at)
    limit_use_case(use_case=gone, kind="withdrawn", reason="Sums", by=people.pm, at=at)
    pause_stage(stage=opened(letters, at, [cell(letters, at, "Fees")]), reason="Fees wrong", by=people.pm, at=at)
    planned(letters, at, [cell(letters, at, "Later")])
    assert states(Client()) == {
        "reminders": "open",
        "human": "human_review_only",
        "fees": "paused",
        "later": "not_open",
        "gone": "withdrawn",
    }


def test_a_paused_pilot_pauses_what_was_open(stage: Stage, people: People, at: datetime) -> None:
    pause_pilot(pilot=stage.pilot, by=people.pm, at=at, reason="Supplier down")
    assert states(Client()) == {"reminders": "paused"}


def test_paused_for_some_it_says_for_whom_it_is_open(
    letters: Pilot, stage: Stage, people: People, at: datetime
) -> None:
    other = opened(letters, at, [cell(letters, at, segment="Archive")])
    step_back_stage(stage=other, reason="Old letters", by=people.pm, at=at)
    (use,) = Client().get(ADDRESS).json()["uses"]
    assert use["availability"] == "open" and use["open_to"] == ["Counter staff", "Night shift"]
    assert use["stopped_for"] == ["Archive"] and use["reason"] == "Old letters"


def test_asked_again_it_costs_two_queries_and_says_304_until_something_changes(
    stage: Stage, people: People, at: datetime, django_assert_num_queries: Any
) -> None:
    browser = Client()
    tag = browser.get(ADDRESS)["ETag"]
    with django_assert_num_queries(2):
        same = browser.get(ADDRESS, headers={"If-None-Match": f"W/{tag}"})
    assert same.status_code == 304 and not same.content
    pause_stage(stage=stage, reason="Wrong names", by=people.pm, at=at)
    changed = browser.get(ADDRESS, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed["ETag"] != tag


def test_a_page_that_is_not_for_everybody_asks_who_calls(stage: Stage, people: People, sign_in: SignIn) -> None:
    Pilot.objects.update(page_access="signed_in")
    assert Client().get(ADDRESS).status_code == 401
    assert Client().get("/api/v1/pilots/nothing/availability/").status_code == 401
    assert sign_in(people.stranger).get(ADDRESS).status_code == 200
    Pilot.objects.update(page_access="nobody")
    assert sign_in(people.stranger).get(ADDRESS).status_code == 404
    assert sign_in(people.member).get(ADDRESS).status_code == 200


@pytest.mark.parametrize("address", ["/published/letters/", "/flag/letters/"])
def test_whoever_uses_it_reads_that_it_is_stopped_and_why(
    stage: Stage, people: People, at: datetime, address: str
) -> None:
    assert "stopped for the time being" not in Client().get(address).content.decode()
    pause_stage(stage=stage, reason="Two letters had the wrong name.", by=people.pm, at=at)
    text = Client().get(address).content.decode()
    assert "Reminders" in text and "stopped for the time being" in text
    assert "Two letters had the wrong name." in text and "do not use the tool for this" in text
