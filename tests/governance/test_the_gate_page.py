from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.actions.concerns import Change, decide_concern
from governance import rules
from governance.actions.answers import propose_answer
from governance.actions.conditions import add_condition
from governance.actions.doubts import raise_doubt
from governance.actions.sign_offs import ask_sign_off
from governance.actions.waivers import ask_waiver, decide_waiver
from governance.clearing import Subjects, place_of
from governance.evidence import evaluate
from governance.models import Finding, Gate, Item
from pilots.access import forget
from pilots.models import Membership, Pilot, User, Workflow
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.feedback_people import a_concern
from tests.factories.governance import LINK, accept, gate_of, item_of, propose, start_later
from tests.factories.pilots import DelegationFactory, PilotFactory, WorkflowFactory
from tests.governance.gate_pages import address, ask, decide, look, words

SignIn = Callable[[User], Client]


@pytest.fixture
def gate(governed: Pilot) -> Gate:
    return gate_of(governed)


def own(pilot: Pilot, code: str, owner: User) -> Item:
    Item.objects.filter(pilot=pilot, code=code).update(owner=owner)
    return item_of(pilot, code)


def waive(item: Item, people: People, at: datetime, *, days: int = 20) -> None:
    ends = at + timedelta(days=days)
    waiver = ask_waiver(item=item, by=people.pm, at=at, reason="The council meets in May.", ends_at=ends)
    decide_waiver(waiver=waiver, by=people.sponsor, at=at, approve=True, comment="Until then.")


def test_the_headline_says_how_many_checks_are_open(gate: Gate, people: People, sign_in: SignIn) -> None:
    page = words(look(sign_in(people.member), gate))
    assert "2 of 9 checks open" in page
    assert "Is there a real capability here worth pursuing" in page


def test_each_open_check_says_who_can_clear_it_and_since_when(gate: Gate, people: People, sign_in: SignIn) -> None:
    own(gate.pilot, "DEM-01", people.evaluator)
    page = words(look(sign_in(people.sponsor), gate))
    assert "Eva Lund can clear it · open since" in page
    assert 'href="/pilots/letters/questions/DEM-01/">See the question' in page
    assert "Paula Marsh or Owen Archer can clear it" in page.replace(
        "Owen Archer or Paula Marsh", "Paula Marsh or Owen Archer"
    )


def test_who_can_clear_a_check_is_asked_to_with_a_verb(gate: Gate, people: People, sign_in: SignIn) -> None:
    own(gate.pilot, "DEM-01", people.evaluator)
    page = words(look(sign_in(people.evaluator), gate))
    assert "You can clear it" in page
    assert ">Answer it" in page


