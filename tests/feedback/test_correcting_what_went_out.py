"""What went out wrong is corrected: by whom, within which hours, and who was told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from feedback.actions.corrections import finish_correction, note_told, open_correction, plan_correction
from feedback.actions.reminding import remind_of_feedback
from feedback.actions.rota import set_clocks
from feedback.clocks import CORRECT_HOURS, READ_HOURS
from feedback.models import Correction, Pattern
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Notification, Pilot, User
from tests.cast import People
from tests.factories.feedback import CorrectionFactory, FlagFactory, PatternFactory
from tests.factories.pilots import PilotFactory

SignIn = Callable[[User], Client]


@pytest.fixture
def pattern(letters: Pilot) -> Pattern:
    return PatternFactory.create(pilot=letters, number=3, state="confirmed", worst=3)


def opened(about: Pattern, people: People, **how: Any) -> Correction:
    given = {"pilot": about.pilot, "pattern": about, "went_out": "Forty letters.", "audience": "customer"}
    return open_correction(**{**given, "owner": people.change, "by": people.pm, "at": now(), **how})


def test_by_when_follows_from_its_severity(pattern: Pattern, people: People, letters: Pilot) -> None:
    made = opened(pattern, people)
    assert (made.severity, made.due_at - made.opened_at) == (3, timedelta(hours=24))
    flag = FlagFactory.create(pilot=letters, severity=4)
    assert opened(pattern, people, pattern=None, flag=flag).due_at - now() < timedelta(hours=8, minutes=1)
    assert Notification.objects.get(event=f"correction:{made.pk}:1").user == people.change


def test_a_pilot_promises_faster_correction_and_never_slower(pattern: Pattern, people: People, letters: Pilot) -> None:
    clocks = {"pilot": letters, "read_hours": READ_HOURS, "by": people.pm, "at": now()}
    with pytest.raises(Refused, match="promised 24 hours"):
        set_clocks(correct_hours=(120, 120, 72, 25, 8), version=0, **clocks)
    set_clocks(correct_hours=(120, 120, 72, 6, 2), procedure="The owner calls.", version=0, **clocks)
    with pytest.raises(Conflict):
        set_clocks(correct_hours=CORRECT_HOURS, version=0, **clocks)
    made = opened(pattern, people)
    assert made.due_at - made.opened_at == timedelta(hours=6)


def test_it_belongs_to_one_pattern_or_one_flag(pattern: Pattern, people: People) -> None:
    with pytest.raises(Refused, match="pattern or the flag"):
        opened(pattern, people, pattern=None)


def test_it_belongs_to_nothing_of_another_pilot_and_to_no_pattern_that_went_up_in_another(
    pattern: Pattern, people: People
) -> None:
    elsewhere = PilotFactory.create()
    merged = PatternFactory.create(pilot=pattern.pilot, number=4, state="merged", merged_into=pattern)
    for about in (PatternFactory.create(pilot=elsewhere), merged):
        with pytest.raises(Refused, match="pattern of this pilot"):
            opened(about, people, pilot=pattern.pilot)
    with pytest.raises(Refused, match="pattern of this pilot"):
        opened(pattern, people, pattern=None, flag=FlagFactory.create(pilot=elsewhere))
    assert not Correction.objects.exists()


def test_what_reached_others_is_not_corrected_before_somebody_was_told(pattern: Pattern, people: People) -> None:
    made = opened(pattern, people)
    finish = {"correction": made, "what_was_done": "Sent again.", "version": 1, "by": people.change, "at": now()}
    with pytest.raises(Refused, match="who was told"):
        finish_correction(**finish)
    with pytest.raises(Refused, match="Say when they were told"):
        note_told(correction=made, told="All forty", told_at=now() + timedelta(days=1), by=people.change, at=now())
    note_told(correction=made, told="All forty", how="A letter", by=people.change, at=now())
    done = finish_correction(**finish)
    assert done.is_done and not done.is_late(now() + timedelta(days=9))
    with pytest.raises(Refused, match="corrected already"):
        note_told(correction=made, told="One more", by=people.change, at=now())
    verbs = AuditEvent.objects.filter(verb__startswith="correction.").order_by("sequence")
    assert list(verbs.values_list("verb", flat=True)) == ["correction.opened", "correction.told", "correction.done"]


def test_another_time_takes_a_name_and_a_reason(pattern: Pattern, people: People) -> None:
    made = opened(pattern, people)
    plan = {
        "correction": made,
        "owner": people.owner,
        "due_at": now() + timedelta(days=3),
        "by": people.pm,
        "at": now(),
    }
    with pytest.raises(Refused, match="Say why"):
        plan_correction(reason="", version=1, **plan)
    planned = plan_correction(reason="Post is slow.", version=1, **plan)
    assert (planned.owner, planned.planned_by) == (people.owner, people.pm)
    with pytest.raises(Conflict):
        plan_correction(reason="Again.", version=1, **plan)


def test_a_member_corrects_nothing(pattern: Pattern, people: People) -> None:
    with pytest.raises(NotAllowed):
        opened(pattern, people, by=people.member)


def test_a_late_one_is_told_to_its_owner_and_the_manager_once(pattern: Pattern, people: People, letters: Pilot) -> None:
    past = now() - timedelta(hours=1)
    CorrectionFactory.create(pilot=letters, pattern=pattern, owner=people.change, opened_by=people.pm, due_at=past)
    remind_of_feedback(now())
    remind_of_feedback(now())
    told = Notification.objects.filter(event__startswith="correction-late")
    assert sorted(notice.user.name for notice in told) == ["Chidi Okoro", "Paula Marsh"]


def test_a_late_one_is_on_my_work(pattern: Pattern, people: People, letters: Pilot, sign_in: SignIn) -> None:
    past = now() - timedelta(hours=1)
    CorrectionFactory.create(pilot=letters, pattern=pattern, owner=people.change, opened_by=people.pm, due_at=past)
    page = sign_in(people.change).get("/my-work/").content.decode()
    assert "Forty letters with the wrong date." in page and "Overdue" in page


def test_what_is_still_wrong_stands_above_what_was_corrected(
    pattern: Pattern, people: People, letters: Pilot, sign_in: SignIn
) -> None:
    how = {"pilot": letters, "pattern": pattern, "owner": people.change, "opened_by": people.pm}
    CorrectionFactory.create(number=1, **how)
    CorrectionFactory.create(number=2, done_at=now(), done_by=people.change, what_was_done="Sent again.", **how)
    page = sign_in(people.change).get("/pilots/letters/corrections/").content.decode()
    assert page.index("C-1") < page.index("C-2")


def test_a_correction_from_the_pattern_to_its_end(pattern: Pattern, people: People, sign_in: SignIn) -> None:
    browser, at = sign_in(people.change), "/pilots/letters/corrections/"
    assert 'value="P-3"' in browser.get(f"{at}?about=P-3").content.decode()
    said = {"about": "p-3", "went_out": "Forty letters.", "audience": "customer", "owner": people.change.pk}
    assert browser.post(f"{at}open/", {**said, "about": "P-77"}).status_code == 422
    assert browser.post(f"{at}open/", said)["Location"] == f"{at}1/"
    refused = browser.post(f"{at}1/finish/", {"what_was_done": "Sent again.", "version": 1})
    assert refused.status_code == 422 and "Sent again." in refused.content.decode()
    assert browser.post(f"{at}1/tell/", {"told": "All forty"}).status_code == 302
    late = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    planned = {"owner": people.owner.pk, "due_at": late, "reason": "Post.", "version": 1}
    assert browser.post(f"{at}1/plan/", planned).status_code == 302
    assert browser.post(f"{at}1/finish/", {"what_was_done": "Sent again.", "version": 1}).status_code == 409
    assert browser.post(f"{at}1/finish/", {"what_was_done": "Sent again.", "version": 2}).status_code == 302
    page = browser.get(f"{at}1/").content.decode()
    assert "All forty" in page and "Corrected by Chidi Okoro" in page
    assert "Corrected" in browser.get(at).content.decode()
