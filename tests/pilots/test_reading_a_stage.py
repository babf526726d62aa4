"""Weekly readings of a stage: by file and through the API, said again, corrected, late, and of few people."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilots.actions.readings import record_readings
from pilots.actions.use import Recorded
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, OutcomeReading, Pilot, Stage, User, UseReading
from pilots.readings import KINDS, WEEK, weeks_of
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.evidence import cell
from tests.factories.stages import opened, planned
from tests.pilots.stage_weeks import last_monday, outcomes, read, use, weeks_ago

SignIn = Callable[[User], Client]
HEADER = "week,segment,use case,person,tasks,done_well\n"


@pytest.fixture
def at() -> datetime:
    return now()


@pytest.fixture
def stage(letters: Pilot, at: datetime) -> Stage:
    return opened(letters, weeks_ago(at, 4))


def send(browser: Client, content: str, kind: str = "outcomes") -> Any:
    file = SimpleUploadedFile("week.csv", content.encode())
    return browser.post(f"/pilots/letters/stages/1/readings/{kind}/add/", {"file": file}, follow=True)


def lines(stage: Stage, at: datetime, *tails: str) -> str:
    one = outcomes(stage, at)[0]
    return HEADER + "".join(f"{one['week']},{one['segment']},{one['use_case']},{tail}\n" for tail in tails)


def test_a_file_is_recorded_and_the_same_again_changes_nothing(
    stage: Stage, people: People, at: datetime, sign_in: SignIn
) -> None:
    browser, content = sign_in(people.evaluator), lines(stage, at, "p-1,10,9", "p-2,5,")
    assert "2 new, 0 replaced" in send(browser, content.replace("5,\n", "5,4\n")).content.decode()
    assert "0 new, 0 replaced, 2 as they were" in send(browser, content.replace("5,\n", "5,4\n")).content.decode()
    assert OutcomeReading.objects.count() == 2
    assert AuditEvent.objects.filter(verb="readings.recorded").count() == 1


def test_one_bad_line_keeps_all_out_and_says_where_and_why(
    stage: Stage, people: People, at: datetime, sign_in: SignIn
) -> None:
    page = send(sign_in(people.evaluator), lines(stage, at, "p-1,10,9", "p-2,5,6", "eva@example.org,3,3", "p-4,3,"))
    text = page.content.decode()
    assert page.status_code == 422 and not OutcomeReading.objects.exists()
    assert "is more than its 5 tasks" in text and "is an address; give a pseudonym" in text
    assert "and so is every other outcome" in text


def test_a_corrected_reading_replaces_the_earlier_which_stays(stage: Stage, people: People, at: datetime) -> None:
    read(stage, people.evaluator, at)
    assert read(stage, people.evaluator, at + timedelta(minutes=1), done_well=7) == Recorded(0, 1, 0)
    assert OutcomeReading.objects.counting().get().done_well == 7
    earlier = OutcomeReading.objects.get(replaced_at__isnull=False)
    assert earlier.done_well == 9 and earlier.replaced_at == at + timedelta(minutes=1)
    (week,) = [week for week in weeks_of(stage, at.date()) if week.has_outcomes]
    assert week.corrected == 1


@pytest.mark.parametrize(
    "said",
    [
        {"licensed": 130},
        {"habitual": 52},
        {"moved": timedelta(days=2)},
        {"moved": 9 * WEEK},
        {"moved": -9 * WEEK},
    ],
)
def test_use_that_cannot_be_is_refused_whole(stage: Stage, people: People, at: datetime, said: dict[str, Any]) -> None:
    said = dict(said)
    week = last_monday(at) + said.pop("moved", timedelta(0))
    good, bad = use(stage, at, site="North"), use(stage, at, **said, week=week)
    with pytest.raises(Refused):
        record_readings(stage=stage, kind=KINDS["use"], rows=[*good, *bad], by=people.evaluator, at=at)
    assert not UseReading.objects.exists()


def test_only_what_the_stage_opened_is_read(stage: Stage, people: People, at: datetime) -> None:
    other = cell(stage.pilot, at, "Fees", "Night shift")
    with pytest.raises(Refused, match="not in this stage"):
        read(stage, people.evaluator, at, use_case=other.use_case)
    rows = use(stage, at, segment=other.segment)
    with pytest.raises(Refused, match="not in this stage"):
        record_readings(stage=stage, kind=KINDS["use"], rows=rows, by=people.evaluator, at=at)


def test_a_stage_that_is_not_open_is_not_read(letters: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="planned"):
        read(planned(letters, at), people.evaluator, at)


def test_who_may_not_is_told_who_may(stage: Stage, people: People, at: datetime) -> None:
    with pytest.raises(NotAllowed) as refused:
        read(stage, people.change, at)
    assert any("Eva Lund" in name for name in refused.value.who)


def test_a_week_without_readings_is_not_measured(stage: Stage, people: People, at: datetime, sign_in: SignIn) -> None:
    record_readings(stage=stage, kind=KINDS["use"], rows=use(stage, at), by=people.evaluator, at=at)
    measured = [week.is_measured for week in weeks_of(stage, at.date())]
    assert measured.count(True) == 1 and len(measured) >= 4
    text = sign_in(people.member).get("/pilots/letters/readings/").content.decode()
    assert text.count("Not measured") >= len(measured)


def test_outcomes_of_fewer_than_ten_people_are_shown_nowhere(
    stage: Stage, people: People, at: datetime, sign_in: SignIn
) -> None:
    read(stage, people.evaluator, at, people=9, tasks=37)
    browser = sign_in(people.member)
    text = browser.get("/pilots/letters/readings/").content.decode()
    assert "Not enough data" in text and "333" not in text
    told = browser.get("/api/v1/pilots/letters/stages/1/readings/").json()
    assert [(week["people"], week["tasks"]) for week in told if week["has_outcomes"]] == [(None, None)]
    read(stage, people.evaluator, at, people=1, first=9, tasks=37)
    assert "370 tasks of 10 people" in browser.get("/pilots/letters/readings/").content.decode()


def test_weeks_cost_the_same_however_many_were_read(
    stage: Stage, people: People, at: datetime, django_assert_num_queries: Any
) -> None:
    read(stage, people.evaluator, at, people=30)
    read(stage, people.evaluator, at, people=30, week=last_monday(at) - WEEK)
    with django_assert_num_queries(5):
        weeks_of(stage, at.date())


def test_a_late_reading_says_so(letters: Pilot, people: People, at: datetime) -> None:
    stage = opened(letters, weeks_ago(at, 8))
    read(stage, people.evaluator, at, week=last_monday(at) - 4 * WEEK)
    (week,) = [week for week in weeks_of(stage, at.date()) if week.has_outcomes]
    assert week.late == 1


def test_through_the_api_a_week_is_read_and_what_is_unknown_is_named(
    stage: Stage,
    people: People,
    at: datetime,
) -> None:
    one = outcomes(stage, at)[0]
    said = {"week": str(one["week"]), "segment": one["segment"].slug, "use_case": one["use_case"].slug}
    call = Caller(people.evaluator, READ_AND_WRITE)
    body = {"readings": [said | {"person": "p-1", "tasks": 10, "done_well": 9}]}
    address = "/api/v1/pilots/letters/stages/1/readings/outcomes/"
    assert call.put(address, body).json() == {"added": 1, "replaced": 0, "unchanged": 0}
    body["readings"][0]["segment"] = "nobody"
    answer = call.put(address, body)
    assert answer.status_code == 400 and "nobody" in json.dumps(answer.json())


def test_there_is_a_template_of_both_kinds(stage: Stage, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    for kind, column in (("use", b"habitual"), ("outcomes", b"done_well")):
        got = browser.get(f"/pilots/letters/stages/1/readings/{kind}/template.csv")
        assert got.status_code == 200 and column in got.content
        assert browser.get(f"/pilots/letters/stages/1/readings/{kind}/add/").status_code == 200
