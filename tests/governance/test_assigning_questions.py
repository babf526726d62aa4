from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from governance.actions.answers import propose_answer
from governance.actions.items import assign_items
from governance.models import Item
from pilots.clock import now
from pilots.models import AuditEvent, Pilot, User
from tests.cast import People
from tests.factories.governance import accept, govern, item_of
from tests.factories.pilots import PilotFactory, WorkflowFactory

SignIn = Callable[[User], Client]
LIST = "/pilots/letters/questions/"
ASSIGN = "/pilots/letters/items/assign/"


def codes(response: Any) -> set[str]:
    return {row.item.code for group in response.context["groups"] for _, rows in group.themes for row in rows}


def one(item: Item) -> str:
    return reverse("item_assign", kwargs={"slug": item.pilot.slug, "item_id": item.pk})


def test_ticked_questions_get_an_owner_and_a_date_at_once(governed: Pilot, people: People, sign_in: SignIn) -> None:
    chosen = [item_of(governed, code) for code in ("DEM-01", "DEM-02")]
    sent = {"items": [str(item.pk) for item in chosen], "owner": str(people.evaluator.pk), "due_on": "2027-01-15"}
    response = sign_in(people.pm).post(ASSIGN + "?phase=demonstration", sent)
    assert response["Location"] == LIST + "?phase=demonstration"
    assert set(Item.objects.filter(owner=people.evaluator).values_list("code", flat=True)) == {"DEM-01", "DEM-02"}
    assert AuditEvent.objects.filter(verb="items.assigned").count() == 1


def test_the_history_says_only_what_was_set(governed: Pilot, people: People, sign_in: SignIn) -> None:
    item = item_of(governed, "DEM-01")
    assign_items(pilot=governed, items=[item], due_on=date(2027, 1, 15), by=people.pm, at=now())
    assign_items(pilot=governed, items=[item], owner=people.evaluator, by=people.pm, at=now())
    page = sign_in(people.pm).get("/pilots/letters/history/").content.decode()
    assert "made a question due on 15 Jan 2027" in page and "to nobody" not in page
    assert f"assigned a question to {people.evaluator.name}" in page


@pytest.mark.parametrize(
    ("missing", "words"), [("items", "Choose at least one question."), ("owner", "Choose an owner")]
)
def test_assigning_nothing_keeps_what_was_ticked(
    governed: Pilot, people: People, sign_in: SignIn, missing: str, words: str
) -> None:
    item = item_of(governed, "DEM-02")
    sent = {"items": [str(item.pk)], "owner": str(people.evaluator.pk)}
    del sent[missing]
    response = sign_in(people.pm).post(ASSIGN, sent)
    html = response.content.decode()
    assert response.status_code == 422 and words in html
    assert ("checked" in html) == (missing == "owner")


def test_a_question_of_another_pilot_is_not_touched(governed: Pilot, people: People, sign_in: SignIn, at: Any) -> None:
    other = govern(PilotFactory.create(slug="elsewhere"), at, item_of(governed, "DEM-01").question.catalogue)
    foreign = item_of(other, "DEM-01")
    sent = {"items": [str(foreign.pk), "no-id"], "owner": str(people.evaluator.pk)}
    assert sign_in(people.pm).post(ASSIGN, sent).status_code == 422
    assert not Item.objects.filter(owner=people.evaluator).exists()


def test_who_has_no_role_that_answers_cannot_be_chosen(governed: Pilot, people: People, sign_in: SignIn) -> None:
    item = item_of(governed, "DEM-01")
    for nobody in (people.member, people.stranger):
        sent = {"items": [str(item.pk)], "owner": str(nobody.pk)}
        assert sign_in(people.pm).post(ASSIGN, sent).status_code == 422


def test_who_may_not_assign_sees_no_boxes(governed: Pilot, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    assert 'type="checkbox"' not in browser.get(LIST).content.decode()
    assert browser.post(ASSIGN, {}).status_code == 403


def test_one_question_is_assigned_on_its_own_page_unless_somebody_else_did(
    governed: Pilot, people: People, sign_in: SignIn, at: Any
) -> None:
    item = item_of(governed, "DEM-01")
    sent = {"owner": str(people.evaluator.pk), "due_on": "", "version": item.version}
    assign_items(pilot=governed, items=[item], by=people.pm, at=at, owner=people.change)
    response = sign_in(people.pm).post(one(item), sent)
    assert response.status_code == 409 and "Chidi Okoro" in response.content.decode()
    item = item_of(governed, "DEM-01")
    assert sign_in(people.pm).post(one(item), sent | {"version": item.version}).status_code == 302
    assert item_of(governed, "DEM-01").owner == people.evaluator


def test_the_list_says_how_many_are_accepted_and_narrows(
    governed: Pilot, people: People, sign_in: SignIn, at: Any
) -> None:
    first, second = item_of(governed, "DEM-01"), item_of(governed, "DEM-02")
    yesterday = (at - timedelta(days=1)).date()
    assign_items(pilot=governed, items=[first], by=people.pm, at=at, owner=people.evaluator, due_on=yesterday)
    propose_answer(item=second, by=people.evaluator, at=at, kind="not_measured", text="Nobody looked.")
    accept(item_of(governed, "DEM-02"), people.owner, at)
    browser = sign_in(people.evaluator)
    whole = browser.get(LIST)
    assert whole.context["counts"].accepted == 1
    html = whole.content.decode()
    assert "Not measured, accepted" in html and "overdue" in html
    for query, expected in {
        "only=mine": {"DEM-01"},
        "only=overdue": {"DEM-01"},
        "only=not_measured": {"DEM-02"},
        "state=accepted": {"DEM-02"},
        "phase=stress_test": {"STR-01", "STR-02"},
        f"owner={people.evaluator.pk}": {"DEM-01"},
        "owner=me": {"DEM-01"},
        "owner=nobody&phase=demonstration": {"DEM-02"},
        "phase=nonsense": codes(whole),
    }.items():
        assert codes(browser.get(f"{LIST}?{query}")) == expected, query


def test_a_filter_that_leaves_nothing_offers_to_clear_it(governed: Pilot, people: People, sign_in: SignIn) -> None:
    html = sign_in(people.member).get(LIST + "?state=in_doubt").content.decode()
    assert "No questions match" in html and "Clear the filter" in html


def test_the_list_costs_the_same_for_few_questions_and_for_many(
    governed: Pilot, people: People, sign_in: SignIn, at: Any, django_assert_num_queries: Any
) -> None:
    browser = sign_in(people.pm)
    with django_assert_num_queries(25, exact=False) as few:
        browser.get(LIST)
    catalogue = item_of(governed, "DEM-01").question.catalogue
    many = govern(PilotFactory.create(slug="many"), at, catalogue)
    question = item_of(many, "DEM-01").question
    for n in range(30):
        workflow = WorkflowFactory.create(pilot=governed)
        Item.objects.create(
            pilot=governed, question=question, code=f"EXT-{n:02}", phase="demonstration", workflow=workflow,
            owner=people.evaluator,
        )  # fmt: skip
    with django_assert_num_queries(len(few)):
        browser.get(LIST)
