"""An account whose link its inviter saw decides nothing beside that inviter, until somebody vouches."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from governance.actions.answers import accept_answer, confirm_answer
from governance.actions.doubts import raise_doubt
from governance.actions.gates import reevaluate
from governance.actions.sign_offs import ask_sign_off, sign_off
from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Answer, Finding, Gate, Item, SignOffRequest
from governance.reports.my_work import work_of
from pilots.actions.vouching import vouch_for
from pilots.errors import Refused
from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.governance import accept, item_of, propose

SignIn = Callable[[User], Client]


def link_seen(account: User, by: User) -> None:
    User.objects.filter(pk=account.pk).update(counts_as=by)
    account.refresh_from_db()


@pytest.fixture
def waiting(governed: Pilot, people: People, at: datetime) -> Item:
    """Answered by the evaluation lead, whose second account is the change lead."""
    link_seen(people.change, people.evaluator)
    return propose(item_of(governed, "DEM-02"), people.evaluator, at)


def test_nobody_accepts_the_answer_of_their_other_account(
    waiting: Item, people: People, at: datetime, sign_in: SignIn
) -> None:
    with pytest.raises(Refused, match="count as one person") as refusal:
        accept_answer(item=waiting, by=people.change, at=at)
    assert refusal.value.code == "own_answer"
    browser = sign_in(people.change)
    page = "/pilots/letters/questions/DEM-02/"
    assert "count as one person" in browser.get(page).content.decode()
    assert not [task for task in work_of(people.change, at).tasks if "DEM-02" in task.what]
    body = {"comment": "Yes.", "version": waiting.version}
    answer = browser.post(f"/api/v1/pilots/letters/items/{waiting.pk}/accept/", body, "application/json")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:rolloutgov:problem:own_answer")


def test_two_accounts_of_one_inviter_are_one_too(waiting: Item, people: People, at: datetime) -> None:
    link_seen(people.change, people.pm)
    link_seen(people.evaluator, people.pm)
    with pytest.raises(Refused, match="count as one person"):
        accept_answer(item=waiting, by=people.change, at=at)


def test_who_is_vouched_for_decides(waiting: Item, people: People, at: datetime) -> None:
    vouch_for(user=people.change, by=people.admin)
    assert accept_answer(item=waiting, by=people.change, at=at).decision == Answer.Decision.ACCEPTED


def test_nobody_confirms_the_answer_of_their_other_account(waiting: Item, people: People, at: datetime) -> None:
    item = accept(waiting, people.owner, at)
    raise_doubt(item=item, by=people.owner, at=at, reason="Hm")
    with pytest.raises(Refused, match="count as one person"):
        confirm_answer(item=item, by=people.change, at=at, comment="It holds.")


def test_nobody_waives_what_their_other_account_asked_for(
    governed: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    link_seen(people.pm, people.sponsor)
    item = item_of(governed, "DEM-02")
    waiver = ask_waiver(item=item, by=people.pm, at=at, reason="Late", ends_at=at + timedelta(days=9))
    with pytest.raises(Refused, match="who asked for this waiver count as one person"):
        decide_waiver(waiver=waiver, by=people.sponsor, at=at, approve=True, comment="Go")
    page = sign_in(people.sponsor).get("/pilots/letters/questions/DEM-02/").content.decode()
    assert "count as one person" in page


def decide(request: SignOffRequest, by: User, at: datetime) -> None:
    sign_off(
        request=request, by=by, at=at, decision="approved", comment="Yes", digest=request.digest, decision_id=uuid4()
    )


def test_nobody_signs_what_their_other_account_asked_for_or_signed(
    ready_gate: Gate, people: People, at: datetime, sign_in: SignIn
) -> None:
    request = ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    link_seen(people.triage, people.pm)
    with pytest.raises(Refused, match="who asked for this sign-off count as one person"):
        decide(request, people.triage, at)
    decide(request, people.sponsor, at)
    link_seen(people.integration, people.sponsor)
    with pytest.raises(Refused, match="who has decided count as one person"):
        decide(request, people.integration, at)
    assert (
        "count as one person"
        in sign_in(people.integration).get("/pilots/letters/gates/demonstration/").content.decode()
    )
    decide(request, people.change, at)
    ready_gate.refresh_from_db()
    assert ready_gate.state == Gate.State.PASSED


def test_the_database_counts_people_and_not_accounts(ready_gate: Gate, people: People, at: datetime) -> None:
    request = ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    decide(request, people.sponsor, at)
    link_seen(people.sponsor, people.change)
    request.sign_offs.create(
        pilot=request.pilot,
        user=people.change,
        decision="approved",
        comment="Yes",
        digest=request.digest,
        decided_at=at,
    )
    passing = """
        UPDATE governance_gate SET state = 'passed', passed_at = %s, passed_by_id = %s, passed_digest = %s WHERE id = %s
    """
    with pytest.raises(DatabaseError, match="two people"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(passing, [at, str(people.pm.pk), request.digest, str(ready_gate.pk)])


def test_a_gate_says_from_the_first_day_that_one_person_is_too_few(
    governed: Pilot, people: People, at: datetime
) -> None:
    User.objects.exclude(pk=people.pm.pk).update(counts_as=people.pm)
    reevaluate(governed, at)
    found = Finding.objects.get(gate__phase="demonstration", code="enough_signers")
    assert found.state == "open" and "unproven address" in found.detail
