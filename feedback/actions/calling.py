"""Calls people now: in the application and by e-mail. The texts quote nothing of what was flagged or raised."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from pilots.access import holders
from pilots.actions.notifications import notify
from pilots.models import Delegation, Membership, Message, Pilot, User
from pilots.permissions import Permission, Role, roles_with


def call(people: Iterable[User], *, event: str, subject: str, text: str, url: str, pilot: Pilot, at: datetime) -> None:
    """Each once for an `event`, however often it is said."""
    called = [person for person in dict.fromkeys(people) if person.is_active]
    notify(called, event=event, text=text, at=at, pilot=pilot, url=url)
    Message.objects.bulk_create(
        [
            Message(
                event=event,
                address=person.email,
                subject=subject[:200],
                body=f"{text}\n\n{settings.BASE_URL}{url}\n",
                created_at=at,
                next_try_at=at,
            )
            for person in called
        ],
        ignore_conflicts=True,
    )


def those_in_charge(pilot: Pilot) -> list[User]:
    """Who has to hear that nobody can be reached: the program managers and the sponsor."""
    return [membership.user for membership in holders(pilot, [Role.PROGRAM_MANAGER, Role.SPONSOR])]


def may_be_called(pilot: Pilot, person: User, at: datetime) -> bool:
    """Has a role here, of their own or lent, that answers escalations."""
    roles = [role.value for role in roles_with(Permission.ANSWER_ESCALATIONS)]
    own = Membership.objects.filter(pilot=pilot, user=person, role__in=roles)
    lent = Delegation.objects.active(at).filter(pilot=pilot, to_user=person, role__in=roles)
    return person.is_active and (own.exists() or lent.exists())


def stand_ins(pilot: Pilot, away: Iterable[User], at: datetime, role: str = "") -> list[User]:
    """To whom these people have lent `role` (any, where none is given) for now."""
    lent = Delegation.objects.active(at).filter(pilot=pilot, from_user__in=list(away), to_user__is_active=True)
    found = lent.filter(Q(role=role) if role else Q()).select_related("to_user").order_by("starts_at", "pk")
    return list(dict.fromkeys(delegation.to_user for delegation in found))
