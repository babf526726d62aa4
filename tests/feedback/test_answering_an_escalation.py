"""Somebody cannot tell whether an output is right: who is called, when the next one is, and what they say."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from feedback.actions.escalations import Step, answer_escalation, give_up_escalation, set_escalation_path
from feedback.actions.flags import Details
from feedback.actions.reopening import reopen_flag
from feedback.actions.routing import route_escalations
from feedback.actions.triage import assess_flag, close_flag
from feedback.models import Escalation, Flag
from feedback.people_reports import escalation_figures
from feedback.summaries.people import personal_tasks
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Membership, Message, Notification, Pilot, User
from pilots.permissions import Role
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.factories.feedback_people import ROUND_THE_CLOCK, a_path
from tests.factories.pilots import DelegationFactory
from tests.feedback import HandIn, SignIn

Answer = Callable[..., Escalation]


@pytest.fixture
def at() -> datetime:
    return now() - timedelta(days=1)


@pytest.fixture
def path(letters: Pilot, people: People, at: datetime) -> None:
    a_path(letters, people.pm, at)


@pytest.fixture
def asked(path: None, hand_in: HandIn, people: People, at: datetime) -> Escalation:
    """By the member, of the evaluation lead first."""
    flag = hand_in(categories=["JUDGE"], by=people.member, at=at).flag
    return Escalation.objects.select_related("pilot", "flag").get(flag=flag)


@pytest.fixture
def answer(people: People) -> Answer:
    def do(escalation: Escalation, **how: object) -> Escalation:
        usual = {"decision": "do_not_use", "answer": "Section 4 says otherwise.", "version": 1, "at": now()}
        return answer_escalation(**{"escalation": escalation, "by": people.evaluator, **usual, **how})  # type: ignore[arg-type]

    return do


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(user=user).order_by("created_at").values_list("text", flat=True))


@pytest.mark.parametrize(
    "said",
    [{"categories": ["JUDGE"]}, {"categories": ["WRONG", "JUDGE"]}, {"details": Details(needs_answer_now=True)}],
)
def test_a_flag_that_needs_a_judgement_calls_somebody_at_once(
    path: None, hand_in: HandIn, people: People, said: dict[str, object]
) -> None:
    flag = hand_in(**said).flag
    opened = Escalation.objects.get(flag=flag)
    assert [call.person for call in opened.calls.all()] == [people.evaluator]
    assert Message.objects.filter(address=people.evaluator.email, subject__contains=flag.reference).exists()
    assert opened.promised_by == flag.reported_at + timedelta(hours=4)


def test_any_other_flag_calls_nobody(path: None, hand_in: HandIn) -> None:
    hand_in()
    assert not Escalation.objects.exists()


def test_when_the_hours_are_over_the_next_is_called_and_nobody_twice(
    asked: Escalation, people: People, at: datetime
) -> None:
    for hours in (3, 5, 5):
        route_escalations(at=at + timedelta(hours=hours))
    assert [call.person for call in asked.calls.all()] == [people.evaluator, people.owner]
    assert len(told(people.evaluator)) == len(told(people.owner)) == 1
    assert [event.verb for event in AuditEvent.objects.order_by("sequence")] == ["escalation.passed_on"]


def test_when_all_were_called_those_in_charge_hear_that_nobody_answered(
    asked: Escalation, people: People, at: datetime
) -> None:
    for hours in (5, 8, 9):
        route_escalations(at=at + timedelta(hours=hours))
    asked.refresh_from_db()
    assert asked.is_open and asked.ran_out == at + timedelta(hours=8)
    assert "nobody answered" in told(people.pm)[0] and told(people.pm) == told(people.sponsor)


def test_without_a_path_it_is_loud(hand_in: HandIn, people: People, at: datetime) -> None:
    hand_in(categories=["JUDGE"], at=at)
    for _ in range(2):
        route_escalations(at=at + timedelta(hours=1))
    assert Escalation.objects.get().is_unroutable
    assert len(told(people.pm)) == len(told(people.sponsor)) == 1
    assert Message.objects.filter(address=people.sponsor.email).count() == 1


def test_a_path_set_later_reaches_who_waits(hand_in: HandIn, people: People, letters: Pilot, at: datetime) -> None:
    hand_in(categories=["JUDGE"], at=at)
    a_path(letters, people.pm, at)
    route_escalations(at=at + timedelta(hours=1))
    found = Escalation.objects.get()
    assert found.step == 1 and found.unroutable_since is not None


def test_a_step_with_nobody_in_it_is_passed_over(letters: Pilot, people: People, hand_in: HandIn, at: datetime) -> None:
    Membership.objects.filter(user=people.evaluator).delete()
    a_path(letters, people.pm, at)
    hand_in(categories=["JUDGE"], at=at)
    calls = Escalation.objects.get().calls.all()
    assert [(call.position, call.person) for call in calls] == [(1, None), (2, people.owner)]


def test_who_stands_in_and_who_covers_are_called_when_somebody_is_away(
    letters: Pilot, people: People, hand_in: HandIn, at: datetime
) -> None:
    a_path(letters, people.pm, at, {"role": Role.EVALUATION_LEAD, "within_hours": 4, "cover": people.integration})
    DelegationFactory.create(pilot=letters, from_user=people.evaluator, to_user=people.change, role="evaluation_lead")
    hand_in(categories=["JUDGE"])
    called = {call.person: call.as_cover for call in Escalation.objects.get().calls.all()}
    assert called == {people.evaluator: False, people.change: True, people.integration: True}


def test_a_flag_from_elsewhere_is_opened_by_the_sweep_and_one_collected_in_a_file_is_not(
    path: None, letters: Pilot, people: People
) -> None:
    FlagFactory.create(pilot=letters, categories=["JUDGE"], source="api")
    FlagFactory.create(pilot=letters, categories=["JUDGE"], source="import")
    route_escalations(at=now())
    route_escalations(at=now())
    assert Escalation.objects.count() == 1
    assert [event.verb for event in AuditEvent.objects.all()] == ["escalation.opened"]


def test_its_reporter_reads_the_answer(asked: Escalation, answer: Answer, people: People, sign_in: SignIn) -> None:
    answer(asked, decision="corrected", corrected_output="From the lower side.")
    page = sign_in(people.member).get(f"/my-flags/{asked.flag.reference}/").content.decode()
    assert "Use this instead" in page and "From the lower side." in page and "Section 4 says otherwise." in page
    assert "was judged: use this instead" in told(people.member)[-1]
    event = AuditEvent.objects.get()
    assert event.verb == "escalation.answered" and "Section 4" not in event.body


def test_who_asked_reads_who_was_called(asked: Escalation, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.member).get(f"/my-flags/{asked.flag.reference}/").content.decode()
    assert f"{people.evaluator} was called and answers" in page


def test_who_gave_no_name_reads_it_behind_the_link_without_a_name(
    path: None, hand_in: HandIn, answer: Answer, people: People, visitor: Client
) -> None:
    handed = hand_in(categories=["JUDGE"])
    answer(Escalation.objects.select_related("pilot").get())
    page = visitor.get(f"/flag/receipt/{handed.token}/").content.decode()
    assert "Section 4 says otherwise." in page and people.evaluator.name not in page


@pytest.mark.parametrize(
    ("how", "field"),
    [
        ({"answer": " "}, "answer"),
        ({"decision": "perhaps"}, "decision"),
        ({"decision": "corrected"}, "corrected_output"),
    ],
)
def test_an_answer_says_what_to_do_and_why(
    asked: Escalation, answer: Answer, how: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        answer(asked, **how)
    assert refused.value.field == field


def test_nobody_judges_what_they_asked_themselves(path: None, hand_in: HandIn, answer: Answer, people: People) -> None:
    hand_in(categories=["JUDGE"], by=people.evaluator)
    with pytest.raises(Refused, match="somebody else"):
        answer(Escalation.objects.select_related("pilot").get())


def test_a_member_does_not_answer_and_a_second_answer_is_a_conflict(
    asked: Escalation, answer: Answer, people: People
) -> None:
    with pytest.raises(NotAllowed):
        answer(asked, by=people.member)
    answer(asked)
    with pytest.raises(Conflict):
        answer(asked, by=people.owner)


def test_the_database_takes_no_answer_without_words(asked: Escalation) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.update(state="answered", answered_at=now(), answered_by=asked.pilot.created_by)


def test_who_gives_up_is_counted_and_who_was_called_hears_it(
    asked: Escalation, people: People, sign_in: SignIn
) -> None:
    sign_in(people.member).post(f"/my-flags/{asked.flag.reference}/give-up/")
    asked.refresh_from_db()
    assert asked.state == "gave_up"
    assert "went on without one" in told(people.evaluator)[-1]
    with pytest.raises(Refused):
        give_up_escalation(escalation=asked, at=now())


def test_one_that_came_back_is_asked_anew(asked: Escalation, answer: Answer, people: People) -> None:
    answer(asked)
    flag = assess_flag(flag=asked.flag, severity=1, version=1, by=people.triage, at=now())
    closed = close_flag(
        flag=flag, resolution="not_a_fault", answer="So.", version=flag.version, by=people.triage, at=now()
    )
    reopen_flag(flag=closed, note="Again", at=now())
    assert sorted(Escalation.objects.values_list("state", flat=True)) == ["answered", "open"]


def test_figures_say_what_they_are_of_and_leave_drills_out(
    path: None, hand_in: HandIn, answer: Answer, people: People, letters: Pilot, at: datetime
) -> None:
    assert escalation_figures(letters, now()).share_in_time is None
    quick, slow, waiting = (hand_in(categories=["JUDGE"], at=at).flag for _ in range(3))
    hand_in(categories=["JUDGE"], at=at, details=Details(is_drill=True))
    for flag, hours in ((quick, 1), (slow, 9)):
        found = Escalation.objects.select_related("pilot").get(flag=flag)
        answer(found, at=at + timedelta(hours=hours))
    give_up_escalation(escalation=Escalation.objects.get(flag=waiting), at=at + timedelta(hours=12))
    found = escalation_figures(letters, at + timedelta(hours=20))
    assert (found.raised, found.judged, found.in_time, found.gave_up) == (3, 3, 1, 1)
    assert found.longest_wait == timedelta(hours=12)


def test_what_is_still_within_its_time_is_not_judged(asked: Escalation, letters: Pilot, at: datetime) -> None:
    assert escalation_figures(letters, at + timedelta(hours=1)).judged == 0
    assert escalation_figures(letters, at + timedelta(hours=5)).judged == 1


def test_my_work_shows_what_i_was_called_to(asked: Escalation, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.evaluator).get("/my-work/").content.decode()
    assert f"Judge whether the output of {asked.flag.reference} can be used" in page
    assert personal_tasks(people.owner, concerns=Pilot.objects.none(), most=5) == []


def set_path(letters: Pilot, by: User, *steps: Step, version: int = 0) -> None:
    set_escalation_path(pilot=letters, steps=steps, version=version, by=by, at=now(), **ROUND_THE_CLOCK)


def test_a_path_names_only_who_may_answer(letters: Pilot, people: People) -> None:
    for step in (Step(4, role="member"), Step(4, person=people.member), Step(4), Step(0, role="evaluation_lead")):
        with pytest.raises(Refused):
            set_path(letters, people.pm, step)
    with pytest.raises(Refused):
        set_path(letters, people.pm)
    set_path(letters, people.owner, Step(4, person=people.evaluator, cover=people.triage))
    with pytest.raises(Conflict):
        set_path(letters, people.pm, Step(4, role="evaluation_lead"))
    with pytest.raises(NotAllowed):
        set_path(letters, people.triage, Step(4, role="evaluation_lead"), version=1)


def test_the_page_sets_a_path_and_keeps_what_was_typed(letters: Pilot, people: People, sign_in: SignIn) -> None:
    browser, address = sign_in(people.pm), "/pilots/letters/escalations/path/"
    typed = {"opens": "08:00", "closes": "18:00", "whom_1": "role:evaluation_lead", "version": "0"}
    refused = browser.post(address, typed)
    assert refused.status_code == 422 and 'value="08:00"' in refused.content.decode()
    done = browser.post(address, {**typed, "within_hours_1": "4", "cover_1": str(people.owner.pk)}, follow=True)
    assert "4 hours of cover" in done.content.decode()
    late = browser.post(address, {**typed, "within_hours_1": "2"})
    assert late.status_code == 409


def test_the_list_costs_the_same_for_ten_as_for_one(
    path: None, hand_in: HandIn, people: People, sign_in: SignIn, django_assert_max_num_queries: Callable[..., object]
) -> None:
    browser = sign_in(people.evaluator)
    for _ in range(10):
        hand_in(categories=["JUDGE"])
    browser.get("/pilots/letters/escalations/")
    with django_assert_max_num_queries(14):
        page = browser.get("/pilots/letters/escalations/").content.decode()
    assert page.count("Waiting for an answer") >= 10


def test_late_ones_say_so(asked: Escalation, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.triage).get("/pilots/letters/escalations/").content.decode()
    assert "Not answered in time" in page
    assert timezone.is_aware(asked.opened_at) and Flag.objects.count() == 1


def test_a_flag_that_asked_for_nothing_else_is_closed_with_the_answer_and_told_once(
    asked: Escalation, answer: Answer, people: People
) -> None:
    answer(asked, decision="use", answer="It quotes section 4 as it stands.")
    flag = Flag.objects.get(pk=asked.flag.pk)
    assert (flag.state, flag.resolution, flag.closed_by) == ("closed", "not_a_fault", people.evaluator)
    assert flag.answer == "It quotes section 4 as it stands."
    assert len([text for text in told(people.member) if "was judged" in text or "was closed" in text]) == 1


@pytest.mark.parametrize(
    ("said", "decision"),
    [
        ({"categories": ["JUDGE"]}, "do_not_use"),
        ({"categories": ["WRONG", "JUDGE"]}, "use"),
        ({"categories": ["JUDGE"], "severity": 3}, "use"),
    ],
)
def test_what_is_wrong_or_severe_still_waits_for_triage(
    path: None, hand_in: HandIn, answer: Answer, people: People, said: dict[str, object], decision: str
) -> None:
    flag = hand_in(by=people.member, **said).flag
    answer(Escalation.objects.select_related("pilot", "flag").get(flag=flag), decision=decision)
    flag.refresh_from_db()
    assert flag.state == "new"
