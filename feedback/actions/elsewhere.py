"""What was first heard through a complaint, an audit or the press: triage enters it, and it goes the way of a flag."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from feedback.actions.flags import Details, HandedIn, hand_in_flag
from feedback.models import Flag
from feedback.models.reporting import DETECTED_ELSEWHERE
from feedback.redaction import clean
from pilots.access import require
from pilots.errors import Refused
from pilots.models import Pilot, UseCase, User
from pilots.permissions import Permission


def enter_flag(
    *,
    pilot: Pilot,
    submission: UUID,
    source: str,
    known_at: datetime | None,
    external_id: str = "",
    tell_whom: str,
    categories: Sequence[str],
    severity: int,
    output: str = "",
    what_happened: str = "",
    use_case: UseCase | None = None,
    made_at: datetime | None = None,
    is_confidential: bool = False,
    files: Sequence[UploadedFile] = (),
    by: User,
    at: datetime,
) -> HandedIn:
    """Nobody reported it here, so it says who is to be told. `hand_in_flag` records it."""
    require(by, Permission.TRIAGE_FLAGS, pilot)
    if source not in DETECTED_ELSEWHERE:
        raise Refused("Choose how it was heard of.", field="source", code="unknown")
    if known_at is None:
        raise Refused("Say when it was first known.", field="known_at", code="missing")
    if not clean(tell_whom):
        raise Refused("Say who is to be told what becomes of it.", field="tell_whom", code="missing")
    _refuse_twice(pilot, submission, source, clean(external_id))
    details = Details(
        source=source,
        external_id=external_id,
        known_at=known_at,
        tell_whom=tell_whom,
        is_confidential=is_confidential,
    )
    return hand_in_flag(
        pilot=pilot,
        submission=submission,
        categories=categories,
        severity=severity,
        output=output or (f"See {external_id}" if clean(external_id) else ""),
        what_happened=what_happened,
        use_case=use_case,
        made_at=made_at,
        details=details,
        files=files,
        by=by,
        named=False,
        at=at,
    )


def _refuse_twice(pilot: Pilot, submission: UUID, source: str, reference: str) -> None:
    """For whoever does not know that somebody else entered it; two at the same moment are two, and triage sees both."""
    known = Flag.objects.filter(pilot=pilot, source=source, external_id=reference).exclude(submission=submission)
    if reference and (entered := known.first()):
        raise Refused(f"It is entered already: {entered.reference}.", field="external_id", code="entered_already")
