"""Flags that were collected elsewhere: complaints, audits, a register of before."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.urls import reverse

from feedback.access import hash_of, link_token
from feedback.actions.flag_files import ImportedFlag
from feedback.actions.flags import REFERENCE_LETTERS
from feedback.actions.telling import triage_of
from feedback.models import Flag
from feedback.models.reporting import DETECTED_ELSEWHERE
from feedback.taxonomy import SEVERE
from pilots.access import acting_for, require
from pilots.actions.notifications import notify
from pilots.actions.pilots import lock_pilot
from pilots.audit import record
from pilots.models import Phase, Pilot, User
from pilots.permissions import Permission

KEPT_IN_TRAIL: Final = 200


@dataclass(frozen=True)
class Imported:
    added: int
    there: int


def import_flags(*, pilot: Pilot, flags: Sequence[ImportedFlag], by: User, at: datetime) -> Imported:
    """All of them, or none; those that are here already stay as they are. They carry no name, and wait for triage."""
    require(by, Permission.TRIAGE_FLAGS, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        there = _there(pilot, flags)
        new = [flag for flag in flags if flag.submission not in there and flag.fields["external_id"] not in there]
        references = _references(len(new))
        phases = list(Phase.objects.filter(pilot=pilot, entered_at__isnull=False).order_by("position"))
        rows = [_row(pilot, flag, reference, phases) for flag, reference in zip(new, references, strict=True)]
        Flag.objects.bulk_create(rows, batch_size=500)
        if rows:
            severe = [row.reference for row in rows if row.severity >= SEVERE]
            _tell(pilot, rows, severe, by, at)
            data = {"added": len(rows), "there": len(flags) - len(rows), "severe": severe[:KEPT_IN_TRAIL]}
            lender = acting_for(by, pilot, Permission.TRIAGE_FLAGS)
            record("flags.imported", by=by, on_behalf_of=lender, pilot=pilot, target=pilot, data=data)
    return Imported(len(rows), len(flags) - len(rows))


def _there(pilot: Pilot, flags: Sequence[ImportedFlag]) -> set[object]:
    """Submissions and numbers from elsewhere that are known."""
    ids = {flag.fields["external_id"] for flag in flags} - {""}
    known: set[object] = set(
        Flag.objects.filter(pilot=pilot, external_id__in=ids).values_list("external_id", flat=True)
    )
    submissions = [flag.submission for flag in flags]
    return known | set(Flag.objects.filter(submission__in=submissions).values_list("submission", flat=True))


def _references(wanted: int) -> list[str]:
    found: set[str] = set()
    while len(found) < wanted:
        drawn = {
            "FL-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6)) for _ in range(wanted - len(found))
        }
        found |= drawn - set(Flag.objects.filter(reference__in=drawn).values_list("reference", flat=True))
    return sorted(found)


def _row(pilot: Pilot, flag: ImportedFlag, reference: str, phases: Sequence[Phase]) -> Flag:
    reported = flag.fields["reported_at"]
    then = [
        p for p in phases if p.entered_at and p.entered_at <= reported and (not p.closed_at or reported < p.closed_at)
    ]
    return Flag(
        pilot=pilot,
        submission=flag.submission,
        reference=reference,
        link_hash=hash_of(link_token(pilot, flag.submission)),
        phase=then[-1].kind if then else "",
        # As far as the file says: what was reported there was known then.
        known_at=reported if flag.fields.get("source") in DETECTED_ELSEWHERE else None,
        **flag.fields,
    )


def _tell(pilot: Pilot, rows: Sequence[Flag], severe: Sequence[str], by: User, at: datetime) -> None:
    people = [person for person in triage_of(pilot, at) if person != by]
    text = f"{len(rows)} flags from elsewhere were imported and wait to be assessed."
    if severe:
        text += f" Severe: {', '.join(severe[:5])}{' and others' if len(severe) > 5 else ''}."
    notify(people, event=f"import:{rows[0].pk}", text=text, at=at, pilot=pilot, url=reverse("flags", args=[pilot.slug]))
