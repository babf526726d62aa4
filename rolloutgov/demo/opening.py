"""What stands before a story: accounts, the pilot, who is in it and what it is about."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from governance.actions.pilots import start_pilot
from governance.actions.upkeep import absorb_changes
from pilots.access import can
from pilots.actions.administrators import create_administrator
from pilots.actions.invitations import accept_invitation, invite
from pilots.actions.members import add_member
from pilots.actions.scope import accept_workflow, add_segment, add_use_case, add_workflow
from pilots.actions.vouching import vouch_for
from pilots.models import PhaseKind, User
from pilots.permissions import OrganisationRole, Permission, Role
from rolloutgov.demo import accounts
from rolloutgov.demo.scene import Scene, moment
from rolloutgov.demo.story import Story

ADMINISTRATOR: Final = "admin"
# Of use cases and segments, by what a story calls them.
_ATTRIBUTES: Final = {
    "kind": "kind",
    "designed": "designed_for",
    "left_out": "left_out_because",
    "people": "headcount",
    "role": "role",
    "attitude": "attitude",
    "workload": "workload",
    "comfort": "comfort",
    "benefit": "is_beneficiary",
    "identity": "is_identity_sensitive",
    "trained": "trained_percent",
}


def make_people(now: datetime, before: float) -> dict[str, User]:
    """The cast by key: the administrator, and everybody whom the administrator invites."""
    at, secret = moment(now, before), accounts.password()
    cast: dict[str, User] = {}
    for person in sorted(accounts.people(), key=lambda person: person.key != ADMINISTRATOR):
        if person.key == ADMINISTRATOR:
            made = create_administrator(email=person.email, name=person.name, password=secret, at=at)
        else:
            roles = [OrganisationRole(role) for role in person.organisation_roles]
            invited = invite(
                email=person.email, name=person.name, by=cast[ADMINISTRATOR], at=at, organisation_roles=roles
            )
            token = invited.link.rstrip("/").rsplit("/", 1)[-1]
            made = accept_invitation(token=token, at=at + timedelta(hours=3), password=secret)
            if made.counts_as is not None:
                made = vouch_for(user=made, by=cast[ADMINISTRATOR])
        cast[person.key] = made
    # Their own setting: nobody reads what would be sent to them.
    User.objects.filter(pk__in=[person.pk for person in cast.values()]).update(wants_digest=False, flag_mail="none")
    return cast


def open_pilot(story: Story, cast: Mapping[str, User], now: datetime) -> Scene:
    """The pilot with its people, workflows (each accepted by its owner), use cases and segments."""
    manager = cast[story.roles[Role.PROGRAM_MANAGER][0]]
    at = moment(now, story.day)
    pilot = start_pilot(
        # The first of somebody who never managed one is opened for them.
        by=manager if can(manager, Permission.CREATE_PILOT) else cast[ADMINISTRATOR],
        at=at,
        fields=_fields(story, now),
        program_manager=manager,
        sponsor=cast[story.roles[Role.SPONSOR][0]],
        entered_phase=PhaseKind(story.entered_phase),
        skip_reason=story.skip_reason,
        is_demo=True,
        source_note=story.source_note.strip(),
    )
    scene = Scene(story, cast, now, pilot, at)
    _add_people(scene, manager)
    _open_scope(scene, manager)
    absorb_changes(pilot, scene.clock)
    return scene


def _fields(story: Story, now: datetime) -> dict[str, Any]:
    fields = {"name": story.name, **story.pilot}
    for name in ("starts_on", "ends_on"):
        if name in fields:
            fields[name] = moment(now, fields[name]).date()
    return fields


def _add_people(scene: Scene, manager: User) -> None:
    there = {(role, scene.story.roles[role][0]) for role in (Role.PROGRAM_MANAGER, Role.SPONSOR)}
    for role, keys in scene.story.roles.items():
        for key in keys:
            if (role, key) not in there:
                at = scene.move_to(scene.story.day + 0.2)
                add_member(pilot=scene.pilot, user=scene.person(key), roles=[Role(role)], by=manager, at=at)


def _open_scope(scene: Scene, manager: User) -> None:
    for row in scene.story.workflows:
        owner = scene.person(row["owner"])
        about = row.get("description", "")
        workflow = add_workflow(pilot=scene.pilot, by=manager, name=row["name"], description=about, owner=owner)
        if row.get("accepted", True):
            accept_workflow(workflow=workflow, by=owner, at=scene.move_to(scene.story.day + 1.3))
    for add, rows in ((add_use_case, scene.story.use_cases), (add_segment, scene.story.segments)):
        for row in rows:
            there = add(pilot=scene.pilot, by=manager, name=row["name"], description=row.get("description", ""))
            for name, value in row.items():
                if name in _ATTRIBUTES:
                    setattr(there, _ATTRIBUTES[name], value)
            there.save()
