"""Whose week it is, who is called first, and who next when nobody has looked in time; each once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from feedback.access import link_token
from feedback.actions.rota import call_next_people, set_clocks, set_rota
from feedback.actions.telling import called_first, called_next, duty_of, on_triage_now
from feedback.actions.triage import assess_flag
from feedback.clocks import CORRECT_HOURS, monday_of
from feedback.models import ClockOverrun, TriageWeek
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Membership, Message, Notification, Pilot, User
from pilots.permissions import Role
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.pilots import DelegationFactory, MembershipFactory, UserFactory

SignIn = Callable[[User], Client]
WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=UTC)


@pytest.fixture
def second(letters: Pilot) -> User:
    """Another triage lead."""
    person = UserFactory.create(name="Tara Second")
    MembershipFactory.create(pilot=letters, user=person, role=Role.TRIAGE_LEAD)
    return person


def on_duty(letters: Pilot, people: People, person: User | None, cover: User | None = None, at: Any = None) -> None:
    moment = at or now()
    weeks = {monday_of(moment.date()): (person, cover)}
    set_rota(pilot=letters, weeks=weeks, by=people.pm, at=moment)


def test_severe_flags_call_who_is_on_duty_alone(
    letters: Pilot, people: People, second: User, hand_in: Callable[..., Any]
) -> None:
    on_duty(letters, people, second, people.triage)
    hand_in(severity=3)
    assert {notice.user for notice in Notification.objects.all()} == {second}
    assert [message.address for message in Message.objects.all()] == [second.email]


def test_without_a_rota_everybody_of_triage_is_called(letters: Pilot, people: People, second: User) -> None:
    assert set(called_first(letters, now())) == {people.triage, second}


def test_who_is_on_triage_may_triage(letters: Pilot, people: People) -> None:
    with pytest.raises(Refused, match="may not decide about flags"):
        on_duty(letters, people, people.evaluator)
    with pytest.raises(Refused, match="somebody else"):
        on_duty(letters, people, people.triage, people.triage)
    with pytest.raises(NotAllowed):
        set_rota(pilot=letters, weeks={}, by=people.change, at=now())


def test_a_deputy_by_delegation_is_on_triage_while_it_lasts(letters: Pilot, people: People) -> None:
    lent = DelegationFactory.create(
        pilot=letters, from_user=people.triage, to_user=people.change, role=Role.TRIAGE_LEAD.value
    )
    on_duty(letters, people, people.change)
    assert called_first(letters, now()) == [people.change]
    lent.ended_at, lent.ended_by = now(), people.triage
    lent.save()
    assert duty_of(letters, now()) is None
    assert called_first(letters, now()) == [people.triage]


def test_a_week_is_emptied_and_none_that_is_over_is_set(letters: Pilot, people: People) -> None:
    on_duty(letters, people, people.triage)
    on_duty(letters, people, None)
    assert not TriageWeek.objects.exists()
    gone = {monday_of(now().date()) - timedelta(weeks=1): (people.triage, None)}
    with pytest.raises(Refused, match="over"):
        set_rota(pilot=letters, weeks=gone, by=people.pm, at=now())


def late(letters: Pilot, hours: float, **how: Any) -> Any:
    return FlagFactory.create(pilot=letters, reported_at=WEDNESDAY - timedelta(hours=hours), **how)


def test_when_the_clock_has_run_out_the_next_is_called_and_then_the_manager(
    letters: Pilot, people: People, second: User
) -> None:
    on_duty(letters, people, people.triage, second, at=WEDNESDAY)
    flag = late(letters, 1.5, severity=4)
    assert call_next_people(WEDNESDAY) == 1
    assert {notice.user for notice in Notification.objects.all()} == {second}
    assert call_next_people(WEDNESDAY) == 0
    assert call_next_people(WEDNESDAY + timedelta(hours=1)) == 1
    assert {notice.user for notice in Notification.objects.all()} == {second, people.pm}
    assert call_next_people(WEDNESDAY + timedelta(days=1)) == 0
    levels = ClockOverrun.objects.filter(flag=flag).order_by("level").values_list("level", flat=True)
    assert list(levels) == [1, 2]
    assert AuditEvent.objects.filter(verb="flag.waited_too_long").count() == 2


def test_without_a_cover_everybody_else_of_triage_is_next(letters: Pilot, people: People, second: User) -> None:
    on_duty(letters, people, people.triage, at=WEDNESDAY)
    assert called_next(letters, WEDNESDAY) == [second]


def test_what_was_looked_at_in_time_calls_nobody(letters: Pilot, people: People) -> None:
    flag = late(letters, 1.5, severity=4)
    assess_flag(flag=flag, severity=4, version=1, by=people.triage, at=WEDNESDAY)
    assert call_next_people(WEDNESDAY) == 0


def test_many_ordinary_flags_are_one_message_a_day(letters: Pilot, people: People) -> None:
    for _ in range(5):
        late(letters, 24 * 12, severity=1)
    assert call_next_people(WEDNESDAY) == 5
    told = Notification.objects.filter(user=people.triage)
    assert [notice.text for notice in told] == ["5 flags of Letters waited longer for a first look than promised."]


def test_a_pilot_that_rests_calls_nobody(letters: Pilot, people: People) -> None:
    letters.state, letters.paused_at, letters.paused_by, letters.pause_reason = "paused", now(), people.pm, "Rest"
    letters.save()
    late(letters, 24, severity=4)
    assert call_next_people(WEDNESDAY) == 0


def test_a_faster_clock_calls_earlier(letters: Pilot, people: People) -> None:
    flag = late(letters, 1.1, severity=2)
    assert call_next_people(WEDNESDAY) == 0
    hours = {"read_hours": (40, 40, 1, 1, 1), "correct_hours": CORRECT_HOURS}
    set_clocks(pilot=letters, version=0, by=people.pm, at=WEDNESDAY, **hours)
    late_by = WEDNESDAY + timedelta(minutes=30)
    assert call_next_people(late_by) == 1
    assert ClockOverrun.objects.get().flag == flag


def test_one_that_comes_back_begins_anew(letters: Pilot, people: People) -> None:
    flag = late(letters, 3, severity=4)
    assert call_next_people(WEDNESDAY) == 2
    flag.recurred_at = WEDNESDAY + timedelta(hours=1)
    flag.save()
    assert call_next_people(WEDNESDAY + timedelta(hours=1)) == 0
    assert call_next_people(WEDNESDAY + timedelta(hours=2, minutes=1)) == 1


def test_the_weeks_and_the_clocks_are_set_on_a_page(
    letters: Pilot, people: People, second: User, sign_in: SignIn
) -> None:
    browser, at = sign_in(people.pm), "/pilots/letters/triage-rota/"
    monday = monday_of(now().date())
    same = {f"person_{monday}": people.triage.pk, f"cover_{monday}": people.triage.pk}
    assert browser.post(at, same).status_code == 422
    assert browser.post(at, {**same, f"cover_{monday}": second.pk}).status_code == 302
    assert "This week: Tomas Reyes, then Tara Second" in browser.get(at).content.decode()
    clocks = {f"read_{n}": 1 for n in range(5)} | {f"correct_{n}": 2 for n in range(5)}
    assert browser.post(f"{at}clocks/", {**clocks, "read_3": 5, "version": 0}).status_code == 422
    assert browser.post(f"{at}clocks/", {**clocks, "procedure": "Call.", "version": 0}).status_code == 302
    assert sign_in(people.change).get(at).status_code == 200
    assert "Tomas Reyes" in sign_in(people.triage).get("/pilots/letters/flags/").content.decode()
    assert "Tomas Reyes" in sign_in(people.change).get("/pilots/letters/reviews/").content.decode()


def test_flags_that_wait_are_on_the_work_of_who_is_on_duty(letters: Pilot, people: People, sign_in: SignIn) -> None:
    on_duty(letters, people, people.triage)
    FlagFactory.create_batch(3, pilot=letters)
    assert "Flags that wait for triage: 3" in sign_in(people.triage).get("/my-work/").content.decode()


def test_who_cannot_wait_reads_whom_to_ring_now(letters: Pilot, people: People, second: User, sign_in: SignIn) -> None:
    on_duty(letters, people, people.triage, second)
    severe = FlagFactory.create(pilot=letters, severity=3, reporter=people.member)
    mild = FlagFactory.create(pilot=letters, severity=1, reporter=people.member)
    browser = sign_in(people.member)
    page = browser.get(f"/my-flags/{severe.reference}/").content.decode()
    assert f"<strong>{people.triage}</strong>, then <strong>{second}</strong>" in page
    assert "who is on triage now" not in browser.get(f"/my-flags/{mild.reference}/").content.decode()


def test_behind_a_private_link_nobody_is_named(letters: Pilot, people: People) -> None:
    severe = FlagFactory.create(pilot=letters, severity=3)
    page = Client().get(f"/flag/receipt/{link_token(letters, severe.submission)}/").content.decode()
    assert severe.reference in page and "who is on triage now" not in page and str(people.triage) not in page
    assert "ring the triage lead of Letters" in page


def test_whom_to_ring_while_somebody_is_away_is_who_they_lent_it_to(
    letters: Pilot, people: People, second: User
) -> None:
    on_duty(letters, people, people.triage, second)
    assert on_triage_now(letters, now()) == [people.triage, second]
    lent = {"pilot": letters, "from_user": people.triage, "role": Role.TRIAGE_LEAD}
    DelegationFactory.create(to_user=people.stranger, **lent)
    assert on_triage_now(letters, now()) == [people.stranger, second]
    assert called_first(letters, now()) == [people.triage, people.stranger]


def test_whom_to_ring_once_who_was_on_triage_is_gone_is_the_cover(letters: Pilot, people: People, second: User) -> None:
    on_duty(letters, people, second, people.triage)
    second.is_active = False
    second.save()
    assert on_triage_now(letters, now()) == called_first(letters, now()) == [people.triage]


def test_nobody_rings_a_cover_who_may_no_longer_decide(letters: Pilot, people: People, second: User) -> None:
    on_duty(letters, people, people.triage, second)
    Membership.objects.filter(user=second).delete()
    assert on_triage_now(letters, now()) == [people.triage]
