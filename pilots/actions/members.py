"""Who is what in a pilot. A pilot always keeps a program manager, and has one sponsor at most."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from pilots.access import acting_for, forget, holders, require, standing
from pilots.actions.evidence_owners import hand_over_evidence
from pilots.actions.notifications import tell
from pilots.actions.pilots import lock_pilot
from pilots.actions.stepping_aside import require_acting_sponsor
from pilots.audit import record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.models import Handover, Membership, Pilot, User, Workflow
from pilots.permissions import ROLES, Permission, Role


def add_member(*, pilot: Pilot, user: User, roles: Iterable[Role], by: User, at: datetime) -> None:
    """Roles on top of those that `user` may have here already. A sponsor takes the place of the one before."""
    require_right_to_give(by, pilot, to=user)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        new = _chosen(roles) - roles_of(pilot, user)
        if not new:
            raise Refused(f"{user.name} has these roles here already.", field="roles", code="already")
        before = grant_roles(pilot=pilot, user=user, roles=new, by=by, at=at)
        announce(pilot, reason="somebody joined or has another role")
        _record("member.added", pilot, user, by, {"roles": sorted(new), "sponsor_before": before})


def change_member(*, pilot: Pilot, user: User, roles: Iterable[Role], by: User, at: datetime) -> None:
    """Exactly these roles from now on."""
    require_right_to_give(by, pilot, to=user)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        had, wanted = roles_of(pilot, user), _chosen(roles)
        if not had:
            raise Refused(f"{user.name} is not in this pilot.", code="not_a_member")
        if had == wanted:
            raise Refused("Nothing was changed.", field="roles", code="unchanged")
        before = grant_roles(pilot=pilot, user=user, roles=wanted - had, by=by, at=at)
        _take_roles(pilot, user, had - wanted)
        data = {"roles": sorted(wanted), "roles_before": sorted(had), "sponsor_before": before}
        _announce_change(pilot, user, lost=had - wanted)
        _record("member.changed", pilot, user, by, data)


def remove_member(*, pilot: Pilot, user: User, by: User, at: datetime) -> None:
    """What others delegated to them here ends too, so that nobody stays in by a side door."""
    require(by, Permission.MANAGE_MEMBERS, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        had = roles_of(pilot, user)
        if not had:
            raise Refused(f"{user.name} is not in this pilot.", code="not_a_member")
        _take_roles(pilot, user, had)
        lent = pilot.delegations.filter(to_user=user, ended_at__isnull=True, ends_at__gt=at)
        decided = lent.filter(role=Role.SPONSOR, starts_at__lte=at).exists()
        lent.update(ended_at=at, ended_by=by)
        if decided:
            require_acting_sponsor(pilot, at)
        _announce_change(pilot, user, lost=had, left=True)
        _record("member.removed", pilot, user, by, {"roles_before": sorted(had)})


def hand_over(*, pilot: Pilot, user: User, successor: User | None, by: User, at: datetime) -> list[str]:
    """All that `user` is and owns in `pilot` goes to `successor`, for actions that record it themselves.

    The caller holds the pilot's row. Floors above hear `owner_left` and hand over what they keep. What moved of the
    evidence comes back as the trail says it.
    """
    had = roles_of(pilot, user)
    Membership.objects.filter(pilot=pilot, user=user).delete()
    if successor is not None:
        grant_roles(pilot=pilot, user=successor, roles=had - roles_of(pilot, successor), by=by, at=at)
        Handover.objects.create(pilot=pilot, leaver=user, successor=successor, handed_over_at=at, handed_over_by=by)
    elif Role.PROGRAM_MANAGER in had:
        _require_program_manager(pilot)
    workflows = _hand_over_workflows(pilot, user, successor)
    evidence = hand_over_evidence(pilot, user, successor)
    forget(user)
    data = {
        "user_id": str(user.pk),
        "successor_id": str(successor.pk) if successor else None,
        "workflow_ids": workflows,
    }
    announce(pilot, event="owner_left", reason=f"{user.name} left the organisation", data=data)
    return evidence


def require_right_to_give(by: User, pilot: Pilot, *, to: User | None) -> None:
    """`to` is None while the person has no account yet.

    Who looks after people only as an administrator, or in somebody's stead, gives no role to themselves.
    """
    require(by, Permission.MANAGE_MEMBERS, pilot)
    if to is None:
        return
    if not to.is_active:
        raise Refused(f"{to.name} is deactivated.", field="user", code="inactive")
    own = standing(by).own.get(pilot.pk, frozenset())
    if to.pk == by.pk and not any(Permission.MANAGE_MEMBERS in ROLES[role].permissions for role in own):
        raise Refused("Another person has to give you a role in this pilot.", code="own_role")


def roles_of(pilot: Pilot, user: User) -> set[Role]:
    return {Role(role) for role in Membership.objects.filter(pilot=pilot, user=user).values_list("role", flat=True)}


def grant_roles(*, pilot: Pilot, user: User, roles: Collection[Role], by: User, at: datetime) -> UUID | None:
    """Writes the rows and tells the person; the id of the sponsor whose place they took, if any."""
    before = None
    if Role.SPONSOR in roles:
        before = _retire_sponsor(pilot, by, at)
    for role in roles:
        Membership.objects.create(pilot=pilot, user=user, role=role, added_at=at, added_by=by)
    if Role.SPONSOR in roles:
        require_acting_sponsor(pilot, at)
    forget(user)
    if roles and user.pk != by.pk:
        labels = " and ".join(sorted(ROLES[role].label.lower() for role in roles))
        event = f"member:{pilot.pk}:{at.isoformat()}"
        url = reverse("pilot_people", args=[pilot.slug])
        tell(user, event=event, text=f"{by.name} made you {labels} in {pilot}.", at=at, pilot=pilot, url=url)
    return before


def _retire_sponsor(pilot: Pilot, by: User, at: datetime) -> UUID | None:
    """The sponsor before stays as a member, so that they still see what they signed."""
    row = Membership.objects.filter(pilot=pilot, role=Role.SPONSOR).first()
    if row is None:
        return None
    row.delete()
    if not Membership.objects.filter(pilot=pilot, user=row.user_id).exists():
        Membership.objects.create(pilot=pilot, user_id=row.user_id, role=Role.MEMBER, added_at=at, added_by=by)
    return row.user_id


def _take_roles(pilot: Pilot, user: User, roles: Collection[Role]) -> None:
    Membership.objects.filter(pilot=pilot, user=user, role__in=roles).delete()
    if Role.PROGRAM_MANAGER in roles:
        _require_program_manager(pilot)
    forget(user)


def _require_program_manager(pilot: Pilot) -> None:
    if pilot.state != Pilot.State.ENDED and not holders(pilot, [Role.PROGRAM_MANAGER]):
        raise Refused(
            f"{pilot} would be left without a program manager: name another one first.",
            field="roles",
            code="last_program_manager",
        )


def _announce_change(pilot: Pilot, user: User, *, lost: set[Role], left: bool = False) -> None:
    """`owner_left` when something may now have no owner: a workflow, or a question that the person was to answer."""
    answered = any(Permission.ANSWER_ITEMS in ROLES[role].permissions for role in lost)
    if Role.ACCOUNTABLE_OWNER in lost or (left and answered):
        workflows = _hand_over_workflows(pilot, user, None)
        data = {"user_id": str(user.pk), "workflow_ids": workflows}
        announce(pilot, event="owner_left", reason=f"{user.name} has another role or left", data=data)
    else:
        announce(pilot, reason="somebody left or has another role")


def _hand_over_workflows(pilot: Pilot, user: User, successor: User | None) -> list[str]:
    """Their ids. A new owner has not accepted anything yet."""
    rows = Workflow.objects.filter(pilot=pilot, owner=user, removed_at__isnull=True)
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)]
    rows.update(
        owner=successor,
        accepted_at=None,
        accepted_by=None,
        declined_at=None,
        declined_by=None,
        decline_reason="",
        version=F("version") + 1,
    )
    return ids


def _chosen(roles: Iterable[Role]) -> set[Role]:
    chosen = {Role(role) for role in roles}
    if not chosen:
        raise Refused("Choose at least one role.", field="roles", code="missing")
    return chosen


def _record(verb: str, pilot: Pilot, user: User, by: User, data: Mapping[str, object]) -> None:
    stead = acting_for(by, pilot, Permission.MANAGE_MEMBERS)
    record(verb, by=by, on_behalf_of=stead, pilot=pilot, target=user, data=data)
