"""The one door to every object: who a person is in a pilot, what that allows, and who else may."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NoReturn, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import Http404

from pilots.errors import NotAllowed
from pilots.models import Membership, OrganisationMembership, Pilot, User
from pilots.permissions import (
    DECISIONS,
    ORGANISATION_ROLES,
    ROLES,
    OrganisationRole,
    Permission,
    Role,
    organisation_roles_with,
    roles_with,
)

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True)
class Standing:
    """All that decides what one person may do, read in one query and kept for the request."""

    organisation: frozenset[OrganisationRole]
    own: dict[UUID, frozenset[Role]]
    # By pilot and role, whose it is.
    lent: dict[UUID, dict[Role, UUID]]
    aside: frozenset[UUID]

    def roles(self, pilot: Pilot) -> frozenset[Role]:
        return self.own.get(pilot.pk, frozenset()) | frozenset(self.lent.get(pilot.pk, {}))

    def allows(self, permission: Permission, pilot: Pilot | None) -> bool:
        if any(permission in ORGANISATION_ROLES[role].permissions for role in self.organisation):
            return True
        if pilot is None:
            # What a role in any pilot gives over the organisation (starting the next pilot, reading frameworks).
            everywhere = {role for roles in self.own.values() for role in roles}
            return permission in _FROM_ANY_PILOT and any(permission in ROLES[r].permissions for r in everywhere)
        if permission in DECISIONS and pilot.pk in self.aside:
            return False
        return any(permission in ROLES[role].permissions for role in self.roles(pilot))


_FROM_ANY_PILOT = frozenset({Permission.CREATE_PILOT, Permission.VIEW_FRAMEWORKS})


def standing(user: User) -> Standing:
    """Kept on the user object, which lives as long as the request; `forget` drops it after a change of roles."""
    known: Standing | None = getattr(user, "_standing", None)
    if known is None:
        known = _read_standing(user)
        user._standing = known  # type: ignore[attr-defined]
    return known


def forget(user: User) -> None:
    if hasattr(user, "_standing"):
        del user._standing


def _read_standing(user: User) -> Standing:
    own: dict[UUID, set[Role]] = {}
    lent: dict[UUID, dict[Role, UUID]] = {}
    aside: set[UUID] = set()
    organisation: set[OrganisationRole] = set()
    for kind, pilot_id, role, giver in _rows_about(user):
        if kind == "own":
            own.setdefault(pilot_id, set()).add(Role(role))
        elif kind == "lent":
            lent.setdefault(pilot_id, {})[Role(role)] = giver
        elif kind == "aside":
            aside.add(pilot_id)
        else:
            organisation.add(OrganisationRole(role))
    return Standing(
        frozenset(organisation), {pilot_id: frozenset(held) for pilot_id, held in own.items()}, lent, frozenset(aside)
    )


# Everything that decides what a person may do. As plain SQL because every request asks it first: putting the same four
# parts together as querysets took ten times as long as answering them. A delegation lends a role only while its giver
# still has it.
_ROWS_ABOUT: Final = """
    SELECT 'lent', lent.pilot_id, lent.role, lent.from_user_id
    FROM pilots_delegation lent JOIN pilots_user giver ON giver.id = lent.from_user_id AND giver.is_active
    WHERE lent.to_user_id = %(user)s AND lent.ended_at IS NULL
        AND lent.starts_at <= statement_timestamp() AND lent.ends_at > statement_timestamp()
        AND EXISTS (
            SELECT FROM pilots_membership still
            WHERE (still.pilot_id, still.user_id, still.role) = (lent.pilot_id, lent.from_user_id, lent.role)
        )
    UNION ALL SELECT 'own', pilot_id, role, NULL FROM pilots_membership WHERE user_id = %(user)s
    UNION ALL SELECT 'aside', pilot_id, '', NULL FROM pilots_steppingaside WHERE user_id = %(user)s AND ended_at IS NULL
    UNION ALL SELECT 'organisation', NULL, role, NULL FROM pilots_organisationmembership WHERE user_id = %(user)s
