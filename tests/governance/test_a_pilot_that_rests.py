"""A pilot that is paused or has ended says so with its date, and asks nothing of anybody."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from governance.actions.conditions import add_condition
from governance.actions.sign_offs import ask_sign_off
from governance.models import Gate, Item
from pilots.actions.pilots import end_pilot, pause_pilot
from pilots.models import Pilot, User
from tests.cast import People
from tests.governance.gate_pages import address, ask, decide, words

SignIn = Callable[[User], Client]


def pause(pilot: Pilot, people: People, at: datetime) -> None:
    pause_pilot(pilot=pilot, by=people.pm, at=at, reason="The supplier changes the model.")


def end(pilot: Pilot, people: People, at: datetime) -> None:
    end_pilot(pilot=pilot, by=people.pm, at=at, outcome="no_capability", note="Rules did as well.")


@pytest.mark.parametrize(("stop", "says"), [(pause, "The pilot is paused since"), (end, "The pilot ended on")])
def test_its_pages_say_since_when_and_name_nobody(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime, stop: Callable[..., None], says: str
) -> None:
    Item.objects.filter(pilot=governed).update(owner=people.evaluator, due_on=(at - timedelta(days=9)).date())
    stop(governed, people, at)
    browser = sign_in(people.pm)
    for path in ("/pilots/letters/", "/pilots/letters/gates/", "/pilots/letters/gates/demonstration/"):
        page = words(browser.get(path))
        assert says in page, path
        assert "can clear it" not in page, path
        assert "Ask for sign-off" not in page, path
    assert "overdue" not in words(browser.get("/pilots/letters/questions/DEM-01/")).lower()
    assert browser.get("/pilots/letters/questions/").context["counts"].overdue == 0


def test_a_request_that_waits_in_a_paused_pilot_offers_no_decision(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    pause(ready_gate.pilot, people, at)
    page = sign_in(people.sponsor).get(address(ready_gate))
    assert b'name="sign-comment"' not in page.content
    assert "nothing is asked of anybody until it is resumed" in words(page)


def test_what_lapses_in_a_pilot_that_ended_is_no_alarm(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    ask(sign_in(people.pm), ready_gate)
    for person in (people.triage, people.sponsor):
        decide(sign_in(person), ready_gate)
    Pilot.objects.filter(pk=ready_gate.pilot_id).update(does_not_show="")
    assert "no longer holds" in words(sign_in(people.pm).get("/pilots/letters/"))
    end(ready_gate.pilot, people, at)
    assert "no longer holds" not in words(sign_in(people.pm).get("/pilots/letters/"))


def test_a_condition_runs_out_once_and_leads_to_its_place(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    due = (at + timedelta(days=9)).date()
    add_condition(gate=ready_gate, by=people.pm, at=at, text="Tell the council", owner=people.change, due_on=due)
    ask(sign_in(people.pm), ready_gate)
    for person in (people.triage, people.sponsor):
        decide(sign_in(person), ready_gate)
    rows = sign_in(people.pm).get("/pilots/letters/").context["runs_out"]
    assert [row.what for row in rows if "council" in row.what] == ["Tell the council"]
    assert next(row.url for row in rows if "council" in row.what).startswith(f"{address(ready_gate)}#condition-")


def test_leadership_is_shown_its_gate_without_names_and_the_phases_ahead_as_not_started(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    pause(governed, people, at)
    (row,) = sign_in(people.leader).get("/readiness/").context["gates"]
    assert {finding.who for finding in row.findings} == {""}
    states = [phase["state"] for phase in sign_in(people.pm).get("/pilots/letters/").context["phases"]]
    assert states == ["paused", "not_started", "not_started", "not_started"]
