"""What is checked after a fault finds what a fault could do. Needs no running copy, and runs with every other test."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.db import transaction

from governance.actions.sign_offs import ask_sign_off, sign_off
from governance.models import Gate, Item
from pilots.audit import record
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People, gather
from tests.chaos.invariants import problems
from tests.chaos.traffic import Ledger
from tests.chaos.world import workflow_of
from tests.factories.feedback import FlagFactory
from tests.factories.governance import clear_gate, govern
from tests.harness.servers import Servers, other_database

Check = Callable[[], str]


@pytest.fixture
def people(committed_db: str) -> People:
    """Their first gate is passed."""
    with transaction.atomic():
        people = gather()
        letters = Pilot.objects.get()
        workflow_of(letters, people)
        authors = (people.evaluator, people.owner)
        gate = clear_gate(govern(letters, now()), now(), authors=authors, accepter=people.change, assigner=people.pm)
        request = ask_sign_off(gate=gate, by=people.pm, at=now())
        for signer in (people.triage, people.sponsor):
            said = {"decision": "approved", "comment": "Read.", "digest": request.digest, "decision_id": uuid4()}
            sign_off(request=request, by=signer, at=now(), **said)
    return people


@pytest.fixture
def found(people: People, tmp_path: Path) -> Callable[..., str]:
    product: Any = SimpleNamespace(data=tmp_path)
    return lambda ledger=None: "\n".join(problems(product, ledger or Ledger()))


@pytest.fixture
def tamper(committed_db: str, servers: Servers) -> Callable[[str], None]:
    def run(table: str, change: str) -> None:
        connection = psycopg2.connect(other_database(servers.owner, committed_db))
        with connection, connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER; UPDATE {table} {change}")
        connection.close()

    return run


def test_an_installation_that_is_well_has_no_problems(found: Check) -> None:
    assert found() == ""


def test_what_was_acknowledged_and_is_not_there_is_found(found: Callable[[Ledger], str]) -> None:
    promised = Ledger({"key": "FL-234679"}, {"an answer"}, {"an accepted one"}, {uuid4()})
    assert found(promised).count("lost") == promised.acknowledged == 4


def test_what_is_there_twice_is_found(found: Check) -> None:
    for _ in range(2):
        FlagFactory.create(pilot=Pilot.objects.get(), output="sent once")
    assert found() == "stored 2 times: sent once"


def test_a_count_that_is_wrong_is_found(found: Check, tamper: Callable[..., None]) -> None:
    tamper("governance_gate", "SET open_blocking = open_blocking + 1 WHERE state = 'open' AND phase = 'stress_test'")
    assert "a recount says" in found()


def test_a_gate_passed_on_an_open_item_is_found(found: Check, people: People) -> None:
    """Counters and rows look well; only the order of the trail tells."""
    item, gate = Item.objects.filter(phase="demonstration")[0], Gate.objects.get(phase="demonstration")
    for verb, target in (("answer.proposed", item), ("gate.passed", gate), ("answer.accepted", item)):
        record(verb, by=people.pm, pilot=item.pilot, target=target)
    assert f"gate {gate.pk} was passed while these items were open" in found()
    assert "2 decisions, the trail tells 3" in found()


def test_an_item_opened_behind_a_passed_gate_is_found(found: Check, tamper: Callable[..., None]) -> None:
    tamper("governance_item", "SET state = 'proposed' WHERE phase = 'demonstration'")
    assert "'passed', 0, 0, 0" in found()


def test_a_trail_that_was_changed_is_found(found: Check, tamper: Callable[..., None]) -> None:
    tamper("pilots_auditevent", "SET verb = 'pilot.edited' WHERE sequence = 2")
    assert "the trail: " in found()


def test_a_letter_sent_twice_is_found(found: Check, tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    for name in ("one", "two"):
        (tmp_path / "mail" / f"{name}.log").write_text(
            "Subject: Severe flag\nFrom: us\nTo: you@example.org\n\nRead it."
        )
    assert found() == "sent 2 times: ('Severe flag', 'you@example.org')"
