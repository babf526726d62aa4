"""People hear in time, and each thing once."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.actions.reminders import collect_reminders, send_digests
from governance.actions.sign_offs import ask_sign_off
from governance.models import Answer, Condition, Gate, Item, Waiver
from pilots.models import Message, Notification, Pilot, User
from tests.cast import People
from tests.factories.governance import item_of
from tests.factories.pilots import NotificationFactory


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("created_at", "event").values_list("event", flat=True))


@pytest.fixture
def morning(at: datetime) -> datetime:
    return datetime.combine(at.date(), time(9), tzinfo=UTC)


@pytest.fixture
def accepted(ready_gate: Gate) -> Item:
    """Owned by the evaluation lead; its answer lapses after 90 days."""
    return item_of(ready_gate.pilot, "DEM-01")


def test_an_answer_that_lapses_is_told_thirty_fourteen_and_three_days_before(
    accepted: Item, people: People, at: datetime
) -> None:
    for day in range(50, 95):
        collect_reminders(at + timedelta(days=day))
    lapses = [event.rsplit(":", 1)[1] for event in told(people.evaluator) if event.startswith("answer-lapses")]
    assert lapses == ["30", "14", "3"]


def test_a_late_sweep_tells_only_the_nearest(accepted: Item, people: People, at: datetime) -> None:
    collect_reminders(at + timedelta(days=80))
    assert [e.rsplit(":", 1)[1] for e in told(people.evaluator) if e.startswith("answer-lapses")] == ["14"]


def test_a_question_is_told_a_week_before_and_when_it_is_overdue(governed: Pilot, people: People, at: datetime) -> None:
    item = item_of(governed, "DEM-01")
    Item.objects.filter(pk=item.pk).update(owner=people.owner, due_on=at.date() + timedelta(days=10))
    for day in range(15):
        collect_reminders(at + timedelta(days=day))
    kinds = [event.split(":")[0] for event in told(people.owner)]
    assert kinds == ["item-due", "item-overdue"]


def test_a_question_that_nobody_owns_is_told_to_the_program_manager(
    governed: Pilot, people: People, at: datetime
) -> None:
    Item.objects.filter(pilot=governed, code="DEM-01").update(due_on=at.date())
    collect_reminders(at)
    assert [event.split(":")[0] for event in told(people.pm)] == ["item-due"]


def test_an_answer_that_waits_for_acceptance_is_not_its_owners_to_do(
    governed: Pilot, people: People, at: datetime
) -> None:
    item = item_of(governed, "DEM-01")
    answer = Answer.objects.create(
        pilot=governed,
        item=item,
        question=item.question,
        number=1,
        kind="answered",
        text="x",
        author=people.owner,
        written_at=at,
        digest="0" * 64,
    )
    Item.objects.filter(pk=item.pk).update(owner=people.owner, due_on=at.date(), state="proposed", answer=answer)
    collect_reminders(at)
    assert told(people.owner) == []


def test_a_waiver_that_ends_is_told_to_who_asked_who_decided_and_who_owns(
    governed: Pilot, people: People, at: datetime
) -> None:
    item = item_of(governed, "DEM-01")
    Item.objects.filter(pk=item.pk).update(owner=people.owner)
    Waiver.objects.create(
        pilot=governed,
        item=item,
        reason="Later",
        requested_at=at,
        requested_by=people.pm,
        state="approved",
        ends_at=at + timedelta(days=20),
        decided_at=at,
        decided_by=people.sponsor,
    )
    collect_reminders(at + timedelta(days=10))
    assert not Notification.objects.exists()
    collect_reminders(at + timedelta(days=14))
    assert {row.user for row in Notification.objects.all()} == {people.owner, people.pm, people.sponsor}


def test_a_waiver_that_is_asked_is_told_to_the_sponsor(governed: Pilot, people: People, at: datetime) -> None:
    Waiver.objects.create(
        pilot=governed,
        item=item_of(governed, "DEM-01"),
        reason="Later",
        requested_at=at,
        requested_by=people.pm,
        ends_at=at + timedelta(days=20),
    )
    collect_reminders(at)
    assert [row.user for row in Notification.objects.all()] == [people.sponsor]


def test_only_conditions_of_a_passed_gate_are_told(ready_gate: Gate, people: People, at: datetime) -> None:
    Condition.objects.create(
        pilot=ready_gate.pilot,
        gate=ready_gate,
        text="Train the night shift",
        owner=people.change,
        due_on=at.date(),
        added_at=at,
        added_by=people.pm,
    )
    collect_reminders(at)
    assert not Notification.objects.filter(event__startswith="condition").exists()


def test_who_may_sign_is_told_that_sign_off_waits(ready_gate: Gate, people: People, at: datetime) -> None:
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)
    collect_reminders(at)
    asked = {row.user for row in Notification.objects.filter(event__startswith="sign-off-asked")}
    assert people.sponsor in asked
    assert not asked & {people.pm, people.member, people.leader}


def test_reminders_take_as_many_queries_for_many_rows(governed: Pilot, at: datetime, people: People) -> None:
    Item.objects.filter(pilot=governed, code="DEM-01").update(due_on=at.date())
    with CaptureQueriesContext(connection) as one:
        collect_reminders(at)
    Item.objects.filter(pilot=governed).update(due_on=at.date())
    with CaptureQueriesContext(connection) as many:
        collect_reminders(at)
    assert len(many) == len(one) <= 12


def test_a_digest_lists_what_is_new_and_comes_once_a_day(people: People, letters: Pilot, morning: datetime) -> None:
    NotificationFactory(user=people.owner, text="The first thing", url="/pilots/letters/")
    NotificationFactory(user=people.owner, text="The second thing")
    assert send_digests(morning) == 1
    message = Message.objects.get()
    assert message.address == people.owner.email
    assert message.subject == "RolloutGov: 2 things for you"
    assert "The first thing" in message.body
    assert "http://127.0.0.1:8000/pilots/letters/" in message.body
    assert send_digests(morning + timedelta(hours=1)) == 0
    NotificationFactory(user=people.owner, text="The third thing")
    assert send_digests(morning + timedelta(hours=2)) == 0
    assert send_digests(morning + timedelta(days=1)) == 1
    assert "first" not in Message.objects.exclude(pk=message.pk).get().body


def test_nothing_new_is_no_digest(people: People, morning: datetime) -> None:
    assert send_digests(morning) == 0


def test_a_digest_waits_for_the_readers_morning(people: People, morning: datetime) -> None:
    NotificationFactory(user=people.owner)
    User.objects.filter(pk=people.owner.pk).update(time_zone="America/Los_Angeles")
    assert send_digests(morning) == 0
    assert send_digests(morning + timedelta(hours=7)) == 1


def test_who_wants_none_gets_none_and_is_not_flooded_later(people: People, morning: datetime) -> None:
    NotificationFactory(user=people.owner)
    User.objects.filter(pk=people.owner.pk).update(wants_digest=False)
    assert send_digests(morning) == 0
    User.objects.filter(pk=people.owner.pk).update(wants_digest=True)
    assert send_digests(morning) == 0


def test_what_was_read_is_not_told_again(people: People, morning: datetime) -> None:
    NotificationFactory(user=people.owner, read_at=morning)
    assert send_digests(morning) == 0
