"""The standing cast: one person for each role in the pilot `letters`, and those who stand outside it.

    def test_a_member_may_not_invite(people, sign_in): …  sign_in(people.member).get("/pilots/letters/people/")

Roles are kept on a user object once read (`pilots.access.standing`); after changing rows by hand call `access.forget`.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import pytest
from django.test import Client

from pilots.models import Pilot, User, Workflow
from pilots.permissions import OrganisationRole, Role
from tests.factories.pilots import (
    MembershipFactory,
    OrganisationMembershipFactory,
    PilotFactory,
    UserFactory,
    WorkflowFactory,
)


@dataclass(frozen=True)
class People:
    pm: User
    owner: User
    evaluator: User
    triage: User
    change: User
    integration: User
    sponsor: User
    member: User
    leader: User
    editor: User
    admin: User
    stranger: User

    def all(self) -> dict[str, User]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


NAMES = {
    "pm": "Paula Marsh",
    "owner": "Owen Archer",
    "evaluator": "Eva Lund",
    "triage": "Tomas Reyes",
    "change": "Chidi Okoro",
    "integration": "Ines Duarte",
    "sponsor": "Stella Park",
    "member": "Mira Benson",
    "leader": "Leo Adler",
    "editor": "Edda Quist",
    "admin": "Adam Novak",
    "stranger": "Stan Gray",
}

ROLES_IN_LETTERS = {
    "pm": Role.PROGRAM_MANAGER,
    "owner": Role.ACCOUNTABLE_OWNER,
    "evaluator": Role.EVALUATION_LEAD,
    "triage": Role.TRIAGE_LEAD,
    "change": Role.CHANGE_LEAD,
    "integration": Role.INTEGRATION_LEAD,
    "sponsor": Role.SPONSOR,
    "member": Role.MEMBER,
}

ROLES_OVER_THE_ORGANISATION = {
    "leader": OrganisationRole.LEADERSHIP,
    "editor": OrganisationRole.CATALOGUE_EDITOR,
    "admin": OrganisationRole.ADMINISTRATOR,
}


@pytest.fixture
def people(db: None) -> People:
    return gather()


def gather() -> People:
    """Makes the cast and the pilot `letters` in whatever database is in use."""
    cast = {key: UserFactory.create(name=name, email=f"{key}@example.org") for key, name in NAMES.items()}
    pilot = PilotFactory.create(name="Letters", slug="letters", created_by=cast["pm"])
    for key, role in ROLES_IN_LETTERS.items():
        MembershipFactory.create(pilot=pilot, user=cast[key], role=role, added_by=cast["pm"])
    for key, organisation_role in ROLES_OVER_THE_ORGANISATION.items():
        OrganisationMembershipFactory.create(user=cast[key], role=organisation_role)
    return People(**cast)


@pytest.fixture
def letters(people: People) -> Pilot:
    """The pilot that the cast is in, in its first phase."""
    return Pilot.objects.get(slug="letters")


@pytest.fixture
def workflow(letters: Pilot, people: People) -> Workflow:
    """A workflow of `letters` whose owner has accepted."""
    return WorkflowFactory.create(
        pilot=letters,
        name="Answering letters",
        slug="answering-letters",
        owner=people.owner,
        accepted_by=people.owner,
        accepted_at=letters.created_at,
    )


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def open_browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return open_browser
