"""What stands in a group's way gets an action beyond access; whose work is at stake is asked apart from volunteers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from feedback.actions.people import close_barrier, identify_role, record_asking, record_barrier, revise_barrier
from feedback.models import Barrier, SensitiveRole
from feedback.people_reports import sensitive_roles
from pilots.clock import now
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import Pilot, Segment
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.feedback_people import a_barrier
from tests.factories.pilots import SegmentFactory
from tests.feedback import SignIn


@pytest.fixture
def seniors(letters: Pilot) -> Segment:
    made: Segment = SegmentFactory.create(pilot=letters, name="Seniors", slug="seniors")
    return made


def record(pilot: Pilot, segment: Segment, people: People, **how: object) -> Barrier:
    usual = {
        "kind": "sceptical",
        "what": "They say that it invents things.",
        "actions": ["evidence"],
        "action": "Show the performance page, bad things first.",
        "owner": people.evaluator,
        "measure": "Half of them have read it.",
        "review_on": (now() + timedelta(days=9)).date(),
        "by": people.change,
        "at": now(),
    }
    return record_barrier(**{"pilot": pilot, "segment": segment, **usual, **how})  # type: ignore[arg-type]


def test_giving_access_answers_no_barrier(letters: Pilot, seniors: Segment, people: People) -> None:
    for actions in (["access"], ["access", "access"], []):
        with pytest.raises(Refused):
            record(letters, seniors, people, actions=actions)
    assert record(letters, seniors, people, actions=["access", "time"]).actions == ["access", "time"]


@pytest.mark.parametrize("actions", [["access"], ["access", "access"], []])
def test_the_database_says_the_same(letters: Pilot, people: People, actions: list[str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_barrier(letters, people, now(), actions=actions)


@pytest.mark.parametrize("missing", ["what", "action", "measure"])
def test_it_has_an_action_and_a_measure(letters: Pilot, seniors: Segment, people: People, missing: str) -> None:
    with pytest.raises(Refused) as refused:
        record(letters, seniors, people, **{missing: " "})
    assert refused.value.field == missing


def test_its_owner_works_on_the_pilot_and_only_the_change_side_records(
    letters: Pilot, seniors: Segment, people: People
) -> None:
    with pytest.raises(Refused):
        record(letters, seniors, people, owner=people.stranger)
    with pytest.raises(NotAllowed):
        record(letters, seniors, people, by=people.triage)


def test_it_ends_with_what_the_measure_shows(letters: Pilot, people: People) -> None:
    barrier = a_barrier(letters, people, now())
    with pytest.raises(Refused):
        close_barrier(barrier=barrier, state="lifted", outcome=" ", version=1, by=people.change, at=now())
    close_barrier(barrier=barrier, state="stands", outcome="No change.", version=1, by=people.change, at=now())
    with pytest.raises(Conflict):
        close_barrier(barrier=barrier, state="lifted", outcome="x", version=1, by=people.change, at=now())


def test_what_is_done_can_change(letters: Pilot, people: People) -> None:
    barrier, owner = a_barrier(letters, people, now()), people.owner
    revised = revise_barrier(
        barrier=barrier, what="So.", actions=["training"], action="A morning.", owner=owner, measure="One opens it.",
        review_on=now().date(), version=1, by=people.change, at=now(),
    )  # fmt: skip
    assert (revised.owner, revised.actions, revised.version) == (owner, ["training"], 2)


def test_the_page_keeps_what_was_typed(letters: Pilot, seniors: Segment, people: People, sign_in: SignIn) -> None:
    typed = {
        "segment": str(seniors.pk), "kind": "role", "what": "A long thought", "actions": ["access"], "action": "x",
        "owner": str(people.change.pk), "measure": "y", "review_on": str(now().date()),
    }  # fmt: skip
    browser = sign_in(people.change)
    refused = browser.post("/pilots/letters/change/barriers/add/", typed)
    assert refused.status_code == 422 and "A long thought" in refused.content.decode()
    assert "Giving access answers no barrier" in refused.content.decode()
    done = browser.post("/pilots/letters/change/barriers/add/", {**typed, "actions": ["access", "role"]}, follow=True)
    assert "Recorded, with what is done about it" in done.content.decode()


@pytest.fixture
def role(letters: Pilot, people: People) -> SensitiveRole:
    return identify_role(pilot=letters, name="Translators", why="It is their craft.", by=people.change, at=now())


def ask(role: SensitiveRole, people: People, answered: int, whom: str = "apart", said: str = "They fear it.") -> None:
    record_asking(
        role=role, whom=whom, how="interview", asked_on=now().date(), people_asked=40, people_answered=answered,
        in_sum=said, by=people.change, at=now(),
    )  # fmt: skip


def test_under_ten_answers_nothing_of_it_is_shown_to_anybody(
    role: SensitiveRole, people: People, sign_in: SignIn
) -> None:
    ask(role, people, 9)
    for who in (people.change, people.pm, people.leader):
        assert "They fear it." not in sign_in(who).get("/pilots/letters/change/").content.decode()
        assert b"They fear it." not in Caller(who, READ_AND_WRITE).get("pilots/letters/sensitive-roles/").content
    ask(role, people, 10)
    assert "They fear it." in sign_in(people.leader).get("/pilots/letters/change/").content.decode()


def test_they_stand_beside_volunteers_and_are_never_mixed(role: SensitiveRole, people: People, letters: Pilot) -> None:
    ask(role, people, 12)
    ask(role, people, 31, whom="volunteers", said="All fine.")
    (found,) = sensitive_roles(letters)
    assert [row.in_sum for row in found.apart] == ["They fear it."]
    assert [row.in_sum for row in found.volunteers] == ["All fine."]


def test_no_more_answer_than_were_asked(role: SensitiveRole, people: People) -> None:
    with pytest.raises(Refused):
        ask(role, people, 41)
    with pytest.raises(Refused):
        identify_role(pilot=role.pilot, name="Translators", why="Again.", by=people.change, at=now())
