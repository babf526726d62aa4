"""Limits on a use case: human review only, withdrawn. In force from the moment that somebody decides so."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Refused
from pilots.events import publish_event
from pilots.models import UseCase, UseLimit, User, WebhookEvent
from pilots.permissions import Permission

MOST_CHARACTERS: Final = 2000
# How a limit reads in a sentence.
WORDS: Final = {UseLimit.Kind.HUMAN_ONLY: "is for human review only", UseLimit.Kind.WITHDRAWN: "is withdrawn"}


def limit_use_case(*, use_case: UseCase, kind: str, reason: str, by: User, at: datetime) -> UseLimit:
    """Decided for the use case itself; what a pattern leads to comes through `put_limit`."""
    require(by, Permission.LIMIT_USE, use_case.pilot)
    reason = _reason(reason, "Say why, so that who uses it knows what to look out for.")
    if kind not in UseLimit.Kind:
        raise Refused("Choose the limit.", field="kind", code="unknown")
    with transaction.atomic():
        require_not_ended(lock_pilot(use_case.pilot))
        held = _hold(use_case)
        if UseLimit.objects.filter(use_case=held, kind=kind, lifted_at__isnull=True).exists():
            raise Refused(f"{held.name} {WORDS[UseLimit.Kind(kind)]} already.", field="kind", code="already")
        limit = put_limit(held, kind, reason, source="", by=by, at=at)
        data = {"kind": kind, "reason": digest_of(reason)}
        _record("use_case.limited", held, by, data)
    return limit


def lift_limit(*, use_case: UseCase, kind: str, reason: str, by: User, at: datetime) -> UseLimit:
    """Only a decision with a reason ends it: no fix, no date and no job does."""
    require(by, Permission.LIMIT_USE, use_case.pilot)
    reason = _reason(reason, "Say what has changed, so that it can be used again.")
    with transaction.atomic():
        require_not_ended(lock_pilot(use_case.pilot))
        held = _hold(use_case)
        limit = UseLimit.objects.select_for_update().filter(use_case=held, kind=kind, lifted_at__isnull=True).first()
        if limit is None:
            raise Refused("That limit is not in force.", code="not_limited")
        limit.lifted_at, limit.lifted_by, limit.lift_reason = at, by, reason
        limit.save()
        _write(held, kind, None, None, "")
        announce(held.pilot, reason=f"{held.name}: a limit was lifted", data=_news(held, kind, in_force=False))
        _publish(held, kind, in_force=False)
        _record("use_case.limit_lifted", held, by, {"kind": kind, "reason": digest_of(reason)})
    return limit


def put_limits(
    use_cases: Iterable[UseCase], kind: str, reason: str, *, source: str, by: User, at: datetime
) -> list[UseLimit]:
    """For a decision that writes the row of the trail itself. One that is limited so already stays as it is."""
    put = []
    for use_case in sorted(use_cases, key=lambda case: case.pk):
        held = _hold(use_case)
        if not UseLimit.objects.filter(use_case=held, kind=kind, lifted_at__isnull=True).exists():
            put.append(put_limit(held, kind, reason, source=source, by=by, at=at))
    return put


def put_limit(use_case: UseCase, kind: str, reason: str, *, source: str, by: User, at: datetime) -> UseLimit:
    """`use_case` is held."""
    reason = reason[:MOST_CHARACTERS]
    _write(use_case, kind, at, by, reason)
    announce(
        use_case.pilot,
        reason=f"{use_case.name} {WORDS[UseLimit.Kind(kind)]}",
        data=_news(use_case, kind, in_force=True),
    )
    _publish(use_case, kind, in_force=True)
    return UseLimit.objects.create(
        pilot=use_case.pilot, use_case=use_case, kind=kind, source=source, reason=reason, set_at=at, set_by=by
    )


def _write(use_case: UseCase, kind: str, at: datetime | None, by: User | None, reason: str) -> None:
    setattr(use_case, f"{kind}_at", at)
    setattr(use_case, f"{kind}_by", by)
    setattr(use_case, f"{kind}_reason", reason)
    use_case.save(update_fields=[f"{kind}_at", f"{kind}_by", f"{kind}_reason"])


def _hold(use_case: UseCase) -> UseCase:
    held = UseCase.objects.select_for_update(no_key=True, of=("self",)).select_related("pilot").get(pk=use_case.pk)
    if held.removed_at is not None:
        raise Refused("This use case was removed.", code="removed")
    return held


# What other systems hear of; a use that is withdrawn has nothing more to ask of them.
_EVENTS: Final = {True: WebhookEvent.HUMAN_ONLY, False: WebhookEvent.HUMAN_ONLY_LIFTED}


def _publish(use_case: UseCase, kind: str, *, in_force: bool) -> None:
    if kind == UseLimit.Kind.HUMAN_ONLY:
        publish_event(use_case.pilot, _EVENTS[in_force], {"use_case": use_case.slug})


def _news(use_case: UseCase, kind: str, *, in_force: bool) -> dict[str, Any]:
    return {"use_case_id": str(use_case.pk), "limit": kind, "in_force": in_force}


def _reason(reason: str, missing: str) -> str:
    reason = reason.strip()
    if not reason:
        raise Refused(missing, field="reason", code="reason_missing")
    if len(reason) > MOST_CHARACTERS:
        raise Refused(f"Use at most {MOST_CHARACTERS} characters.", field="reason", code="too_long")
    return reason


def _record(verb: str, use_case: UseCase, by: User, data: dict[str, Any]) -> None:
    lender = acting_for(by, use_case.pilot, Permission.LIMIT_USE)
    record(verb, by=by, on_behalf_of=lender, pilot=use_case.pilot, target=use_case, data=data)
