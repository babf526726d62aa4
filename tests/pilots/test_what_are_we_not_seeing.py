"""How participants, conditions, use cases and measurement differ from the rollout."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from pilots.measured.unseen import unseen
from pilots.models import BlindSpot, Pilot, Score, Segment, UseCase, User, Workflow
from tests.cast import People
from tests.factories.evidence import batch, cell, entry
from tests.factories.figures import LEVELS, figure, grid, pair
from tests.factories.registers import entry as kept
from tests.pilots.reading import text

SignIn = Callable[[User], Client]
PAGE = "/pilots/letters/not-seeing/"


def heading(pilot: Pilot, kind: str) -> str:
    return next(side.finding for side in unseen(pilot) if side.kind == kind)


def fact(pilot: Pilot, what: str) -> tuple[str, str]:
    found = next(one for side in unseen(pilot) for one in side.facts if one.what == what)
    return found.pilot, found.rollout


def test_participants_are_set_against_the_rollout(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    shown = [*LEVELS[:2], {**LEVELS[2], "participants": 4.0}]
    figure(letters, at, "M14.attitude", 0.45, more={"levels": shown})
    assert heading(letters, "participants") == "Attitude “sceptical”: 40 % of the rollout, 4 % of the participants"
    assert "Sceptical 4 % 40 %" in text(sign_in(people.member).get(PAGE))


def test_levels_of_fewer_than_ten_people_are_not_enough_data_and_no_finding(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    figure(letters, at, "M14.attitude", 0.45, more={"levels": LEVELS})
    assert "like the rollout" not in heading(letters, "participants")
    assert "Sceptical not enough data 40 %" in text(sign_in(people.member).get(PAGE))


def test_without_intake_nobody_has_said_who_they_are(letters: Pilot, at: datetime) -> None:
    assert heading(letters, "participants") == "Nobody has said who the participants are"
    figure(letters, at, "M14", 20)
    assert heading(letters, "participants") == "20 % of the participants neither volunteered nor were nominated"


def test_conditions_say_how_long_without_help_and_which_stressors_ran(
    letters: Pilot, people: People, at: datetime
) -> None:
    assert heading(letters, "conditions") == "Never without help; none of the stressors ever ran"
    short = {"starts_on": at.date(), "ends_on": at.date()}
    period = kept("unsupported-periods", letters, people.evaluator, **short)
    kept("breaches", letters, people.evaluator, period=period, day=at.date())
    kept("stressors", letters, people.evaluator, ran_on=at.date(), observed="Half of it.")
    days = period.working_days
    assert heading(letters, "conditions") == (
        f"Only {days} working day without help; 3 of 4 stressors never ran"
        if days
        else "Never without help; 3 of 4 stressors never ran"
    )
    assert fact(letters, "Longest time without help")[0].endswith("with help all the same 1 time")
    assert fact(letters, "Untrained users")[0].startswith("ran on")
    assert fact(letters, "Raw production data") == ("never ran", "from the first day")


def test_help_and_training_are_told_from_the_tasks(letters: Pilot, at: datetime) -> None:
    pair(letters, at, "success", {"supported": 88}, n=300)
    pair(letters, at, "success", {"unsupported": 65}, n=100)
    pair(letters, at, "success", {"trained": 88, "untrained": 50}, people=9)
    Segment.objects.filter(pk=cell(letters, at).segment_id).update(headcount=50, trained_percent=40)
    assert fact(letters, "Help") == ("at hand in 75 % of tasks", "nobody at hand")
    assert fact(letters, "Training") == ("not told", "40 % of people")


def test_use_cases_say_how_much_was_never_tried_what_was_put_off_and_why(
    letters: Pilot, people: People, at: datetime
) -> None:
    assert heading(letters, "use_cases") == "Nobody has counted the work, so nobody knows what was left out"
    grid(letters, at)
    UseCase.objects.filter(pilot=letters, slug="appeals").update(left_out_because="Too few of them", kind="edge")
    UseCase.objects.filter(pilot=letters, slug="reminders").update(kind="curated")
    assert heading(letters, "use_cases") == "5 % of the work was never tried"
    assert fact(letters, "Appeals, Managers") == ("never tried", "5 % of the work")
    assert fact(letters, "Appeals") == ("left out: Too few of them", "part of the work")
    assert fact(letters, "Curated use cases") == ("100 % of observations", "80 % of the work")
    assert fact(letters, "Edge use cases") == ("0 % of observations", "20 % of the work")


def test_what_was_set_aside_stands_among_what_is_not_seen(letters: Pilot, people: People) -> None:
    test = kept("stressors", letters, people.evaluator)
    case = UseCase.objects.create(
        pilot=letters, name="Sums", slug="sums", set_aside="edge_case", set_aside_owner=people.owner,
        set_aside_stressor=test,
    )  # fmt: skip
    assert fact(letters, case.name)[0] == "set aside as “an edge case”"


def test_measurement_says_who_measured_with_what_stake(letters: Pilot, at: datetime) -> None:
    assert heading(letters, "measurement") == "Nothing was measured"
    batch(letters, at, stake="supplier", rows=80)
    assert heading(letters, "measurement") == "Nobody without a stake measured any of it"
    batch(letters, at, stake="none", rows=20)
    figure(letters, at, "M01", 4, methods=["recalled"])
    figure(letters, at, "M05", 4)
    assert heading(letters, "measurement") == (
        "People without a stake measured 20 % of the rows; 1 of 2 figures rest on what people recalled"
    )
    assert fact(letters, "Measured by: supplier of the tool")[0] == "80 % of rows"


def test_workflows_need_two_reviewers_of_one_item(letters: Pilot, workflow: Workflow, at: datetime) -> None:
    what = "Workflows judged by one reviewer or none"
    scores = batch(letters, at, kind="scores")

    def score(item: str, reviewer: str) -> None:
        fields = {"line": 2, "day": at.date(), "passes": True}
        Score.objects.create(pilot=letters, batch=scores, workflow=workflow, item=item, reviewer=reviewer, **fields)

    score("letter 1", "r1")
    score("letter 2", "r2")
    assert fact(letters, what)[0] == f"1 of 1: {workflow.name}"
    score("letter 1", "r2")
    assert fact(letters, what)[0] == "none"


def test_blind_spots_stand_in_peoples_own_words(letters: Pilot, people: People, at: datetime, sign_in: SignIn) -> None:
    entry(BlindSpot, letters, at, kind="conditions", what="Busy weeks", why="Holidays.", would_show="May", weeks=4)
    page = text(sign_in(people.member).get(PAGE))
    assert "Busy weeks Why: Holidays. What would show it: May, in 4 weeks" in page


def test_each_fact_leads_to_where_it_would_be_answered(letters: Pilot, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.member).get(PAGE).content.decode()
    for register in ("unsupported-periods", "stressors", "cohorts", "headline-figures", "standards", "blind-spots"):
        assert f'href="/pilots/letters/evidence/registers/{register}/"' in page


def test_who_is_not_in_the_pilot_finds_nothing(letters: Pilot, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.stranger).get(PAGE).status_code == 404


@pytest.mark.parametrize("many", [1, 12])
def test_it_costs_the_same_however_much_there_is(
    letters: Pilot, people: People, at: datetime, sign_in: SignIn, django_assert_max_num_queries: Any, many: int
) -> None:
    for number in range(many):
        figure(letters, at, "success", 80, of=cell(letters, at, f"Case {number}"))
        entry(BlindSpot, letters, at, kind="conditions", what=f"W{number}", why="So.", owner=people.owner)
        batch(letters, at)
    member = sign_in(people.member)
    with django_assert_max_num_queries(14):
        member.get(PAGE)
