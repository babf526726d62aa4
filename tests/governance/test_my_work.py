"""My work lists what this person can do, by the date that still means something."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from governance.actions.answers import accept_answer, lapse_answer
from governance.actions.sign_offs import ask_sign_off
from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Gate, Item
from governance.reports.my_work import Task, work_of
from pilots.access import forget
from pilots.actions.delegations import delegate
from pilots.actions.pilots import pause_pilot
from pilots.models import Pilot, User
from pilots.permissions import Role
from tests.cast import People
from tests.factories.governance import accept, item_of, propose

SignIn = Callable[[User], Client]


@pytest.fixture
def item(governed: Pilot, people: People, at: datetime) -> Item:
    """Owned by the evaluation lead and due a month ago."""
    Item.objects.filter(pilot=governed, code="DEM-01").update(
        owner=people.evaluator, due_on=(at - timedelta(days=30)).date()
    )
    return item_of(governed, "DEM-01")


def tasks(user: User, at: datetime) -> list[Task]:
    forget(user)
    return [task for task in work_of(user, at).tasks if "DEM-01" in task.what]


def test_who_stands_in_for_the_author_is_not_offered_the_acceptance(
    item: Item, people: People, sign_in: SignIn, at: datetime
) -> None:
    delegate(
        pilot=item.pilot,
        to_user=people.stranger,
        role=Role.EVALUATION_LEAD,
        by=people.evaluator,
        at=at,
        ends_at=at + timedelta(days=5),
        reason="Away.",
    )
    propose(item, people.evaluator, at)
    assert tasks(people.stranger, at) == []
    assert [task.verb for task in tasks(people.change, at)] == ["Look at it"]


def test_a_lapsed_answer_is_due_since_it_lapsed(item: Item, people: People, at: datetime) -> None:
    propose(item, people.evaluator, at - timedelta(days=20))
    accept(item, people.change, at - timedelta(days=20))
    assert tasks(people.evaluator, at) == []
    lapse_answer(item=item_of(item.pilot, "DEM-01"), at=at, reason="the roster changed")
    (task,) = tasks(people.evaluator, at)
    assert (task.due, task.overdue, task.verb) == (at.date(), False, "Renew")
    (later,) = tasks(people.evaluator, at + timedelta(days=1))
    assert later.overdue


def test_what_is_waived_is_due_when_the_waiver_ends(item: Item, people: People, sign_in: SignIn, at: datetime) -> None:
    ends = at + timedelta(days=20)
    assert tasks(people.evaluator, at)[0].overdue
    waiver = ask_waiver(item=item, by=people.pm, at=at, reason="The council meets.", ends_at=ends)
    decide_waiver(waiver=waiver, by=people.sponsor, at=at, approve=True, comment="Until then.")
    (task,) = tasks(people.evaluator, at)
    assert (task.due, task.overdue, task.state) == (ends.date(), False, "waived")
    assert sign_in(people.pm).get(f"/pilots/{item.pilot.slug}/questions/").context["counts"].overdue == 0


def test_a_renewed_answer_is_not_late_for_who_accepts_it(item: Item, people: People, at: datetime) -> None:
    propose(item, people.evaluator, at - timedelta(days=20))
    accept_answer(item=item_of(item.pilot, "DEM-01"), by=people.change, at=at - timedelta(days=20))
    lapse_answer(item=item_of(item.pilot, "DEM-01"), at=at, reason="the roster changed")
    propose(item_of(item.pilot, "DEM-01"), people.evaluator, at)
    assert [task.overdue for task in tasks(people.change, at)] == [False]


def test_a_paused_pilot_asks_nothing_of_anybody(item: Item, people: People, at: datetime) -> None:
    pause_pilot(pilot=item.pilot, by=people.pm, at=at, reason="The supplier changes the model.")
    assert work_of(people.evaluator, at).tasks == []


def test_sign_off_is_offered_to_those_alone_who_may_decide(ready_gate: Gate, people: People, at: datetime) -> None:
    lend = {"pilot": ready_gate.pilot, "by": people.pm, "at": at, "ends_at": at + timedelta(days=5)}
    delegate(role=Role.PROGRAM_MANAGER, to_user=people.stranger, reason="Away.", **lend)
    ask_sign_off(gate=ready_gate, by=people.pm, at=at)

    def offered(user: User) -> bool:
        forget(user)
        return any(task.what.startswith("Decide:") for task in work_of(user, at).tasks)

    assert offered(people.sponsor)
    assert not offered(people.pm)
    assert not offered(people.stranger)
