"""Who hears of sign-offs and waivers: those who may decide, those who asked. Nobody of what they did themselves."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from governance.evidence import People
from governance.models import SignOff, SignOffRequest, Waiver
from governance.places import gate_url, item_url
from pilots.access import holders
from pilots.actions.notifications import notify
from pilots.models import Delegation, User
from pilots.permissions import Permission, roles_with


def sign_off_asked(request: SignOffRequest, people: People) -> None:
    """Everybody who may sign hears it; who of them may on this request is said on the page."""
    text = f"{request.asked_by.name} asks you to sign off “{request.gate}” in {request.pilot}."
    _tell_about(request, people.may(Permission.SIGN_OFF) - {request.asked_by_id}, "asked", text, request.asked_at)


def sign_off_decided(request: SignOffRequest, signed: SignOff, *, passed: bool) -> None:
    verb = "refused" if signed.decision == SignOff.Decision.REFUSED else "approved"
    text = f"{signed.user.name} {verb} “{request.gate}” in {request.pilot}."
    if passed:
        text = f"{signed.user.name} approved: the gate “{request.gate}” of {request.pilot} is passed."
    _tell_about(request, _concerned(request) - {signed.user_id}, f"decided:{signed.pk}", text, signed.decided_at)


def sign_off_voided(request: SignOffRequest) -> None:
    text = f"A change ended the sign-off of “{request.gate}” in {request.pilot}; it has to be asked anew."
    assert request.closed_at is not None
    _tell_about(request, _concerned(request), "voided", text, request.closed_at)


def _concerned(request: SignOffRequest) -> set[UUID]:
    """Who asked and who has decided already."""
    return {request.asked_by_id, *request.sign_offs.values_list("user_id", flat=True)}


def _tell_about(request: SignOffRequest, user_ids: Iterable[UUID], step: str, text: str, at: datetime) -> None:
    people = User.objects.filter(pk__in=list(user_ids))
    url = gate_url(request.pilot, request.gate)
    notify(people, event=f"sign_off:{request.pk}:{step}", text=text, at=at, pilot=request.pilot, url=url)


def waiver_asked(waiver: Waiver) -> None:
    """To the sponsor, or where the sponsor asks, to the sponsor’s delegates."""
    deciding = [role.value for role in roles_with(Permission.DECIDE_WAIVER)]
    lent = Delegation.objects.active(waiver.requested_at).filter(pilot=waiver.pilot, role__in=deciding)
    people = {membership.user for membership in holders(waiver.pilot, roles_with(Permission.DECIDE_WAIVER))}
    people |= {row.to_user for row in lent.filter(to_user__is_active=True).select_related("to_user")}
    text = f"{waiver.requested_by.name} asks you to waive {waiver.item} in {waiver.pilot}."
    _tell_about_waiver(waiver, people - {waiver.requested_by}, "asked", text)


def waiver_decided(waiver: Waiver) -> None:
    assert waiver.decided_by is not None
    verb = "approved" if waiver.state == Waiver.State.APPROVED else "refused"
    text = f"{waiver.decided_by.name} {verb} the waiver of {waiver.item} in {waiver.pilot}."
    owner = {waiver.item.owner} if waiver.item.owner else set()
    _tell_about_waiver(waiver, {waiver.requested_by} | owner - {waiver.decided_by}, "decided", text)


def _tell_about_waiver(waiver: Waiver, people: Iterable[User], step: str, text: str) -> None:
    at = waiver.decided_at or waiver.requested_at
    url = item_url(waiver.pilot, waiver.item)
    notify(people, event=f"waiver:{waiver.pk}:{step}", text=text, at=at, pilot=waiver.pilot, url=url)
