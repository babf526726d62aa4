"""The form: who reaches it, what it refuses and keeps, and that one page is one flag."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from feedback.actions.flags import REFERENCE_LETTERS, hand_in_flag
from feedback.forms.flags import new_ticket
from feedback.models import Flag
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Pilot
from tests.cast import People
from tests.factories.pilots import PilotFactory, UseCaseFactory
from tests.feedback import HandIn, SignIn, Typing

FORM = "/flag/letters/"


def test_anyone_with_the_link_flags_without_signing_in(visitor: Client, open_letters: Pilot, typed: Typing) -> None:
    answer = visitor.post(FORM, typed())
    flag = Flag.objects.get()
    assert answer.status_code == 302
    assert answer.url.startswith("/flag/receipt/")
    assert (flag.reporter, flag.state, flag.categories, flag.severity) == (None, "new", ["WRONG"], 1)


def test_a_stranger_who_is_signed_in_flags_in_a_pilot_they_are_not_in(
    people: People, letters: Pilot, sign_in: SignIn, typed: Typing
) -> None:
    sign_in(people.stranger).post(FORM, typed())
    assert Flag.objects.get().reporter == people.stranger


def test_who_is_signed_in_may_leave_their_name_out(
    people: People, letters: Pilot, sign_in: SignIn, typed: Typing
) -> None:
    sign_in(people.member).post(FORM, typed(without_name="on"))
    assert Flag.objects.get().reporter is None


def test_a_visitor_cannot_tell_a_closed_form_from_a_pilot_that_does_not_exist(visitor: Client, letters: Pilot) -> None:
    closed, nothing = visitor.get(FORM), visitor.get("/flag/no-such-pilot/")
    assert closed.status_code == nothing.status_code == 302
    assert closed.url.replace("letters", "*") == nothing.url.replace("no-such-pilot", "*")
    assert closed.url.startswith("/accounts/login/")


def test_a_visitor_cannot_post_to_a_closed_form(visitor: Client, letters: Pilot, typed: Typing) -> None:
    assert visitor.post(FORM, typed()).status_code == 302
    assert not Flag.objects.exists()


def test_the_action_itself_refuses_a_visitor_where_the_form_is_closed(letters: Pilot) -> None:
    with pytest.raises(NotAllowed):
        hand_in_flag(pilot=letters, submission=uuid4(), categories=["WRONG"], severity=1, output="x", by=None, at=now())


def test_who_is_signed_in_gets_404_for_a_pilot_that_does_not_exist(people: People, sign_in: SignIn) -> None:
    assert sign_in(people.member).get("/flag/no-such-pilot/").status_code == 404


def test_a_refused_form_keeps_everything_typed_and_names_each_problem(
    visitor: Client, open_letters: Pilot, typed: Typing
) -> None:
    page = visitor.post(FORM, typed(categories=[], output="90 days", expected="30 days")).content.decode()
    assert "Choose what is wrong with the output" in page
    assert "<title>Error: " in page
    assert "90 days" in page
    assert "30 days" in page
    assert not Flag.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"categories": ["WRONG", "STALE", "STYLE"]}, "Choose at most 2"),
        ({"categories": ["NONSENSE"]}, "Select a valid choice"),
        ({"severity": "5"}, "Select a valid choice"),
        ({"severity": ""}, "Choose what happened next"),
        ({"output": " \u202e\x00 "}, "Paste the output"),
        ({"output": "x" * 8001}, "at most 8000 characters"),
        ({"ticket": "forged"}, "send the flag again"),
        ({"leave_empty": "https://spam.example"}, "send the flag again"),
    ],
)
def test_what_the_form_refuses(
    visitor: Client, open_letters: Pilot, typed: Typing, wrong: dict[str, Any], words: str
) -> None:
    answer = visitor.post(FORM, typed(**wrong))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Flag.objects.exists()


def test_faster_than_people_is_refused_and_the_next_click_is_taken(
    visitor: Client, open_letters: Pilot, typed: Typing
) -> None:
    answer = visitor.post(FORM, typed(ticket=new_ticket(now())))
    assert "faster than people" in answer.content.decode()
    assert not Flag.objects.exists()


def test_the_trap_is_empty_in_the_form_that_comes_back(visitor: Client, open_letters: Pilot, typed: Typing) -> None:
    answer = visitor.post(FORM, typed(leave_empty="https://spam.example"))
    assert "spam.example" not in answer.content.decode()


def test_no_output_is_needed_where_nothing_came_back(visitor: Client, open_letters: Pilot, typed: Typing) -> None:
    assert visitor.post(FORM, typed(categories=["NOTHING"], output="")).status_code == 302


def test_a_double_click_is_one_flag_with_one_link(visitor: Client, open_letters: Pilot, typed: Typing) -> None:
    sent = typed()
    assert visitor.post(FORM, sent).url == visitor.post(FORM, sent).url
    assert Flag.objects.count() == 1


def test_going_back_and_sending_other_words_is_another_flag_after_a_question(
    visitor: Client, open_letters: Pilot, typed: Typing
) -> None:
    sent = typed()
    visitor.post(FORM, sent)
    asked = visitor.post(FORM, sent | {"output": "Another thing"})
    again = asked.context["form"]["ticket"].value()
    assert "You already sent a flag from this page" in asked.content.decode()
    assert again != sent["ticket"]
    assert "Another thing" in asked.content.decode()


def test_a_guessed_submission_of_another_pilot_shows_nothing(hand_in: HandIn, people: People) -> None:
    sent = hand_in()
    other = PilotFactory.create(flag_access=Pilot.FlagAccess.PUBLIC)
    with pytest.raises(Refused) as refused:
        hand_in(pilot=other, submission=sent.flag.submission)
    assert sent.flag.reference not in refused.value.message


def test_twenty_clicks_at_once_are_one_flag(committed_db: str) -> None:
    pilot = PilotFactory.create(flag_access=Pilot.FlagAccess.PUBLIC)
    submission, at = uuid4(), now()

    def click(_: int) -> str:
        how = {"categories": ["WRONG"], "severity": 3, "output": "x", "by": None}
        token = hand_in_flag(pilot=pilot, submission=submission, at=at, **how).token
        connection.close()
        return token

    with ThreadPoolExecutor(10) as clicks:
        tokens = set(clicks.map(click, range(20)))
    assert len(tokens) == Flag.objects.count() == AuditEvent.objects.count() == 1


def test_the_use_case_of_the_link_is_chosen_already(visitor: Client, open_letters: Pilot) -> None:
    UseCaseFactory.create(pilot=open_letters, name="Claims", slug="claims")
    assert '<option value="claims" selected>' in visitor.get(f"{FORM}?use_case=claims").content.decode()


def test_a_use_case_must_be_chosen_and_may_be_one_that_is_not_listed(
    visitor: Client, open_letters: Pilot, typed: Typing
) -> None:
    UseCaseFactory.create(pilot=open_letters, slug="claims")
    assert visitor.post(FORM, typed()).status_code == 422
    assert visitor.post(FORM, typed(use_case="not-listed")).status_code == 302
    assert visitor.post(FORM, typed(use_case="claims")).status_code == 302
    assert {flag.use_case and flag.use_case.slug for flag in Flag.objects.all()} == {None, "claims"}


def test_a_use_case_of_another_pilot_is_refused(hand_in: HandIn) -> None:
    with pytest.raises(Refused):
        hand_in(use_case=UseCaseFactory.create())


def test_a_reference_has_no_letter_that_is_read_two_ways(hand_in: HandIn) -> None:
    reference = hand_in().flag.reference
    assert reference.startswith("FL-")
    assert set(reference[3:]) <= set(REFERENCE_LETTERS)
    assert not set("01BILOSUZ") & set(REFERENCE_LETTERS)


def test_personal_data_is_taken_out_before_it_is_stored_and_its_kinds_counted(hand_in: HandIn) -> None:
    flag = hand_in(output="Mail jane@example.org or tom@example.org", expected="+49 30 1234567").flag
    flag.refresh_from_db()
    assert (flag.output, flag.expected) == ("Mail [e-mail] or [e-mail]", "[phone]")
    assert flag.redactions == {"e-mail": 2, "phone": 1}


def test_a_severe_flag_leaves_an_event_that_names_nobody_and_a_plain_one_leaves_none(
    hand_in: HandIn, people: People
) -> None:
    hand_in(severity=2, by=people.member)
    assert not AuditEvent.objects.exists()
    hand_in(severity=3, by=people.member)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor_id) == ("flag.handed_in", None)
    assert "90 days" not in event.body


def test_a_failed_audit_write_undoes_the_flag(hand_in: HandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RuntimeError("the trail is away")

    monkeypatch.setattr("feedback.actions.flags.record", fail)
    with pytest.raises(RuntimeError):
        hand_in(severity=4)
    assert not Flag.objects.exists()


def test_the_database_refuses_a_text_that_no_form_would_take(hand_in: HandIn) -> None:
    flag = hand_in().flag
    flag.output = "x" * 16_001
    with pytest.raises(IntegrityError, match="flag_texts_are_bounded"):
        flag.save()


def test_the_form_costs_the_same_queries_with_many_use_cases(
    visitor: Client, open_letters: Pilot, django_assert_max_num_queries: Any
) -> None:
    UseCaseFactory.create_batch(20, pilot=open_letters)
    with django_assert_max_num_queries(4):
        visitor.get(FORM)
