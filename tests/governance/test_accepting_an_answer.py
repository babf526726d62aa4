from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.actions.answers import propose_answer
from governance.models import Item
from pilots.models import AuditEvent, Pilot, User
from tests.cast import People
from tests.factories.governance import accept, item_of, propose
from tests.factories.pilots import DelegationFactory, SteppingAsideFactory

SignIn = Callable[[User], Client]


def address(item: Item, verb: str = "accept") -> str:
    return reverse(f"answer_{verb}", kwargs={"slug": item.pilot.slug, "item_id": item.pk})


def page(item: Item) -> str:
    return reverse("question", kwargs={"slug": item.pilot.slug, "code": item.code})


@pytest.fixture
def answered(governed: Pilot, people: People, at: Any) -> Item:
    """DEM-01, answered by the evaluation lead."""
    return propose(item_of(governed, "DEM-01"), people.evaluator, at)


def test_a_second_person_accepts_it_and_the_page_says_until_when(
    answered: Item, people: People, sign_in: SignIn
) -> None:
    browser = sign_in(people.owner)
    browser.post(address(answered), {"version": answered.version, "comment": "Replicable."})
    item = item_of(answered.pilot, "DEM-01")
    assert item.state == Item.State.ACCEPTED and item.answer and item.answer.decided_by == people.owner
    html = browser.get(page(item)).content.decode()
    assert "Accepted by Owen Archer" in html and "lapses on" in html and "Replicable." in html
    assert AuditEvent.objects.filter(verb="answer.accepted").count() == 1


def test_nobody_accepts_their_own_answer(answered: Item, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    html = browser.get(page(answered)).content.decode()
    assert "You wrote this answer, so somebody else decides on it." in html
    assert "Accept the answer" not in html
    response = browser.post(address(answered), {"version": answered.version, "comment": "Fine."})
    assert response.status_code == 422
    assert "You wrote this answer" in response.content.decode()
    assert item_of(answered.pilot, "DEM-01").state == Item.State.PROPOSED


def test_who_stands_in_for_the_author_does_not_accept_it_either(
    answered: Item, people: People, sign_in: SignIn
) -> None:
    DelegationFactory.create(
        pilot=answered.pilot, from_user=people.evaluator, to_user=people.member, role="evaluation_lead"
    )
    response = sign_in(people.member).post(address(answered), {"version": answered.version, "comment": "Fine."})
    assert response.status_code == 422


def test_who_stepped_aside_sees_no_button_and_why(answered: Item, people: People, sign_in: SignIn) -> None:
    SteppingAsideFactory.create(pilot=answered.pilot, user=people.owner)
    browser = sign_in(people.owner)
    html = browser.get(page(answered)).content.decode()
    assert "You stepped aside" in html and "Accept the answer" not in html
    assert browser.post(address(answered), {"version": answered.version}).status_code == 403


def test_sending_back_needs_a_comment(answered: Item, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.owner)
    refused = browser.post(address(answered, "return"), {"version": answered.version, "comment": ""})
    assert refused.status_code == 422 and "comment" in refused.context["form"].errors
    browser.post(address(answered, "return"), {"version": answered.version, "comment": "Which office?"})
    item = item_of(answered.pilot, "DEM-01")
    assert item.state == Item.State.RETURNED
    assert "Which office?" in browser.get(page(item)).content.decode()


def test_an_answer_without_evidence_is_not_accepted(governed: Pilot, people: People, sign_in: SignIn, at: Any) -> None:
    item = item_of(governed, "DEM-01")
    propose_answer(item=item, by=people.evaluator, at=at, kind="answered", text="Trust us.")
    item = item_of(governed, "DEM-01")
    response = sign_in(people.owner).post(address(item), {"version": item.version, "comment": "Fine."})
    assert response.status_code == 422
    assert "It rests on no file and no link." in response.content.decode()


def test_a_newer_version_of_the_answer_is_shown_before_anyone_accepts_it(
    answered: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    propose(answered, people.change, at, text="Quite another answer.")
    response = sign_in(people.owner).post(address(answered), {"version": answered.version, "comment": "As I read it."})
    html = response.content.decode()
    assert response.status_code == 409
    assert "Quite another answer." in html and "As I read it." in html
    assert item_of(answered.pilot, "DEM-01").state == Item.State.PROPOSED


def test_a_double_click_is_one_decision(answered: Item, people: People, sign_in: SignIn) -> None:
    browser, sent = sign_in(people.owner), {"version": answered.version, "comment": "Replicable."}
    assert [browser.post(address(answered), sent).status_code for _ in range(2)] == [302, 302]
    assert browser.post(address(answered), {**sent, "comment": "Hm."}).status_code == 409
    assert AuditEvent.objects.filter(verb="answer.accepted").count() == 1


def test_an_answer_whose_time_ran_out_never_looks_accepted(
    answered: Item, people: People, sign_in: SignIn, at: Any
) -> None:
    item = accept(answered, people.owner, at)
    assert item.answer
    item.answer.valid_until = at - timedelta(minutes=1)
    item.answer.save(update_fields=["valid_until"])
    html = sign_in(people.member).get(page(item)).content.decode()
    assert "its time ran out" in html
    listed = sign_in(people.member).get(reverse("questions", kwargs={"slug": "letters"}))
    assert listed.context["counts"].accepted == 0
    assert "Lapsed" in listed.content.decode()
