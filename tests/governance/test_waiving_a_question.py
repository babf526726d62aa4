from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Item, Waiver
from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.governance import item_of
from tests.factories.pilots import DelegationFactory

SignIn = Callable[[User], Client]


def ask_address(item: Item) -> str:
    return reverse("waiver_ask", kwargs={"slug": item.pilot.slug, "item_id": item.pk})


def address(waiver: Waiver, verb: str = "decide") -> str:
    return reverse(f"waiver_{verb}", kwargs={"slug": "letters", "waiver_id": waiver.pk})


def page(item: Item) -> str:
    return reverse("question", kwargs={"slug": item.pilot.slug, "code": item.code})


@pytest.fixture
def item(governed: Pilot) -> Item:
    return item_of(governed, "DEM-01")


@pytest.fixture
def waiver(item: Item, people: People, at: Any) -> Waiver:
    """Asked by the evaluation lead, for thirty days."""
    return ask_waiver(item=item, by=people.evaluator, at=at, reason="January.", ends_at=at + timedelta(days=30))


@pytest.mark.parametrize(("days", "status"), [(1, 302), (60, 302), (61, 422), (-1, 422)])
def test_a_waiver_ends_within_sixty_days(
    item: Item, people: People, sign_in: SignIn, at: Any, days: int, status: int
) -> None:
    sent = {"version": item.version, "reason": "January.", "ends_on": (at + timedelta(days=days)).date().isoformat()}
    response = sign_in(people.evaluator).post(ask_address(item), sent)
    assert response.status_code == status
    assert Waiver.objects.count() == (status == 302)
    if status == 422:
        assert "ends_on" in response.context["form"].errors and "January." in response.content.decode()


def test_the_sponsor_approves_it_and_it_stands_in_sight(
    waiver: Waiver, item: Item, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.sponsor)
    assert "Approve the waiver" in browser.get(page(item)).content.decode()
    assert browser.post(address(waiver), {"approve": "yes", "comment": ""}).status_code == 422
    browser.post(address(waiver), {"approve": "yes", "comment": "In my name."})
    html = sign_in(people.leader).get(page(item)).content.decode()
    assert "A waiver is in force" in html and "In my name." in html and "Stella Park" in html
    assert "Waived, 30 days left" in sign_in(people.leader).get("/pilots/letters/questions/").content.decode()


def test_a_refused_waiver_leaves_the_question_as_it_was(
    waiver: Waiver, item: Item, people: People, sign_in: SignIn
) -> None:
    sign_in(people.sponsor).post(address(waiver), {"approve": "no", "comment": "Measure it."})
    waiver.refresh_from_db()
    assert waiver.state == Waiver.State.REFUSED
    assert "Measure it." in sign_in(people.member).get(page(item)).content.decode()


def test_nobody_but_the_sponsor_decides_and_the_page_says_who(
    waiver: Waiver, item: Item, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.pm)
    html = browser.get(page(item)).content.decode()
    assert "Approve the waiver" not in html and "Stella Park may." in html
    assert browser.post(address(waiver), {"approve": "yes", "comment": "Go."}).status_code == 403


def test_the_sponsors_own_waiver_is_decided_by_the_delegate(
    item: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    waiver = ask_waiver(item=item, by=people.sponsor, at=at, reason="January.", ends_at=at + timedelta(days=9))
    sent = {"approve": "yes", "comment": "Go."}
    browser = sign_in(people.sponsor)
    assert "You asked for this waiver" in browser.get(page(item)).content.decode()
    assert browser.post(address(waiver), sent).status_code == 422
    DelegationFactory.create(pilot=item.pilot, from_user=people.sponsor, to_user=people.owner, role="sponsor")
    assert sign_in(people.owner).post(address(waiver), sent).status_code == 302
    waiver.refresh_from_db()
    assert (waiver.state, waiver.on_behalf_of) == (Waiver.State.APPROVED, people.sponsor)


def test_ending_it_early_needs_a_reason_and_opens_the_question(
    waiver: Waiver, item: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    decide_waiver(waiver=waiver, by=people.sponsor, at=at, approve=True, comment="Go.")
    browser = sign_in(people.sponsor)
    assert browser.post(address(waiver, "end"), {"reason": ""}).status_code == 422
    assert browser.post(address(waiver, "end"), {"reason": "It is measured."}).status_code == 302
    html = browser.get(page(item)).content.decode()
    assert "1 earlier waiver" in html and "It is measured." in html


def test_a_waiver_of_another_pilot_is_not_found(waiver: Waiver, people: People, sign_in: SignIn) -> None:
    other = reverse("waiver_decide", kwargs={"slug": "elsewhere", "waiver_id": waiver.pk})
    assert sign_in(people.sponsor).get(other).status_code == 404
