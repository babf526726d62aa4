"""A person leaves the organisation, and nothing that they owned is left without an owner."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from governance.reports.holdings import Holding, holdings_of
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
        holdings = holdings_of(user, at)
        for holding in holdings:
            _require_successor(holding, successors.get(holding.pilot.pk, handover_to))
        people.deactivate_person(
            user=user,
            by=by,
            at=at,
            handover_to=handover_to,
            successors=successors,
            also_in=[holding.pilot for holding in holdings if holding.unowned],
        )


def _require_successor(holding: Holding, successor: User | None) -> None:
    """Roles come with what is handed over, but where the leaver has none left the successor needs one already."""
    if not holding.refusal:
        return
    if successor is None:
        raise Refused(holding.refusal, field="handover_to", code="left_unowned")
    if not holding.roles and successor not in holding.fellows:
        words = f"{successor.name} does not work on {holding.pilot}: choose somebody who does."
        raise Refused(words, field="handover_to", code="unknown")
