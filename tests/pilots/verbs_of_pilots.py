"""Verbs about people, scope and waivers, as `tests/test_actions_and_the_trail.py` takes them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from governance.actions import catalogue, conditions, waivers
from governance.models import Gate
from pilots.actions import (
    batches,
    closing,
    delegations,
    forecasts,
    invitations,
    organisation_roles,
    pilots,
    scope,
    stepping_aside,
    tokens,
)
from pilots.actions import people as leaving
from pilots.actions.importing import import_batch
from pilots.models import Pilot
from pilots.permissions import OrganisationRole, Role
from tests.cast import People
from tests.factories.batches import csv_of, observation, receive
from tests.factories.evidence import forecast
from tests.factories.governance import item_of
from tests.factories.pilots import SegmentFactory, UseCaseFactory
from tests.factories.rollout import opened

Before = Callable[[Pilot, People, datetime], object] | None
Done = Callable[[Any, Pilot, People, datetime], object]


def asked(pilot: Pilot, people: People, at: datetime) -> Any:
    ends = at + timedelta(days=9)
    return waivers.ask_waiver(item=item_of(pilot, "DEM-02"), by=people.pm, at=at, reason="Late", ends_at=ends)


def approved(pilot: Pilot, people: People, at: datetime) -> Any:
    return waivers.decide_waiver(waiver=asked(pilot, people, at), by=people.sponsor, at=at, approve=True, comment="Yes")


def condition(pilot: Pilot, people: People, at: datetime) -> Any:
    gate = Gate.objects.get(pilot=pilot, phase="demonstration")
    due = (at + timedelta(days=9)).date()
    return conditions.add_condition(gate=gate, by=people.pm, at=at, text="Do", owner=people.change, due_on=due)


def lent(pilot: Pilot, people: People, at: datetime) -> Any:
    ends = at + timedelta(days=9)
    return delegations.delegate(
        pilot=pilot, role=Role.SPONSOR, to_user=people.change, reason="Leave", ends_at=ends, by=people.sponsor, at=at
    )


def token(pilot: Pilot, people: People, at: datetime) -> Any:
    ends = at + timedelta(days=9)
    return tokens.create_api_token(name="CI", scopes=["read"], expires_at=ends, by=people.pm, at=at).row


def invited(pilot: Pilot, people: People, at: datetime) -> Any:
    return invitations.invite(
        email="new@example.org", name="New", pilot=pilot, roles=[Role.MEMBER], by=people.pm, at=at
    ).invitation


def workflow(pilot: Pilot, people: People, at: datetime) -> Any:
    return scope.add_workflow(pilot=pilot, by=people.pm, name="Calls", owner=people.owner)


def sent(pilot: Pilot, people: People, at: datetime) -> Any:
    UseCaseFactory.create(pilot=pilot, name="Drafting", slug="drafting")
    SegmentFactory.create(pilot=pilot, name="Clerks", slug="clerks")
    return receive(pilot, people.evaluator, csv_of([observation()]), at)


def taken_in(pilot: Pilot, people: People, at: datetime) -> Any:
    import_batch(batch := sent(pilot, people, at))
    return batch


VERBS: dict[str, tuple[Before, Done]] = {
    "batch.received": (None, lambda _, pilot, people, at: receive(pilot, people.evaluator, "date\n2026-11-02\n", at)),
    "batch.withdrawn": (
        taken_in,
        lambda row, pilot, people, at: batches.withdraw_batch(batch=row, by=people.pm, at=at, reason="Tests"),
    ),
    "forecast.asked": (None, lambda _, pilot, people, at: forecasts.ask_forecast(pilot=pilot, by=people.pm, at=at)),
    "forecast.locked": (
        lambda pilot, people, at: forecast(pilot, at),
        lambda row, pilot, people, at: forecasts.lock_forecast(forecast=row, by=people.pm, at=at, note="As it is"),
    ),
    "stage.closed": (
        lambda pilot, people, at: opened(pilot, at),
        lambda row, pilot, people, at: closing.close_stage(stage=row, by=people.pm, at=at, lesson="Train before"),
    ),
    "pilot.resumed": (
        lambda pilot, people, at: pilots.pause_pilot(pilot=pilot, by=people.pm, at=at, reason="Why"),
        lambda paused, pilot, people, at: pilots.resume_pilot(pilot=paused, by=people.pm),
    ),
    "use_case.added": (None, lambda _, pilot, people, at: scope.add_use_case(pilot=pilot, by=people.pm, name="Calls")),
    "workflow.accepted": (
        workflow,
        lambda row, pilot, people, at: scope.accept_workflow(workflow=row, by=people.owner, at=at),
    ),
    "workflow.declined": (
        workflow,
        lambda row, pilot, people, at: scope.decline_workflow(workflow=row, by=people.owner, at=at, reason="Not mine"),
    ),
    "workflow.removed": (
        workflow,
        lambda row, pilot, people, at: scope.remove_from_scope(thing=row, by=people.pm, at=at),
    ),
    "token.revoked": (token, lambda row, pilot, people, at: tokens.revoke_api_token(token=row, by=people.pm, at=at)),
    "delegation.ended": (
        lent,
        lambda row, pilot, people, at: delegations.end_delegation(delegation=row, by=people.sponsor, at=at),
    ),
    "member.stepped_back_in": (
        lambda pilot, people, at: stepping_aside.step_aside(pilot=pilot, by=people.change, reason="Kin", at=at),
        lambda _, pilot, people, at: stepping_aside.step_back_in(pilot=pilot, by=people.change, at=at),
    ),
    "invitation.sent": (None, lambda _, pilot, people, at: invited(pilot, people, at)),
    "invitation.revoked": (
        invited,
        lambda row, pilot, people, at: invitations.revoke_invitation(invitation=row, by=people.pm, at=at),
    ),
    "organisation_role.named": (
        None,
        lambda _, pilot, people, at: organisation_roles.name_organisation_role(
            user=people.pm, role=OrganisationRole.LEADERSHIP, by=people.admin, at=at
        ),
    ),
    "organisation_role.withdrawn": (
        None,
        lambda _, pilot, people, at: organisation_roles.withdraw_organisation_role(
            user=people.leader, role=OrganisationRole.LEADERSHIP, by=people.admin
        ),
    ),
    "person.deactivated": (
        None,
        lambda _, pilot, people, at: leaving.deactivate_person(user=people.stranger, by=people.admin, at=at),
    ),
    "person.reactivated": (
        lambda pilot, people, at: leaving.deactivate_person(user=people.stranger, by=people.admin, at=at),
        lambda _, pilot, people, at: leaving.reactivate_person(user=people.stranger, by=people.admin),
    ),
    "condition.withdrawn": (
        condition,
        lambda row, pilot, people, at: conditions.withdraw_condition(condition=row, by=people.pm, at=at),
    ),
    "waiver.refused": (
        asked,
        lambda row, pilot, people, at: waivers.decide_waiver(
            waiver=row, by=people.sponsor, at=at, approve=False, comment="No"
        ),
    ),
    "waiver.ended": (
        approved,
        lambda row, pilot, people, at: waivers.end_waiver(waiver=row, at=at, reason="Done", by=people.sponsor),
    ),
    "catalogue.draft_started": (None, lambda _, pilot, people, at: catalogue.start_draft(by=people.editor, at=at)),
    "catalogue.draft_discarded": (
        lambda pilot, people, at: catalogue.start_draft(by=people.editor, at=at),
        lambda _, pilot, people, at: catalogue.discard_draft(by=people.editor, at=at),
    ),
}
