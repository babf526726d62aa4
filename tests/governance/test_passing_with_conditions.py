from collections.abc import Callable
from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.http import HttpResponse
from django.test import Client

from governance.actions.conditions import add_condition, meet_condition
from governance.actions.sign_offs import ask_sign_off
from governance.actions.upkeep import absorb_changes
from governance.evidence import evaluate
from governance.models import Condition, Gate
from pilots.errors import Refused
from pilots.models import AuditEvent, User
from tests.cast import People
from tests.factories.governance import gate_of
from tests.governance.gate_pages import address, ask, decide, look, words

SignIn = Callable[[User], Client]


@pytest.fixture
def condition(ready_gate: Gate, people: People, at: datetime) -> Condition:
    due = (at + timedelta(days=10)).date()
    return add_condition(gate=ready_gate, by=people.pm, at=at, text="Tell the council", owner=people.change, due_on=due)


@pytest.fixture
def passed(condition: Condition, ready_gate: Gate, people: People, sign_in: SignIn, at: datetime) -> Gate:
    ask(sign_in(people.pm), ready_gate)
    for person in (people.triage, people.sponsor):
        assert decide(sign_in(person), ready_gate).status_code == 302
    absorb_changes(ready_gate.pilot, at)
    ready_gate.refresh_from_db()
    return ready_gate


def add(browser: Client, gate: Gate, owner: User, due_on: date | str, text: str = "Tell the council") -> HttpResponse:
    sent = {"condition-text": text, "condition-owner": str(owner.pk), "condition-due_on": str(due_on)}
    return browser.post(address(gate, "conditions", "add"), sent)


def missed(condition: Condition, at: datetime) -> dict[str, str]:
    """The states of the conditions among the checks of the next gate, on the day after it was due."""
    later = datetime.combine(condition.due_on + timedelta(days=1), at.timetz())
    following = next(e for e in evaluate(condition.pilot, later) if e.gate.phase == "stress_test")
    return {f.subject: f.state.value for f in following.findings if f.code == "condition_kept"}


def test_a_condition_has_an_owner_and_a_day(ready_gate: Gate, people: People, sign_in: SignIn, at: datetime) -> None:
    due = (at + timedelta(days=10)).date()
    assert add(sign_in(people.pm), ready_gate, people.change, due).status_code == 302
    condition = Condition.objects.get()
    assert (condition.owner, condition.due_on, condition.added_by) == (people.change, due, people.pm)
    assert AuditEvent.objects.filter(verb="condition.added").count() == 1
    page = words(look(sign_in(people.member), ready_gate))
    assert "Tell the council" in page
    assert "Chidi Okoro · due" in page


@pytest.mark.parametrize(
    ("text", "owner", "days", "message"),
    [
        ("", "change", 10, "Say what has to be done"),
        ("Tell them", "change", 0, "The date has to be in the future"),
        ("Tell them", "member", 10, "Mira Benson has no role in this pilot that does this"),
        ("Tell them", "stranger", 10, "Stan Gray has no role in this pilot"),
    ],
)
def test_a_refused_condition_keeps_what_was_typed(
    ready_gate: Gate,
    people: People,
    sign_in: SignIn,
    at: datetime,
    text: str,
    owner: str,
    days: int,
    message: str,
) -> None:
    due = (at + timedelta(days=days)).date()
    page = add(sign_in(people.pm), ready_gate, getattr(people, owner), due, text)
    assert page.status_code == 422
    assert message in words(page)
    assert f'value="{due}"' in words(page)
    assert "<details open>" in words(page)


def test_adding_one_ends_a_request_whose_deciders_did_not_see_it(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime
) -> None:
    request = ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    add(sign_in(people.pm), ready_gate, people.change, (at + timedelta(days=10)).date())
    request.refresh_from_db()
    assert (request.state, request.closed_because) == ("voided", "The conditions changed.")


