"""A stress finding ends as something to build, a decision, or a risk that somebody accepts by name until a date."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from pilots.actions.findings import accept_risk, answer_failure, build_failure
from pilots.actions.registers import add_entry, edit_entry
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, FailureMode, Pilot, User
from pilots.registers.stress import FAILURES, unanswered
from tests.cast import People
from tests.factories.registers import FIELDS, entry

SignIn = Callable[[User], Client]
AT = "/pilots/letters/evidence/registers/failure-modes/"


@pytest.fixture
def finding(letters: Pilot, people: People) -> FailureMode:
    made: FailureMode = entry("failure-modes", letters, people.evaluator)
    return made


def answer(finding: FailureMode, people: People, **given: Any) -> FailureMode:
    due = (now() + timedelta(days=30)).date()
    sent = {"answer": "build", "reason": "A check of rulings", "owner": people.integration, "due_on": due} | given
    return answer_failure(failure=finding, by=people.evaluator, at=now(), **sent)


def accept(finding: FailureMode, by: User, days: int = 90, **given: Any) -> FailureMode:
    until = (now() + timedelta(days=days)).date()
    return accept_risk(failure=finding, by=by, at=now(), until=until, reason="Three letters a year", **given)


def test_something_is_built_by_somebody_until_a_day_and_then_stands(
    finding: FailureMode, letters: Pilot, people: People
) -> None:
    built = answer(finding, people)
    assert not unanswered(letters, now().date()).exists()
    assert FAILURES.state(built, built.build_due_on + timedelta(days=1)) == ("overdue", "Build item overdue")  # type: ignore[operator]
    done = build_failure(failure=built, by=people.integration, at=now(), on=now().date())
    assert FAILURES.state(done, now().date()) == ("met", "Built")
    with pytest.raises(Refused, match="nothing that is still to be built"):
        build_failure(failure=done, by=people.integration, at=now(), on=now().date())


@pytest.mark.parametrize("missing", ["owner", "due_on", "reason"])
def test_what_is_to_be_built_needs_an_owner_a_day_and_words(finding: FailureMode, people: People, missing: str) -> None:
    with pytest.raises(Refused) as refused:
        answer(finding, people, **{missing: "" if missing == "reason" else None})
    assert refused.value.field == missing


def test_that_nothing_changes_needs_a_reason_and_no_owner(finding: FailureMode, people: People) -> None:
    decided = answer(finding, people, answer="decided", reason="Every letter is read anyway")
    assert decided.answer == "decided" and decided.build_owner is None and decided.build_due_on is None


def test_a_risk_is_accepted_in_ones_own_name(finding: FailureMode, people: People) -> None:
    taken = accept(finding, people.owner)
    assert (taken.answer, taken.accepted_by) == ("accepted", people.owner)
    body = json.loads(AuditEvent.objects.get(verb="risk.accepted").body)
    assert body["actor"] == str(people.owner.pk) and body["data"]["severity"] == 3
    assert "Three letters" not in json.dumps(body)


def test_only_who_may_take_it_accepts_a_risk(finding: FailureMode, people: People) -> None:
    for who in (people.pm, people.evaluator, people.leader, people.admin):
        with pytest.raises(NotAllowed):
            accept(finding, who)


@pytest.mark.parametrize("days", [0, 366])
def test_a_risk_is_accepted_for_a_year_at_most_and_a_day_at_least(
    finding: FailureMode, people: People, days: int
) -> None:
    with pytest.raises(Refused) as refused:
        accept(finding, people.sponsor, days)
    assert refused.value.field == "until"


def test_after_its_day_the_finding_is_open_again(finding: FailureMode, letters: Pilot, people: People) -> None:
    until = accept(finding, people.sponsor, 5).accepted_until
    assert until and not unanswered(letters, until).exists()
    assert unanswered(letters, until + timedelta(days=1)).get() == finding


def test_a_finding_that_grew_worse_has_to_be_accepted_anew(finding: FailureMode, people: People) -> None:
    taken = accept(finding, people.owner)
    same = edit_entry(entry=taken, by=people.evaluator, at=now(), fields={"stressor": None}, version=taken.version)
    assert same.answer == "accepted"
    worse = edit_entry(entry=taken, by=people.evaluator, at=now(), fields={"severity": 4}, version=taken.version)
    assert (worse.answer, worse.accepted_by, worse.accepted_until) == ("", None, None)


def test_a_risk_is_accepted_as_it_was_read(finding: FailureMode, people: People) -> None:
    edit_entry(entry=finding, by=people.evaluator, at=now(), fields={"severity": 4}, version=1)
    with pytest.raises(Conflict):
        accept(finding, people.owner, version=1)


def test_nobody_writes_an_acceptance_into_the_register(letters: Pilot, people: People) -> None:
    fields = FIELDS["failure-modes"](letters, people.evaluator) | {"answer": "accepted", "answer_reason": "So"}
    made = add_entry(register=FAILURES, pilot=letters, by=people.evaluator, at=now(), fields=fields)
    assert made.answer == ""
    edited = edit_entry(entry=made, by=people.evaluator, at=now(), fields={"answer": "accepted"}, version=1)
    assert edited.answer == ""
    with pytest.raises(IntegrityError):
        FailureMode.objects.filter(pk=made.pk).update(answer="accepted", answer_reason="So")


def test_the_pages_take_each_answer(finding: FailureMode, people: People, sign_in: SignIn) -> None:
    browser, one = sign_in(people.evaluator), f"{AT}{finding.pk}/"
    due = (now() + timedelta(days=9)).date()
    given = {"answer": "build", "reason": "A check", "owner": people.integration.pk, "due_on": due, "version": 1}
    assert "To be built" in browser.post(f"{one}answer/", given, follow=True).content.decode()
    built = browser.post(f"{one}build/", {"on": now().date(), "version": 2}, follow=True).content.decode()
    assert "What was to be built stands." in built
    owner, until = sign_in(people.owner), (now() + timedelta(days=9)).date()
    assert "It makes rulings up" in owner.get(f"{one}accept-risk/").content.decode()
    sent = {"until": until, "reason": "Rare", "version": 3}
    assert "Accepted by Owen Archer" in owner.post(f"{one}accept-risk/", sent, follow=True).content.decode()
    assert browser.get(f"{one}accept-risk/").status_code == 403
