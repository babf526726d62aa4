"""People leaving the organisation, with a handover of what they owned, and coming back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from pilots.access import forget, require
from pilots.actions.members import hand_over
from pilots.actions.organisation_roles import hold_administrators, require_an_administrator
from pilots.audit import record
from pilots.errors import Refused
from pilots.models import ApiToken, Delegation, Membership, OrganisationMembership, Pilot, User
from pilots.permissions import Permission, Role

NOBODY_ELSE: Mapping[UUID, User] = {}


def deactivate_person(
    *,
    user: User,
    by: User,
    at: datetime,
    handover_to: User | None = None,
    successors: Mapping[UUID, User] = NOBODY_ELSE,
    also_in: Iterable[Pilot] = (),
) -> None:
    """Ends sign-in, roles, delegations and tokens at once. The person's acts stay under their name.

    `successors` by pilot; `handover_to` takes over where there is none. Roles over the organisation go to nobody: an
    administrator names another person for each. What floors above keep is `governance.actions.leaving`, which names in
    `also_in` the pilots in which `user` has only that.
    """
    require(by, Permission.MANAGE_PEOPLE)
    _check_successors(user, by, handover_to, successors)
    with transaction.atomic():
        hold_administrators()
        _require_active(User.objects.select_for_update(no_key=True).get(pk=user.pk))
        pilots = hold_pilots_of(user, also_in)
        taking_over = {pilot.pk: successors.get(pilot.pk, handover_to) for pilot in pilots}
        _require_nobody_needs(user, [pilot for pilot in pilots if taking_over[pilot.pk] is None])
        organisation_roles = _withdraw_everything(user, by, at)
        user.is_active, user.deactivated_at, user.deactivated_by = False, at, by
        user.save(update_fields=["is_active", "deactivated_at", "deactivated_by"])
        require_an_administrator()
        evidence = [
            key
            for pilot in pilots
            for key in hand_over(pilot=pilot, user=user, successor=taking_over[pilot.pk], by=by, at=at)
        ]
        forget(user)
        data = {
            "successor": handover_to.pk if handover_to else None,
            "pilots": [pilot.pk for pilot in pilots],
            "successors": {str(pilot): taker.pk for pilot, taker in taking_over.items() if taker},
            "organisation_roles": organisation_roles,
            "evidence": evidence,
        }
        record("person.deactivated", by=by, target=user, data=data)


def reactivate_person(*, user: User, by: User) -> None:
    """Lets them sign in again. Roles come back one by one, from who may give them."""
    require(by, Permission.MANAGE_PEOPLE)
    with transaction.atomic():
        held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if held.is_active:
            raise Refused(f"{user.name} is not deactivated.", code="active")
        if held.erased_at is not None:
            raise Refused("An erased person does not come back: invite them anew.", code="erased")
        user.is_active, user.deactivated_at, user.deactivated_by = True, None, None
        user.save(update_fields=["is_active", "deactivated_at", "deactivated_by"])
        forget(user)
        record("person.reactivated", by=by, target=user)


def pilots_run_alone_by(user: User) -> list[Pilot]:
    """Not ended, and with no other active program manager: these need a successor before the person can leave."""
    managers = Membership.objects.filter(role=Role.PROGRAM_MANAGER, user__is_active=True)
    others = managers.exclude(user=user).values("pilot")
    alone = Pilot.objects.filter(pk__in=managers.filter(user=user).values("pilot")).exclude(pk__in=others)
    return list(alone.exclude(state=Pilot.State.ENDED))


def _check_successors(user: User, by: User, everywhere: User | None, successors: Mapping[UUID, User]) -> None:
    if user.pk == by.pk:
        raise Refused("Nobody deactivates themselves: ask another administrator.", code="oneself")
    for successor in filter(None, (everywhere, *successors.values())):
        if successor.pk == user.pk:
            raise Refused("Choose another person.", field="handover_to", code="oneself")
        if not successor.is_active:
            raise Refused(f"{successor.name} is deactivated.", field="handover_to", code="inactive")


def _require_active(user: User) -> None:
    if not user.is_active:
        raise Refused(f"{user.name} is deactivated already.", code="inactive")


def hold_pilots_of(user: User, also_in: Iterable[Pilot] = ()) -> list[Pilot]:
    """In the order of their ids, so that two handovers never wait for each other."""
    theirs = Q(memberships__user=user) | Q(workflows__owner=user, workflows__removed_at__isnull=True)
    found = Pilot.objects.filter(theirs | Q(pk__in=[pilot.pk for pilot in also_in])).values("pk")
    return list(Pilot.objects.select_for_update(no_key=True).filter(pk__in=found).order_by("pk"))


def _require_nobody_needs(user: User, pilots: list[Pilot]) -> None:
    alone = {pilot.pk for pilot in pilots_run_alone_by(user)}
    names = [pilot.name for pilot in pilots if pilot.pk in alone]
    if names:
        raise Refused(
            f"{user.name} is the only program manager of {', '.join(names)}: choose who takes over.",
            field="handover_to",
            code="last_program_manager",
        )


def _withdraw_everything(user: User, by: User, at: datetime) -> list[str]:
    """The roles over the organisation that ended."""
    given_or_lent = Delegation.objects.filter(
        Q(from_user=user) | Q(to_user=user), ended_at__isnull=True, ends_at__gt=at
    )
    given_or_lent.update(ended_at=at, ended_by=by)
    ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at, revoked_by=by)
    roles = OrganisationMembership.objects.filter(user=user)
    ended = sorted(roles.values_list("role", flat=True))
    roles.delete()
    return ended
