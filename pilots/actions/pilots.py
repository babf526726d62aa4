"""Starting, editing, pausing and ending a pilot."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from pilots.access import forget, require
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import Conflict, Refused
from pilots.models import PHASES, Membership, Phase, PhaseKind, Pilot, User
from pilots.permissions import Permission, Role

EDITABLE: Final = (
    "name",
    "tool",
    "supplier",
    "tool_version",
    "purpose",
    "does_not_show",
    "starts_on",
    "ends_on",
    "profile",
    "profile_reason",
    "flag_access",
    "page_access",
    "retention_months",
)
# What makes answers stale when it changes.
_EVENTS: Final = {
    "tool_version": "tool_version_changed",
    "tool": "tool_version_changed",
    "supplier": "supplier_changed",
    "purpose": "purpose_changed",
}


def create_pilot(
    *,
    by: User,
    at: datetime,
    fields: Mapping[str, Any],
    sponsor: User | None = None,
    program_manager: User | None = None,
    entered_phase: PhaseKind = PhaseKind.DEMONSTRATION,
    skip_reason: str = "",
    is_demo: bool = False,
    source_note: str = "",
) -> Pilot:
    """A pilot with its four phases. Entered later than the first, it records who skipped the others and why."""
    require(by, Permission.CREATE_PILOT)
    check_pilot(fields)
    if entered_phase != PhaseKind.DEMONSTRATION and not skip_reason.strip():
        raise Refused("Say why the earlier phases are skipped.", field="skip_reason", code="reason_missing")
    with transaction.atomic():
        chosen = {name: fields[name] for name in EDITABLE if name in fields}
        pilot = _insert(Pilot(**chosen, created_at=at, created_by=by, is_demo=is_demo, source_note=source_note))
        _create_phases(pilot, by=by, at=at, entered=entered_phase, reason=skip_reason.strip())
        Membership.objects.create(
            pilot=pilot, user=program_manager or by, role=Role.PROGRAM_MANAGER, added_at=at, added_by=by
        )
        if sponsor is not None:
            Membership.objects.create(pilot=pilot, user=sponsor, role=Role.SPONSOR, added_at=at, added_by=by)
        for person in {by, program_manager or by, sponsor or by}:
            forget(person)
        announce(pilot, reason="the pilot was created")
        record(
            "pilot.created",
            by=by,
            pilot=pilot,
            target=pilot,
            data={
                "profile": pilot.profile,
                "entered": entered_phase.value,
                "skipped": [p.value for p in PHASES if p.position < entered_phase.position],
                "skip_reason": digest_of(skip_reason.strip()),
                "sponsor": sponsor.pk if sponsor else None,
                "program_manager": (program_manager or by).pk,
            },
        )
    return pilot


def _insert(pilot: Pilot) -> Pilot:
    """Clicked twice, the second finds the address taken that was free when it looked."""
    pilot.slug = _free_slug(pilot.name)
    try:
        with transaction.atomic():
            pilot.save(force_insert=True)
    except IntegrityError as error:
        if not Pilot.objects.filter(slug=pilot.slug).exists():
            raise
        raise Refused(
            f"A pilot called “{pilot.name}” was started at this very moment: look at the portfolio first.",
            field="name",
            code="just_started",
        ) from error
    return pilot


def _create_phases(pilot: Pilot, *, by: User, at: datetime, entered: PhaseKind, reason: str) -> None:
    for kind in PHASES:
        phase = Phase(pilot=pilot, kind=kind, position=kind.position)
        if kind.position < entered.position:
            phase.state, phase.closed_at = Phase.State.SKIPPED, at
            phase.skipped_at, phase.skipped_by, phase.skip_reason = at, by, reason
        elif kind == entered:
            phase.state, phase.entered_at = Phase.State.CURRENT, at
        phase.save(force_insert=True)


def check_pilot(fields: Mapping[str, Any]) -> None:
    for name, label in (("name", "the pilot"), ("tool", "the AI tool")):
        if name in fields and not str(fields[name]).strip():
            raise Refused(f"Name {label}.", field=name, code="missing")
    starts, ends = fields.get("starts_on"), fields.get("ends_on")
    if starts and ends and ends < starts:
        raise Refused("The last day is before the first.", field="ends_on", code="dates_swapped")
    if fields.get("profile") == Pilot.Profile.CORE and not str(fields.get("profile_reason", "")).strip():
        raise Refused("Say why the core profile is enough here.", field="profile_reason", code="reason_missing")
    _check_retention(fields.get("retention_months"))


def _check_retention(months: int | None) -> None:
    longest: int = settings.RETENTION_MONTHS
    if months is not None and (months < 1 or (longest and months > longest)):
        shorter = f"Say 1 to {longest} months: a pilot may keep texts for less, never for more."
        raise Refused(shorter if longest else "Say at least 1 month.", field="retention_months", code="too_long")


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "pilot"
    taken = set(Pilot.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    # `new` is the address of the form.
    taken.add("new")
    return base if base not in taken else next(s for n in range(2, 10_000) if (s := f"{base}-{n}") not in taken)


def lock_pilot(pilot: Pilot, *, version: int | None = None) -> Pilot:
    """The pilot's row, held until the transaction ends: first in the lock order pilot → gate → items."""
    held = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    if version is not None and held.version != version:
        current = {name: str(getattr(held, name) or "") for name in EDITABLE}
        raise Conflict("Somebody else changed this pilot while you were editing it.", current=current)
    return held


