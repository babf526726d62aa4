"""Answering a concern, revising and ending a barrier, asking a role apart: what each page refuses and keeps."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client

from feedback import limits
from feedback.models import Asking, Barrier, Concern, SensitiveRole
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People
from tests.factories.feedback_people import a_barrier, a_concern
from tests.feedback import SignIn

WHY = "The rota is mended and the work is shared anew."


@pytest.fixture
def change(people: People, sign_in: SignIn) -> Client:
    return sign_in(people.change)


@pytest.fixture
def concern(letters: Pilot) -> Concern:
    return a_concern(letters, now())


@pytest.fixture
def barrier(letters: Pilot, people: People) -> Barrier:
    return a_barrier(letters, people, now())


def at(thing: Concern | Barrier, verb: str = "") -> str:
    kind = "concerns" if isinstance(thing, Concern) else "barriers"
    return f"/pilots/letters/change/{kind}/{thing.pk}/{verb}"


def test_a_concern_is_accepted_only_with_what_it_changes(concern: Concern, change: Client) -> None:
    answer: dict[str, Any] = {"accept": "yes", "reason": WHY, "version": 1}
    noted = change.post(at(concern, "decide/"), answer)
    assert noted.status_code == 422 and WHY in noted.content.decode()
    on = now().date().isoformat()
    answer |= {"changed": "decision", "changed_what": "Two hours off the rota.", "changed_on": on}
    assert change.post(at(concern, "decide/"), answer | {"version": 7}).status_code == 409
    assert change.post(at(concern, "decide/"), answer, follow=True).status_code == 200
    concern.refresh_from_db()
    assert (concern.state, concern.changed_what) == ("accepted", "Two hours off the rota.")
    assert change.post(at(concern, "decide/"), answer | {"version": 2}).status_code == 422


def test_nobody_from_outside_is_named_to_answer(concern: Concern, people: People, change: Client) -> None:
    assert change.post(at(concern, "name/"), {"named": people.stranger.pk, "version": 1}).status_code == 422
    assert change.post(at(concern, "name/"), {"named": people.owner.pk, "version": 1}).status_code == 302
    concern.refresh_from_db()
    assert concern.named == people.owner


def test_too_many_concerns_wait_and_lose_no_word(open_letters: Pilot, people: People, sign_in: SignIn) -> None:
    cache.clear()
    browser = sign_in(people.stranger)
    page = browser.get("/concern/letters/")
    sent = {"text": WHY, "submission": page.context["form"]["submission"].value()}
    with patch.object(limits, "PERSON", (limits.Limit(0, 600),)):
        full = browser.post("/concern/letters/", sent)
    assert full.status_code == 429 and int(full["Retry-After"]) > 0 and WHY in full.content.decode()
    assert browser.post("/concern/letters/", sent).status_code == 302
    again = browser.post("/concern/letters/", sent | {"text": "Other words."})
    assert again.status_code == 422 and "Other words." in again.content.decode()
    renewed = again.context["form"]["submission"].value()
    assert str(renewed) != str(sent["submission"])
    assert browser.post("/concern/letters/", {"text": "Other words.", "submission": renewed}).status_code == 302
    assert Concern.objects.count() == 2


def test_a_barrier_is_revised_from_the_version_that_was_read(barrier: Barrier, people: People, change: Client) -> None:
    typed = {
        "what": "They open it on no day.", "actions": ["time"], "action": WHY, "owner": people.owner.pk,
        "measure": "Opened twice a week.", "review_on": (now() + timedelta(days=9)).date().isoformat(),
    }  # fmt: skip
    old = change.post(at(barrier, "revise/"), typed | {"version": 9})
    assert old.status_code == 409 and WHY in old.content.decode()
    over = change.post(at(barrier, "revise/"), typed | {"version": 1, "review_on": "2020-01-01"})
    assert over.status_code == 422
    assert change.post(at(barrier, "revise/"), typed | {"version": 1}).status_code == 302
    barrier.refresh_from_db()
    assert (barrier.action, barrier.owner, barrier.version) == (WHY, people.owner, 2)


def test_a_barrier_ends_with_what_its_measure_shows_and_once(barrier: Barrier, change: Client) -> None:
    assert change.post(at(barrier, "close/"), {"state": "lifted", "version": 1}).status_code == 422
    assert change.post(at(barrier, "close/"), {"state": "open", "outcome": WHY, "version": 1}).status_code == 422
    assert change.post(at(barrier, "close/"), {"state": "lifted", "outcome": WHY, "version": 1}).status_code == 302
    assert change.post(at(barrier, "close/"), {"state": "stands", "outcome": WHY, "version": 2}).status_code == 422
    barrier.refresh_from_db()
    assert (barrier.state, barrier.outcome) == ("lifted", WHY)


def test_a_role_is_listed_once_and_no_more_answer_than_were_asked(letters: Pilot, change: Client) -> None:
    add = "/pilots/letters/change/roles/add/"
    assert change.post(add, {"name": "Translators"}).status_code == 422
    assert change.post(add, {"name": "Translators", "why": WHY}).status_code == 302
    assert change.post(add, {"name": "Translators", "why": WHY}).status_code == 422
    role = SensitiveRole.objects.get()
    ask = f"/pilots/letters/change/roles/{role.pk}/ask/"
    said = {"whom": "apart", "how": "group", "asked_on": now().date().isoformat(), "in_sum": WHY, "people_asked": 9}
    assert change.post(ask, said | {"people_answered": 10}).status_code == 422
    tomorrow = (now() + timedelta(days=2)).date().isoformat()
    assert change.post(ask, said | {"people_answered": 9, "asked_on": tomorrow}).status_code == 422
    assert change.post(ask, said | {"people_answered": 9}).status_code == 302
    assert Asking.objects.get().people_answered == 9
