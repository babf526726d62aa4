"""Forecasts through the API: listed, read with all that they say, asked for, locked."""

from collections.abc import Callable
from datetime import datetime

import pytest

from pilots.models import Forecast, Pilot
from tests.api.conftest import Caller
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.forecasts import FigureFactory, ForecastFactory, worked_out

Call = Callable[..., Caller]
AT = "pilots/letters/forecasts/"


@pytest.fixture
def made(letters: Pilot, at: datetime) -> Forecast:
    for segment in ("Counter staff", "Managers"):
        cell(letters, at, segment=segment)
    return worked_out(letters, at)


def test_they_are_listed_the_newest_first_and_narrowed(made: Forecast, people: People, call: Call) -> None:
    ForecastFactory.create(pilot=made.pilot, state="failed", said="It broke.")
    api = call(people.member)
    assert [(one["number"], one["state"]) for one in api.get(AT).json()["results"]] == [(2, "failed"), (1, "ready")]
    assert [one["number"] for one in api.get(f"{AT}?state=ready").json()["results"]] == [1]
    assert api.get(f"{AT}?is_locked=true").json()["results"] == []


def test_one_is_read_with_its_figures(made: Forecast, people: People, call: Call) -> None:
    said = call(people.member).get(f"{AT}1/").json()
    figures = {one["of"]: one for one in said["figures"]}
    assert figures.keys() == {"success", "adoption", "override", "out_of_scope", "minutes"}
    success = figures["success"]
    assert (success["naive"], len(success["quantiles"]), success["is_projectable"]) == (0.91, 99, True)
    assert success["unseen"][0]["words"] == "tasks done without help" and "draws" not in success
    assert success["notes"][0]["points"] == -12


def test_what_is_hidden_on_the_page_is_hidden_here(made: Forecast, people: People, call: Call) -> None:
    FigureFactory.create(forecast=ForecastFactory.create(pilot=made.pilot), people=7)
    api = call(people.member)
    first, second = api.get(f"{AT}1/").json()["figures"][0]["cells"]
    assert (first["use_case"], first["segment"]) == ("reminders", "counter-staff") and first["median"] is not None
    assert (second["median"], second["low"], second["high"]) == (None, None, None)
    assert api.get(f"{AT}2/").json()["figures"][0]["people"] is None


def test_one_is_asked_for_and_one_at_a_time(letters: Pilot, people: People, call: Call) -> None:
    api = call(people.evaluator)
    answer = api.post(AT, {})
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    again = api.post(AT, {})
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (422, "under_way")


def test_one_is_locked_for_good(made: Forecast, people: People, call: Call) -> None:
    api = call(people.pm)
    said = api.post(f"{AT}1/lock/", {"note": "For the first stage."}).json()
    assert (said["locked_by"]["name"], said["lock_note"]) == ("Paula Marsh", "For the first stage.")
    again = api.post(f"{AT}1/lock/", {})
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (422, "locked")
    assert api.get(f"{AT}7/").status_code == 404


def test_it_costs_as_many_queries_however_many_cells(
    made: Forecast, people: People, call: Call, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    api = call(people.member)
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]  # a context manager
        assert api.get(f"{AT}1/").status_code == 200
