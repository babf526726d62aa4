"""The list of forms: everybody's for who is signed in, the public ones for a visitor."""

from typing import Any

import pytest
from django.test import Client

from pilots.models import Pilot
from tests.cast import People
from tests.factories.pilots import PilotFactory
from tests.feedback import Names, SignIn


@pytest.fixture
def names() -> Names:
    return lambda browser, query="": [pilot.name for pilot in browser.get(f"/flag/{query}").context["page"]]


def test_a_visitor_sees_the_public_forms_alone(visitor: Client, letters: Pilot, names: Names) -> None:
    PilotFactory.create(name="Open", flag_access=Pilot.FlagAccess.PUBLIC)
    assert names(visitor) == ["Open"]


def test_who_is_signed_in_sees_every_running_pilot(
    people: People, letters: Pilot, sign_in: SignIn, names: Names
) -> None:
    PilotFactory.create(name="Another")
    assert names(sign_in(people.stranger)) == ["Another", "Letters"]


def test_an_ended_pilot_is_listed_when_its_tool_is_in_use_now(
    people: People, letters: Pilot, sign_in: SignIn, names: Names
) -> None:
    ended = {"state": "ended", "ended_at": letters.created_at, "ended_by": people.pm}
    PilotFactory.create(name="Rolled out", outcome="rolled_out", **ended)
    PilotFactory.create(name="Gone", outcome="no_capability", **ended)
    assert names(sign_in(people.member)) == ["Letters", "Rolled out"]


def test_the_search_finds_by_name_and_by_tool(people: People, letters: Pilot, sign_in: SignIn, names: Names) -> None:
    PilotFactory.create(name="Claims", tool="Quill")
    assert names(sign_in(people.member), "?q=quill") == ["Claims"]
    assert names(sign_in(people.member), "?q=lett") == ["Letters"]


def test_a_visitor_with_no_public_form_is_told_to_sign_in(visitor: Client, letters: Pilot) -> None:
    assert "No form is open to everybody" in visitor.get("/flag/").content.decode()


def test_many_pilots_come_in_pages_at_a_fixed_cost(
    visitor: Client, db: None, names: Names, django_assert_max_num_queries: Any
) -> None:
    PilotFactory.create_batch(40, flag_access=Pilot.FlagAccess.PUBLIC)
    with django_assert_max_num_queries(2):
        assert len(names(visitor)) == 30
    assert len(names(visitor, "?page=2")) == 10
