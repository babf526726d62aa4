"""Reviews, corrections, the rota and carrying a pattern through the API: the same rules as on the pages."""

from datetime import timedelta

import pytest

from feedback.clocks import monday_of
from feedback.models import Pattern
from pilots.clock import now
from pilots.models import Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.factories.pilots import UseCaseFactory

AT = "pilots/letters/"


@pytest.fixture
def confirmed(letters: Pilot) -> Pattern:
    return PatternFactory.create(pilot=letters, number=1, state="confirmed")


@pytest.fixture
def pm(people: People) -> Caller:
    return Caller(people.pm, READ_AND_WRITE)


@pytest.fixture
def triage(people: People) -> Caller:
    return Caller(people.triage, READ_AND_WRITE)


def test_a_review_is_set_opened_decided_and_closed(
    confirmed: Pattern, pm: Caller, triage: Caller, people: People
) -> None:
    assert pm.get(f"{AT}review-schedule/").status_code == 204
    given = {"weekday": 2, "every_weeks": 2, "chair": str(people.pm.pk), "version": 0}
    assert pm.put(f"{AT}review-schedule/", given).json()["version"] == 1
    assert pm.put(f"{AT}review-schedule/", given).status_code == 409
    opened = pm.post(f"{AT}reviews/", {"attendees": [str(people.pm.pk)]})
    assert opened.status_code == 201
    assert [item["pattern"] for item in opened.json()["items"]] == [1]
    early = pm.post(f"{AT}reviews/1/close/", {"version": 1})
    assert early.status_code == 422 and "P-1" in early.content.decode()
    due = (now().date() + timedelta(days=9)).isoformat()
    decided = {"action": "prompt", "owner": str(people.integration.pk), "due_on": due, "version": 1}
    assert pm.post(f"{AT}reviews/1/1/decide/", decided).status_code == 403
    assert triage.post(f"{AT}reviews/1/1/decide/", {**decided, "action": "noted"}).status_code == 400
    assert triage.post(f"{AT}reviews/1/1/decide/", decided).json()["state"] == "acting"
    closed = pm.post(f"{AT}reviews/1/close/", {"version": 1, "note": "Short."}).json()
    assert closed["closed_by"] == str(people.pm.pk)
    assert closed["items"][0]["outcome"].startswith("Adjust the prompt, Ines Duarte")
    assert [row["number"] for row in pm.get(f"{AT}reviews/").json()["results"]] == [1]


def test_an_item_is_carried_by_name(confirmed: Pattern, pm: Caller, people: People) -> None:
    pm.post(f"{AT}reviews/", {"attendees": [str(people.pm.pk)]})
    carried = pm.post(f"{AT}reviews/1/1/carry/", {"reason": "Ines is away."}).json()
    assert carried["items"][0]["state"] == "carried"
    assert carried["items"][0]["carried_by"] == str(people.pm.pk)


def test_who_is_there_works_on_the_pilot(confirmed: Pattern, pm: Caller, people: People) -> None:
    assert pm.post(f"{AT}reviews/", {"attendees": [str(people.stranger.pk)]}).status_code == 400


def test_a_correction_from_open_to_done(letters: Pilot, pm: Caller, people: People) -> None:
    flag = FlagFactory.create(pilot=letters, severity=3)
    given = {"flag": flag.reference, "went_out": "Letters.", "audience": "customer", "owner": str(people.change.pk)}
    made = pm.post(f"{AT}corrections/", given)
    assert made.status_code == 201 and made.json()["flag"] == flag.reference
    finish = {"what_was_done": "Sent again.", "version": 1}
    assert pm.post(f"{AT}corrections/1/finish/", finish).status_code == 422
    told = pm.post(f"{AT}corrections/1/tell/", {"told": "All forty"}).json()
    assert [notice["told"] for notice in told["notices"]] == ["All forty"]
    later = {"owner": str(people.owner.pk), "due_at": (now() + timedelta(days=2)).isoformat()}
    assert pm.post(f"{AT}corrections/1/plan/", {**later, "reason": "Post.", "version": 1}).json()["version"] == 2
    assert pm.post(f"{AT}corrections/1/finish/", {**finish, "version": 2}).json()["done_at"] is not None
    assert pm.get(f"{AT}corrections/").json()["results"][0]["number"] == 1


def test_the_weeks_and_clocks_of_triage(letters: Pilot, pm: Caller, people: People) -> None:
    monday = monday_of(now().date()).isoformat()
    week = {"monday": monday, "person": str(people.triage.pk)}
    assert pm.put(f"{AT}triage-rota/", {"weeks": [week]}).status_code == 200
    assert pm.get(f"{AT}triage-rota/").json() == [{**week, "cover": None}]
    wrong = {"monday": monday, "person": str(people.evaluator.pk)}
    assert pm.put(f"{AT}triage-rota/", {"weeks": [wrong]}).status_code == 422
    clocks = pm.get(f"{AT}triage-clocks/").json()
    assert (clocks["read_hours"], clocks["version"]) == ([40, 40, 16, 4, 1], 0)
    assert pm.put(f"{AT}triage-clocks/", {**clocks, "read_hours": [40, 40, 16, 2, 1]}).json()["version"] == 1
    assert pm.put(f"{AT}triage-clocks/", {**clocks, "read_hours": [41, 40, 16, 2, 1], "version": 1}).status_code == 422


def test_carrying_and_limiting_from_a_program(letters: Pilot, triage: Caller, people: People) -> None:
    PatternFactory.create(pilot=letters, number=2, state="confirmed", worst=3)
    carried = triage.post(f"{AT}patterns/2/carry/", {"reason": "Checked by hand.", "version": 1}).json()
    assert carried["carry_reason"] == "Checked by hand."
    UseCaseFactory.create(pilot=letters, slug="drafts")
    due = now().date().isoformat()
    act = {"action": "human_only", "owner": str(people.owner.pk), "due_on": due, "version": 2}
    assert triage.post(f"{AT}patterns/2/act/", {**act, "use_cases": ["nothing"]}).status_code == 400
    assert triage.post(f"{AT}patterns/2/act/", {**act, "use_cases": ["drafts"]}).json()["state"] == "acting"
    (found,) = triage.get(f"{AT}use-cases/").json()["results"]
    assert found["human_only_at"] is not None
