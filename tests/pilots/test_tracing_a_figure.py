"""From a number to its batches, its cells and its rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from pilots.measured.tracing import PERSONAL
from pilots.models import Batch, Cell, Observation, Participant, Pilot, User
from tests.cast import People
from tests.factories.evidence import batch, cell, observe
from tests.factories.figures import figure, grid, pair
from tests.pilots.reading import text

SignIn = Callable[[User], Client]
PAGE = "/pilots/letters/figures/success/"


@pytest.fixture
def where(letters: Pilot, at: datetime) -> Cell:
    return cell(letters, at)


@pytest.fixture
def seen(letters: Pilot, at: datetime, where: Cell) -> Batch:
    """Twelve people, one task each: the first said that they expect help, the reviewer was a sceptic."""
    log = observe(letters, at, people=12)
    Participant.objects.filter(pilot=letters).update(expects_help=2, asked_on=at.date())
    Observation.objects.filter(batch=log).update(reviewer_attitude=2, tool_minutes=7.5)
    Observation.objects.filter(batch=log, participant__pseudonym="p0").update(supported=True)
    figure(letters, at, "success", 83, batches=[log.pk])
    figure(letters, at, "success", 83, batches=[log.pk], of=where)
    return log


def test_a_number_is_two_clicks_from_its_batches(seen: Batch, people: People, sign_in: SignIn) -> None:
    member = sign_in(people.member)
    assert f'href="{PAGE}"' in member.get("/pilots/letters/figures/").content.decode()
    page = member.get(PAGE)
    assert f'href="/pilots/letters/evidence/batches/{seen.number}/"' in page.content.decode()
    assert "It rests on 1 batch" in text(page)


def test_a_figure_says_how_it_misleads_and_what_it_is_with_and_without(
    seen: Batch, people: People, at: datetime, sign_in: SignIn
) -> None:
    pair(seen.pilot, at, "success", {"supported": 88, "unsupported": 65})
    page = text(sign_in(people.member).get(PAGE))
    assert "Tasks done well: 83 %" in page and "83 %, with 95 % certainty 80 to 86 %" in page
    assert "How it misleads: Curated cases" in page
    assert "Without help 65 % 62 to 68 %" in page


def test_its_cells_of_ten_people_or_more_are_listed_and_the_others_only_counted(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    figure(letters, at, "success", 83)
    grid(letters, at)
    page = text(sign_in(people.member).get(PAGE))
    assert "Its cells of ten people or more" in page
    assert "Reminders Counter staff 91 %" in page
    assert "Of 1 more cell there is not enough data." in page
    assert "Appeals" not in page


def test_who_plans_the_measuring_reads_the_rows_and_never_what_somebody_thinks(
    seen: Batch, people: People, sign_in: SignIn
) -> None:
    page = text(sign_in(people.evaluator).get(PAGE))
    assert "12 rows of observations" in page
    assert "B" not in Participant.objects.values_list("pseudonym", flat=True)
    assert "p0 assigned Reminders Counter staff" in page and "7.5" in page
    for word in ("attitude", "expects", "sceptic", "enthusias"):
        assert word not in page.lower().replace("sceptic–enthusiast", "")


def test_others_are_told_why_not_and_who_may(seen: Batch, people: People, sign_in: SignIn) -> None:
    page = text(sign_in(people.pm).get(PAGE))
    assert "You may not read single rows" in page and "Eva Lund (evaluation lead) may." in page
    assert "p0" not in page.split("You may not")[1]


def test_rows_are_those_of_its_part_of_the_work_and_of_its_half_of_a_pair(
    seen: Batch, people: People, at: datetime, sign_in: SignIn
) -> None:
    letters, evaluator = seen.pilot, sign_in(people.evaluator)
    elsewhere = observe(letters, at, people=3, where=cell(letters, at, "Appeals"))
    for part in ("", "supported", "unsupported"):
        where = None if part else cell(letters, at)
        figure(letters, at, "M05", 10, part=part, batches=[seen.pk, elsewhere.pk], of=None if part else where)
    figure(letters, at, "M05", 10, batches=[seen.pk, elsewhere.pk])

    def rows(query: str) -> str:
        return text(evaluator.get(f"/pilots/letters/figures/M05/?{query}"))

    assert "15 rows of observations" in rows("")
    assert "12 rows of observations" in rows("use_case=reminders&segment=counter-staff")
    assert "1 row of observations" in rows("part=supported")
    assert "14 rows of observations" in rows("part=unsupported")


@pytest.mark.parametrize("part", sorted(PERSONAL))
def test_rows_of_sceptics_or_enthusiasts_are_shown_to_nobody(
    seen: Batch, people: People, at: datetime, sign_in: SignIn, part: str
) -> None:
    figure(seen.pilot, at, "success", 60, part=part, batches=[seen.pk])
    page = text(sign_in(people.evaluator).get(f"{PAGE}?part={part}"))
    assert "They would tell of each person what they think" in page
    assert "p0 assigned" not in page


def test_a_figure_of_fewer_than_ten_people_keeps_its_number_to_itself(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    figure(letters, at, "success", 77, people=9)
    page = text(sign_in(people.evaluator).get(PAGE))
    assert "Tasks done well: not enough data" in page and "77" not in page


def test_one_that_nobody_measured_says_what_would_measure_it(letters: Pilot, people: People, sign_in: SignIn) -> None:
    page = text(sign_in(people.member).get("/pilots/letters/figures/M28/"))
    assert "Manual bridging steps: not measured" in page
    assert "Write down what is done by hand between the systems" in page


def test_what_is_held_back_says_why(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    figure(letters, at, "success", 83, is_held=True)
    assert "Newer rows concern fewer than ten people" in text(sign_in(people.member).get(PAGE))


def test_a_withdrawn_batch_is_none_of_those_it_rests_on(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    gone = batch(letters, at, state="withdrawn", withdrawn_at=at, withdrawn_by=people.pm, withdrawn_because="Wrong day")
    figure(letters, at, "success", 83, batches=[gone.pk])
    page = text(sign_in(people.evaluator).get(PAGE))
    assert "It rests on no batch" in page and "1 more was withdrawn since" in page


@pytest.mark.parametrize("address", ["figures/M99/", "figures/success/?part=none", "figures/success/?segment=no-such"])
def test_there_is_no_page_of_what_the_pilot_does_not_have(
    letters: Pilot, people: People, sign_in: SignIn, address: str
) -> None:
    assert sign_in(people.member).get(f"/pilots/letters/{address}").status_code == 404


def test_it_costs_the_same_however_many_cells_there_are(
    seen: Batch, people: People, at: datetime, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        figure(seen.pilot, at, "success", 80, of=cell(seen.pilot, at, f"Case {number}"), batches=[seen.pk])
    evaluator = sign_in(people.evaluator)
    with django_assert_max_num_queries(12):
        evaluator.get(PAGE)


def test_a_page_lists_a_hundred_cells_and_says_where_the_others_are(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    figure(letters, at, "success", 83)
    for number in range(103):
        figure(letters, at, "success", 83, of=cell(letters, at, f"Work {number}"))
    page = sign_in(people.member).get(PAGE)
    assert page.content.decode().count("Work ") == 100
    assert "3 more stand in the file of all figures" in text(page)
