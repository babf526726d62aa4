"""Who leaves hands over what they see to in registers, among use cases and in the rollout design."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from governance.actions.leaving import deactivate_person
from governance.actions.upkeep import absorb_changes
from governance.models import Disposition
from governance.reports.holdings import holdings_of
from pilots.actions.members import remove_member
from pilots.errors import Refused
from pilots.models import AuditEvent, BlindSpot, FailureMode, IntegrationPoint, Pilot, Stressor, UseCase, User
from tests.cast import People
from tests.factories.evidence import cell, decide
from tests.factories.registers import entry, use_case
from tests.governance.gate_pages import words

SignIn = Callable[[User], Client]


@pytest.fixture
def kept(governed: Pilot, people: People, at: datetime) -> Pilot:
    """The evaluation lead sees to one thing of every kind, and has done with two more."""
    who, day = people.evaluator, (at + timedelta(days=9)).date()
    test = entry("stressors", governed, people.pm, owner=who)
    ran = {"plan": "Again", "ran_on": at.date(), "observed": "Half was."}
    entry("stressors", governed, people.pm, owner=who, **ran)
    entry("blind-spots", governed, people.pm, owner=who)
    entry("integration-points", governed, people.pm, gap_owner=who, gap_due_on=day)
    entry("integration-points", governed, people.pm, gap_owner=who, tested="live", what="It rings")
    build = {"answer": "build", "answer_reason": "A list", "build_owner": who, "build_due_on": day}
    FailureMode.objects.filter(pk=entry("failure-modes", governed, people.pm).pk).update(**build)
    case = UseCase.objects.filter(pk=use_case(governed).pk)
    case.update(set_aside="edge_case", set_aside_owner=who, set_aside_stressor=test)
    decide(governed, at, "needs_design", [cell(governed, at)], owner=who, due_on=day)
    return governed


def leave(pilot: Pilot, people: People, at: datetime) -> None:
    deactivate_person(user=people.evaluator, by=people.admin, at=at, successors={pilot.pk: people.change})
    absorb_changes(pilot, at)


def test_what_is_still_to_do_goes_to_who_takes_over(kept: Pilot, people: People, at: datetime) -> None:
    leave(kept, people, at)
    owners = [
        Stressor.objects.get(ran_on=None).owner,
        BlindSpot.objects.get().owner,
        IntegrationPoint.objects.get(tested="simulated").gap_owner,
        FailureMode.objects.get().build_owner,
        UseCase.objects.exclude(set_aside="").get().set_aside_owner,
        Disposition.objects.of(kept).get().owner,
    ]
    assert owners == [people.change] * 6


def test_what_is_done_stays_under_the_name_of_who_did_it(kept: Pilot, people: People, at: datetime) -> None:
    leave(kept, people, at)
    assert Stressor.objects.exclude(ran_on=None).get().owner == people.evaluator
    assert IntegrationPoint.objects.get(tested="live").gap_owner == people.evaluator


def test_a_cell_is_decided_anew_in_the_same_words_by_who_handed_over(kept: Pilot, people: People, at: datetime) -> None:
    leave(kept, people, at)
    first, second = Disposition.objects.order_by("pk")
    assert (first.owner, second.decided_by) == (people.evaluator, people.admin)
    assert (first.choice, first.reason, first.due_on) == (second.choice, second.reason, second.due_on)


def test_nobody_leaves_while_evidence_would_have_no_owner(kept: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="1 cell to design and 5 pieces of evidence would have no owner"):
        deactivate_person(user=people.evaluator, by=people.admin, at=at)


def test_what_is_kept_after_the_roles_ended_goes_over_too(kept: Pilot, people: People, at: datetime) -> None:
    remove_member(pilot=kept, user=people.evaluator, by=people.pm, at=at)
    assert BlindSpot.objects.get().owner == people.evaluator
    leave(kept, people, at)
    assert BlindSpot.objects.get().owner == Disposition.objects.of(kept).get().owner == people.change


def test_the_trail_says_what_went_over_and_none_of_its_words(kept: Pilot, people: People, at: datetime) -> None:
    leave(kept, people, at)
    said = json.loads(AuditEvent.objects.get(verb="person.deactivated").body)["data"]["evidence"]
    spot = BlindSpot.objects.get()
    assert f"blindspot:{spot.pk}" in said and len(said) == 5 and spot.version == 2
    assert json.loads(AuditEvent.objects.get(verb="items.handed_over").body)["data"]["cells"] == 1


def test_the_page_lists_it_and_says_which_risks_stay(
    kept: Pilot, people: People, at: datetime, sign_in: SignIn
) -> None:
    risk = entry("failure-modes", kept, people.pm, what="It forgets the date")
    taken = {"answer": "accepted", "answer_reason": "Rare", "accepted_until": (at + timedelta(days=30)).date()}
    FailureMode.objects.filter(pk=risk.pk).update(accepted_by=people.evaluator, accepted_at=at, **taken)
    page = words(sign_in(people.admin).get(f"/people/{people.evaluator.pk}/deactivate/"))
    for said in ("stressor “Untrained users”", "blind spot “Nobody over 55”", "Reminders", "It forgets the date"):
        assert said in page
    assert "stay accepted in" in page
    leave(kept, people, at)
    assert FailureMode.objects.get(pk=risk.pk).accepted_by == people.evaluator
    (left,) = holdings_of(people.evaluator, at)
    assert left.risks == ["It forgets the date"] and not left.unowned