def edit_pilot(*, pilot: Pilot, by: User, fields: Mapping[str, Any], version: int) -> Pilot:
    require(by, Permission.EDIT_PILOT, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot, version=version)
        require_not_ended(pilot)
        check_pilot({name: fields.get(name, getattr(pilot, name)) for name in EDITABLE})
        changed = [name for name in EDITABLE if name in fields and getattr(pilot, name) != fields[name]]
        for name in changed:
            setattr(pilot, name, fields[name])
        pilot.version += 1
        pilot.save(update_fields=[*changed, "version"])
        for event in sorted({_EVENTS[name] for name in changed if name in _EVENTS}):
            announce(pilot, event=event, reason=f"the pilot was edited by {by.name}")
        announce(pilot, reason="the pilot was edited")
        record("pilot.edited", by=by, pilot=pilot, target=pilot, data={"changed": changed})
    return pilot


def require_not_ended(pilot: Pilot) -> None:
    if pilot.state == Pilot.State.ENDED:
        raise Refused("This pilot has ended, so it does not change any more.", code="pilot_ended")


def pause_pilot(*, pilot: Pilot, by: User, at: datetime, reason: str) -> Pilot:
    require(by, Permission.DECIDE_PILOT, pilot)
    if not reason.strip():
        raise Refused("Say why the pilot is paused.", field="reason", code="reason_missing")
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        if pilot.state != Pilot.State.RUNNING:
            raise Refused(f"The pilot is already {pilot.get_state_display().lower()}.", code="not_running")
        pilot.state, pilot.paused_at, pilot.paused_by = Pilot.State.PAUSED, at, by
        pilot.pause_reason = reason.strip()
        pilot.save(update_fields=["state", "paused_at", "paused_by", "pause_reason"])
        record("pilot.paused", by=by, pilot=pilot, target=pilot, data={"reason": digest_of(reason.strip())})
    return pilot


def resume_pilot(*, pilot: Pilot, by: User) -> Pilot:
    require(by, Permission.DECIDE_PILOT, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        if pilot.state != Pilot.State.PAUSED:
            raise Refused("The pilot is not paused.", code="not_paused")
        pilot.state, pilot.paused_at, pilot.paused_by, pilot.pause_reason = Pilot.State.RUNNING, None, None, ""
        pilot.save(update_fields=["state", "paused_at", "paused_by", "pause_reason"])
        announce(pilot, reason="the pilot was resumed")
        record("pilot.resumed", by=by, pilot=pilot, target=pilot)
    return pilot


def end_pilot(*, pilot: Pilot, by: User, at: datetime, outcome: str, note: str) -> Pilot:
    """“No capability worth pursuing” is a good outcome: the demonstration did its work."""
    require(by, Permission.DECIDE_PILOT, pilot)
    if outcome not in Pilot.Outcome.values:
        raise Refused("Choose how it ended.", field="outcome", code="missing")
    if not note.strip():
        raise Refused("Say what was learned.", field="note", code="reason_missing")
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        pilot.state, pilot.ended_at, pilot.ended_by = Pilot.State.ENDED, at, by
        pilot.outcome, pilot.outcome_note = outcome, note.strip()
        pilot.save(update_fields=["state", "ended_at", "ended_by", "outcome", "outcome_note"])
        record(
            "pilot.ended",
            by=by,
            pilot=pilot,
            target=pilot,
            data={"outcome": outcome, "note": digest_of(note.strip())},
        )
    return pilot
