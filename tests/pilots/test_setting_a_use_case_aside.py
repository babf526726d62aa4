"""“An edge case”, “future work”: nothing is put off without somebody who owns it and a test that looks at it."""

from collections.abc import Callable

import pytest
from django.test import Client

from pilots.actions.registers import remove_entry
from pilots.actions.scope_case import set_aside_use_case
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Pilot, Stressor, User
from tests.cast import People
from tests.factories.pilots import PilotFactory
from tests.factories.registers import DAY, stressor, use_case

SignIn = Callable[[User], Client]


def test_it_needs_an_owner_and_a_stress_test(letters: Pilot, people: People) -> None:
    case, test = use_case(letters), stressor(letters, people.evaluator)
    for owner, looked_at, field in ((None, test, "owner"), (people.pm, None, "stressor")):
        with pytest.raises(Refused) as refused:
            set_aside_use_case(use_case=case, by=people.pm, at=now(), as_="edge_case", owner=owner, stressor=looked_at)
        assert refused.value.field == field
    done = set_aside_use_case(use_case=case, by=people.pm, at=now(), as_="edge_case", owner=people.owner, stressor=test)
    assert (done.set_aside, done.set_aside_owner) == ("edge_case", people.owner)
    with pytest.raises(Refused, match="1 use case set aside"):
        remove_entry(entry=test, by=people.pm, at=now())


def test_taken_back_it_needs_neither(letters: Pilot, people: People) -> None:
    case, test = use_case(letters), stressor(letters, people.evaluator)
    set_aside_use_case(use_case=case, by=people.pm, at=now(), as_="future_work", owner=people.pm, stressor=test)
    back = set_aside_use_case(use_case=case, by=people.pm, at=now(), as_="", owner=None, stressor=None)
    assert (back.set_aside, back.set_aside_owner, back.set_aside_stressor) == ("", None, None)
    assert AuditEvent.objects.filter(verb="use_case.set_aside").count() == 2


def test_owner_and_test_are_of_this_pilot(letters: Pilot, people: People) -> None:
    case, test = use_case(letters), stressor(letters, people.evaluator)
    foreign = Stressor.objects.create(
        pilot=PilotFactory.create(), recorded_at=now(), recorded_by=people.pm, kind="raw_data", plan="So",
        expectation="So", owner=people.pm, planned_for=DAY,
    )  # fmt: skip
    for owner, looked_at in ((people.stranger, test), (people.pm, foreign)):
        with pytest.raises(Refused):
            set_aside_use_case(use_case=case, by=people.pm, at=now(), as_="edge_case", owner=owner, stressor=looked_at)
    with pytest.raises(NotAllowed):
        set_aside_use_case(use_case=case, by=people.owner, at=now(), as_="edge_case", owner=people.pm, stressor=test)


def test_the_page_asks_for_both_and_the_scope_shows_it(letters: Pilot, people: People, sign_in: SignIn) -> None:
    case, test, browser = use_case(letters), stressor(letters, people.evaluator), sign_in(people.evaluator)
    at = f"/pilots/letters/use-cases/{case.slug}/set-aside/"
    page = browser.post(at, {"as_": "edge_case", "owner": "", "stressor": ""})
    assert page.status_code == 422 and "without somebody who owns it" in page.content.decode()
    sent = {"as_": "edge_case", "owner": people.pm.pk, "stressor": test.pk}
    assert "Set aside as “An edge case”" in browser.post(at, sent, follow=True).content.decode()
