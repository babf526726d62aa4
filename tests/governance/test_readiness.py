import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.actions.answers import accept_answer, propose_answer
from governance.actions.conditions import add_condition
from governance.actions.sign_offs import ask_sign_off
from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Answer, Condition, Finding, Gate, Item, Question, Waiver
from pilots.actions.delegations import delegate
from pilots.actions.stepping_aside import step_aside
from pilots.models import PHASES, Membership, Phase, Pilot, User
from pilots.permissions import Role
from tests.cast import People
from tests.factories.governance import accept, gate_of, item_of, propose, small_catalogue, start_later
from tests.governance.gate_pages import ask, decide, words

SignIn = Callable[[User], Client]


def readiness(browser: Client, **filters: str) -> HttpResponse:
    page = browser.get("/readiness/", filters)
    assert page.status_code == 200
    return page


def lines(response: HttpResponse) -> list[list[str]]:
    assert isinstance(response, StreamingHttpResponse)
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("person", ["pm", "sponsor", "admin", "editor", "member", "stranger"])
def test_it_is_for_leadership_alone(governed: Pilot, people: People, sign_in: SignIn, person: str) -> None:
    browser = sign_in(getattr(people, person))
    assert [browser.get(path).status_code for path in ("/readiness/", "/readiness/export.csv")] == [403, 403]


def test_each_gate_says_what_blocks_it_since_when_and_who(governed: Pilot, people: People, sign_in: SignIn) -> None:
    page = words(readiness(sign_in(people.leader)))
    assert "Letters: Leave demonstration" in page
    assert "2 checks open, the first since" in page
    assert "DEM-01: What about demonstration, question 1?" in page
    assert "can clear it · since" in page
    assert "Leave stress test" not in page


