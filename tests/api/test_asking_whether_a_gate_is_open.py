"""What a deployment pipeline asks: `manage.py gate_status` and the same call."""

from collections.abc import Callable
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError

from governance.actions.sign_offs import ask_sign_off, sign_off
from governance.management.commands import gate_status
from governance.models import Gate
from pilots.models import Pilot
from pilots.models.token import Scope
from tests.api.conftest import Caller
from tests.cast import People

Call = Callable[..., Caller]


def command(*words: str) -> tuple[int, str]:
    said, complained = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("gate_status", *words, stdout=said, stderr=complained)
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.getvalue() + complained.getvalue()


@pytest.fixture
def passed(ready_gate: Gate, people: People, at: datetime) -> Gate:
    asked = ask_sign_off(gate=ready_gate, by=people.pm, at=at, comment="All is answered.")
    for signer in (people.triage, people.sponsor):
        sign_off(
            request=asked,
            by=signer,
            at=at,
            decision="approved",
            comment="It holds.",
            digest=asked.digest,
            decision_id=signer.pk,
        )
    return ready_gate


def test_a_passed_gate_is_open(call: Call, people: People, passed: Gate) -> None:
    status = call(people.member, Scope.GATE).get("pilots/letters/gates/demonstration/status/").json()
    assert (status["status"], status["exit_status"], status["reasons"]) == ("open", 0, [])
    assert command("letters", "demonstration") == (0, "letters demonstration: open\n")


def test_a_blocked_gate_says_why(call: Call, people: People, governed: Pilot) -> None:
    status = call(people.member, Scope.GATE).get("pilots/letters/gates/demonstration/status/").json()
    assert (status["status"], status["exit_status"]) == ("blocked", 1)
    assert status["reasons"][0] == "The gate is not passed yet."
    assert status["open_blocking"] == len(status["reasons"]) - 1 > 0
    code, said = command("letters", "demonstration")
    assert code == 1
    assert said.startswith("letters demonstration: blocked\n  The gate is not passed yet.\n")


@pytest.mark.parametrize(
    "words",
    [
        ("nowhere", "demonstration"),
        ("letters", "launch"),
        ("letters", "staged_rollout-99"),
        ("letters", f"staged_rollout-{10**30}"),
    ],
)
def test_what_is_unknown_is_neither_open_nor_blocked(governed: Pilot, words: tuple[str, str]) -> None:
    assert command(*words)[0] == 2


def test_a_database_that_does_not_answer_is_no_answer(governed: Pilot, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(gate_status, "status_of", gone)
    assert command("letters", "demonstration") == (
        2,
        "The database gives no answer: connection refused Is the server running?\n",
    )


def test_who_may_not_see_the_pilot_learns_nothing(call: Call, people: People, passed: Gate) -> None:
    answer = call(people.stranger, Scope.GATE).get("pilots/letters/gates/demonstration/status/")
    assert answer.status_code == 404
