"""Roles over the whole organisation. Nobody changes their own, and the last administrator stays."""

from datetime import datetime

from django.db import transaction

from pilots.access import forget, require
from pilots.audit import record
from pilots.errors import Refused
from pilots.models import OrganisationMembership, User
from pilots.permissions import ORGANISATION_ROLES, OrganisationRole, Permission


def name_organisation_role(*, user: User, role: OrganisationRole, by: User, at: datetime) -> OrganisationMembership:
    require(by, Permission.MANAGE_PEOPLE)
    _require_another(user, by)
    if not user.is_active:
        raise Refused(f"{user.name} is deactivated.", code="inactive")
    with transaction.atomic():
        row, made = OrganisationMembership.objects.get_or_create(
            user=user, role=role, defaults={"added_at": at, "added_by": by}
        )
        if not made:
            raise Refused(f"{user.name} has this role already.", field="role", code="already")
        forget(user)
        record("organisation_role.named", by=by, target=user, data={"role": role})
    return row


def withdraw_organisation_role(*, user: User, role: OrganisationRole, by: User) -> None:
    require(by, Permission.MANAGE_PEOPLE)
    _require_another(user, by)
    with transaction.atomic():
        hold_administrators()
        deleted, _ = OrganisationMembership.objects.filter(user=user, role=role).delete()
        if not deleted:
            label = ORGANISATION_ROLES[role].label.lower()
            raise Refused(f"{user.name} does not have the role {label}.", field="role", code="missing")
        require_an_administrator()
        forget(user)
        record("organisation_role.withdrawn", by=by, target=user, data={"role": role})


def hold_administrators() -> None:
    """Two administrators who take the role from each other at once wait here for each other."""
    rows = OrganisationMembership.objects.select_for_update(no_key=True).filter(role=OrganisationRole.ADMINISTRATOR)
    list(rows.order_by("pk"))


def require_an_administrator() -> None:
    if not OrganisationMembership.objects.filter(role=OrganisationRole.ADMINISTRATOR, user__is_active=True).exists():
        raise Refused("The last administrator stays: name another one first.", code="last_administrator")


def _require_another(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise Refused("Nobody changes their own roles over the organisation.", code="own_role")
