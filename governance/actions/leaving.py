"""A person leaves the organisation, and nothing that they owned is left without an owner."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.reports.holdings import holdings_of
from pilots.access import require
from pilots.actions import people
from pilots.actions.organisation_roles import hold_administrators
from pilots.errors import Refused
from pilots.models import User
from pilots.permissions import Permission


def deactivate_person(
    *,
    user: User,
    by: User,
    at: datetime,
    handover_to: User | None = None,
    successors: Mapping[UUID, User] = people.NOBODY_ELSE,
) -> None:
    """What they are and own goes to the successor of their pilot, else to `handover_to`."""
    require(by, Permission.MANAGE_PEOPLE)
    with transaction.atomic():
        hold_administrators()
        people.hold_pilots_of(user)
        for holding in holdings_of(user, at):
            if holding.refusal and not successors.get(holding.pilot.pk, handover_to):
                raise Refused(holding.refusal, field="handover_to", code="left_unowned")
        people.deactivate_person(user=user, by=by, at=at, handover_to=handover_to, successors=successors)
