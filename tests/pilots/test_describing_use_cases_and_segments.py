"""What kind of work, and who: said on a form of its own, kept where nobody else wrote meanwhile, never of a few."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pilots.actions.workload import describe_segment, describe_use_case
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Pilot, Recalculation, Segment, UseCase, User
from pilots.workload import edition
from tests.cast import People
from tests.factories.pilots import SegmentFactory, UseCaseFactory

SignIn = Callable[[User], Client]
AT = "/pilots/letters/evidence/workload/"
CASE, SEGMENT = f"{AT}use-cases/refunds/", f"{AT}segments/clerks/"
MANY = {
    "headcount": "120", "role": "Clerk", "attitude": "sceptic", "workload": "high", "comfort": "low",
    "is_beneficiary": "true", "is_identity_sensitive": "false", "trained_percent": "80",
}  # fmt: skip


@pytest.fixture
def refunds(letters: Pilot) -> UseCase:
    return UseCaseFactory.create(pilot=letters, name="Refunds", slug="refunds")


@pytest.fixture
def clerks(letters: Pilot) -> Segment:
    return SegmentFactory.create(pilot=letters, name="Clerks", slug="clerks")


def send(browser: Client, at: str, of: Any, **typed: str) -> Any:
    return browser.post(at, {"version": edition(of), **typed}, follow=True)


def test_a_use_case_is_described_and_its_table_says_so(refunds: UseCase, people: People, sign_in: SignIn) -> None:
    given = {"kind": "edge", "designed_for": "false", "left_out_because": "It would have looked bad."}
    text = send(sign_in(people.evaluator), CASE, refunds, **given).content.decode()
    assert "Refunds is described." in text and "It would have looked bad." in text and "Edge, left out" not in text
    refunds.refresh_from_db()
    assert (refunds.kind, refunds.designed_for) == ("edge", False)


def test_a_segment_of_many_is_described_whole(clerks: Segment, people: People, sign_in: SignIn) -> None:
    text = send(sign_in(people.change), SEGMENT, clerks, **MANY).content.decode()
    assert "Clerks is described." in text and "Sceptical" in text and "Uneasy with new tools" in text
    clerks.refresh_from_db()
    assert clerks.headcount == 120 and clerks.is_identity_sensitive is False and clerks.trained_percent == 80


def test_what_nobody_said_reads_so_and_stays_apart_from_no(refunds: UseCase, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    assert browser.get(AT).content.decode().count("not said") == 2
    send(browser, CASE, refunds, kind="", designed_for="unknown", left_out_because="")
    refunds.refresh_from_db()
    assert refunds.designed_for is None
    assert not AuditEvent.objects.filter(verb="use_case.described").exists()


@pytest.mark.parametrize("headcount", ["", "9"])
@pytest.mark.parametrize("asked", ["attitude", "comfort"])
def test_what_few_people_think_is_not_written_down(
    clerks: Segment, people: People, sign_in: SignIn, headcount: str, asked: str
) -> None:
    given = {"headcount": headcount, asked: MANY[asked], "role": "Clerk"}
    page = send(sign_in(people.evaluator), SEGMENT, clerks, **given)
    assert page.status_code == 422 and "Only of a segment that has 10 people or more" in page.content.decode()
    assert 'value="Clerk"' in page.content.decode()


def test_what_few_people_think_is_shown_to_nobody(clerks: Segment, people: People, sign_in: SignIn) -> None:
    Segment.objects.filter(pk=clerks.pk).update(headcount=9, attitude="sceptic", comfort="low")
    text = sign_in(people.member).get(AT).content.decode()
    assert "Sceptical" not in text and "Uneasy" not in text and text.count("not enough data") == 2
    assert "selected>Sceptical" not in sign_in(people.pm).get(SEGMENT).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"), [({"trained_percent": "101"}, "At most 100 %"), ({"headcount": "-1"}, "greater than or equal")]
)
def test_a_number_that_cannot_be_is_said_at_its_field(
    clerks: Segment, people: People, sign_in: SignIn, typed: dict[str, str], said: str
) -> None:
    page = send(sign_in(people.evaluator), SEGMENT, clerks, **typed)
    assert page.status_code == 422 and said in page.content.decode()


def test_somebody_elses_words_are_shown_and_what_was_typed_stays(
    refunds: UseCase, people: People, sign_in: SignIn
) -> None:
    before, browser = edition(refunds), sign_in(people.evaluator)
    describe_use_case(use_case=refunds, by=people.pm, at=now(), fields={"kind": "difficult"}, version=before)
    page = browser.post(CASE, {"version": before, "kind": "edge", "left_out_because": "Mine"})
    text = page.content.decode()
    assert page.status_code == 409 and "Difficult" in text and "Mine" in text
    refunds.refresh_from_db()
    assert refunds.kind == "difficult" and f'value="{edition(refunds)}"' in text
    with pytest.raises(Conflict):
        describe_use_case(use_case=refunds, by=people.pm, at=now(), fields={"kind": "edge"}, version=before)


def test_the_trail_holds_choices_and_numbers_and_no_text(
    refunds: UseCase, clerks: Segment, people: People, letters: Pilot
) -> None:
    fields = {"kind": "edge", "left_out_because": "Too hard."}
    describe_use_case(use_case=refunds, by=people.pm, at=now(), fields=fields, version=None)
    describe_segment(segment=clerks, by=people.pm, at=now(), fields={"headcount": 12}, version=None)
    event = AuditEvent.objects.get(verb="use_case.described")
    assert json.loads(event.body)["data"]["kind"] == "edge" and "Too hard." not in event.body
    assert json.loads(AuditEvent.objects.get(verb="segment.described").body)["data"] == {"headcount": 12}
    assert Recalculation.objects.get(pilot=letters).changes == 2


def test_who_may_not_and_what_was_removed_is_refused(refunds: UseCase, people: People) -> None:
    with pytest.raises(NotAllowed):
        describe_use_case(use_case=refunds, by=people.member, at=now(), fields={"kind": "edge"}, version=None)
    UseCase.objects.filter(pk=refunds.pk).update(removed_at=now(), removed_by=people.pm)
    with pytest.raises(Refused, match="was removed"):
        describe_use_case(use_case=refunds, by=people.pm, at=now(), fields={"kind": "edge"}, version=None)
    with pytest.raises(Refused):
        describe_segment(segment=SegmentFactory.create(pilot=refunds.pilot), by=people.pm, at=now(),
                         fields={"workload": "huge"}, version=None)  # fmt: skip
