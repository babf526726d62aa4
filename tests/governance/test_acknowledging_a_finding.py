from collections.abc import Callable
from datetime import datetime
from unittest.mock import patch

import pytest
from django.http import HttpResponse
from django.test import Client

from governance.actions.acknowledgements import acknowledge_finding
from governance.models import Acknowledgement, Finding
from pilots.errors import NotAllowed
from pilots.models import AuditEvent, Pilot, User
from tests.cast import People
from tests.factories.governance import item_of, propose
from tests.governance.gate_pages import words

SignIn = Callable[[User], Client]


@pytest.fixture
def finding(governed: Pilot) -> Finding:
    return Finding.objects.select_related("pilot").get(gate__phase="demonstration", text__startswith="DEM-01")


def acknowledge(browser: Client, finding: Finding, **sent: str) -> HttpResponse:
    sent = {"version": finding.version, "next": "/readiness/?kind=blocked"} | sent
    return browser.post(f"/readiness/findings/{finding.pk}/acknowledge/", sent)


def test_a_leader_says_by_name_that_they_have_seen_it(finding: Finding, people: People, sign_in: SignIn) -> None:
    leader = sign_in(people.leader)
    done = acknowledge(leader, finding, comment="I talk to Eva.")
    assert (done.status_code, done["Location"]) == (302, "/readiness/?kind=blocked")
    page = words(leader.get("/readiness/"))
    assert "Acknowledged by you" in page
    assert "I talk to Eva." in page
    assert AuditEvent.objects.filter(verb="finding.acknowledged", actor_id=people.leader.pk).count() == 1


def test_the_second_click_is_the_first_one(finding: Finding, people: People, sign_in: SignIn) -> None:
    leader = sign_in(people.leader)
    assert [acknowledge(leader, finding).status_code for _ in range(2)] == [302, 302]
    assert Acknowledgement.objects.count() == 1
    assert AuditEvent.objects.filter(verb="finding.acknowledged").count() == 1


def test_what_changed_since_it_was_shown_has_to_be_looked_at_again(
    finding: Finding, people: People, sign_in: SignIn, at: datetime
) -> None:
    item = item_of(finding.pilot, "DEM-01")
    type(item).objects.filter(pk=item.pk).update(owner=people.evaluator)
    propose(item_of(finding.pilot, "DEM-01"), people.evaluator, at)
    page = acknowledge(sign_in(people.leader), finding, comment="I talk to Eva.")
    assert page.status_code == 422
    assert "It changed since you were shown it" in words(page)
    assert "I talk to Eva." in words(page)
    assert "waits for a second person to accept it" in words(page)
    finding.refresh_from_db()
    assert f'name="version" value="{finding.version}"' in words(page)


def test_an_acknowledgement_of_what_was_does_not_stand_beside_what_is(
    finding: Finding, people: People, sign_in: SignIn, at: datetime
) -> None:
    acknowledge_finding(finding=finding, by=people.leader, at=at, version=finding.version)
    Finding.objects.filter(pk=finding.pk).update(version="0" * 64)
    leader = sign_in(people.leader)
    assert "Acknowledged by" not in words(leader.get("/readiness/"))
    assert "It has changed since" in words(leader.get("/readiness/?kind=acknowledged"))


@pytest.mark.parametrize("person", ["pm", "sponsor", "admin", "stranger"])
def test_only_leadership_acknowledges(
    finding: Finding, people: People, sign_in: SignIn, at: datetime, person: str
) -> None:
    user = getattr(people, person)
    assert acknowledge(sign_in(user), finding).status_code == 403
    with pytest.raises(NotAllowed):
        acknowledge_finding(finding=finding, by=user, at=at, version=finding.version)


def test_a_failed_audit_write_undoes_it(finding: Finding, people: People, at: datetime) -> None:
    with patch("governance.actions.acknowledgements.record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        acknowledge_finding(finding=finding, by=people.leader, at=at, version=finding.version)
    assert not Acknowledgement.objects.exists()


def test_it_leads_nowhere_outside(finding: Finding, people: People, sign_in: SignIn) -> None:
    done = acknowledge(sign_in(people.leader), finding, next="https://elsewhere.example/")
    assert done["Location"] == "/readiness/"
