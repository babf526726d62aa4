"""What somebody who leaves had still to do about flags goes to who takes over, and nothing of it is forgotten."""

import json
from datetime import datetime, timedelta

import pytest

from feedback.actions.handing_over import handovers_to_follow
from feedback.clocks import monday_of
from feedback.models import (
    Barrier,
    Correction,
    DrillGap,
    EscalationStep,
    Pattern,
    Review,
    ReviewSchedule,
    TriageWeek,
)
from feedback.summaries.owned import owned_by
from feedback.tasks import hand_over
from governance.actions.leaving import deactivate_person
from pilots.actions.people import reactivate_person
from pilots.clock import now
from pilots.errors import Refused
from pilots.models import AuditEvent, Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.factories.feedback_people import a_barrier, a_drill, a_path


@pytest.fixture
def busy(letters: Pilot, people: People, at: datetime) -> Pilot:
    """The triage lead has one thing of every kind to do."""
    who, day = people.triage, (at + timedelta(days=9)).date()
    PatternFactory.create(pilot=letters, state="acting", action="train", owner=who, due_on=day, reason="Train them.")
    Correction.objects.create(
        pilot=letters,
        number=1,
        flag=FlagFactory.create(pilot=letters),
        severity=1,
        went_out="A letter",
        audience="internal",
        owner=who,
        opened_at=at,
        opened_by=people.pm,
        due_at=at + timedelta(days=1),
    )
    Barrier.objects.filter(pk=a_barrier(letters, people, at).pk).update(owner=who)
    drill = a_drill(letters, people.pm, at)
    DrillGap.objects.create(
        pilot=letters, drill=drill, what="Nobody knew", owner=who, due_on=day, found_at=at, found_by=people.pm
    )
    ReviewSchedule.objects.create(
        pilot=letters, weekday=2, every_weeks=2, chair=who, next_on=day, set_at=at, set_by=people.pm
    )
    Review.objects.create(pilot=letters, number=1, opened_at=at, opened_by=people.pm, chair=who)
    monday = monday_of(now().date())
    for week, (person, cover) in enumerate([(who, people.change), (people.change, who), (who, None)]):
        TriageWeek.objects.create(
            pilot=letters,
            monday=monday + timedelta(weeks=week),
            person=person,
            cover=cover,
            set_at=at,
            set_by=people.pm,
        )
    a_path(letters, people.pm, at)
    EscalationStep.objects.filter(pilot=letters, position=1).update(role="", person=who, cover=None)
    return letters


def leave(pilot: Pilot, people: People, at: datetime) -> None:
    deactivate_person(user=people.triage, by=people.admin, at=at, successors={pilot.pk: people.change})


def test_everything_goes_to_who_takes_over_and_the_trail_says_so(busy: Pilot, people: People, at: datetime) -> None:
    assert len(owned_by(people.triage, at)[busy.pk]) == 10
    leave(busy, people, at)
    assert hand_over() == 10 and hand_over() == 0
    assert not owned_by(people.triage, at)
    for row in (Pattern, Correction, Barrier, DrillGap):
        assert row.objects.get(owner__isnull=False).owner == people.change
    assert Review.objects.get().chair == ReviewSchedule.objects.get().chair == people.change
    event = AuditEvent.objects.get(verb="feedback.handed_over")
    assert (event.actor_id, json.loads(event.body)["data"]["things"]) == (people.admin.pk, 10)


def test_nobody_covers_for_themselves(busy: Pilot, people: People, at: datetime) -> None:
    leave(busy, people, at)
    hand_over()
    assert set(TriageWeek.objects.values_list("person", "cover")) == {(people.change.pk, None)}


def test_who_has_work_on_flags_does_not_leave_without_a_successor(busy: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="10 tasks about flags would have no owner"):
        deactivate_person(user=people.triage, by=people.admin, at=at)


def test_who_came_back_keeps_what_they_are_given_anew(busy: Pilot, people: People, at: datetime) -> None:
    leave(busy, people, at)
    hand_over()
    reactivate_person(user=people.triage, by=people.admin)
    ReviewSchedule.objects.update(chair=people.triage)
    assert not handovers_to_follow(at) and hand_over() == 0


def test_what_is_done_stays_under_the_name_of_who_did_it(busy: Pilot, people: People, at: datetime) -> None:
    Correction.objects.update(done_at=at, done_by=people.triage, what_was_done="Told them.")
    leave(busy, people, at)
    hand_over()
    assert Correction.objects.get().owner == people.triage
