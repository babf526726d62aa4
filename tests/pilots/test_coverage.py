"""How much of the work the evidence covers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from pilots.measured.coverage import Known, coverage_of
from pilots.measured.findings import covers, percent
from pilots.models import Cell, Pilot, User
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.figures import figure, grid
from tests.pilots.reading import csv_lines, text

SignIn = Callable[[User], Client]
PAGE = "/pilots/letters/coverage/"


@pytest.fixture
def cells(letters: Pilot, at: datetime) -> dict[str, Cell]:
    return grid(letters, at)


def test_the_heading_says_how_much_of_the_work_is_covered(
    cells: dict[str, Cell], people: People, sign_in: SignIn
) -> None:
    page = text(sign_in(people.member).get(PAGE))
    assert "Evidence covers 80 % of the work; of 15 % there is not enough data; 5 % was never tried" in page
    assert "Without help at hand: evidence covers 50 % of the work; 50 % was never tried" in page


def test_a_cell_that_nobody_tried_is_drawn_dashed_with_its_share(
    cells: dict[str, Cell], people: People, sign_in: SignIn
) -> None:
    page = sign_in(people.member).get(PAGE)
    assert "The largest part that nobody tried: Appeals, Managers" in text(page)
    html = page.content.decode()
    assert 'class="heat-none"' in html and "never tried<small>5 %</small>" in html


def test_a_cell_of_fewer_than_ten_people_shows_neither_people_nor_observations(
    cells: dict[str, Cell], people: People, sign_in: SignIn
) -> None:
    member = sign_in(people.member)
    few = next(row for row in coverage_of(cells["few"].pilot).squares if row.cell == cells["few"])
    assert (few.known, few.step) == (Known.FEW, "0")
    assert "not enough data" in text(member.get(PAGE))
    told = {(row["Use case"], row["Segment"]): row for row in csv_lines(member.get("/pilots/letters/coverage.csv"))}
    hidden, dark = told["Appeals", "Counter staff"], told["Appeals", "Managers"]
    assert (hidden["Evidence"], hidden["n"], hidden["People"]) == ("not enough data", "", "")
    assert (dark["Evidence"], dark["n"], dark["Share of the work"]) == ("never tried", "", "0.05")


def test_more_observations_are_drawn_darker(letters: Pilot, at: datetime) -> None:
    counts = {"A": 99, "B": 100, "C": 300, "D": 1000}
    for name, n in counts.items():
        figure(letters, at, "success", 80, of=cell(letters, at, f"Case {name}"), n=n)
    steps = {one.cell.use_case.name: one.step for one in coverage_of(letters).squares}
    assert steps == {"Case A": "1", "Case B": "2", "Case C": "3", "Case D": "4"}


def test_what_nobody_counted_has_no_share(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    figure(letters, at, "success", 80, of=cell(letters, at, tasks=None))
    page = text(sign_in(people.member).get(PAGE))
    assert "Nobody has counted the work, so nobody knows how much of it the evidence covers" in page
    assert "1 cell nobody counted" in page


def test_a_pilot_without_cells_says_what_will_be_here(letters: Pilot, people: People, sign_in: SignIn) -> None:
    assert "Nobody has counted the workload yet" in text(sign_in(people.member).get(PAGE))


def test_who_is_not_in_the_pilot_finds_nothing(letters: Pilot, people: People, sign_in: SignIn) -> None:
    stranger = sign_in(people.stranger)
    assert [stranger.get(url).status_code for url in (PAGE, "/pilots/letters/coverage.csv")] == [404, 404]


def test_a_little_is_not_nothing_and_almost_all_is_not_all() -> None:
    assert [percent(part) for part in (0, 0.004, 0.38, 0.996, 1)] == ["0 %", "under 1 %", "38 %", "over 99 %", "100 %"]
    assert covers({Known.DARK: 1.0}) == "Evidence covers none of the work; 100 % was never tried"


def test_the_grid_costs_the_same_however_large_it_is(
    letters: Pilot,
    people: People,
    at: datetime,
    sign_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    member = sign_in(people.member)
    for case in range(8):
        for segment in range(4):
            figure(letters, at, "success", 80, of=cell(letters, at, f"Case {case}", f"Team {segment}"))
    with django_assert_max_num_queries(12):
        member.get(PAGE)
