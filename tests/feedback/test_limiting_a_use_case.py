"""Human review only and withdrawn: in force at once, seen wherever the use is named, lifted only with a reason."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from feedback.actions import patterns as decide
from feedback.models import Pattern, Reply
from feedback.tasks import tell_limits
from pilots.actions.limits import lift_limit, limit_use_case
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Change, Pilot, UseCase, UseLimit, User
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory, PatternFactory
from tests.factories.pilots import UseCaseFactory

SignIn = Callable[[User], Client]


@pytest.fixture
def drafting(letters: Pilot) -> UseCase:
    return UseCaseFactory.create(pilot=letters, name="First draft", slug="first-draft")


@pytest.fixture
def pattern(letters: Pilot, drafting: UseCase) -> Pattern:
    """Confirmed, about drafts."""
    made = PatternFactory.create(pilot=letters, number=3, state="confirmed")
    FlagFactory.create_batch(2, pilot=letters, pattern=made, use_case=drafting)
    return made


def act(pattern: Pattern, people: People, action: str = "human_only", **how: Any) -> Pattern:
    given = {
        "pattern": pattern,
        "action": action,
        "owner": people.owner,
        "due_on": now().date(),
        "reason": "Wrong dates.",
    }
    return decide.act_on_pattern(**{**given, "version": pattern.version, "by": people.triage, "at": now(), **how})


def test_it_is_in_force_for_what_the_flags_name_from_the_decision_on(
    pattern: Pattern, drafting: UseCase, people: People
) -> None:
    act(pattern, people)
    drafting.refresh_from_db()
    assert (drafting.human_only_by, drafting.human_only_reason) == (people.triage, "Wrong dates.")
    limit = UseLimit.objects.get()
    assert (limit.use_case, limit.kind, limit.source, limit.lifted_at) == (drafting, "human_only", "P-3", None)
    news = Change.objects.get(data__limit="human_only")
    assert news.data == {"use_case_id": str(drafting.pk), "limit": "human_only", "in_force": True}


def test_withdrawing_marks_the_use_withdrawn(pattern: Pattern, drafting: UseCase, people: People) -> None:
    act(pattern, people, "withdraw")
    drafting.refresh_from_db()
    assert drafting.withdrawn_at is not None and drafting.limit == "withdrawn_use"


def test_other_actions_limit_nothing(pattern: Pattern, people: People) -> None:
    act(pattern, people, "prompt")
    assert not UseLimit.objects.exists()


def test_it_is_asked_which_use_where_no_flag_names_one(letters: Pilot, drafting: UseCase, people: People) -> None:
    pattern = PatternFactory.create(pilot=letters, state="confirmed")
    with pytest.raises(Refused) as refused:
        act(pattern, people)
    assert refused.value.field == "use_cases"
    pattern.refresh_from_db()
    assert pattern.state == "confirmed"
    act(pattern, people, use_cases=[drafting])
    assert UseLimit.objects.get().use_case == drafting


def test_a_use_of_another_pilot_is_refused(pattern: Pattern, people: People) -> None:
    with pytest.raises(Refused, match="of this pilot"):
        act(pattern, people, use_cases=[UseCaseFactory.create()])


def test_neither_a_fix_nor_taking_the_decision_back_lifts_it(
    pattern: Pattern, drafting: UseCase, people: People
) -> None:
    acted = act(pattern, people)
    decide.undo_decision(pattern=acted, version=acted.version, by=people.triage, at=now())
    pattern.refresh_from_db()
    decide.fix_pattern(
        pattern=pattern, fixed_from=now(), reason="Mended.", version=pattern.version, by=people.triage, at=now()
    )
    drafting.refresh_from_db()
    assert drafting.human_only_at is not None


def test_only_a_reason_lifts_it(pattern: Pattern, drafting: UseCase, people: People) -> None:
    act(pattern, people)
    lift = {"use_case": drafting, "kind": "human_only", "at": now()}
    with pytest.raises(Refused, match="Say what has changed"):
        lift_limit(reason=" ", by=people.owner, **lift)
    with pytest.raises(NotAllowed):
        lift_limit(reason="Fine now.", by=people.evaluator, **lift)
    lift_limit(reason="Dates are checked by rule.", by=people.owner, **lift)
    drafting.refresh_from_db()
    limit = UseLimit.objects.get()
    assert drafting.limit == "" and drafting.human_only_by is None
    assert (limit.lifted_by, limit.lift_reason) == (people.owner, "Dates are checked by rule.")
    with pytest.raises(Refused, match="not in force"):
        lift_limit(reason="Again.", by=people.owner, **lift)


def test_a_person_puts_it_on_without_a_pattern_once(drafting: UseCase, people: People) -> None:
    limit_use_case(use_case=drafting, kind="human_only", reason="New version.", by=people.pm, at=now())
    with pytest.raises(Refused, match="already"):
        limit_use_case(use_case=drafting, kind="human_only", reason="New version.", by=people.pm, at=now())
    assert AuditEvent.objects.filter(verb="use_case.limited").count() == 1


def test_what_was_limited_is_never_forgotten(pattern: Pattern, people: People) -> None:
    act(pattern, people)
    with pytest.raises(DatabaseError), transaction.atomic():
        UseLimit.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        UseCase.objects.update(human_only_reason="")


def test_whoever_flags_reads_it_first(
    pattern: Pattern, drafting: UseCase, people: People, sign_in: SignIn, governed: Pilot
) -> None:
    act(pattern, people)
    for who, path in (
        (people.stranger, "/flag/letters/"),
        (people.member, "/pilots/letters/"),
        (people.member, "/pilots/letters/scope/"),
        (people.triage, "/pilots/letters/patterns/3/"),
    ):
        page = sign_in(who).get(path).content.decode()
        assert "human review only" in page.lower(), path
        assert "Wrong dates." in page, path


def test_a_program_asks_before_it_uses_an_output(pattern: Pattern, people: People) -> None:
    act(pattern, people)
    caller = Caller(people.member, READ_AND_WRITE)
    (found,) = caller.get("pilots/letters/use-cases/").json()["results"]
    assert found["human_only_at"] is not None and found["human_only_reason"] == "Wrong dates."
    lifted = Caller(people.owner, READ_AND_WRITE).post(
        "pilots/letters/use-cases/first-draft/lift/", {"kind": "human_only", "reason": "Checked."}
    )
    assert lifted.json()["human_only_at"] is None


def test_limiting_and_lifting_by_hand(drafting: UseCase, people: People, sign_in: SignIn) -> None:
    browser, at = sign_in(people.owner), "/pilots/letters/use-cases/first-draft/"
    assert browser.post(f"{at}limit/", {"kind": "human_only", "reason": ""}).status_code == 422
    assert browser.post(f"{at}limit/", {"kind": "human_only", "reason": "Look twice."}).status_code == 302
    assert "Look twice." in browser.get(f"{at}lift/").content.decode()
    assert browser.post(f"{at}lift/", {"kind": "human_only", "reason": "Seen."}).status_code == 302
    drafting.refresh_from_db()
    assert drafting.limit == ""


def test_the_decision_is_typed_with_its_uses(
    pattern: Pattern, drafting: UseCase, people: People, sign_in: SignIn
) -> None:
    page = sign_in(people.triage).get("/pilots/letters/patterns/3/").content.decode()
    assert f'value="{drafting.pk}"' in page
    said = {"action": "human_only", "owner": people.owner.pk, "due_on": now().date().isoformat(), "version": 1}
    answer = sign_in(people.triage).post(
        "/pilots/letters/patterns/3/act/", {**said, "use_cases": [drafting.pk], "reason": ""}
    )
    assert answer.status_code == 302
    drafting.refresh_from_db()
    assert drafting.human_only_reason == f"{pattern.title} (P-3)"


def test_a_limit_on_the_use_itself_is_told_once_to_who_waits_for_an_answer_about_it(
    letters: Pilot, drafting: UseCase, people: People
) -> None:
    waiting = FlagFactory.create(pilot=letters, use_case=drafting, reporter=people.member)
    elsewhere = FlagFactory.create(pilot=letters, reporter=people.member)
    limit_use_case(use_case=drafting, kind="human_only", reason="Wrong dates.", by=people.owner, at=now())
    later = FlagFactory.create(pilot=letters, use_case=drafting, reported_at=now() + timedelta(minutes=5))
    assert (tell_limits(), tell_limits()) == (1, 0)
    told = Reply.objects.get()
    assert told.flag == waiting and "human review" in told.text
    assert not elsewhere.replies.exists() and not later.replies.exists()
