"""What somebody who leaves had still to do about flags goes to who takes over, and nothing of it is forgotten."""

import json
from datetime import datetime, timedelta

import pytest

from feedback.actions.handing_over import handovers_to_follow
from feedback.actions.patterns import undo_decision
from feedback.clocks import monday_of
from feedback.models import (
    Barrier,
    Concern,
    Correction,
    DrillGap,
    Escalation,
    EscalationCall,
    EscalationStep,
    Pattern,
    PatternDecision,
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
from pilots.models import AuditEvent, Change, Notification, Pilot
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.factories.feedback_people import a_barrier, a_concern, a_drill, a_path


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
    a_concern(letters, at, named=who)
    asked = Escalation.objects.create(pilot=letters, flag=FlagFactory.create(pilot=letters), opened_at=at, step=1)
    EscalationCall.objects.create(pilot=letters, escalation=asked, position=1, whom="Tomas", person=who, called_at=at)
    return letters


def leave(pilot: Pilot, people: People, at: datetime) -> None:
    deactivate_person(user=people.triage, by=people.admin, at=at, successors={pilot.pk: people.change})


def test_everything_goes_to_who_takes_over_and_the_trail_says_so(busy: Pilot, people: People, at: datetime) -> None:
    assert len(owned_by(people.triage, at)[busy.pk]) == 12
    leave(busy, people, at)
    assert hand_over() == 12 and hand_over() == 0
    assert not owned_by(people.triage, at)
    for row in (Pattern, Correction, Barrier, DrillGap):
        assert row.objects.get(owner__isnull=False).owner == people.change
    assert Review.objects.get().chair == ReviewSchedule.objects.get().chair == people.change
    event = AuditEvent.objects.get(verb="feedback.handed_over")
    data = json.loads(event.body)["data"]
    assert (event.actor_id, data["things"]) == (people.admin.pk, 12)
    assert f"correction:{Correction.objects.get().pk}" in data["moved"] and "A letter" not in event.body


def test_nobody_covers_for_themselves(busy: Pilot, people: People, at: datetime) -> None:
    leave(busy, people, at)
    hand_over()
    assert set(TriageWeek.objects.values_list("person", "cover")) == {(people.change.pk, None)}


def test_who_has_work_on_flags_does_not_leave_without_a_successor(busy: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="12 tasks about flags would have no owner"):
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


def test_who_takes_over_is_told_and_the_gates_are_worked_out_anew(busy: Pilot, people: People, at: datetime) -> None:
    leave(busy, people, at)
    Change.objects.all().delete()
    hand_over()
    told = Notification.objects.get(user=people.change, event__startswith="taken-over")
    assert "12 things are yours to do about flags now" in told.text
    assert Change.objects.get().pilot == busy


def test_a_concern_and_an_escalation_are_answered_by_who_takes_over(busy: Pilot, people: People, at: datetime) -> None:
    leave(busy, people, at)
    hand_over()
    assert Concern.objects.get().named == people.change
    assert Escalation.objects.get().called_now() == [people.change]


def test_nobody_is_handed_the_concern_that_they_raised(busy: Pilot, people: People, at: datetime) -> None:
    Concern.objects.update(raiser=people.change)
    leave(busy, people, at)
    hand_over()
    assert Concern.objects.get().named is None


def test_what_came_back_after_a_fix_goes_over_too(busy: Pilot, people: People, at: datetime) -> None:
    Pattern.objects.update(state="regressed", fixed_from=at)
    leave(busy, people, at)
    hand_over()
    assert Pattern.objects.get().owner == people.change


def test_taking_a_decision_back_gives_nothing_to_who_left(busy: Pilot, people: People, at: datetime) -> None:
    pattern = Pattern.objects.get()
    before = {"state": "acting", "action": "rule", "owner_id": str(people.triage.pk)}
    PatternDecision.objects.create(
        pilot=busy, pattern=pattern, verb="acted_on", before=before, decided_by=people.pm, decided_at=at
    )
    leave(busy, people, at)
    hand_over()
    back = undo_decision(pattern=pattern, version=2, by=people.change, at=at)
    assert (back.owner, back.action) == (people.change, "rule")
