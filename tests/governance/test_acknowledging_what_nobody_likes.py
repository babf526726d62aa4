from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from governance.actions.acknowledgements import acknowledge_uncomfortable
from governance.models import UncomfortableAcknowledgement
from governance.reports.design import findings_of
from governance.uncomfortable import Kind, Uncomfortable
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, BlindSpot, FailureMode, Pilot, User
from tests.cast import People
from tests.factories.evidence import cell, entry, forecast
from tests.governance.gate_pages import words

SignIn = Callable[[User], Client]
PAGE = "/pilots/letters/design/"


@pytest.fixture
def found(governed: Pilot, at: datetime) -> dict[str, Uncomfortable]:
    served = {"evidence": "modelled", "low": 0.3, "high": 0.9}
    clerks, managers = cell(governed, at), cell(governed, at, segment="Managers", tasks=300)
    rows = [{"cell": clerks.pk, "median": 0.4, **served}, {"cell": managers.pk, "median": 0.66, **served}]
    cell(governed, at, use_case="Appeals")
    forecast(governed, at, rows)
    entry(BlindSpot, governed, at, kind="participants", what="Night shift", why="They were not asked.")
    severe = {"severity": 4, "cause": "model", "manageability": "unseen"}
    entry(FailureMode, governed, at, what="It drops a line", **severe)
    return {one.kind.value: one for one in findings_of(governed)}


def test_what_nobody_likes_to_read_stands_above_the_grid(
    found: dict[str, Uncomfortable], people: People, sign_in: SignIn
) -> None:
    page = words(sign_in(people.member).get(PAGE))
    above = page.partition("data-grid")[0]
    for said in (
        "The demonstration promised 90 % done well; the forecast says 60 %, 30 points fewer",
        "80 % interval 50 to 70 %, n = 200 tasks of 20 people",
        "It serves Counter staff worst: 40 % done well, over everybody 60 %",
        "Nothing is known of 1 of 3 cells, 20 % of the work",
        "1 thing is not seen",
        "1 way to fail hurts somebody",
    ):
        assert said in above
    assert set(found) == {kind.value for kind in Kind}


def test_a_leader_acknowledges_it_by_name(found: dict[str, Uncomfortable], people: People, sign_in: SignIn) -> None:
    sent = {"version": found["naive-gap"].version, "comment": "We plan with 60."}
    browser = sign_in(people.leader)
    for _ in range(2):
        assert browser.post(f"{PAGE}uncomfortable/naive-gap/acknowledge/", sent).status_code == 302
    assert UncomfortableAcknowledgement.objects.count() == 1
    assert AuditEvent.objects.filter(verb="uncomfortable.acknowledged", actor_id=people.leader.pk).count() == 1
    page = words(sign_in(people.pm).get(PAGE))
    assert "Acknowledged by Leo Adler" in page and "We plan with 60." in page


def test_what_says_something_else_wants_to_be_seen_again(
    found: dict[str, Uncomfortable], governed: Pilot, people: People, sign_in: SignIn, at: datetime
) -> None:
    before = found["blind-spots"].version
    acknowledge_uncomfortable(pilot=governed, kind="blind-spots", by=people.leader, at=at, version=before)
    entry(BlindSpot, governed, at, kind="participants", what="Week-ends", why="They were not asked.")
    assert "Acknowledged by Leo" not in words(sign_in(people.pm).get(PAGE))
    with pytest.raises(Refused, match="look again"):
        acknowledge_uncomfortable(pilot=governed, kind="blind-spots", by=people.leader, at=at, version=before)


def test_what_is_not_so_cannot_be_acknowledged(governed: Pilot, people: People, at: datetime) -> None:
    with pytest.raises(Refused, match="no longer so"):
        acknowledge_uncomfortable(pilot=governed, kind="naive-gap", by=people.leader, at=at, version="0")


@pytest.mark.parametrize("person", ["pm", "sponsor", "owner", "member"])
def test_only_leadership_acknowledges_it(
    found: dict[str, Uncomfortable], governed: Pilot, people: People, sign_in: SignIn, at: datetime, person: str
) -> None:
    user = getattr(people, person)
    assert "Acknowledge<" not in words(sign_in(user).get(PAGE))
    with pytest.raises(NotAllowed):
        acknowledge_uncomfortable(pilot=governed, kind="naive-gap", by=user, at=at, version=found["naive-gap"].version)
