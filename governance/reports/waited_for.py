"""Whose signature an open request still needs, by name, for lists over many pilots: two queries."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from governance.models import SignOff, SignOffRequest
from governance.reports.checks import joined
from governance.reports.clearers import Clearers, Holder
from pilots.permissions import Permission, Role, roles_with

SIGNING = tuple(roles_with(Permission.SIGN_OFF))


def waited_for(pilots: Iterable[UUID], people: Clearers) -> dict[UUID, str]:
    """The sponsor (or who stands in) until they signed; then who else may. `people` holds the signing roles there."""
    asked = SignOffRequest.objects.filter(pilot__in=list(pilots), state=SignOffRequest.State.OPEN)
    return {
        request.pilot_id: _words(request, people) for request in asked.defer("manifest").prefetch_related("sign_offs")
    }


def _words(request: Any, people: Clearers) -> str:
    signed = [sign_off for sign_off in request.sign_offs.all() if sign_off.decision == SignOff.Decision.APPROVED]
    barred = {request.asked_by_id}.union(*({s.user_id, s.on_behalf_of_id} for s in signed))
    sponsors = _may(request.pilot_id, (Role.SPONSOR,), people, barred)
    others = _may(request.pilot_id, SIGNING, people, barred)
    if any(sign_off.as_sponsor for sign_off in signed):
        return joined(others.values())
    if len(others.keys() - sponsors.keys()) and not signed:
        return f"{joined(sponsors.values()) or 'the sponsor'} and one more lead"
    return joined(sponsors.values()) or "the sponsor"


def _may(pilot: UUID, roles: Iterable[Role], people: Clearers, barred: set[UUID | None]) -> dict[UUID, str]:
    held: list[Holder] = [holder for role in roles for holder in people.holders.get((pilot, role), [])]
    own = {holder.user_id for holder in held if holder.giver_id is None}
    return {
        holder.user_id: holder.name
        for holder in held
        if holder.user_id not in barred
        and (pilot, holder.user_id) not in people.aside
        and (holder.user_id in own or holder.giver_id not in barred)
    }
