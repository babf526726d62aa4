"""A standing review: set, its agenda makes itself, and it closes when everything has left it with a decision."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from feedback.actions import patterns as decide
from feedback.actions.corrections import finish_correction, open_correction, plan_correction
from feedback.actions.reminding import remind_of_feedback
from feedback.actions.reviews import carry_item, close_review, decide_item, open_review, set_review_schedule
from feedback.agenda import agenda_of, standings_of
from feedback.models import Pattern, Review, ReviewItem, ReviewSchedule
from feedback.taxonomy import SEVERE
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Notification, Pilot, User
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory

SignIn = Callable[[User], Client]


@pytest.fixture
def confirmed(letters: Pilot) -> Pattern:
    return PatternFactory.create(pilot=letters, number=1, state="confirmed", size=4, reporters=2)


@pytest.fixture
def review(letters: Pilot, people: People, confirmed: Pattern) -> Review:
    """Open, with one confirmed pattern on its agenda."""
    return open_review(pilot=letters, attendees=[people.pm, people.triage], by=people.pm, at=now())


def item_of(review: Review, position: int = 1) -> ReviewItem:
    return review.items.select_related("review__pilot", "pattern__pilot", "pilot").get(position=position)


def schedule(letters: Pilot, people: People, weekday: int = 1, weeks: int = 2, **how: Any) -> ReviewSchedule:
    given = {"pilot": letters, "weekday": weekday, "every_weeks": weeks, "chair": people.pm, "version": 0}
    return set_review_schedule(**{**given, "by": people.pm, "at": now(), **how})


def leave(review: Review, people: People, action: str = "prompt", **how: Any) -> Pattern:
    item = item_of(review)
    assert item.pattern is not None
    due = now().date() + timedelta(days=9)
    given = {
        "item": item,
        "action": action,
        "owner": people.integration,
        "due_on": due,
        "version": item.pattern.version,
    }
    return decide_item(**{**given, "by": people.triage, "at": now(), **how})


def test_the_next_review_is_on_the_day_of_the_week(letters: Pilot, people: People) -> None:
    made = schedule(letters, people, weekday=3)
    assert made.next_on.weekday() == 3
    assert now().date() < made.next_on <= now().date() + timedelta(days=7)
    assert made.in_words == "Thursday, every 2 weeks"


def test_setting_another_day_does_not_hide_that_one_was_missed(letters: Pilot, people: People) -> None:
    schedule(letters, people)
    missed = now().date() - timedelta(days=3)
    ReviewSchedule.objects.update(next_on=missed)
    assert schedule(letters, people, weekday=4, version=1).next_on == missed
    with pytest.raises(Conflict):
        schedule(letters, people, version=1)


@pytest.mark.parametrize("given", [{"weekday": 7}, {"weeks": 0}, {"weeks": 14}])
def test_a_schedule_that_is_none_is_refused(letters: Pilot, people: People, given: dict[str, int]) -> None:
    with pytest.raises(Refused):
        schedule(letters, people, **given)


def test_the_chair_works_on_the_pilot(letters: Pilot, people: People) -> None:
    with pytest.raises(Refused, match="works on this pilot"):
        schedule(letters, people, chair=people.stranger)


def test_the_agenda_makes_itself_in_the_order_of_triage(letters: Pilot, people: People) -> None:
    at = now()
    made = {
        "confirmed": PatternFactory.create(pilot=letters, state="confirmed", size=9),
        "new": PatternFactory.create(pilot=letters, state="new", size=3),
        "severe": PatternFactory.create(pilot=letters, state="confirmed", worst=SEVERE),
        "surging": PatternFactory.create(pilot=letters, state="confirmed", surging_since=at),
        "regressed": PatternFactory.create(pilot=letters, state="regressed", fixed_from=at),
        "overdue": acting(letters, people, -2),
    }
    acting(letters, people, +2)
    for state in ("acknowledged", "snoozed"):
        PatternFactory.create(pilot=letters, state=state, snoozed_until=at.date())
    flag = FlagFactory.create(pilot=letters, severity=4)
    found = agenda_of(letters, at)
    assert [matter.why for matter in found] == [
        "severe_flag", "regressed", "surging", "severe", "emerging", "confirmed", "overdue",
    ]  # fmt: skip
    assert found[0].flag == flag
    order = ["regressed", "surging", "severe", "new", "confirmed", "overdue"]
    assert [matter.pattern for matter in found[1:]] == [made[name] for name in order]


def acting(letters: Pilot, people: People, days: int) -> Pattern:
    due = now().date() + timedelta(days=days)
    return PatternFactory.create(pilot=letters, state="acting", action="prompt", owner=people.integration, due_on=due)


def test_each_pattern_leaves_with_an_action_a_person_and_a_day(review: Review, people: People) -> None:
    with pytest.raises(Refused, match="Nothing is decided yet about P-1"):
        close_review(review=review, version=1, by=people.pm, at=now())
    leave(review, people)
    closed = close_review(review=review, note="Short.", version=1, by=people.pm, at=now())
    item = item_of(review)
    assert item.decision is not None and item.decision.verb == "acted_on"
    assert item.outcome.startswith("Adjust the prompt, Ines Duarte by ")
    assert (closed.closed_by, closed.note) == (people.pm, "Short.")


@pytest.mark.parametrize("missing", ["owner", "due_on"])
def test_an_action_without_a_person_or_a_day_is_refused(review: Review, people: People, missing: str) -> None:
    with pytest.raises(Refused) as refused:
        leave(review, people, **{missing: None})
    assert refused.value.field == missing


def test_noted_is_no_decision(review: Review, people: People, confirmed: Pattern) -> None:
    with pytest.raises(Refused):
        leave(review, people, action="noted")
    decide.acknowledge_pattern(pattern=confirmed, version=1, by=people.triage, at=now())
    with pytest.raises(Refused, match="Nothing is decided"):
        close_review(review=review, version=1, by=people.pm, at=now())


def test_nothing_changes_only_because_of_something(review: Review, people: People) -> None:
    with pytest.raises(Refused, match="why nothing changes"):
        leave(review, people, action="no_change", owner=None, due_on=None)
    leave(review, people, action="no_change", owner=None, due_on=None, reason="It is a draft.")
    close_review(review=review, version=1, by=people.pm, at=now())
    assert item_of(review).outcome.startswith("No change, because")


def test_a_new_pattern_is_confirmed_by_deciding_about_it(letters: Pilot, people: People) -> None:
    new = PatternFactory.create(pilot=letters, number=1)
    review = open_review(pilot=letters, attendees=[people.pm], by=people.pm, at=now())
    leave(review, people)
    new.refresh_from_db()
    assert new.state == "acting"
    verbs = list(new.decisions.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["confirmed", "acted_on"]


def test_what_was_decided_is_open_again_when_it_is_taken_back(review: Review, people: People) -> None:
    pattern = leave(review, people)
    decide.undo_decision(pattern=pattern, version=pattern.version, by=people.triage, at=now())
    assert [one.is_open for one in standings_of(review)] == [True]


def test_what_was_decided_before_the_meeting_does_not_count_for_it(letters: Pilot, people: People) -> None:
    late = acting(letters, people, -2)
    decide.rename_pattern(pattern=late, title="Slow", version=1, by=people.triage, at=now())
    review = open_review(pilot=letters, attendees=[people.pm], by=people.pm, at=now())
    assert [one.is_open for one in standings_of(review)] == [True]


def test_it_is_carried_once_by_name_and_with_a_reason(letters: Pilot, review: Review, people: People) -> None:
    with pytest.raises(Refused, match="Say why"):
        carry_item(item=item_of(review), reason=" ", by=people.pm, at=now())
    carry_item(item=item_of(review), reason="Ines is away.", by=people.pm, at=now())
    close_review(review=review, version=1, by=people.pm, at=now())
    again = open_review(pilot=letters, attendees=[people.pm], by=people.pm, at=now())
    with pytest.raises(Refused, match="Paula Marsh carried it here from the last review"):
        carry_item(item=item_of(again), reason="Still away.", by=people.owner, at=now())
    with pytest.raises(Refused, match="Nothing is decided"):
        close_review(review=again, version=1, by=people.pm, at=now())


def test_a_severe_flag_leaves_once_it_is_assessed(letters: Pilot, people: People) -> None:
    flag = FlagFactory.create(pilot=letters, severity=3)
    review = open_review(pilot=letters, attendees=[people.pm], by=people.pm, at=now())
    assert [one.is_open for one in standings_of(review)] == [True]
    flag.state, flag.assessed_severity, flag.assessed_at, flag.assessed_by = "assessed", 3, now(), people.triage
    flag.save()
    assert [one.outcome for one in standings_of(review)] == ["Assessed: affected someone"]


def test_a_correction_leaves_when_it_is_done_or_planned_anew(
    letters: Pilot, people: People, confirmed: Pattern
) -> None:
    said = {"went_out": "Forty letters", "audience": "internal", "owner": people.change}
    ours = {"pilot": letters, "pattern": confirmed, "by": people.pm, "at": now(), **said}
    one, other = open_correction(**ours), open_correction(**ours)
    review = open_review(pilot=letters, attendees=[people.pm], by=people.pm, at=now())
    finish_correction(correction=one, what_was_done="Sent again.", version=1, by=people.change, at=now())
    later = now() + timedelta(days=3)
    plan_correction(
        correction=other, owner=people.owner, due_at=later, reason="Post.", version=1, by=people.pm, at=now()
    )
    assert [one.is_open for one in standings_of(review)] == [True, False, False]


def test_one_review_is_open_at_a_time(letters: Pilot, review: Review, people: People) -> None:
    with pytest.raises(Refused, match="Review 1 is still open"):
        open_review(pilot=letters, attendees=[people.pm], by=people.pm, at=now())
    with pytest.raises(IntegrityError):
        Review.objects.create(pilot=letters, number=2, opened_at=now(), opened_by=people.pm)


def test_a_review_moves_the_day_of_the_next(letters: Pilot, people: People) -> None:
    made = schedule(letters, people, weeks=2)
    missed = made.next_on - timedelta(weeks=3)
    ReviewSchedule.objects.update(next_on=missed)
    open_review(pilot=letters, attendees=[people.pm], by=people.pm, at=now())
    made.refresh_from_db()
    assert made.next_on > now().date()
    assert (made.next_on - missed).days % 14 == 0


def test_a_closed_review_is_closed(review: Review, people: People) -> None:
    leave(review, people)
    close_review(review=review, version=1, by=people.pm, at=now())
    with pytest.raises(Refused, match="is closed"):
        leave(review, people)


def test_who_may_not_run_reviews_may_not(letters: Pilot, people: People, review: Review) -> None:
    with pytest.raises(NotAllowed):
        open_review(pilot=letters, attendees=[people.pm], by=people.evaluator, at=now())
    with pytest.raises(NotAllowed):
        leave(review, people, by=people.pm)


def test_each_step_is_in_the_trail(review: Review, people: People, letters: Pilot) -> None:
    schedule(letters, people)
    carry_item(item=item_of(review), reason="Away.", by=people.pm, at=now())
    close_review(review=review, version=1, by=people.pm, at=now())
    verbs = AuditEvent.objects.filter(verb__startswith="review.").order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["review.opened", "review.scheduled", "review.item_carried", "review.closed"]


def test_its_people_are_reminded_before_and_once_more_when_it_is_late(letters: Pilot, people: People) -> None:
    made = schedule(letters, people, chair=people.owner)
    at = now()
    assert remind_of_feedback(at + (made.next_on - at.date()) - timedelta(days=4)) == 0
    for _ in range(2):
        remind_of_feedback(at + (made.next_on - at.date()) - timedelta(days=1))
    due = Notification.objects.filter(event__startswith="review-due")
    assert {notice.user for notice in due} == {people.owner, people.triage}
    for _ in range(2):
        remind_of_feedback(at + (made.next_on - at.date()) + timedelta(days=1))
    late = Notification.objects.filter(event__startswith="review-overdue")
    assert {notice.user for notice in late} == {people.owner, people.triage, people.pm}


def test_a_decision_past_its_day_is_told_to_who_owes_it_and_to_the_manager(letters: Pilot, people: People) -> None:
    acting(letters, people, -1)
    remind_of_feedback(now())
    told = Notification.objects.filter(event__startswith="decision-overdue")
    assert {notice.user for notice in told} == {people.integration, people.triage, people.pm}


def post(browser: Client, address: str, **said: Any) -> Any:
    return browser.post(f"/pilots/letters/reviews/{address}", said)


def test_a_review_from_its_schedule_to_its_minutes(
    letters: Pilot, people: People, confirmed: Pattern, sign_in: SignIn
) -> None:
    manager, triage = sign_in(people.pm), sign_in(people.triage)
    answer = post(manager, "schedule/", weekday=2, every_weeks=1, chair=people.pm.pk, version=0)
    assert answer.status_code == 302
    answer = post(manager, "open/", attendees=[people.pm.pk, people.triage.pk])
    assert answer["Location"] == "/pilots/letters/reviews/1/"
    page = triage.get("/pilots/letters/reviews/1/").content.decode()
    assert "No change, because" in page and "1 of 1 to decide" in page
    due = date.today() + timedelta(days=9)  # noqa: DTZ011
    said = {"action": "training", "owner": people.change.pk, "due_on": due.isoformat(), "version": 1}
    answer = post(triage, "1/1/decide/", **said)
    assert answer["Location"] == "/pilots/letters/reviews/1/#now"
    answer = post(manager, "1/close/", version=1, note="All agreed.")
    assert answer.status_code == 302
    page = manager.get("/pilots/letters/reviews/1/").content.decode()
    assert "Minutes" in page and "Train people, Chidi Okoro" in page and "All agreed." in page


def test_what_was_typed_is_not_lost_when_it_is_refused(review: Review, people: People, sign_in: SignIn) -> None:
    answer = post(sign_in(people.triage), "1/1/decide/", action="no_change", reason="", version=1)
    assert answer.status_code == 422
    assert "Tell its reporters why nothing changes" in answer.content.decode()
    answer = post(sign_in(people.triage), "1/1/decide/", action="no_change", reason="It is a draft.", version=9)
    assert answer.status_code == 409
    assert "It is a draft." in answer.content.decode()


def test_an_overdue_review_shows_on_the_list_and_on_the_pilots_page(
    letters: Pilot, people: People, sign_in: SignIn, governed: Pilot
) -> None:
    schedule(letters, people)
    ReviewSchedule.objects.update(next_on=now().date() - timedelta(days=3))
    assert "The standing review is overdue" in sign_in(people.change).get("/pilots/letters/reviews/").content.decode()
    assert "Feedback is overdue" in sign_in(people.pm).get("/pilots/letters/").content.decode()
    assert "Feedback that is overdue" in sign_in(people.leader).get("/readiness/").content.decode()
    work = sign_in(people.pm).get("/my-work/").content.decode()
    assert "Hold the standing review" in work


def test_a_long_agenda_costs_the_queries_of_a_short_one(
    letters: Pilot, people: People, confirmed: Pattern, sign_in: SignIn, django_assert_num_queries: Any
) -> None:
    open_review(pilot=letters, attendees=[people.pm], by=people.pm, at=now())
    browser = sign_in(people.triage)
    with django_assert_num_queries(40, exact=False) as short:
        browser.get("/pilots/letters/reviews/1/")
    PatternFactory.create_batch(20, pilot=letters, state="confirmed")
    ReviewItem.objects.bulk_create(
        ReviewItem(pilot=letters, review=Review.objects.get(), position=10 + n, why="confirmed", pattern=pattern)
        for n, pattern in enumerate(Pattern.objects.filter(pilot=letters).exclude(pk=confirmed.pk))
    )
    with django_assert_num_queries(len(short)):
        browser.get("/pilots/letters/reviews/1/")
