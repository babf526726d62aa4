"""Where each pilot stands and who moves it next, for who may see it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.actions.sign_offs import ask_sign_off
from governance.models import Finding, Gate
from governance.reports.portfolio import Row
from pilots.actions.pilots import end_pilot, pause_pilot
from pilots.models import Phase, Pilot, User
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.governance import govern
from tests.factories.pilots import PilotFactory
from tests.governance.gate_pages import decide
from tests.governance.test_readiness import many_pilots

SignIn = Callable[[User], Client]


def rows(browser: Client, **query: str) -> list[Row]:
    page = browser.get("/pilots/", query)
    assert page.status_code == 200
    found: list[Row] = page.context["rows"]
    return found


def test_a_new_pilot_says_what_is_open_and_who_can_move_it(governed: Pilot, people: People, sign_in: SignIn) -> None:
    (row,) = rows(sign_in(people.pm))
    assert (row.state_words, row.phase_words) == ("Blocked: 2 open", "1 of 4 · Demonstration")
    assert row.next_step == "Name an owner"
    assert row.next_detail.startswith("DEM-01: What about")
    assert row.next_who == "Paula Marsh or Owen Archer"


def test_nobody_sees_a_pilot_that_they_are_not_in(governed: Pilot, people: People, sign_in: SignIn) -> None:
    PilotFactory.create(name="Other")
    assert [str(row.pilot) for row in rows(sign_in(people.member))] == ["Letters"]
    assert rows(sign_in(people.stranger)) == []
    assert len(rows(sign_in(people.leader))) == 2


def test_a_gate_is_ready_then_waits_for_signatures(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    browser = sign_in(people.pm)
    assert rows(browser)[0].state == "ready"
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    (row,) = rows(browser)
    assert (row.state, row.next_step, row.next_who) == (
        "waiting",
        "Decide on the sign-off",
        "Stella Park and one more lead",
    )
    decide(sign_in(people.sponsor), ready_gate)
    assert "Eva Lund" in rows(browser)[0].next_who
    assert "Stella Park" not in rows(browser)[0].next_who


def test_a_rule_is_never_shown_as_if_it_held(people: People, letters: Pilot, sign_in: SignIn, at: datetime) -> None:
    govern(letters, at)
    Finding.objects.filter(pilot=letters).exclude(code="workflow_named").delete()
    (row,) = rows(sign_in(people.pm))
    assert (row.next_step, row.next_who) == ("Name a workflow", "Paula Marsh")
    assert row.next_detail.startswith("No workflow yet")


def test_the_days_in_a_phase_stop_with_the_pilot(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    Phase.objects.filter(pilot=governed, state="current").update(entered_at=at - timedelta(days=40))
    pause_pilot(pilot=governed, by=people.pm, at=at - timedelta(days=30), reason="The supplier changes the model.")
    assert rows(sign_in(people.pm))[0].days_in_phase == 10


def test_a_paused_and_an_ended_pilot_say_so(governed: Pilot, people: People, sign_in: SignIn, at: datetime) -> None:
    browser = sign_in(people.pm)
    pause_pilot(pilot=governed, by=people.pm, at=at, reason="The supplier changes the model.")
    (row,) = rows(browser)
    assert (row.state, row.next_detail) == ("paused", "The supplier changes the model.")
    end_pilot(pilot=governed, by=people.pm, at=at, outcome="no_capability", note="Rules did as well.")
    assert rows(browser)[0].state_words == "Ended"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "scribe"}, 1),
        ({"q": "no such"}, 0),
        ({"phase": "demonstration"}, 1),
        ({"phase": "stress_test"}, 0),
        ({"state": "blocked"}, 1),
        ({"state": "ready"}, 0),
        ({"phase": "nonsense"}, 1),
    ],
)
def test_filters(governed: Pilot, people: People, sign_in: SignIn, query: dict[str, str], found: int) -> None:
    assert len(rows(sign_in(people.pm), **query)) == found


def test_a_filter_that_leaves_nothing_is_named(governed: Pilot, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.pm).get("/pilots/", {"state": "ended", "q": "minutes"}).content.decode()
    assert "No pilots match “minutes”, Ended<" in page


def test_open_flags_are_counted(governed: Pilot, people: People, sign_in: SignIn) -> None:
    FlagFactory.create_batch(2, pilot=governed)
    FlagFactory.create(pilot=PilotFactory.create())
    assert rows(sign_in(people.pm))[0].flags == 2


def test_the_export_has_a_line_for_each_pilot(governed: Pilot, people: People, sign_in: SignIn) -> None:
    lines = sign_in(people.pm).get("/pilots/export.csv").getvalue().decode().splitlines()
    assert len(lines) == 2
    assert "Letters" in lines[1]
    assert "Blocked" in lines[1]


@pytest.mark.parametrize("query", [{}, {"state": "blocked", "q": "s"}])
def test_a_thousand_pilots_cost_the_queries_of_ten(
    people: People, sign_in: SignIn, at: datetime, query: dict[str, str]
) -> None:
    counted = []
    for number in (10, 90 if query else 990):
        many_pilots(number, people, at)
        FlagFactory.create_batch(5, pilot=Pilot.objects.order_by("-pk")[0])
        browser = sign_in(people.pm)
        with CaptureQueriesContext(connection) as queries:
            assert len(rows(browser, **query)) >= 10
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12, counted
