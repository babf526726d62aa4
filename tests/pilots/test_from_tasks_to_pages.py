"""What people did, worked out by the job, as pages show it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.evidence import cell
from tests.pilots.figuring import tasks, worked_out
from tests.pilots.reading import csv_lines, text

SignIn = Callable[[User], Client]
AT = "/pilots/letters/"


@pytest.fixture
def measured(letters: Pilot, at: datetime) -> Pilot:
    """Reminders: twelve with help who did well, fifteen without of whom five failed. Four people in Appeals."""
    here, there = cell(letters, at, tasks=700), cell(letters, at, "Appeals", tasks=200)
    cell(letters, at, "Complaints", tasks=100)
    tasks(letters, at, here, range(12), supported=True, route="volunteered", baseline_minutes=12.0, tool_minutes=5.0)
    tasks(letters, at, here, range(20, 30), baseline_minutes=12.0, tool_minutes=14.0)
    tasks(letters, at, here, range(30, 35), outcome=1, baseline_minutes=12.0, tool_minutes=14.0)
    tasks(letters, at, there, range(20, 24), outcome=0)
    worked_out(letters)
    return letters


def test_the_pages_say_what_was_measured(measured: Pilot, people: People, sign_in: SignIn) -> None:
    member = sign_in(people.member)
    coverage = text(member.get(f"{AT}coverage/"))
    # The total would give the four of Appeals away: the cell beside them is hidden as well.
    assert "Evidence covers none of the work; of 90 % there is not enough data; 10 % was never tried" in coverage
    figures = text(member.get(f"{AT}figures/"))
    assert "of tasks are done well" in figures and "Nobody counted how often the tool was not there." in figures
    pairs = text(member.get(f"{AT}with-and-without/"))
    assert "points fewer tasks are done well" in pairs
    unseen = text(member.get(f"{AT}not-seeing/"))
    assert "10 % of the work was never tried" in unseen


def test_every_figure_of_the_job_can_be_traced(measured: Pilot, people: People, sign_in: SignIn) -> None:
    evaluator = sign_in(people.evaluator)
    told = csv_lines(evaluator.get(f"{AT}figures.csv"))
    for code in {row["Code"] for row in told}:
        assert evaluator.get(f"{AT}figures/{code}/").status_code == 200
    assert all(row["Figure"] != row["Code"] for row in told)
    assert "rows of observations" in text(evaluator.get(f"{AT}figures/success/"))


def test_no_number_of_the_four_in_appeals_leaves_the_application(
    measured: Pilot, people: People, sign_in: SignIn
) -> None:
    member = sign_in(people.member)
    few = [row for row in csv_lines(member.get(f"{AT}figures.csv")) if row["Use case"] == "Appeals"]
    assert few and {row["State"] for row in few} <= {"not enough data", "not measured"}
    assert {row[name] for row in few for name in ("Value", "Low", "High", "People")} == {""}
    calls = member.get("/api/v1/pilots/letters/figures/?use_case=appeals").json()["results"]
    assert {call["value"] for call in calls} == {None}
    page = text(member.get(f"{AT}figures/?use_case=appeals"))
    assert "Not enough data: is the work done well?" in page
