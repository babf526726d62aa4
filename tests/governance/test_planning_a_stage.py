"""A stage of the rollout from its plan to its lock: by who may, in an order, with reasons, and then never changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.design import CellFacts, Choice, Evidence, Failure, Measured
from governance.stage_order import Candidate, in_order, proposed
from pilots.actions.stages import Bound, Planned, begin_stage, lock_stage, plan_stage, set_criteria
from pilots.errors import Conflict, Refused
from pilots.models import AuditEvent, Cell, Criterion, Forecast, Pilot, Stage, StageCell, StageEvent, User
from tests.cast import People
from tests.factories.evidence import cell, decide
from tests.factories.stages import foreseen, locked, opened, planned
from tests.governance.gate_pages import words

SignIn = Callable[[User], Client]
AT = "/pilots/letters/stages/"
WHY = "Shown without help, and caught."


@pytest.fixture
def cells(governed: Pilot, at: datetime) -> list[Cell]:
    """Reminders is ready, Appeals is undecided."""
    found = [cell(governed, at), cell(governed, at, use_case="Appeals")]
    decide(governed, at, Choice.READY, found[:1], reason="Shown.")
    return found


def send(browser: Client, place: str, *cells: Cell, **typed: Any) -> HttpResponse:
    usual = {"name": "Three teams", "because": WHY, "users_planned": "60", "days": "42"}
    return browser.post(f"{AT}{place}", {"cells": [one.pk for one in cells]} | usual | typed)


def test_an_empty_page_says_what_a_stage_is_and_where_to_begin(
    governed: Pilot, people: People, sign_in: SignIn
) -> None:
    assert "Plan the first stage" in words(sign_in(people.evaluator).get(AT))
    page = words(sign_in(people.member).get(AT))
    assert "No stage is planned" in page and "Plan the first stage" not in page


def test_what_is_ready_is_ticked_already(cells: list[Cell], people: People, sign_in: SignIn) -> None:
    page = sign_in(people.evaluator).get(f"{AT}plan/").content.decode()
    assert page.count("checked") == 1
    assert "Reminders × Counter staff: ready; its value is not measured" in page


def test_a_stage_is_planned_with_its_reason(cells: list[Cell], people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    answer = send(browser, "plan/", cells[0])
    assert (answer.status_code, answer["Location"]) == (302, f"{AT}1/")
    page = words(browser.get(f"{AT}1/"))
    assert WHY in page and "its criteria are not set" in page and "60 people" in page
    event = AuditEvent.objects.get(verb="stage.planned")
    assert f'"cells":[{cells[0].pk}]' in event.body.replace(" ", "")
    assert WHY not in event.body


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": " "}, "Give the stage a name"),
        ({"because": ""}, "Say why these, and why now"),
        ({"cells": []}, "Choose at least one"),
        ({"cells": ["999999"]}, "One of them is in another stage meanwhile"),
        ({"days": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    cells: list[Cell], people: People, sign_in: SignIn, typed: dict[str, Any], said: str
) -> None:
    answer = send(sign_in(people.evaluator), "plan/", cells[0], **{"users_planned": "61", **typed})
    assert answer.status_code == 422
    assert said in words(answer) and 'value="61"' in words(answer)
    assert not Stage.objects.exists()


def test_a_cell_is_in_one_stage_only(cells: list[Cell], governed: Pilot, people: People, at: datetime) -> None:
    planned(governed, at, cells[:1])
    with pytest.raises(Refused, match="is in stage 1 already"):
        plan_stage(pilot=governed, planned=Planned("Next", [cells[0].pk], WHY), by=people.evaluator, at=at)


def test_a_stage_is_edited_until_somebody_else_did(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    planned(governed, at, cells[:1])
    browser = sign_in(people.evaluator)
    assert send(browser, "1/edit/", cells[1], version="1").status_code == 302
    assert [one.cell_id for one in StageCell.objects.all()] == [cells[1].pk]
    assert send(browser, "1/edit/", cells[0], version="1").status_code == 409


def test_criteria_are_typed_as_people_say_them(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    stage = planned(governed, at, cells[:1])
    typed = {"success_satisfactory": "85", "success_pause": "75", "incidents_pause": "2", "minutes_pause": "-1"}
    answer = sign_in(people.evaluator).post(f"{AT}1/criteria/", typed | {"version": "1"})
    assert answer.status_code == 302
    found = {(one.metric, one.purpose): (one.side, one.bound) for one in stage.criteria.all()}
    assert found == {
        ("success", "satisfactory"): ("floor", 0.85),
        ("success", "pause"): ("floor", 0.75),
        ("incidents", "pause"): ("cap", 0.002),
        ("minutes", "pause"): ("floor", -1.0),
    }
    page = words(sign_in(people.member).get(f"{AT}1/"))
    assert "at least 85 %" in page and "clearly above 2 in 1,000 tasks" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"success_pause": "130"}, "a share lies between 0 and 100 %"),
        ({"success_satisfactory": "70", "success_pause": "80"}, "is stricter than the one for"),
        ({"override_satisfactory": "40", "override_pause": "30"}, "is stricter than the one for"),
        ({"success_pause": "many"}, "Enter a number"),
    ],
)
def test_criteria_that_make_no_sense_are_refused_at_their_field(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime, typed: dict[str, str], said: str
) -> None:
    planned(governed, at, cells[:1])
    answer = sign_in(people.evaluator).post(f"{AT}1/criteria/", typed | {"version": "1"})
    assert answer.status_code == 422 and said in words(answer)
    assert Criterion.objects.count() == 2


def test_it_is_locked_only_with_criteria_and_a_locked_forecast_of_its_very_cells(
    cells: list[Cell], governed: Pilot, people: People, at: datetime
) -> None:
    stage = planned(governed, at, cells[:1])
    with pytest.raises(Refused, match="Lock a forecast of stage 1 first"):
        lock_stage(stage=stage, by=people.pm, at=at)
    foreseen(stage, at)
    stage = set_criteria(stage=stage, criteria=[Bound("success", "pause", 0.5)], by=people.pm, at=at, version=1)
    with pytest.raises(Refused, match="the stage is satisfactory"):
        lock_stage(stage=stage, by=people.pm, at=at)
    both = [Bound("success", "satisfactory", 0.8), Bound("success", "pause", 0.5)]
    stage = set_criteria(stage=stage, criteria=both, by=people.pm, at=at, version=2)
    StageCell.objects.create(stage=stage, cell=cells[1])
    with pytest.raises(Refused, match="of the cells that it has now"):
        lock_stage(stage=stage, by=people.pm, at=at)
    stage.cells.filter(cell=cells[1]).delete()
    assert lock_stage(stage=stage, by=people.pm, at=at).forecast == Forecast.objects.get()


def test_locked_the_page_says_so_and_offers_no_edit(
    cells: list[Cell], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    stage = planned(governed, at, cells[:1])
    foreseen(stage, at)
    browser = sign_in(people.pm)
    assert "nobody can change its cells" in words(browser.get(f"{AT}1/lock/"))
    assert browser.post(f"{AT}1/lock/")["Location"] == f"{AT}1/"
    page = words(browser.get(f"{AT}1/"))
    assert "Its criteria are locked" in page and f"{AT}1/edit/" not in page
    assert send(browser, "1/edit/", cells[0], version="2").status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        lambda stage: Stage.objects.filter(pk=stage.pk).update(users_planned=9),
        lambda stage: Stage.objects.filter(pk=stage.pk).update(forecast=None),
        lambda stage: Stage.objects.filter(pk=stage.pk).update(criteria_locked_at=None, criteria_locked_by=None),
        lambda stage: stage.criteria.update(bound=0.1),
        lambda stage: stage.criteria.all().delete(),
        lambda stage: stage.cells.all().delete(),
        lambda stage: Criterion.objects.create(stage=stage, metric="minutes", purpose="pause", side="floor", bound=1),
    ],
)
def test_the_database_itself_keeps_a_locked_stage(
    governed: Pilot, at: datetime, change: Callable[[Stage], object]
) -> None:
    stage = locked(governed, at)
    with pytest.raises(DatabaseError, match="the stage is locked"), transaction.atomic():
        change(stage)


def test_its_gate_opens_it_in_the_name_of_who_signed_last(governed: Pilot, people: People, at: datetime) -> None:
    locked(governed, at)
    begin_stage(governed, 1, by=people.sponsor, at=at)
    stage = Stage.objects.get()
    assert (stage.state, stage.opened_by, stage.opened_at) == ("open", people.sponsor, at)
    assert StageEvent.objects.get().kind == "opened"


def test_a_stage_that_is_not_locked_cannot_be_open(governed: Pilot, people: People, at: datetime) -> None:
    planned(governed, at)
    with pytest.raises(DatabaseError, match="stage_opened_on_locked_criteria"), transaction.atomic():
        begin_stage(governed, 1, by=people.sponsor, at=at)


def test_a_reason_that_quotes_the_demonstration_is_warned_of(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    stage = planned(governed, at, because="We will have 90 % done well in every team.")
    foreseen(stage, at, stage=0)
    assert "A demonstration is treated as a forecast here" in words(sign_in(people.member).get(f"{AT}1/"))


def test_the_list_takes_the_same_queries_however_long(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    opened(governed, at)
    browser = sign_in(people.evaluator)
    browser.get(AT)
    with CaptureQueriesContext(connection) as few:
        assert "Stage 1 is open" in words(browser.get(AT))
    for _ in range(4):
        planned(governed, at)
    with CaptureQueriesContext(connection) as many:
        browser.get(AT)
    assert len(many) == len(few)


def test_the_version_that_was_shown_is_the_one_that_counts(governed: Pilot, people: People, at: datetime) -> None:
    stage = planned(governed, at)
    with pytest.raises(Conflict):
        set_criteria(stage=stage, criteria=[], by=people.pm, at=at, version=7)


def known(name: str, choice: str = Choice.READY, **facts: Any) -> Candidate:
    return Candidate(1, name, choice, CellFacts(evidence=Evidence.DIRECT, people=20, **facts))


def test_shown_value_comes_first_and_what_is_not_measured_never_leads() -> None:
    good = known("good", success=Measured(0.9, 0.85, 0.95), net_minutes=Measured(5, 4, 6))
    less = known("less", success=Measured(0.9, 0.85, 0.95), net_minutes=Measured(2, 1, 3))
    unmeasured = known("unmeasured")
    uncaught = known("uncaught", net_minutes=Measured(9, 8, 10), failures=(Failure("It errs", 2, False),))
    undecided = known("undecided", "", net_minutes=Measured(9, 8, 10))
    found = in_order([undecided, uncaught, unmeasured, less, good])
    assert [one.name for one in found] == ["good", "less", "unmeasured", "uncaught", "undecided"]
    assert undecided not in proposed(found) and len(proposed(found)) == 4
