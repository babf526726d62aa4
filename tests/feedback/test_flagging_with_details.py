"""What a reporter may add: all of it optional, kept as said, shown to whoever answers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from feedback.models import Flag
from pilots.models import Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.pilots import SegmentFactory
from tests.feedback import SignIn, Typing
from tests.hostile import FIVE

FORM = "/flag/letters/"
ALL = {
    "prompt": "Write to the applicant of 12 Mill Lane",
    "made_at": "2026-03-02T10:30",
    "zone": "Europe/Berlin",
    "did_instead": "edited",
    "minutes_lost": "5_to_15",
    "reached": "outside",
    "checked_by_rule": "yes",
    "needs_answer_now": "on",
    "segment": "first-year",
}


@pytest.fixture
def sent(visitor: Client, open_letters: Pilot, typed: Typing) -> Flag:
    SegmentFactory.create(pilot=open_letters, name="First year", slug="first-year")
    answer = visitor.post(FORM, typed(**ALL))
    assert answer.status_code == 302, answer.context["form"].errors
    return Flag.objects.get()


def test_everything_is_kept_as_it_was_said(sent: Flag) -> None:
    said = (sent.did_instead, sent.minutes_lost, sent.reached, sent.checked_by_rule, sent.needs_answer_now)
    assert said == ("edited", "5_to_15", "outside", True, True)
    assert (sent.segment and sent.segment.name, sent.prompt) == ("First year", ALL["prompt"])
    assert (sent.source, sent.is_confidential) == ("form", False)


def test_the_moment_is_of_the_reader_and_kept_as_one(sent: Flag) -> None:
    assert sent.made_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_without_scripts_the_moment_is_of_the_account(
    people: People, letters: Pilot, sign_in: SignIn, typed: Typing
) -> None:
    people.member.time_zone = "Asia/Tokyo"
    people.member.save()
    browser = sign_in(people.member)
    assert "In Asia/Tokyo." in browser.get(FORM).content.decode()
    browser.post(FORM, typed(made_at="2026-03-02T10:30", zone=""))
    assert Flag.objects.get().made_at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"made_at": "yesterday"}, "Enter a valid date/time"),
        ({"made_at": "2999-01-01T10:30"}, "made in the past"),
        ({"did_instead": "danced"}, "Select a valid choice"),
        ({"segment": "nobody"}, "Select a valid choice"),
        ({"prompt": "x" * 8001}, "at most 8000 characters"),
    ],
)
def test_what_is_refused_opens_the_folded_part(
    visitor: Client, open_letters: Pilot, typed: Typing, wrong: dict[str, Any], words: str
) -> None:
    SegmentFactory.create(pilot=open_letters)
    page = visitor.post(FORM, typed(**wrong)).content.decode()
    assert words in page
    assert "<details open>" in page
    assert not Flag.objects.exists()


@pytest.mark.parametrize("zone", ["", "Nowhere/At_All", "../../etc/passwd", "\x00"])
def test_a_zone_that_is_none_is_as_if_it_were_not_there(
    visitor: Client, open_letters: Pilot, typed: Typing, zone: str
) -> None:
    visitor.post(FORM, typed(made_at="2026-03-02T10:30", zone=zone))
    assert Flag.objects.get().made_at == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def test_triage_and_the_reporter_read_it(sent: Flag, people: People, sign_in: SignIn) -> None:
    page = sign_in(people.triage).get(f"/pilots/letters/flags/{sent.reference}/").content.decode()
    for words in (
        ALL["prompt"],
        "I corrected it and used that",
        "5 to 15 minutes",
        "A customer or the public",
        "First year",
    ):
        assert words in page


def test_the_short_way_needs_nothing_of_it(visitor: Client, open_letters: Pilot, typed: Typing) -> None:
    page = visitor.get(FORM).content.decode()
    assert "<details>" in page
    assert visitor.post(FORM, typed()).status_code == 302


def test_the_api_takes_and_gives_it(people: People, letters: Pilot) -> None:
    SegmentFactory.create(pilot=letters, slug="first-year")
    said = {name: ALL[name] for name in ("prompt", "did_instead", "minutes_lost", "reached", "segment")}
    body = {"categories": ["WRONG"], "severity": 1, "output": "90 days", "checked_by_rule": False, **said}
    made = Caller(people.member, READ_AND_WRITE).post("flag/letters/", body)
    assert made.status_code == 201, made.content
    reference = made.json()["reference"]
    read = Caller(people.triage, READ_AND_WRITE).get(f"pilots/letters/flags/{reference}/").json()
    assert {name: read[name] for name in said} == said
    assert (read["checked_by_rule"], read["source"]) == (False, "api")
    assert Caller(people.member, READ_AND_WRITE).post("flag/letters/", {**body, "segment": "x"}).status_code == 400


@pytest.mark.parametrize("text", FIVE, ids=["a tag", "a quote", "a template", "a formula", "an end"])
def test_hostile_words_in_the_new_fields_are_text(
    visitor: Client, open_letters: Pilot, typed: Typing, people: People, sign_in: SignIn, text: str
) -> None:
    answer = visitor.post(FORM, typed(prompt=text, expected=text, tool_version=text[:60]))
    flag = Flag.objects.get()
    for page in (visitor.get(answer.url), sign_in(people.triage).get(f"/pilots/letters/flags/{flag.reference}/")):
        assert "<xx-hostile" not in page.content.decode()