def test_a_withdrawn_condition_binds_nobody(
    condition: Condition, ready_gate: Gate, people: People, sign_in: SignIn
) -> None:
    sign_in(people.pm).post(address(ready_gate, "conditions", str(condition.pk), "withdraw"))
    assert "Tell the council" not in words(look(sign_in(people.pm), ready_gate))


def test_a_gate_passed_on_a_condition_says_so_until_it_is_met(
    passed: Gate, condition: Condition, people: People, sign_in: SignIn
) -> None:
    assert "Passed with conditions" in words(look(sign_in(people.leader), passed))
    noted = {f"meet-{condition.pk}-note": "Told on 3 May, minutes in the folder."}
    done = sign_in(people.change).post(address(passed, "conditions", str(condition.pk), "meet"), noted)
    assert done.status_code == 302
    page = words(look(sign_in(people.leader), passed))
    assert "Passed with conditions" not in page
    assert "Told on 3 May, minutes in the folder." in page


def test_meeting_one_needs_a_note(passed: Gate, condition: Condition, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.change).post(address(passed, "conditions", str(condition.pk), "meet"))
    assert page.status_code == 422
    assert "Say what was done, and where it can be seen" in words(page)


def test_a_missed_condition_blocks_the_next_gate_until_it_is_met(
    passed: Gate, condition: Condition, people: People, at: datetime
) -> None:
    subject = f"condition:{condition.pk}"
    assert missed(condition, at) == {subject: "open"}
    meet_condition(condition=condition, by=people.change, at=at + timedelta(days=30), note="Late, but told.")
    assert missed(condition, at) == {subject: "met"}


def test_the_next_gate_links_to_the_condition_it_waits_for(
    passed: Gate, condition: Condition, people: People, sign_in: SignIn, at: datetime
) -> None:
    Condition.objects.filter(pk=condition.pk).update(due_on=(at - timedelta(days=3)).date())
    page = words(look(sign_in(people.change), gate_of(passed.pilot, "stress_test")))
    assert f'href="/pilots/letters/gates/demonstration/#condition-{condition.pk}">Meet the condition' in page
    assert "Missed" in words(look(sign_in(people.leader), passed))


def test_what_a_gate_was_passed_on_stays(
    passed: Gate, condition: Condition, people: People, sign_in: SignIn, at: datetime
) -> None:
    pm = sign_in(people.pm)
    pm.post(address(passed, "conditions", str(condition.pk), "withdraw"))
    condition.refresh_from_db()
    assert condition.withdrawn_at is None
    assert add(pm, passed, people.change, (at + timedelta(days=10)).date()).status_code == 422


@pytest.mark.parametrize("person", ["leader", "member", "admin"])
def test_who_may_not_ask_for_sign_off_adds_no_condition(
    ready_gate: Gate, people: People, sign_in: SignIn, at: datetime, person: str
) -> None:
    browser = sign_in(getattr(people, person))
    assert add(browser, ready_gate, people.change, (at + timedelta(days=10)).date()).status_code == 403


def test_a_condition_of_another_gate_is_not_found(condition: Condition, people: People, sign_in: SignIn) -> None:
    other = gate_of(condition.pilot, "stress_test")
    assert sign_in(people.pm).post(address(other, "conditions", str(condition.pk), "withdraw")).status_code == 404


def test_a_failed_audit_write_undoes_the_condition(ready_gate: Gate, people: People, at: datetime) -> None:
    with patch("governance.actions.conditions.record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        add_condition(
            gate=ready_gate, by=people.pm, at=at, text="x", owner=people.change, due_on=(at + timedelta(days=9)).date()
        )
    assert not Condition.objects.exists()


def test_a_condition_cannot_be_met_twice(condition: Condition, people: People, at: datetime) -> None:
    meet_condition(condition=condition, by=people.change, at=at, note="Done.")
    with pytest.raises(Refused, match="met already"):
        meet_condition(condition=condition, by=people.change, at=at, note="Again.")
