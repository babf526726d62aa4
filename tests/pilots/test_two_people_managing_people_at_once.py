"""What must hold when two sessions change who is who at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from pilots.actions.members import remove_member
from pilots.actions.organisation_roles import withdraw_organisation_role
from pilots.clock import now
from pilots.errors import NotAllowed, Refused
from pilots.models import Membership, OrganisationMembership
from pilots.permissions import OrganisationRole, Role
from tests.factories.pilots import MembershipFactory, OrganisationMembershipFactory, PilotFactory, UserFactory


def _at_once(*acts: Callable[[], None]) -> list[str]:
    """What became of each: "done" or "refused" (whether the rule or the lost right came first is chance)."""
    start = Barrier(len(acts))

    def run(act: Callable[[], None]) -> str:
        start.wait(timeout=10)
        try:
            act()
        except (Refused, NotAllowed):
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return sorted(threads.map(run, acts))


def test_two_program_managers_who_remove_each_other_leave_one(committed_db: str) -> None:
    pilot = PilotFactory.create()
    one, other = UserFactory.create(), UserFactory.create()
    for person in (one, other):
        MembershipFactory.create(pilot=pilot, user=person, role=Role.PROGRAM_MANAGER)
    outcomes = _at_once(
        lambda: remove_member(pilot=pilot, user=one, by=other, at=now()),
        lambda: remove_member(pilot=pilot, user=other, by=one, at=now()),
    )
    assert outcomes == ["done", "refused"]
    assert Membership.objects.filter(pilot=pilot, role=Role.PROGRAM_MANAGER).count() == 1


def test_two_administrators_who_withdraw_each_other_leave_one(committed_db: str) -> None:
    one, other = UserFactory.create(), UserFactory.create()
    role = OrganisationRole.ADMINISTRATOR
    for person in (one, other):
        OrganisationMembershipFactory.create(user=person, role=role)
    outcomes = _at_once(
        lambda: withdraw_organisation_role(user=one, role=role, by=other),
        lambda: withdraw_organisation_role(user=other, role=role, by=one),
    )
    assert outcomes == ["done", "refused"]
    assert OrganisationMembership.objects.filter(role=role).count() == 1
