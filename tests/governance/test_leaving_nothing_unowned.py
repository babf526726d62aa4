"""Whoever leaves hands over what they own, pilot by pilot."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.models import Barrier
from feedback.tasks import hand_over
from governance.actions.leaving import deactivate_person
from governance.actions.upkeep import absorb_changes
from governance.models import Condition, Item
from pilots.actions.members import remove_member, roles_of
from pilots.errors import Refused
from pilots.models import Pilot, User
from pilots.permissions import Role
from tests.cast import People
from tests.factories.feedback_people import a_barrier
from tests.factories.governance import gate_of, item_of
from tests.factories.pilots import MembershipFactory, PilotFactory, WorkflowFactory

SignIn = Callable[[User], Client]


@pytest.fixture
def owned(governed: Pilot, people: People, at: datetime) -> Pilot:
    """The evaluation lead owns a question and a condition."""
    Item.objects.filter(pilot=governed, code="DEM-01").update(owner=people.evaluator)
    Condition.objects.create(
        pilot=governed,
        gate=gate_of(governed),
        text="Tell the council",
        owner=people.evaluator,
        due_on=(at + timedelta(days=9)).date(),
        added_at=at,
        added_by=people.pm,
    )
    return governed


def test_nothing_is_left_without_an_owner(owned: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="in Letters: 1 question and 1 condition would have no owner"):
        deactivate_person(user=people.evaluator, by=people.admin, at=at)
    people.evaluator.refresh_from_db()
    assert people.evaluator.is_active


def test_each_pilot_has_a_successor_of_its_own(owned: Pilot, people: People, at: datetime) -> None:
    other = PilotFactory.create(name="Notes")
    MembershipFactory.create(pilot=other, user=people.evaluator, role=Role.PROGRAM_MANAGER)
    with pytest.raises(Refused, match="the role of program manager"):
        deactivate_person(user=people.evaluator, by=people.admin, at=at, successors={owned.pk: people.change})
    deactivate_person(
        user=people.evaluator,
        by=people.admin,
        at=at,
        handover_to=people.triage,
        successors={owned.pk: people.change},
    )
    absorb_changes(owned, at)
    assert item_of(owned, "DEM-01").owner == people.change
    assert Condition.objects.get().owner == people.change
    assert roles_of(other, people.triage) == {Role.PROGRAM_MANAGER}
    assert Role.EVALUATION_LEAD in roles_of(owned, people.change)


def test_the_page_shows_what_is_owned_and_refuses_at_its_field(owned: Pilot, people: People, sign_in: SignIn) -> None:
    browser, address = sign_in(people.admin), f"/people/{people.evaluator.pk}/deactivate/"
    page = browser.get(address).content.decode()
    for words in ("Evaluation lead", "1: DEM-01", "Tell the council", "Who takes over here", "Chidi Okoro"):
        assert words in page
    refused = browser.post(address, {"handover_to": "", "pilot-letters": ""})
    assert refused.status_code == 422
    assert "would have no owner" in str(refused.context["form"].errors["pilot-letters"])
    assert browser.post(address, {"pilot-letters": "change@example.org"}).status_code == 302


def test_what_is_owned_costs_the_same_queries_however_much_it_is(owned: Pilot, people: People, sign_in: SignIn) -> None:
    browser, address = sign_in(people.admin), f"/people/{people.evaluator.pk}/deactivate/"
    counted = []
    for more in (0, 6):
        for pilot in PilotFactory.create_batch(more):
            MembershipFactory.create(pilot=pilot, user=people.evaluator, role=Role.EVALUATION_LEAD)
            WorkflowFactory.create(pilot=pilot, owner=people.evaluator)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 24, counted


def test_what_somebody_kept_after_their_roles_ended_goes_over_too(owned: Pilot, people: People, at: datetime) -> None:
    a_barrier(owned, people, at, owner=people.evaluator)
    remove_member(pilot=owned, user=people.evaluator, by=people.pm, at=at)
    with pytest.raises(Refused, match="does not work on Letters"):
        deactivate_person(user=people.evaluator, by=people.admin, at=at, handover_to=people.stranger)
    deactivate_person(user=people.evaluator, by=people.admin, at=at, handover_to=people.change)
    absorb_changes(owned, at)
    hand_over()
    assert Condition.objects.get().owner == Barrier.objects.get().owner == people.change
    assert roles_of(owned, people.change) == {Role.CHANGE_LEAD}
