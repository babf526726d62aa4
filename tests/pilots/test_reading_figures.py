"""What was measured, by the question that it answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from pilots.measured import words as in_words
from pilots.measured.figures import less, measured
from pilots.measured.questions import QUESTIONS, REMEDIES, family
from pilots.models import Pilot, Recalculation, User
from pilots.stats.figures import in_figures
from pilots.stats.metrics import ABOUT
from pilots.stats.metrics.catalogue_of_rollout import ROLLOUT
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.figures import figure, much, pair
from tests.pilots.reading import csv_lines, text

SignIn = Callable[[User], Client]
PAGE = "/pilots/letters/figures/"
API = "/api/v1/pilots/letters/figures/"


def test_every_figure_answers_one_question_and_says_what_would_measure_it() -> None:
    placed = [of for question in QUESTIONS for of in question.families]
    of_stages = {family(about.code) for about in ROLLOUT}
    assert sorted(placed) == sorted({family(code) for code in ABOUT} - of_stages)
    assert set(REMEDIES) == set(placed)


def test_headings_are_answers(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    much(letters, at)
    page = text(sign_in(people.member).get(PAGE))
    for answer in (
        "83 % of tasks are done well",
        "All told, a task takes 4.2 min less than before",
        "12 % of outputs are put aside",
        "80 % of the work was tried",
        "41 % of people are short of time for it",
        "Not measured: does it run as it has to?",
    ):
        assert answer in page


def test_a_figure_stands_with_interval_n_people_window_and_who_measured_it(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    figure(letters, at, "success", 83, people=40)
    pair(letters, at, "success", {"supported": 88, "unsupported": 65})
    page = text(sign_in(people.member).get(PAGE))
    assert "Tasks done well How often is a task done well?" in page
    assert "83 % 80 to 86 % 400 40 without 65 % with 88 %" in page
    assert "Log of another system Internal audit (no stake in the result)" in page


def test_what_answers_stands_first_and_the_rest_is_folded_and_counted(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    figure(letters, at, "success", 83)
    figure(letters, at, "M07", 6, people=9)
    figure(letters, at, "M10", None, people=None)
    quality = measured(letters).asked[0]
    assert [line.about.code for one in quality.first for line in one.lines] == ["success"]
    assert "success" not in {line.about.code for one in quality.rest for line in one.lines}
    assert f"1 more figure, {quality.unmeasured} not measured" in text(sign_in(people.member).get(PAGE))


def test_how_figures_were_measured_is_said_once_and_at_each_that_differs(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    for code in ("M01", "M02", "M04"):
        figure(letters, at, code, 4)
    figure(letters, at, "M03", 2, methods=["recalled"], measured_by=["Supplier desk"], stakes=["supplier"])
    page = text(sign_in(people.member).get(PAGE))
    assert page.count("Internal audit (no stake in the result)") == 1
    assert "Measured, where a figure does not say otherwise: Log of another system Internal audit" in page
    assert page.count("as said above") == 3 and page.count("Supplier desk") == 1


def test_what_was_recalled_and_what_the_supplier_measured_says_so(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    figure(letters, at, "M02", 11, methods=["recalled"], stakes=["supplier"], measured_by=["Supplier desk"])
    figure(letters, at, "M05", 12, is_synthetic=True)
    page = text(sign_in(people.member).get(PAGE))
    assert "1 rests on what people recalled. 1 was measured by the supplier." in page
    for badge in ("Recalled, not measured", "Measured by the supplier", "Synthetic"):
        assert badge in page


def test_what_nobody_measured_says_what_would_measure_it(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    figure(letters, at, "M03", None, people=None, note="Nobody recorded learning minutes")
    page = sign_in(people.member).get(PAGE)
    assert "Escape rate How many errors reach those who rely on it? Not measured Import a sample of items" in text(page)
    assert "Nobody recorded learning minutes" in text(page)
    assert 'href="/pilots/letters/evidence/registers/manual-steps/"' in page.content.decode()


def test_fewer_than_ten_people_are_not_enough_data_on_the_page_in_the_file_and_in_the_api(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    row = figure(letters, at, "success", 77, people=9)
    row.n, row.people = 87, 9  # as if a job had forgotten them
    row.save()
    member = sign_in(people.member)
    page = text(member.get(PAGE))
    assert "Not enough data: is the work done well?" in page
    (line,) = csv_lines(member.get("/pilots/letters/figures.csv"))
    (call,) = member.get(API).json()["results"]
    assert line["State"] == call["state"] == "not enough data"
    assert [line[name] for name in ("Value", "Low", "High", "n", "People", "First day")] == [""] * 6
    assert [call[name] for name in ("value", "low", "high", "n", "people", "first_day")] == [None] * 6
    assert "87" not in page


def test_figures_of_a_part_of_the_work_alone(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    figure(letters, at, "success", 83)
    figure(letters, at, "success", 61, of=cell(letters, at))
    page = text(sign_in(people.member).get(f"{PAGE}?use_case=reminders&segment=counter-staff"))
    assert "61 % of tasks are done well" in page and "83 %" not in page
    assert "1 of 8 figures were measured: Reminders, Counter staff" in page
    assert "Rejected at the peak" not in page


def test_an_unknown_part_is_said_at_its_field(letters: Pilot, people: People, sign_in: SignIn) -> None:
    assert "not one of the available choices" in text(sign_in(people.member).get(f"{PAGE}?use_case=no-such"))


def test_a_pilot_without_evidence_says_what_to_do(letters: Pilot, people: People, sign_in: SignIn) -> None:
    assert "No batch counts yet. Add a batch" in text(sign_in(people.pm).get(PAGE))
    member = text(sign_in(people.member).get(PAGE))
    assert "No batch counts yet." in member and "Add a batch" not in member


def test_the_api_narrows_by_code_part_and_cell(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    where = cell(letters, at)
    figure(letters, at, "success", 83)
    figure(letters, at, "success", 61, of=where, part="unsupported")
    figure(letters, at, "M01", 4, of=where)
    member = sign_in(people.member)

    def codes(query: str) -> list[tuple[str, str]]:
        return [(row["code"], row["part"]) for row in member.get(f"{API}?{query}").json()["results"]]

    assert codes("whole=true") == [("success", "")]
    assert codes("use_case=reminders&part=all") == [("M01", "")]
    assert codes("code=success&part=unsupported") == [("success", "unsupported")]
    assert member.get(f"{API}?kode=success").status_code == 400


def test_the_api_says_how_much_is_covered(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    figure(letters, at, "success", 77, people=9, of=cell(letters, at))
    told = sign_in(people.member).get("/api/v1/pilots/letters/coverage/").json()
    assert told["shares"] == {"not enough data": 1.0}
    assert told["cells"][0]["evidence"] == {"evidence": "not enough data", "n": None, "people": None}
    assert told["cells"][0]["without_help"]["evidence"] == "never tried"


def test_what_is_counted_is_whole() -> None:
    assert [in_words.in_unit(many, "cells") for many in (0.0, 1.0, 6.0)] == ["0 cells", "1 cell", "6 cells"]
    assert in_words.in_unit(6.0, "min/task") == "6.0 min a task"


@pytest.mark.parametrize("page", ["figures", "coverage", "with-and-without", "not-seeing"])
def test_figures_that_a_job_has_yet_to_work_out_are_not_called_unmeasured(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn, page: str
) -> None:
    cell(letters, at)
    member, address = sign_in(people.member), f"/pilots/letters/{page}/"
    Recalculation.objects.update_or_create(pilot=letters, defaults={"changes": 2, "figures": 1})
    assert "A job works them out anew" in text(member.get(address))
    Recalculation.objects.update(figures=2)
    assert "A job works them out anew" not in text(member.get(address))


def test_a_stranger_reads_none_of_it(letters: Pilot, people: People, sign_in: SignIn) -> None:
    stranger = sign_in(people.stranger)
    assert {stranger.get(url).status_code for url in (PAGE, "/pilots/letters/figures.csv", API)} == {404}


def test_the_page_costs_the_same_however_much_was_measured(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    where = cell(letters, at)
    for code in ABOUT:
        figure(letters, at, code, 5, of=where)
    member = sign_in(people.member)
    with django_assert_max_num_queries(12):
        member.get(f"{PAGE}?use_case=reminders&segment=counter-staff")


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(4.2, "4.2 min less than before"), (-3, "3.0 min more than before"), (0, "as long as before")],
)
def test_time_in_words(minutes: float, said: str) -> None:
    assert less(minutes) == said


def test_a_loss_is_written_with_a_minus_and_as_many_digits_as_a_gain() -> None:
    assert [in_figures(value) for value in (-123.4, -3.44, -0.213, 0, 12.6)] == ["−123", "−3.4", "−0.21", "0", "13"]


def test_a_figure_of_a_newer_version_is_called_by_its_code(letters: Pilot, at: datetime) -> None:
    row = figure(letters, at, "M99", 3)
    assert (in_words.about("M99").name, in_words.value(row)) == ("M99", "3.0")
    assert measured(letters).measured == 0