def test_who_may_not_decide_on_an_answer_is_not_named_for_it(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    Item.objects.filter(pilot=governed, code="DEM-01").update(owner=people.evaluator)
    propose(item_of(governed, "DEM-01"), people.evaluator, at)
    step_aside(pilot=governed, by=people.triage, at=at, reason="I built the tool.")
    lend = {"pilot": governed, "by": people.evaluator, "at": at, "ends_at": at + timedelta(days=9), "reason": "Away."}
    delegate(role=Role.EVALUATION_LEAD, to_user=people.stranger, **lend)
    (row,) = readiness(sign_in(people.leader)).context["gates"]
    who = next(finding.who for finding in row.findings if finding.rule.startswith("DEM-01"))
    assert who == "Paula Marsh, Owen Archer, Chidi Okoro or 2 others"
    Membership.objects.filter(pilot=governed).exclude(user__in=(people.evaluator, people.change)).delete()
    (row,) = readiness(sign_in(people.leader)).context["gates"]
    assert [finding.who for finding in row.findings if finding.rule.startswith("DEM-01")] == ["Chidi Okoro"]


def test_an_empty_organisation_says_what_will_be_here(people: People, sign_in: SignIn) -> None:
    assert "No pilot stands before a gate" in words(readiness(sign_in(people.leader)))


def test_there_is_no_score(governed: Pilot, people: People, sign_in: SignIn) -> None:
    assert " %" not in readiness(sign_in(people.leader)).content.decode().partition("<main")[2]


def test_a_ready_gate_and_one_that_waits_for_signatures_say_so(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    leader = sign_in(people.leader)
    assert "Ready to sign off" in words(readiness(leader, kind="ready"))
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    assert "Waiting for signatures" in words(readiness(leader, kind="waiting"))


def test_time_that_ran_out_never_shows_a_gate_as_ready(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    Gate.objects.filter(pk=ready_gate.pk).update(next_change_at=at - timedelta(minutes=1))
    (row,) = readiness(sign_in(people.leader)).context["gates"]
    assert row.state == "stale"


def test_waivers_stand_in_red_with_who_gave_them(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    Item.objects.filter(pilot=governed, code="DEM-01").update(owner=people.evaluator)
    item, ends = item_of(governed, "DEM-01"), at + timedelta(days=50)
    waiver = ask_waiver(item=item, by=people.pm, at=at, reason="The council meets.", ends_at=ends)
    decide_waiver(waiver=waiver, by=people.sponsor, at=at, approve=True, comment="Until then.")
    page = words(readiness(sign_in(people.leader)))
    assert "Waived by Stella Park" in page
    assert "The council meets." in page
    assert "The council meets." in words(readiness(sign_in(people.leader), kind="waived"))
    assert "Nothing ends by time alone within 30 days." in page


def test_what_was_answered_not_measured_is_listed_as_such(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    Item.objects.filter(pilot=governed, code="DEM-02").update(owner=people.evaluator)
    propose_answer(
        item=item_of(governed, "DEM-02"), by=people.evaluator, at=at, kind="not_measured", text="Nobody looked."
    )
    accept_answer(item=item_of(governed, "DEM-02"), by=people.change, at=at, comment="So it is.")
    page = readiness(sign_in(people.leader))
    assert [row.text[:6] for row in page.context["side"]["not_measured"]] == ["DEM-02"]
    assert page.context["counts"]["not_measured"] == 1


def test_missed_conditions_lapses_and_what_runs_out_stand_beside_the_gates(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    for days, text in ((5, "Tell the council"), (9, "Fix the note")):
        due = (at + timedelta(days=days)).date()
        add_condition(gate=ready_gate, by=people.pm, at=at, text=text, owner=people.change, due_on=due)
    ask(sign_in(people.pm), ready_gate)
    for person in (people.triage, people.sponsor):
        decide(sign_in(person), ready_gate)
    Condition.objects.filter(text="Tell the council").update(due_on=(at - timedelta(days=2)).date())
    Pilot.objects.filter(pk=ready_gate.pilot_id).update(does_not_show="")
    Finding.objects.filter(gate=ready_gate, code="statement_written").update(state="open", reason="missing")
    page = readiness(sign_in(people.leader))
    assert [(row.text, row.person) for row in page.context["side"]["conditions"]] == [
        ("Tell the council", "Chidi Okoro"),
        ("Fix the note", "Chidi Okoro"),
    ]
    assert [row.text for row in page.context["side"]["runs_out"]] == ["Fix the note"]
    assert {row.state for row in page.context["gates"]} == {"lapsed_since_passing", "blocked"}
    assert page.context["counts"]["missed"] == 1


def test_a_question_that_is_asked_for_each_workflow_says_for_which(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    propose(item_of(governed, "INF-01"), people.evaluator, at)
    answer = accept(item_of(governed, "INF-01"), people.change, at).answer
    Answer.objects.filter(pk=answer and answer.pk).update(valid_until=at + timedelta(days=5))
    page = readiness(sign_in(people.leader))
    assert [row.about for row in page.context["side"]["runs_out"]] == ["INF-01 · Answering letters"]
    assert "INF-01 · Answering letters" in words(page)


def test_skipped_phases_name_who_decided(governed: Pilot, people: People, sign_in: SignIn, at: datetime) -> None:
    start_later(people.pm, at)
    assert "decided by Paula Marsh" in words(readiness(sign_in(people.leader)))
    assert "It runs since spring." in words(readiness(sign_in(people.leader), kind="skipped"))


def test_filters_narrow_it_and_say_so_when_nothing_is_left(governed: Pilot, people: People, sign_in: SignIn) -> None:
    leader = sign_in(people.leader)
    assert len(readiness(leader, q="lett", phase="demonstration", kind="blocked").context["gates"]) == 1
    page = words(readiness(leader, q="nowhere"))
    assert "No gates match Pilot: “nowhere”" in page
    assert "No rows match" in words(readiness(leader, q="nowhere", kind="waived"))


def test_ended_pilots_are_gone(governed: Pilot, people: People, sign_in: SignIn, at: datetime) -> None:
    Pilot.objects.filter(pk=governed.pk).update(
        state="ended", ended_at=at, ended_by=people.pm, outcome="no_capability", outcome_note="Good to know."
    )
    assert readiness(sign_in(people.leader)).context["counts"]["gates"] == 0


def test_the_export_has_a_line_for_each_open_check(governed: Pilot, people: People, sign_in: SignIn) -> None:
    rows = lines(sign_in(people.leader).get("/readiness/export.csv"))
    assert rows[0][:5] == ["Kind", "Pilot", "Phase", "Stage", "About"]
    assert [row[0] for row in rows[1:]] == ["Blocked by a rule"] * 2
    assert rows[1][6]
    narrowed = lines(sign_in(people.leader).get("/readiness/export.csv", {"kind": "waived"}))
    assert len(narrowed) == 1


def many_pilots(number: int, people: People, at: datetime) -> None:
    """Pilots in bulk: each with a blocked gate of 12 findings, a waiver, a condition, an answer about to lapse."""
    catalogue = small_catalogue(at)
    question = Question.objects.filter(catalogue=catalogue)[0]
    pilots = Pilot.objects.bulk_create(
        Pilot(slug=f"many-{number}-{n}", name=f"Many {n}", tool="Scribe", created_at=at, created_by=people.pm)
        for n in range(number)
    )
    Phase.objects.bulk_create(
        Phase(pilot=p, kind=kind, position=kind.position, state="current" if kind.position == 1 else "not_started")
        for p in pilots
        for kind in PHASES
    )
    Membership.objects.bulk_create(
        Membership(pilot=p, user=people.pm, role="program_manager", added_at=at, added_by=people.pm) for p in pilots
    )
    gates = Gate.objects.bulk_create(Gate(pilot=p, phase="demonstration", evaluated_at=at) for p in pilots)
    items = Item.objects.bulk_create(
        Item(pilot=p, question=question, code="DEM-01", phase="demonstration") for p in pilots
    )
    Waiver.objects.bulk_create(
        Waiver(
            pilot=item.pilot,
            item=item,
            reason="The council meets.",
            requested_at=at,
            requested_by=people.pm,
            ends_at=at + timedelta(days=20),
            state="approved",
            decided_at=at,
            decided_by=people.sponsor,
        )
        for item in items
    )
    many_findings(gates, people, at)


def many_findings(gates: list[Gate], people: People, at: datetime) -> None:
    Finding.objects.bulk_create(
        Finding(
            pilot=gate.pilot,
            gate=gate,
            code="question",
            subject=f"item:{uuid4()}",
            state="open" if n < 11 else "met",
            not_measured=n == 11,
            text=f"DEM-{n:02}: what about this?",
            reason="unanswered" if n < 11 else "met",
            who_ids=[people.owner.pk],
            who_roles=["program_manager"],
            version="0" * 64,
            since=at - timedelta(days=n),
        )
        for gate in gates
        for n in range(12)
    )


@pytest.mark.parametrize("kind", ["", "blocked", "waived", "not_measured", "runs_out", "acknowledged"])
def test_a_thousand_pilots_cost_the_queries_of_ten(people: People, sign_in: SignIn, at: datetime, kind: str) -> None:
    leader, counted = sign_in(people.leader), []
    for number in (10, 90 if kind else 990):
        many_pilots(number, people, at)
        with CaptureQueriesContext(connection) as queries:
            readiness(leader, kind=kind)
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 12


def test_a_passed_gate_that_holds_is_not_in_the_way(ready_gate: Gate, people: People, sign_in: SignIn) -> None:
    ask(sign_in(people.pm), ready_gate)
    for person in (people.triage, people.sponsor):
        decide(sign_in(person), ready_gate)
    labels = [str(row.gate) for row in readiness(sign_in(people.leader)).context["gates"]]
    assert labels == [str(gate_of(ready_gate.pilot, "stress_test"))]
