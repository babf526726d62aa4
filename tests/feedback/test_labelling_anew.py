"""“Something else” says that the list of what can be wrong does not fit: triage labels these, the reporter's stays."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from feedback.actions.reminding import remind_of_feedback
from feedback.actions.triage import relabel_flag
from feedback.models import Flag
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, Notification, Pilot
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback import FlagFactory
from tests.feedback import HandIn, SignIn

LIST = "/pilots/letters/flags/"
TOO_MANY = "The list of what can be wrong does not fit"


@pytest.fixture
def other(hand_in: HandIn) -> Flag:
    return hand_in(categories=["OTHER"]).flag


def test_triage_labels_it_and_what_the_reporter_chose_stays(other: Flag, people: People, sign_in: SignIn) -> None:
    sent = {"categories": ["STALE", "WRONG"], "version": other.version}
    page = sign_in(people.triage).post(f"{LIST}{other.reference}/relabel/", sent, follow=True).content.decode()
    other.refresh_from_db()
    assert (other.categories, other.assessed_categories) == (["OTHER"], ["STALE", "WRONG"])
    assert f"{other.reference}: It’s out of date; It’s wrong" in page
    assert "Something else" in page
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor_id) == ("flag.relabelled", people.triage.pk)


def test_the_lists_go_by_the_new_label(other: Flag, people: People, sign_in: SignIn) -> None:
    relabel_flag(flag=other, categories=["STALE"], version=other.version, by=people.triage, at=now())
    browser = sign_in(people.triage)
    assert list(browser.get(f"{LIST}?category=OTHER").context["page"]) == []
    assert list(browser.get(f"{LIST}?category=STALE").context["page"]) == [other]
    listed = Caller(people.triage, READ_AND_WRITE).get("pilots/letters/flags/", category="STALE").json()["results"]
    assert [row["assessed_categories"] for row in listed] == [["STALE"]]


def test_what_is_refused(other: Flag, people: People) -> None:
    how = {"flag": other, "version": other.version, "at": now()}
    for wrong in ([], ["WRONG", "STALE", "STYLE"], ["NONSENSE"], ["OTHER"]):
        with pytest.raises(Refused):
            relabel_flag(categories=wrong, by=people.triage, **how)
    with pytest.raises(NotAllowed):
        relabel_flag(categories=["WRONG"], by=people.evaluator, **how)
    with pytest.raises(Conflict):
        relabel_flag(flag=other, categories=["WRONG"], by=people.triage, at=now(), version=9)


def test_the_database_ties_the_label_to_who_gave_it(other: Flag) -> None:
    other.assessed_categories = ["WRONG"]
    with pytest.raises(IntegrityError, match="flag_relabelled"), transaction.atomic():
        other.save()


@pytest.mark.parametrize(("of_ten", "warned"), [(1, False), (2, True)])
def test_more_than_a_tenth_of_a_month_says_so_and_links_them(
    letters: Pilot, people: People, sign_in: SignIn, of_ten: int, warned: bool
) -> None:
    for number in range(10):
        FlagFactory.create(pilot=letters, categories=["OTHER"] if number < of_ten else ["WRONG"])
    page = sign_in(people.triage).get(LIST).content.decode()
    assert (TOO_MANY in page) == warned
    assert ("?category=OTHER&amp;state=any" in page) == warned


def test_of_few_flags_a_share_says_nothing(other: Flag, people: People, sign_in: SignIn) -> None:
    assert TOO_MANY not in sign_in(people.triage).get(LIST).content.decode()


def test_the_api_labels_too(other: Flag, people: People) -> None:
    body = {"categories": ["STALE"], "version": other.version}
    answer = Caller(people.triage, READ_AND_WRITE).post(f"pilots/letters/flags/{other.reference}/relabel/", body)
    assert (answer.status_code, answer.json()["assessed_categories"]) == (200, ["STALE"])


def test_triage_is_reminded_once_a_week_while_something_else_waits(letters: Pilot, people: People) -> None:
    FlagFactory.create(pilot=letters, categories=["OTHER"], reported_at=now())
    FlagFactory.create(pilot=letters, categories=["OTHER"], reported_at=now() - timedelta(days=40))

    def told() -> list[str]:
        found = Notification.objects.filter(user=people.triage, event__startswith="relabel:")
        return list(found.order_by("created_at").values_list("text", flat=True))

    for hours in (0, 1):
        remind_of_feedback(now() + timedelta(hours=hours, seconds=1))
    assert set(told()) == {"Letters: 1 flag of “something else” waits for a label."}
    before = len(told())
    remind_of_feedback(now() + timedelta(days=7))
    assert len(told()) == before + 1
    flag = Flag.objects.select_related("pilot").latest("reported_at")
    relabel_flag(flag=flag, categories=["STALE"], version=flag.version, by=people.triage, at=now())
    remind_of_feedback(now() + timedelta(days=14))
    assert len(told()) == before + 1
