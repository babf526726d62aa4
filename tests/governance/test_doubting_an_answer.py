from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.models import Doubt, Item
from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.governance import accept, item_of, propose

SignIn = Callable[[User], Client]


def address(item: Item, name: str = "doubt_raise") -> str:
    return reverse(name, kwargs={"slug": item.pilot.slug, "item_id": item.pk})


def page(item: Item) -> str:
    return reverse("question", kwargs={"slug": item.pilot.slug, "code": item.code})


@pytest.fixture
def accepted(governed: Pilot, people: People, at: Any) -> Item:
    """DEM-01, answered by the evaluation lead and accepted by the owner."""
    return accept(propose(item_of(governed, "DEM-01"), people.evaluator, at), people.owner, at)


@pytest.fixture
def doubted(accepted: Item, people: People, sign_in: SignIn) -> Item:
    sent = {"version": accepted.version, "reason": "Two of them were assigned."}
    sign_in(people.change).post(address(accepted), sent)
    return item_of(accepted.pilot, "DEM-01")


def test_a_doubt_stands_on_the_page_with_its_reason(doubted: Item, people: People, sign_in: SignIn) -> None:
    assert doubted.state == Item.State.IN_DOUBT
    html = sign_in(people.member).get(page(doubted)).content.decode()
    assert "In doubt" in html and "Two of them were assigned." in html and "Chidi Okoro" in html


def test_a_doubt_needs_a_reason(accepted: Item, people: People, sign_in: SignIn) -> None:
    response = sign_in(people.change).post(address(accepted), {"version": accepted.version, "reason": "  "})
    assert response.status_code == 422
    assert not Doubt.objects.exists()


def test_an_answer_that_changed_meanwhile_is_not_doubted_unseen(
    accepted: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    accept(propose(accepted, people.triage, at, text="Newer."), people.owner, at)
    response = sign_in(people.change).post(address(accepted), {"version": accepted.version, "reason": "Two assigned."})
    assert response.status_code == 409
    assert "Newer." in response.content.decode() and "Two assigned." in response.content.decode()


def test_somebody_other_than_the_author_confirms_it_with_a_reason(
    doubted: Item, people: People, sign_in: SignIn
) -> None:
    confirm, sent = (
        address(doubted, "answer_confirm"),
        {"version": doubted.version, "comment": "They were not counted."},
    )
    assert sign_in(people.evaluator).post(confirm, sent).status_code == 422
    assert sign_in(people.owner).post(confirm, sent | {"comment": ""}).status_code == 422
    assert sign_in(people.owner).post(confirm, sent).status_code == 302
    assert item_of(doubted.pilot, "DEM-01").state == Item.State.ACCEPTED
    assert "They were not counted." in sign_in(people.member).get(page(doubted)).content.decode()


def test_only_an_accepted_answer_can_be_doubted(governed: Pilot, people: People, sign_in: SignIn) -> None:
    item = item_of(governed, "DEM-01")
    browser = sign_in(people.change)
    assert address(item) not in browser.get(page(item)).content.decode()
    assert browser.post(address(item), {"version": item.version, "reason": "Hm."}).status_code == 422


def test_a_comment_is_kept_and_its_markup_is_text(accepted: Item, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.member)
    browser.post(address(accepted, "item_comment"), {"text": "<b onclick=x>See</b> *week 44*"})
    html = browser.get(page(accepted)).content.decode()
    assert "&lt;b onclick=x&gt;" in html and "<em>week 44</em>" in html
    assert browser.post(address(accepted, "item_comment"), {"text": ""}).status_code == 422
