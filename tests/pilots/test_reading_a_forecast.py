"""The page of a forecast: what is expected beside what was promised, how sure it is, what it rests on, what is open."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from pilots.models import Cell, Forecast, Pilot, Recalculation, User
from tests.cast import People
from tests.factories.evidence import batch, cell, observe
from tests.factories.forecasts import UNSEEN, FigureFactory, ForecastFactory, worked_out

SignIn = Callable[[User], Client]
AT = "/pilots/letters/forecast/"


@pytest.fixture
def grid(letters: Pilot, at: datetime) -> Pilot:
    for case in ("Reminders", "Appeals"):
        for segment in ("Counter staff", "Managers"):
            cell(letters, at, case, segment)
    return letters


@pytest.fixture
def reader(people: People, sign_in: SignIn) -> Client:
    return sign_in(people.member)


def read(client: Client, address: str = AT) -> str:
    """The words of the page, as one line."""
    answer = client.get(address)
    assert answer.status_code == 200
    main = re.sub(r"(?s).*<main|<svg.*?</svg>|</t[dh]>|</li>|</main.*", " ", answer.content.decode())
    return " ".join(strip_tags(main).replace("\xa0", " ").split())


def only(pilot: Pilot, **fields: Any) -> Forecast:
    made = ForecastFactory.create(pilot=pilot)
    FigureFactory.create(forecast=made, **fields)
    return made


def test_the_heading_says_what_is_expected_and_what_was_promised(grid: Pilot, reader: Client, at: datetime) -> None:
    worked_out(grid, at)
    page = read(reader)
    assert "About 61 % of the work would be done well; the demonstration promised 91 %" in page
    assert "80 of 100 times the rollout lands between 50 % and 72 %." in page
    assert "About 44 % of the people would use it; the demonstration promised 80 %" in page
    assert "A task would take about 1.6 minutes less; the demonstration promised 9.4 minutes saved" in page
    assert "About 7 % of the attempts would be out of scope; the demonstration has no such figure" in page


def test_with_most_work_unseen_there_is_no_figure_in_the_heading(letters: Pilot, reader: Client) -> None:
    only(letters, direct=0.06, modelled=0.2, no_evidence=0.74, unseen=UNSEEN)
    page = read(reader)
    assert "Not projectable: 74 % of the workload has no evidence" in page
    assert "About 61 %" not in page
    assert "lands between 50 % and 72 %" in page
    assert "Nothing is known of tasks done without help (21 % of the work), sceptics (12 %)." in page


def test_half_of_the_work_unseen_is_still_a_forecast(letters: Pilot, reader: Client) -> None:
    only(letters, direct=0.3, modelled=0.2, no_evidence=0.5)
    assert "About 61 %" in read(reader)


def test_time_that_is_lost_is_not_called_saved(letters: Pilot, reader: Client) -> None:
    only(letters, of="minutes", middle=-2.0, spread=1.0, naive=3.0, bound_low=None, bound_high=None)
    page = read(reader)
    assert "A task would take about 2.0 minutes more; the demonstration promised 3.0 minutes saved" in page
    assert "minutes lost and" in page


def test_why_it_differs_and_what_to_test_next_stand_beside_it(grid: Pilot, reader: Client, at: datetime) -> None:
    worked_out(grid, at)
    page = read(reader)
    reasons = ("64 % of the demonstration, 8 % of the rollout −14 points", "20 % of the rollout −12 points")
    assert page.index(reasons[0]) < page.index(reasons[1]) < page.index("Everything else −4 points")
    assert "Tasks done without help would settle 41 % of the doubt" in page
    assert page.count("Nobody said who was trained") == 1
    assert "it lies between 40 % and 83 %" in page


def test_cells_with_few_people_in_them_show_nothing_of_them(grid: Pilot, reader: Client, at: datetime) -> None:
    made = worked_out(grid, at)
    hidden = Cell.objects.get(pk=made.figures.get(of="success").cells[1]["cell"])
    row = re.search(rf"{hidden.use_case} ?{hidden.segment} (.*?)(Appeals|Reminders|What does)", read(reader))
    assert row is not None and row[1] == "25 % Measured Not enough data "


def test_each_cell_leads_to_its_place_in_the_design(grid: Pilot, reader: Client, at: datetime) -> None:
    worked_out(grid, at)
    page = reader.get(AT).content.decode()
    assert "/pilots/letters/design/reminders/counter-staff/" in page
    assert reader.get("/pilots/letters/design/reminders/counter-staff/").status_code == 200


def test_cells_of_another_figure_are_one_link_away(grid: Pilot, reader: Client, at: datetime) -> None:
    worked_out(grid, at)
    assert "Outputs overridden, by use case and segment" in read(reader, f"{AT}?of=override")
    assert "Tasks done well, by use case and segment" in read(reader, f"{AT}?of=nonsense")


def test_it_names_the_batches_that_it_rests_on_and_those_that_wait(grid: Pilot, reader: Client, at: datetime) -> None:
    first, second = batch(grid, at, title="The log", first_day=at.date(), last_day=at.date()), batch(grid, at)
    worked_out(grid, at, inputs={"public": {"batches": [first.pk], "held": [second.reference]}})
    page = read(reader)
    assert "B-1 The log" in page and "B-2 waits: that would tell what fewer than ten people did." in page
    assert 'href="/pilots/letters/evidence/batches/1/"' in reader.get(AT).content.decode()


def test_invented_rows_are_said_to_be(grid: Pilot, reader: Client, at: datetime) -> None:
    worked_out(grid, at, is_synthetic=True)
    assert "Synthetic" in read(reader)


def test_numbers_of_few_people_are_not_told(letters: Pilot, reader: Client) -> None:
    only(letters, people=7)
    page = read(reader)
    assert "tasks of fewer than ten people" in page and "7 people" not in page


def test_without_any_the_page_says_what_is_missing(letters: Pilot, reader: Client, at: datetime) -> None:
    page = read(reader)
    assert "It needs the workload, counted in tasks a month, and at least one batch of observed tasks." in page
    where = cell(letters, at)
    assert "It needs at least one batch of observed tasks." in read(reader)
    observe(letters, at, people=1, where=where)
    assert "Whoever may edit the evidence can ask for it." in read(reader)


def test_who_may_asks_and_watches_it(letters: Pilot, people: People, sign_in: SignIn, at: datetime) -> None:
    observe(letters, at, people=1, where=cell(letters, at))
    browser = sign_in(people.evaluator)
    assert "Work out a forecast" in read(browser)
    answer = browser.post(f"{AT}ask/", follow=True)
    assert "F-1 Waiting to be worked out" in " ".join(strip_tags(answer.content.decode()).split())
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    Forecast.objects.update(state="running", done=40)
    assert '<progress max="100" value="40"' in browser.get(AT).content.decode()


def test_asking_twice_says_that_one_is_under_way(letters: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    browser.post(f"{AT}ask/")
    answer = browser.post(f"{AT}ask/", follow=True)
    assert "F-1 is being worked out already" in answer.content.decode()
    assert Forecast.objects.count() == 1


def test_once_it_is_there_the_whole_page_is_read_anew(letters: Pilot, reader: Client) -> None:
    made = ForecastFactory.create(pilot=letters, state="running")
    looks_again = {"headers": {"HX-Request": "true"}}
    assert "HX-Refresh" not in reader.get(AT, **looks_again).headers
    Forecast.objects.filter(pk=made.pk).update(state="ready")
    assert reader.get(AT, **looks_again).headers["HX-Refresh"] == "true"
    assert reader.get(f"{AT}1/", **looks_again).headers["HX-Refresh"] == "true"


def test_the_last_one_stays_in_sight_while_another_is_worked_out(grid: Pilot, reader: Client, at: datetime) -> None:
    worked_out(grid, at)
    ForecastFactory.create(pilot=grid, state="running", done=40)
    page = read(reader)
    assert "Below stands F-1" in page and "About 61 % of the work" in page


def test_what_is_not_possible_says_why_and_what_to_do(letters: Pilot, people: People, sign_in: SignIn) -> None:
    ForecastFactory.create(pilot=letters, state="impossible", said="Nobody has counted the workload.")
    page = read(sign_in(people.evaluator))
    assert "No forecast is possible yet" in page
    assert "Nobody has counted the workload. Count the workload" in page


def test_one_that_failed_can_be_asked_for_again(letters: Pilot, people: People, sign_in: SignIn) -> None:
    ForecastFactory.create(pilot=letters, state="failed", said="Something went wrong on our side.")
    browser = sign_in(people.evaluator)
    assert "Something went wrong on our side." in read(browser)
    assert "Ask again" in read(browser)
    browser.post(f"{AT}ask/")
    assert list(Forecast.objects.values_list("number", "state")) == [(2, "waiting"), (1, "failed")]


def test_evidence_that_changed_since_is_said(grid: Pilot, reader: Client, at: datetime) -> None:
    worked_out(grid, at)
    assert "Evidence or scope has changed since" not in read(reader)
    Recalculation.objects.update_or_create(pilot=grid, defaults={"changes": 9, "forecast": 8})
    assert "Evidence or scope has changed since" in read(reader)


def test_earlier_ones_are_listed_and_read(grid: Pilot, reader: Client, at: datetime) -> None:
    worked_out(grid, at)
    only(grid, middle=0.4)
    ForecastFactory.create(pilot=grid, state="failed", said="It broke.")
    page = read(reader, f"{AT}all/")
    assert page.index("F-3") < page.index("About 40 %") < page.index("About 61 %")
    assert "It broke." in page
    assert "About 61 %" in read(reader, f"{AT}1/") and "About 40 %" in read(reader)
    assert reader.get(f"{AT}9/").status_code == 404


def test_the_export_is_a_file_and_only_of_what_is_worked_out(grid: Pilot, reader: Client, at: datetime) -> None:
    made = worked_out(grid, at)
    ForecastFactory.create(pilot=grid, state="running")
    answer = reader.get(f"{AT}1/export.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="letters-F-1.json"'
    said = json.loads(answer.content)
    assert said["figures"][0]["quantiles"] == made.figures.get(of="success").quantiles
    assert reader.get(f"{AT}2/export.json").status_code == 404


@pytest.mark.parametrize("address", [AT, f"{AT}1/", f"{AT}all/"])
def test_it_costs_as_many_queries_however_much_it_says(
    address: str, grid: Pilot, reader: Client, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        cell(grid, at, f"Case {number}", "Managers")
    for earlier in range(3):
        worked_out(grid, at - timedelta(days=earlier))
    with django_assert_max_num_queries(12):
        reader.get(address)
