"""Whoever asks – Python, raw SQL, many sessions at once in any isolation level – no gate passes with a finding open."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from psycopg2.extensions import (
    ISOLATION_LEVEL_READ_COMMITTED,
    ISOLATION_LEVEL_REPEATABLE_READ,
    ISOLATION_LEVEL_SERIALIZABLE,
)

from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Answer, Condition, Finding, Gate, SignOff, SignOffRequest
from pilots.clock import now
from pilots.models import Membership, Phase, Pilot, User
from pilots.permissions import Role
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.governance import accept, item_of, propose
from tests.factories.pilots import MembershipFactory, PilotFactory

DIGEST = "d" * 64
PASS = """
UPDATE governance_gate SET state = 'passed', passed_at = now(), passed_by_id = %s, passed_digest = %s WHERE id = %s
"""
OPEN = """
INSERT INTO governance_finding (id, pilot_id, gate_id, code, subject, state, blocking, text, detail, reason,
    not_measured, who_ids, who_roles, version, since)
VALUES (gen_random_uuid(), %s, %s, 'question', %s, 'open', true, 'x', '', 'unanswered', false, '{}', '{}', 'v', now())
"""


def finding(gate: Gate, **fields: Any) -> Finding:
    given = {"code": "question", "subject": f"item:{uuid.uuid4()}", "state": "open", "text": "x", "version": "v"}
    return Finding.objects.create(pilot_id=gate.pilot_id, gate=gate, since=now(), **{**given, **fields})


def _holder(pilot: Pilot, role: Role) -> User:
    held = Membership.objects.filter(pilot=pilot, role=role).first()
    return (held or MembershipFactory.create(pilot=pilot, role=role)).user


def signed_gate(pilot: Pilot, at: datetime) -> Gate:
    """A gate that lacks nothing but to be passed: two people have approved, one of them as the sponsor."""
    gate = Gate.objects.create(pilot=pilot, phase="demonstration")
    asked = SignOffRequest.objects.create(
        pilot=pilot, gate=gate, digest=DIGEST, manifest={}, asked_at=at, asked_by=pilot.created_by, expires_at=at
    )
    for role in (Role.SPONSOR, Role.EVALUATION_LEAD):
        SignOff.objects.create(
            pilot=pilot,
            request=asked,
            user=_holder(pilot, role),
            as_sponsor=role is Role.SPONSOR,
            decision="approved",
            comment="Yes",
            digest=DIGEST,
            decided_at=at,
        )
    return gate


@pytest.fixture
def gate(letters: Pilot, at: datetime) -> Gate:
    return signed_gate(letters, at)


@contextmanager
def refused(words: str) -> Iterator[None]:
    with pytest.raises((IntegrityError, DatabaseError), match=words), transaction.atomic():
        yield


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [str(value) for value in values])


def test_a_signed_gate_with_nothing_open_passes_by_raw_sql(gate: Gate, people: People) -> None:
    run(PASS, people.pm.pk, DIGEST, gate.pk)
    gate.refresh_from_db()
    assert gate.state == Gate.State.PASSED


def test_a_gate_with_an_open_finding_does_not_pass_by_raw_sql(gate: Gate, people: People) -> None:
    finding(gate)
    with refused("gate_passed_with_nothing_open"):
        run(PASS, people.pm.pk, DIGEST, gate.pk)


def test_a_waived_or_non_blocking_finding_does_not_stop_it(gate: Gate, people: People) -> None:
    finding(gate, state="waived")
    finding(gate, blocking=False)
    run(PASS, people.pm.pk, DIGEST, gate.pk)


def test_the_count_follows_the_findings(gate: Gate) -> None:
    one, two = finding(gate), finding(gate)
    Finding.objects.filter(pk=one.pk).update(state="met")
    gate.refresh_from_db()
    assert gate.open_blocking == 1
    two.delete()
    gate.refresh_from_db()
    assert gate.open_blocking == 0


def test_nobody_writes_the_count(gate: Gate) -> None:
    finding(gate)
    with refused("permission denied|follow its findings"):
        run("UPDATE governance_gate SET open_blocking = 0 WHERE id = %s", gate.pk)


def test_what_lapses_after_passing_is_counted_and_reopens_nothing(gate: Gate, people: People) -> None:
    held = finding(gate, state="met")
    run(PASS, people.pm.pk, DIGEST, gate.pk)
    Finding.objects.filter(pk=held.pk).update(state="open")
    gate.refresh_from_db()
    assert (gate.state, gate.open_blocking, gate.lapsed_open) == ("passed", 0, 1)


def test_a_passed_gate_is_final(gate: Gate, people: People) -> None:
    run(PASS, people.pm.pk, DIGEST, gate.pk)
    with refused("final"):
        run("UPDATE governance_gate SET state = 'open', passed_at = NULL, passed_by_id = NULL WHERE id = %s", gate.pk)
    with refused("final"):
        run("DELETE FROM governance_gate WHERE id = %s", gate.pk)


def test_a_gate_needs_two_signatures_and_the_sponsor_among_them(letters: Pilot, people: People, at: datetime) -> None:
    gate = Gate.objects.create(pilot=letters, phase="demonstration")
    with refused("two people"):
        run(PASS, people.pm.pk, DIGEST, gate.pk)


def test_only_the_gate_of_the_present_phase_passes(gate: Gate, people: People) -> None:
    run("UPDATE governance_gate SET phase = 'stress_test' WHERE id = %s", gate.pk)
    with refused("current phase"):
        run(PASS, people.pm.pk, DIGEST, gate.pk)


def test_a_phase_is_left_through_its_gate_only(letters: Pilot) -> None:
    with refused("through its gate"):
        Phase.objects.filter(pilot=letters, kind="demonstration").update(state="passed")


def test_phases_come_in_order(letters: Pilot) -> None:
    Phase.objects.filter(pilot=letters, kind="demonstration").update(state="not_started")
    with refused("in order"):
        Phase.objects.filter(pilot=letters, kind="stress_test").update(state="current")


LEVELS = {
    "read committed": ISOLATION_LEVEL_READ_COMMITTED,
    "repeatable read": ISOLATION_LEVEL_REPEATABLE_READ,
    "serializable": ISOLATION_LEVEL_SERIALIZABLE,
}
ROUNDS = 25


def _attempt(level: int, start: threading.Barrier, sql: str, values: list[str], done: list[str], name: str) -> None:
    """One session of its own: everything it does may be refused, nothing may slip through."""
    settings = connection.settings_dict
    session = psycopg2.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"],
    )
    try:
        session.set_isolation_level(level)
        with session.cursor() as cursor:
            # A snapshot from before the race, as a slow request would hold.
            cursor.execute("SELECT count(*) FROM governance_finding")
            start.wait(10)
            cursor.execute(sql, values)
            session.commit()
            done.append(name)
    except psycopg2.Error:
        session.rollback()
    finally:
        session.close()


@pytest.mark.parametrize("level", LEVELS)
def test_sessions_that_race_never_pass_a_gate_with_a_finding_open(committed_db: str, level: str) -> None:
    at = now()
    for _ in range(ROUNDS):
        pilot = PilotFactory.create()
        gate = signed_gate(pilot, at)
        done: list[str] = []
        start = threading.Barrier(5)
        work = [(PASS, [str(pilot.created_by_id), DIGEST, str(gate.pk)], "pass")] * 2
        work += [(OPEN, [str(pilot.pk), str(gate.pk), f"item:{n}"], "open") for n in range(3)]
        threads = [
            threading.Thread(target=_attempt, args=(LEVELS[level], start, sql, values, done, name))
            for sql, values, name in work
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        gate.refresh_from_db()
        recount = Finding.objects.filter(gate=gate, state="open", blocking=True).count()
        assert recount == done.count("open")
        assert (gate.state == "passed") == ("pass" in done)
        # Opened before the pass, a finding would stand in open_blocking and have refused it; after it, it has lapsed.
        assert (gate.open_blocking, gate.lapsed_open) == ((0, recount) if gate.state == "passed" else (recount, 0))
        assert done, "every session was refused: that would be a deadlock, not a guard"


def test_a_phase_is_neither_skipped_nor_deleted_once_the_pilot_runs(gate: Gate) -> None:
    with refused("append-only"):
        run(
            "UPDATE pilots_phase SET state = 'skipped', skipped_at = now(), skipped_by_id = %s, skip_reason = 'x' "
            "WHERE pilot_id = %s AND state = 'current'",
            gate.pilot.created_by_id,
            gate.pilot_id,
        )
    with refused("append-only"):
        run("DELETE FROM pilots_phase WHERE pilot_id = %s", gate.pilot_id)


def test_the_rules_that_a_gate_was_passed_under_stay(gate: Gate, people: People) -> None:
    run(PASS, people.pm.pk, DIGEST, gate.pk)
    with refused("append-only"):
        run("UPDATE governance_gate SET rules_version = '99' WHERE id = %s", gate.pk)


def test_what_a_gate_was_passed_on_stays(gate: Gate, people: People, at: datetime) -> None:
    due = at.date() + timedelta(days=9)
    on = Condition.objects.create(
        pilot=gate.pilot, gate=gate, text="Rule", owner=people.pm, due_on=due, added_at=at, added_by=people.pm
    )
    run(PASS, people.pm.pk, DIGEST, gate.pk)
    with refused("stays as it was added"):
        run("UPDATE governance_condition SET due_on = '2090-01-01' WHERE id = %s", on.pk)
    with refused("passed on this condition"):
        run(
            "UPDATE governance_condition SET withdrawn_at = now(), withdrawn_by_id = %s WHERE id = %s",
            people.pm.pk,
            on.pk,
        )
    with refused("append-only|permission denied"):
        run("DELETE FROM governance_condition WHERE id = %s", on.pk)


def test_a_waiver_ends_when_it_was_said_to_end(governed: Pilot, people: People, at: datetime) -> None:
    item = item_of(governed, "DEM-01")
    asked = ask_waiver(item=item, by=people.pm, at=at, reason="In June", ends_at=at + timedelta(days=5))
    decide_waiver(waiver=asked, by=people.sponsor, at=at, approve=True, comment="Yes")
    with refused("stays as it was asked"):
        run("UPDATE governance_waiver SET ends_at = ends_at + interval '50 days' WHERE id = %s", asked.pk)
    with refused("decision on a waiver is final"):
        run("UPDATE governance_waiver SET decided_by_id = %s WHERE id = %s", people.change.pk, asked.pk)
    with refused("append-only|permission denied"):
        run("DELETE FROM governance_waiver WHERE id = %s", asked.pk)


def test_an_answer_holds_no_longer_than_was_decided(governed: Pilot, people: People, at: datetime) -> None:
    item = accept(propose(item_of(governed, "DEM-01"), people.evaluator, at), people.change, at)
    Answer.objects.update(valid_until=at)
    for change in ("valid_until = NULL", "valid_until = now() + interval '9 years'", "decision_comment = 'Perfect'"):
        with refused("never holds longer"):
            run("UPDATE governance_answer SET " + change + " WHERE id = %s", item.answer_id)  # noqa: S608
    run("UPDATE governance_answer SET lapsed_at = now(), lapse_reason = 'x' WHERE id = %s", item.answer_id)
    with refused("never holds longer"):
        run("UPDATE governance_answer SET lapsed_at = NULL, lapse_reason = '' WHERE id = %s", item.answer_id)


@pytest.mark.parametrize("state", ["accepted", "returned", "in_doubt", "lapsed", "unanswered"])
def test_a_question_stands_as_its_answer_does(governed: Pilot, people: People, at: datetime, state: str) -> None:
    item = propose(item_of(governed, "DEM-01"), people.evaluator, at)
    with refused("stands as its answer does"):
        run("UPDATE governance_item SET state = %s WHERE id = %s", state, item.pk)


def test_a_question_takes_no_answer_of_another(governed: Pilot, people: People, at: datetime) -> None:
    other = accept(propose(item_of(governed, "DEM-01"), people.evaluator, at), people.change, at)
    with refused("stands as its answer does"):
        run(
            "UPDATE governance_item SET state = 'accepted', answer_id = %s WHERE id = %s",
            other.answer_id,
            item_of(governed, "DEM-02").pk,
        )


def test_flags_questions_and_the_catalogue_of_a_pilot_are_never_deleted(governed: Pilot) -> None:
    FlagFactory.create(pilot=governed)
    for table in ("feedback_flag", "governance_pilotcatalogue", "governance_item"):
        with refused("append-only|permission denied"):
            run("DELETE FROM " + table)  # noqa: S608
