from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from governance.models import CatalogueVersion, Item, Question
from pilots.models import AuditEvent, Pilot, User
from tests.cast import People
from tests.factories.governance import accept, govern, item_of, propose

SignIn = Callable[[User], Client]
EVENTS = "/pilots/letters/events/"
CHANGED = {"event": "roster_changed", "reason": "Four people joined on Monday."}


@pytest.fixture
def accepted(letters: Pilot, people: People, at: Any) -> Item:
    """DEM-01, accepted until the roster changes."""
    catalogue = CatalogueVersion.objects.create(number=90, created_at=at)
    for position, code in enumerate(("DEM-01", "DEM-02")):
        Question.objects.create(
            catalogue=catalogue,
            code=code,
            position=position,
            phase="demonstration",
            theme="governance",
            question=f"Who takes part, {code}?",
            good_answer="Names.",
            evidence="A roster.",
            owner_role="program_manager",
            renew_events=["roster_changed"],
        )
    catalogue.state, catalogue.published_at = CatalogueVersion.State.PUBLISHED, at
    catalogue.save()
    govern(letters, at, catalogue)
    return accept(propose(item_of(letters, "DEM-01"), people.evaluator, at), people.owner, at)


def test_only_what_the_system_cannot_see_is_offered(accepted: Item, people: People, sign_in: SignIn) -> None:
    html = sign_in(people.evaluator).get(EVENTS).content.decode()
    assert "Roster changed" in html and "1 answer would lapse" in html
    assert "Tool version changed" not in html


def test_what_would_lapse_is_shown_before_anything_does(accepted: Item, people: People, sign_in: SignIn) -> None:
    html = sign_in(people.evaluator).get(EVENTS + "?event=roster_changed").content.decode()
    assert "Who takes part, DEM-01?" in html and "Who takes part, DEM-02?" not in html
    assert item_of(accepted.pilot, "DEM-01").state == Item.State.ACCEPTED


def test_it_lapses_them_with_the_reason_beside_each(accepted: Item, people: People, sign_in: SignIn) -> None:
    browser = sign_in(people.evaluator)
    html = browser.post(EVENTS, CHANGED, follow=True).content.decode()
    assert "It made 1 answer lapse." in html
    assert item_of(accepted.pilot, "DEM-01").state == Item.State.LAPSED
    assert "Four people joined on Monday." in browser.get("/pilots/letters/questions/DEM-01/").content.decode()
    assert AuditEvent.objects.filter(verb="event.fired").count() == 1


def test_it_needs_a_reason_and_keeps_the_choice(accepted: Item, people: People, sign_in: SignIn) -> None:
    response = sign_in(people.evaluator).post(EVENTS, CHANGED | {"reason": " "})
    assert response.status_code == 422
    assert "Who takes part, DEM-01?" in response.content.decode()
    assert item_of(accepted.pilot, "DEM-01").state == Item.State.ACCEPTED


@pytest.mark.parametrize("event", ["tool_version_changed", "nonsense", ""])
def test_an_event_that_is_not_fired_by_hand_is_refused(
    accepted: Item, people: People, sign_in: SignIn, event: str
) -> None:
    assert sign_in(people.evaluator).post(EVENTS, CHANGED | {"event": event}).status_code == 422
    assert not AuditEvent.objects.filter(verb="event.fired").exists()


def test_a_member_may_not_and_a_stranger_sees_nothing(accepted: Item, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.member).post(EVENTS, CHANGED).status_code == 403
    assert sign_in(people.stranger).get(EVENTS).status_code == 404