"""


def _rows_about(user: User) -> list[tuple[str, UUID, str, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_ABOUT, {"user": user.pk})
        rows: list[tuple[str, UUID, str, UUID]] = cursor.fetchall()
    return rows


def can(user: User | AnonymousUser, permission: Permission, pilot: Pilot | None = None) -> bool:
    if not isinstance(user, User) or not user.is_active:
        return False
    return standing(user).allows(permission, pilot)


def giver_of(user: User, pilot_id: UUID, permission: Permission) -> UUID | None:
    """Whose right is being used: None when it is the person's own."""
    here = standing(user)
    if any(permission in ROLES[role].permissions for role in here.own.get(pilot_id, ())):
        return None
    lent = here.lent.get(pilot_id, {}).items()
    return next((giver for role, giver in lent if permission in ROLES[role].permissions), None)


def acting_for(user: User, pilot: Pilot, permission: Permission) -> User | None:
    giver = giver_of(user, pilot.pk, permission)
    return User.objects.get(pk=giver) if giver else None


def has_role(user: User, pilot: Pilot, role: Role) -> bool:
    return role in standing(user).roles(pilot)


def holders(pilot: Pilot, roles: Iterable[Role]) -> list[Membership]:
    return list(
        Membership.objects.filter(pilot=pilot, role__in=list(roles), user__is_active=True).select_related("user")
    )


def who_may(permission: Permission, pilot: Pilot | None = None) -> list[str]:
    """Names with roles, for a page that says who may do what the reader may not."""
    rows: list[tuple[str, str]] = []
    if pilot is not None:
        rows += [(m.user.name, m.get_role_display()) for m in holders(pilot, roles_with(permission))]
    organisation = organisation_roles_with(permission)
    if organisation:
        found = OrganisationMembership.objects.filter(role__in=organisation, user__is_active=True)
        rows += [(m.user.name, m.get_role_display()) for m in found.select_related("user")]
    return [f"{name} ({role.lower()})" for name, role in rows]


def require(user: User | AnonymousUser, permission: Permission, pilot: Pilot | None = None) -> None:
    """Raises NotAllowed (a page that says who may) unless `user` may."""
    if not can(user, permission, pilot):
        _refuse(user, permission, pilot)


def _refuse(user: User | AnonymousUser, permission: Permission, pilot: Pilot | None) -> NoReturn:
    if pilot is not None and permission in DECISIONS and isinstance(user, User) and pilot.pk in standing(user).aside:
        raise NotAllowed(
            "You stepped aside in this pilot, so you decide nothing in it until you step back in.",
            who=who_may(permission, pilot),
        )
    where = f" in {pilot}" if pilot else ""
    raise NotAllowed(f"Your roles{where} do not include this.", who=who_may(permission, pilot))


def get_pilot(user: User | AnonymousUser, slug: str, permission: Permission = Permission.VIEW_PILOT) -> Pilot:
    """The pilot, or 404 for who may not see it, or NotAllowed for who may see it and not do this."""
    pilot = Pilot.objects.filter(slug=slug).first()
    if pilot is None or not can(user, Permission.VIEW_PILOT, pilot):
        raise Http404("No such pilot, or you are not in it.")
    require(user, permission, pilot)
    return pilot


def row_of(pilot: Pilot, what: str, rows: QuerySet[_Row], **named: object) -> _Row:
    """The pilot's own row, which then knows the pilot without asking for it; 404 for none."""
    found = rows.filter(pilot=pilot, **named).first()
    if found is None:
        raise Http404(f"No such {what} in this pilot.")
    found.pilot = pilot  # type: ignore[attr-defined]  # every model that is asked for here has one
    return found


def pilots_where(user: User, permission: Permission) -> QuerySet[Pilot]:
    """The pilots in which a person may do something, for lists across pilots."""
    here = standing(user)
    if any(permission in ORGANISATION_ROLES[role].permissions for role in here.organisation):
        return Pilot.objects.all()
    wanted = set(roles_with(permission))
    ids = {pilot_id for pilot_id, held in here.own.items() if held & wanted}
    ids |= {pilot_id for pilot_id, held in here.lent.items() if held.keys() & wanted}
    if permission in DECISIONS:
        ids -= here.aside
    return Pilot.objects.filter(pk__in=ids)
