"""Complaints, audits, the press: triage enters what the flag form missed, and says who is to be told."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from feedback.actions.elsewhere import enter_flag
from feedback.actions.flags import Details, hand_in_flag
from feedback.models import Flag
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Notification, Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.feedback import SignIn

ENTER = "/pilots/letters/flags/enter/"


def said(**other: Any) -> dict[str, Any]:
    return {
        "source": "complaint",
        "known_at": "2026-03-02T10:30",
        "external_id": "C-2026-17",
        "tell_whom": "Complaints office",
        "categories": ["WRONG"],
        "severity": "2",
        "output": "90 days",
        **other,
    }


def test_triage_enters_it_and_lands_on_its_page(people: People, letters: Pilot, sign_in: SignIn) -> None:
    page = sign_in(people.triage).post(ENTER, said(), follow=True).content.decode()
    flag = Flag.objects.get()
    assert (flag.source, flag.external_id, flag.tell_whom) == ("complaint", "C-2026-17", "Complaints office")
    assert flag.reporter is None
    assert flag.known_at is not None
    for words in ("Complaint", "C-2026-17", "Complaints office", "None here: tell who is named above"):
        assert words in page


def test_the_trail_names_who_entered_it_in_one_row(people: People, letters: Pilot, sign_in: SignIn) -> None:
    sign_in(people.triage).post(ENTER, said(severity="4"))
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor_id) == ("flag.entered", people.triage.pk)
    assert "90 days" not in event.body
    assert Notification.objects.filter(user=people.triage).exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"source": "form"}, "Select a valid choice"),
        ({"known_at": ""}, "Say when it was first known"),
        ({"known_at": "2999-01-01T00:00"}, "first known in the past"),
        ({"tell_whom": " \u202e "}, "Say who is to be told"),
        ({"output": "", "external_id": ""}, "Paste the output"),
    ],
)
def test_what_is_refused(people: People, letters: Pilot, sign_in: SignIn, wrong: dict[str, Any], words: str) -> None:
    answer = sign_in(people.triage).post(ENTER, said(**wrong))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Flag.objects.exists()


def test_a_reference_is_pointer_enough(people: People, letters: Pilot, sign_in: SignIn) -> None:
    sign_in(people.triage).post(ENTER, said(output=""))
    assert Flag.objects.get().output == "See C-2026-17"


def test_the_same_reference_again_names_the_flag_that_is_there(people: People, letters: Pilot, sign_in: SignIn) -> None:
    sign_in(people.triage).post(ENTER, said())
    page = sign_in(people.triage).post(ENTER, said(output="Other words")).content.decode()
    assert f"It is entered already: {Flag.objects.get().reference}" in page


def test_a_double_click_is_one(people: People, letters: Pilot, sign_in: SignIn) -> None:
    for _ in range(2):
        sign_in(people.triage).post(ENTER, said(submission="3f0c9a5e-1b7d-4288-aa90-c1d2e3f40516"))
    assert Flag.objects.count() == AuditEvent.objects.count() == 1


def test_no_reporter_says_that_it_was_heard_elsewhere(people: People, letters: Pilot) -> None:
    how = {"pilot": letters, "categories": ["WRONG"], "severity": 1, "output": "x", "at": now()}
    details = Details(source="press", known_at=now())
    with pytest.raises(NotAllowed):
        hand_in_flag(submission=uuid4(), by=people.member, details=details, **how)
    with pytest.raises(NotAllowed):
        enter_flag(submission=uuid4(), by=people.evaluator, source="press", known_at=now(), tell_whom="x", **how)
    with pytest.raises(Refused):
        enter_flag(submission=uuid4(), by=people.triage, source="form", known_at=now(), tell_whom="x", **how)


def test_the_list_narrows_to_one_source(people: People, letters: Pilot, sign_in: SignIn) -> None:
    browser = sign_in(people.triage)
    browser.post(ENTER, said())
    browser.post(ENTER, said(source="press", external_id=""))
    page = browser.get("/pilots/letters/flags/?source=press")
    assert [flag.source for flag in page.context["page"]] == ["press"]
    assert "Heard through: Press or public" in page.content.decode()


def test_the_api_does_the_same_once(people: People, letters: Pilot) -> None:
    body = said(known_at=(now() - timedelta(days=3)).isoformat(), severity=2)
    triage = Caller(people.triage, READ_AND_WRITE)
    first, second = (triage.post("pilots/letters/flags/enter/", body, key="c-17") for _ in range(2))
    assert (first.status_code, first.json()["reference"]) == (201, second.json()["reference"])
    listed = triage.get("pilots/letters/flags/", source="complaint").json()["results"]
    assert [row["external_id"] for row in listed] == ["C-2026-17"]
    assert Caller(people.evaluator, READ_AND_WRITE).post("pilots/letters/flags/enter/", body).status_code == 403
