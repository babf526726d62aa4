"""The private link: what a reporter reads as their flag moves, and what nobody else learns from it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from feedback.access import hash_of
from feedback.actions.flags import HandedIn
from feedback.actions.triage import assess_flag, carry_flag, close_flag
from pilots.clock import now
from tests.cast import People
from tests.feedback import HandIn, SignIn


@pytest.fixture
def read(visitor: Client) -> Callable[[HandedIn], str]:
    return lambda sent: visitor.get(f"/flag/receipt/{sent.token}/").content.decode()


def test_the_receipt_gives_the_reference_the_day_and_the_link(visitor: Client, hand_in: HandIn) -> None:
    sent = hand_in()
    answer = visitor.get(f"/flag/receipt/{sent.token}/")
    page = answer.content.decode()
    assert f"We have your flag {sent.flag.reference}" in page
    assert "reads it <strong>by" in page
    assert f"http://testserver/flag/receipt/{sent.token}/" in page


def test_no_cache_keeps_it_and_no_search_engine_lists_it(visitor: Client, hand_in: HandIn) -> None:
    answer = visitor.get(f"/flag/receipt/{hand_in().token}/")
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_only_the_hash_of_the_link_is_stored(hand_in: HandIn) -> None:
    sent = hand_in()
    assert len(sent.token) * 4 >= 128
    assert sent.flag.link_hash == hash_of(sent.token)


@pytest.mark.parametrize("token", ["0" * 48, "x", "FL-7K3M2Q"])
def test_a_link_that_nobody_got_is_not_found(visitor: Client, db: None, token: str) -> None:
    assert visitor.get(f"/flag/receipt/{token}/").status_code == 404


def test_a_severe_flag_says_to_stop_and_a_plain_one_does_not(hand_in: HandIn, read: Callable[[HandedIn], str]) -> None:
    assert "Stop using it for this until you hear from us" in read(hand_in(severity=3))
    assert "incident procedure" in read(hand_in(severity=4))
    assert "Stop using it" not in read(hand_in(severity=2))


def test_what_to_do_meanwhile_follows_what_is_wrong(hand_in: HandIn, read: Callable[[HandedIn], str]) -> None:
    assert "Do sums and comparisons without it" in read(hand_in(categories=["LOGIC"]))
    assert "You may go on using it" in read(hand_in(categories=["STYLE"]))


def test_a_flag_that_nobody_read_in_time_says_so(hand_in: HandIn, read: Callable[[HandedIn], str]) -> None:
    late = hand_in(at=now() - timedelta(days=20))
    assert "should have been read by" in read(late)


def test_it_shows_the_assessment_with_its_reason_and_no_name(
    hand_in: HandIn, read: Callable[[HandedIn], str], people: People
) -> None:
    sent = hand_in(severity=3)
    assess_flag(flag=sent.flag, severity=1, note="It was a draft.", version=1, by=people.triage, at=now())
    page = read(sent)
    assert "It was a draft." in page
    assert "1 Caught" in page
    assert people.triage.name not in page


def test_it_shows_the_answer_with_who_decided_as_a_role_and_how_to_contest(
    hand_in: HandIn, read: Callable[[HandedIn], str], people: People
) -> None:
    sent = hand_in()
    flag = assess_flag(flag=sent.flag, severity=1, version=1, by=people.triage, at=now())
    close_flag(flag=flag, resolution="no_change", answer="The rule is 90 days.", version=2, by=people.triage, at=now())
    page = read(sent)
    assert "The rule is 90 days." in page
    assert "by the triage lead" in page
    assert people.triage.name not in page
    assert "I disagree, or have more to say" in page


def test_it_shows_why_the_pilot_goes_on_with_it(
    hand_in: HandIn, read: Callable[[HandedIn], str], people: People
) -> None:
    sent = hand_in()
    flag = assess_flag(flag=sent.flag, severity=1, version=1, by=people.triage, at=now())
    carry_flag(flag=flag, reason="A person checks each one.", version=2, by=people.triage, at=now())
    assert "A person checks each one." in read(sent)


def test_what_was_flagged_is_escaped(hand_in: HandIn, read: Callable[[HandedIn], str]) -> None:
    assert "<script>alert" not in read(hand_in(output="<script>alert(1)</script>"))


def test_who_gave_a_name_reads_it_among_their_own_flags_with_names(
    hand_in: HandIn, people: People, sign_in: SignIn
) -> None:
    sent = hand_in(by=people.member)
    assess_flag(flag=sent.flag, severity=1, version=1, by=people.triage, at=now())
    page = sign_in(people.member).get(f"/my-flags/{sent.flag.reference}/").content.decode()
    assert people.triage.name in page
    assert sent.token not in page


def test_nobody_reads_another_persons_flag(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    sent = hand_in(by=people.member)
    for other in (people.triage, people.admin, people.leader):
        assert sign_in(other).get(f"/my-flags/{sent.flag.reference}/").status_code == 404


def test_my_flags_lists_mine_alone_at_a_fixed_cost(
    hand_in: HandIn, people: People, sign_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    mine = [hand_in(by=people.member).flag.reference for _ in range(3)]
    theirs = hand_in(by=people.triage).flag.reference
    browser = sign_in(people.member)
    browser.get("/my-flags/")
    with django_assert_max_num_queries(14):
        page = browser.get("/my-flags/").content.decode()
    assert all(reference in page for reference in mine)
    assert theirs not in page


def test_my_flags_says_what_will_be_there_while_it_is_empty(people: People, sign_in: SignIn) -> None:
    assert "No flags yet" in sign_in(people.stranger).get("/my-flags/").content.decode()
