"""Adding, changing and removing members; what a pilot always keeps."""

import pytest

from pilots import access
from pilots.actions.members import add_member, change_member, remove_member, roles_of
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import AuditEvent, Change, Membership, Notification, Pilot, User, Workflow
from pilots.permissions import Permission, Role
from tests.cast import People
from tests.factories.pilots import DelegationFactory, MembershipFactory, SteppingAsideFactory, UserFactory


def _add(pilot: Pilot, user: User, role: Role, by: User) -> None:
    add_member(pilot=pilot, user=user, roles=[role], by=by, at=now())


def test_who_is_added_may_act_at_once_and_is_told(people: People, letters: Pilot) -> None:
    assert not access.can(people.stranger, Permission.VIEW_PILOT, letters)
    _add(letters, people.stranger, Role.CHANGE_LEAD, people.pm)
    assert access.can(people.stranger, Permission.ANSWER_ITEMS, letters)
    assert Notification.objects.get(user=people.stranger).text == "Paula Marsh made you change lead in Letters."


def test_adding_leaves_one_row_in_the_trail_and_news_for_the_gates(people: People, letters: Pilot) -> None:
    _add(letters, people.stranger, Role.MEMBER, people.pm)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor_id, event.pilot_id) == ("member.added", people.pm.pk, letters.pk)
    assert Change.objects.filter(pilot=letters).count() == 1


@pytest.mark.parametrize("key", ["member", "sponsor", "owner", "leader", "editor", "stranger"])
def test_nobody_else_adds_people(people: People, letters: Pilot, key: str) -> None:
    with pytest.raises(NotAllowed):
        _add(letters, UserFactory.create(), Role.MEMBER, getattr(people, key))


def test_naming_another_sponsor_replaces_the_one_before_in_one_act(people: People, letters: Pilot) -> None:
    _add(letters, people.stranger, Role.SPONSOR, people.pm)
    assert Membership.objects.get(pilot=letters, role=Role.SPONSOR).user == people.stranger
    assert roles_of(letters, people.sponsor) == {Role.MEMBER}
    assert str(people.sponsor.pk) in AuditEvent.objects.get().body


def test_who_stepped_aside_does_not_become_sponsor(people: People, letters: Pilot) -> None:
    SteppingAsideFactory.create(pilot=letters, user=people.change)
    with pytest.raises(Refused, match="stepped aside"):
        _add(letters, people.change, Role.SPONSOR, people.pm)
    assert Membership.objects.get(pilot=letters, role=Role.SPONSOR).user == people.sponsor


def test_an_administrator_gives_no_role_to_themselves(people: People, letters: Pilot) -> None:
    with pytest.raises(Refused, match="Another person"):
        _add(letters, people.admin, Role.SPONSOR, people.admin)


def test_who_stands_in_for_a_program_manager_does_not_become_one(people: People, letters: Pilot) -> None:
    DelegationFactory.create(pilot=letters, from_user=people.pm, to_user=people.member, role=Role.PROGRAM_MANAGER)
    with pytest.raises(Refused, match="Another person"):
        _add(letters, people.member, Role.PROGRAM_MANAGER, people.member)


def test_standing_in_is_recorded(people: People, letters: Pilot) -> None:
    DelegationFactory.create(pilot=letters, from_user=people.pm, to_user=people.member, role=Role.PROGRAM_MANAGER)
    _add(letters, people.stranger, Role.MEMBER, people.member)
    event = AuditEvent.objects.get()
    assert (event.actor_id, event.on_behalf_of_id) == (people.member.pk, people.pm.pk)


def test_a_deactivated_person_is_not_added(people: People, letters: Pilot) -> None:
    people.stranger.is_active = False
    people.stranger.save()
    with pytest.raises(Refused, match="deactivated"):
        _add(letters, people.stranger, Role.MEMBER, people.pm)


def test_roles_are_changed_to_exactly_those_chosen(people: People, letters: Pilot) -> None:
    roles = [Role.TRIAGE_LEAD, Role.MEMBER]
    change_member(pilot=letters, user=people.evaluator, roles=roles, by=people.pm, at=now())
    assert roles_of(letters, people.evaluator) == set(roles)


@pytest.mark.parametrize("by", ["pm", "admin"])
def test_the_last_program_manager_stays(people: People, letters: Pilot, by: str) -> None:
    with pytest.raises(Refused, match="without a program manager"):
        remove_member(pilot=letters, user=people.pm, by=getattr(people, by), at=now())
    with pytest.raises(Refused, match="without a program manager"):
        change_member(pilot=letters, user=people.pm, roles=[Role.MEMBER], by=getattr(people, by), at=now())


def test_a_deactivated_program_manager_does_not_count(people: People, letters: Pilot) -> None:
    gone = UserFactory.create(is_active=False)
    MembershipFactory.create(pilot=letters, user=gone, role=Role.PROGRAM_MANAGER)
    with pytest.raises(Refused, match="without a program manager"):
        remove_member(pilot=letters, user=people.pm, by=people.admin, at=now())


def test_a_program_manager_leaves_when_there_is_another(people: People, letters: Pilot) -> None:
    MembershipFactory.create(pilot=letters, user=people.change, role=Role.PROGRAM_MANAGER)
    remove_member(pilot=letters, user=people.pm, by=people.pm, at=now())
    assert not access.can(people.pm, Permission.VIEW_PILOT, letters)


def test_workflows_of_an_owner_who_leaves_have_none(people: People, letters: Pilot, workflow: Workflow) -> None:
    remove_member(pilot=letters, user=people.owner, by=people.pm, at=now())
    workflow.refresh_from_db()
    assert (workflow.owner, workflow.accepted_at, workflow.accepted_by) == (None, None, None)
    news = Change.objects.get(event="owner_left")
    assert news.data == {"user_id": str(people.owner.pk), "workflow_ids": [str(workflow.pk)]}


def test_a_member_who_leaves_makes_nothing_stale(people: People, letters: Pilot) -> None:
    remove_member(pilot=letters, user=people.member, by=people.pm, at=now())
    assert Change.objects.get().event == ""


def test_who_is_removed_keeps_nothing_by_delegation(people: People, letters: Pilot) -> None:
    DelegationFactory.create(pilot=letters, from_user=people.triage, to_user=people.member, role=Role.TRIAGE_LEAD)
    remove_member(pilot=letters, user=people.member, by=people.pm, at=now())
    assert not access.can(people.member, Permission.VIEW_PILOT, letters)


def test_the_only_person_who_can_decide_for_a_sponsor_stays(people: People, letters: Pilot) -> None:
    DelegationFactory.create(pilot=letters, from_user=people.sponsor, to_user=people.member)
    SteppingAsideFactory.create(pilot=letters, user=people.sponsor)
    with pytest.raises(Refused, match="nobody else could decide"):
        remove_member(pilot=letters, user=people.member, by=people.pm, at=now())