def test_what_waits_for_a_person_names_everybody_but_the_author_since_it_was_written(
    gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    item = own(gate.pilot, "DEM-01", people.evaluator)
    propose_answer(
        item=item, by=people.evaluator, at=at - timedelta(days=3), kind="answered", text="Forty.", links=[LINK]
    )
    checks = look(sign_in(people.change), gate).context["gate"].checks
    (waiting,) = checks.waiting
    assert waiting.who.startswith("you, ")
    assert "Eva Lund" not in waiting.who
    assert waiting.since == at - timedelta(days=3)
    assert len(checks.blocked) == 1


def test_a_waiver_is_in_sight_with_who_gave_it_until_when_and_why(
    gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    waive(own(gate.pilot, "DEM-01", people.evaluator), people, at)
    page = words(look(sign_in(people.leader), gate))
    assert "Waived until" in page
    assert "by Stella Park" in page
    assert "Because: The council meets in May." in page
    assert "The waiver ends; this check is open again." in page


def test_not_measured_is_not_folded_away_with_what_is_met(
    gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    item = own(gate.pilot, "DEM-02", people.evaluator)
    propose_answer(item=item, by=people.evaluator, at=at, kind="not_measured", text="Nobody looked.")
    accept(item_of(gate.pilot, "DEM-02"), people.change, at)
    report = look(sign_in(people.member), gate).context["gate"]
    assert [check.state for check in report.checks.not_measured] == ["not_measured"]
    assert len(report.checks.open) == 1


def test_what_runs_out_within_thirty_days_says_when_and_what_it_closes(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    soon, later = at + timedelta(days=20), at + timedelta(days=40)
    for code, until in (("DEM-01", soon), ("DEM-02", later)):
        answer = item_of(ready_gate.pilot, code).answer
        assert answer is not None
        type(answer).objects.filter(pk=answer.pk).update(valid_until=until)
    add_condition(
        gate=ready_gate,
        by=people.pm,
        at=at,
        text="Tell the council",
        owner=people.change,
        due_on=(at + timedelta(days=5)).date(),
    )
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    rows = look(sign_in(people.member), ready_gate).context["gate"].runs_out
    assert [row.what[:6] for row in rows] == ["Tell t", "The re", "DEM-01"]
    assert rows[-1].then == "The accepted answer lapses; this check is open again."


def test_an_answer_that_ran_out_opens_its_check_before_the_sweep_came_by(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    answer = item_of(ready_gate.pilot, "DEM-01").answer
    assert answer is not None
    type(answer).objects.filter(pk=answer.pk).update(valid_until=at - timedelta(minutes=1))
    assert Finding.objects.get(gate=ready_gate, text__startswith="DEM-01").state == "met"
    page = look(sign_in(people.pm), ready_gate)
    assert page.context["gate"].state == "blocked"
    assert "Ask for sign-off</button>" not in page.content.decode()


def test_what_lapsed_since_passing_shows_on_the_passed_gate_and_blocks_the_next(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    ask(sign_in(people.pm), ready_gate)
    for person in (people.triage, people.sponsor):
        decide(sign_in(person), ready_gate)
    raise_doubt(item=item_of(ready_gate.pilot, "DEM-01"), by=people.triage, at=at, reason="Counts differ.")
    page = words(look(sign_in(people.leader), ready_gate))
    assert "Lapsed since passing" in page
    assert "1 of 8 checks no longer holds" in page
    asked = sign_in(people.pm).get("/pilots/letters/questions/").content.decode()
    assert "Lapsed since passing" in asked
    following = words(look(sign_in(people.pm), gate_of(ready_gate.pilot, "stress_test")))
    assert "What the gate “Leave demonstration” was passed on still holds" in following
    assert 'href="/pilots/letters/gates/demonstration/">See what lapsed' in following


def test_a_skipped_phase_says_who_decided_that_and_why(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    slug = start_later(people.pm, at).slug
    for path in ("", "demonstration/", "stress_test/"):
        page = words(sign_in(people.leader).get(f"/pilots/{slug}/gates/{path}"))
        assert "It runs since spring." in page
        assert "Paula Marsh" in page


def test_all_gates_stand_on_one_page(governed: Pilot, people: People, sign_in: SignIn) -> None:
    page = words(sign_in(people.member).get("/pilots/letters/gates/"))
    for label in ("Leave demonstration", "Leave stress test", "Leave infrastructure build", "Open stage 1"):
        assert label in page


def test_strangers_and_wrong_addresses_find_nothing(gate: Gate, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.stranger).get(address(gate)).status_code == 404
    for key in ("demonstration-1", "staged_rollout", "staged_rollout-7", "staged_rollout-01", "moon"):
        assert sign_in(people.pm).get(f"/pilots/letters/gates/{key}/").status_code == 404
        assert sign_in(people.pm).post(f"/pilots/letters/gates/{key}/ask/").status_code == 404


def test_a_page_that_refreshes_gets_nothing_while_nothing_changed(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    member = sign_in(people.member)
    seen = look(member, ready_gate).context["gate"].fingerprint
    assert member.get(address(ready_gate), {"seen": seen}).status_code == 204
    decide(sign_in(people.triage), ready_gate)
    assert member.get(address(ready_gate), {"seen": seen}).status_code == 200


def test_nobody_who_types_a_decision_has_the_page_changed_under_their_hands(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    assert "every 10s" in look(sign_in(people.member), ready_gate).content.decode()
    assert "every 10s" not in look(sign_in(people.sponsor), ready_gate).content.decode()


def test_every_open_check_leads_somewhere(people: People, governed: Pilot, workflow: Workflow, at: datetime) -> None:
    Pilot.objects.filter(pk=governed.pk).update(does_not_show="")
    Workflow.objects.filter(pk=workflow.pk).update(owner=None, accepted_at=None, accepted_by=None)
    Membership.objects.filter(pilot=governed, role="sponsor").delete()
    governed.refresh_from_db()
    evaluations = evaluate(governed, at)
    collected = evaluations[0].collected
    subjects = Subjects(governed, {gate.pk: gate for gate in collected.gates}, collected.items, {})
    findings = [finding for e in evaluations for finding in e.findings if finding.state is rules.State.OPEN]
    assert {f.code for f in findings} >= {"question", "owner_accepts", "sponsor_named", "statement_written"}
    for finding in findings:
        for yours in (True, False):
            place = place_of(finding, subjects, yours=yours)
            assert place is not None
            assert place.url.startswith("/pilots/letters/")


def test_one_page_costs_at_most_fifteen_queries_whatever_stands_on_it(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    pilot = ready_gate.pilot
    for _ in range(8):
        WorkflowFactory.create(pilot=pilot, owner=people.owner)
    DelegationFactory.create(pilot=pilot, from_user=people.sponsor, to_user=people.change, role="sponsor")
    forget(people.change)
    day = (at + timedelta(days=9)).date()
    for n in range(5):
        add_condition(gate=ready_gate, by=people.pm, at=at, text=f"Do {n}", owner=people.change, due_on=day)
    waive(own(pilot, "STR-01", people.evaluator), people, at)
    Workflow.objects.filter(pilot=pilot).update(accepted_at=at, accepted_by=people.owner)
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    decide(sign_in(people.triage), ready_gate)
    for person in (people.change, people.leader, people.pm):
        for path in (address(ready_gate), "/pilots/letters/gates/"):
            browser = sign_in(person)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(path).status_code == 200
            assert len(queries) <= 15, [query["sql"][:80] for query in queries]


def test_names_are_shown_as_text(gate: Gate, people: People, sign_in: SignIn) -> None:
    User.objects.filter(pk=people.evaluator.pk).update(name="<b>Eva</b>")
    own(gate.pilot, "DEM-01", people.evaluator)
    assert "&lt;b&gt;Eva&lt;/b&gt; can clear it" in words(look(sign_in(people.member), gate))


def test_gates_of_one_pilot_are_not_found_under_another(gate: Gate, people: People, sign_in: SignIn) -> None:
    other = PilotFactory.create(slug="other")
    assert sign_in(people.admin).get(f"/pilots/{other.slug}/gates/demonstration/").status_code == 404


def test_an_accepted_answer_moves_its_check_to_what_is_met(
    gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    accept(propose(own(gate.pilot, "DEM-01", people.evaluator), people.evaluator, at), people.change, at)
    checks = look(sign_in(people.member), gate).context["gate"].checks
    assert any(check.rule.startswith("DEM-01") for check in checks.met)
    assert len(checks.open) == 1


@pytest.mark.parametrize(("person", "links"), [("triage", 1), ("leader", 0), ("member", 0)])
def test_only_who_may_read_flags_finds_the_way_to_one(
    governed: Pilot, people: People, sign_in: SignIn, at: datetime, person: str, links: int
) -> None:
    FlagFactory.create(
        pilot=governed,
        reference="FL-7K3M2Q",
        state="assessed",
        assessed_severity=4,
        assessed_at=at,
        assessed_by=people.triage,
    )
    page = words(sign_in(people.all()[person]).get("/pilots/letters/gates/staged_rollout-1/"))
    assert "FL-7K3M2Q" in page
    assert page.count('/flags/FL-7K3M2Q/"') == links


def test_it_says_what_concerns_changed_and_never_whose_they_were(
    gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    concern = a_concern(gate.pilot, at, "I am tired of correcting it.", raiser=people.member)
    change = Change("gate", "Nobody’s own figures decide here.", at.date(), phase="demonstration")
    decide_concern(
        concern=concern, accept=True, reason="You are right.", change=change, version=1, by=people.change, at=at
    )
    page = words(look(sign_in(people.owner), gate))
    assert "What concerns changed here" in page and "Nobody’s own figures decide here." in page
    assert "tired of correcting" not in page and "You are right." not in page
