"""Handing a flag in: what a reporter does, with or without a name."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, connection, transaction
from psycopg2.errors import UniqueViolation

from feedback import steps
from feedback.access import hash_of, link_token, may_hand_in, patterns_offered
from feedback.actions.attachments import attach, read_uploads
from feedback.actions.concerns import open_concern
from feedback.actions.routing import open_escalation
from feedback.actions.sent_before import find_record, find_sent_before, says_the_same
from feedback.actions.telling import tell_triage_of_severe
from feedback.clocks import read_by
from feedback.models import Channel, Flag, Pattern
from feedback.models.reporting import DETECTED_ELSEWHERE, DidInstead, MinutesLost, Reached, Source
from feedback.redaction import clean, redact
from feedback.taxonomy import MOST_CATEGORIES, NEEDS_NO_OUTPUT, SEVERE, Category, Severity
from feedback.uploads import Upload
from pilots.access import acting_for, require
from pilots.audit import digest_of, record
from pilots.errors import NotAllowed, Refused
from pilots.events import publish_event
from pilots.files import no_file_left_behind
from pilots.models import Phase, Pilot, Segment, UseCase, User
from pilots.permissions import Permission

# Neither of a pair that is read two ways: 0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B, U and V.
REFERENCE_LETTERS: Final = "23456789ACDEFGHJKMNPQRTVWXY"
MOST_CHARACTERS: Final = {"output": 8000, "prompt": 8000, "what_happened": 4000, "expected": 4000, "recurrence": 4000}
_CODES: Final = {category.value for category in Category}
_CHOSEN: Final = {"did_instead": DidInstead, "minutes_lost": MinutesLost, "reached": Reached, "source": Source}
_TRIES: Final = 6


@dataclass(frozen=True)
class HandedIn:
    """`token` opens the reporter's private link; only its hash is stored. Empty for a record that was sent before in
    other words: its number may be guessed.
    """

    flag: Flag
    token: str
    is_new: bool


@dataclass(frozen=True)
class Details:
    """What helps beyond the required: each may be left out. `source` is for the door that it came through to say."""

    prompt: str = ""
    did_instead: str = ""
    minutes_lost: str = ""
    reached: str = ""
    checked_by_rule: bool | None = None
    needs_answer_now: bool = False
    is_confidential: bool = False
    segment: Segment | None = None
    source: str = Source.FORM
    external_id: str = ""
    channel: Channel | None = None
    is_drill: bool = False
    # The pattern that its reporter says is the same, of those that they were shown.
    chosen_pattern: Pattern | None = None
    # Only for what was first heard elsewhere.
    known_at: datetime | None = None
    tell_whom: str = ""


def hand_in_flag(
    *,
    pilot: Pilot,
    submission: UUID,
    categories: Sequence[str],
    severity: int,
    output: str = "",
    use_case: UseCase | None = None,
    what_happened: str = "",
    expected: str = "",
    tool_version: str = "",
    made_at: datetime | None = None,
    details: Details | None = None,
    files: Sequence[UploadedFile] = (),
    by: User | None,
    named: bool = True,
    at: datetime,
) -> HandedIn:
    """The same `submission` again is the same flag. A flag is its own record; a severe one is in the trail too."""
    beside = details or Details()
    _require_door(by, pilot, beside)
    texts, redactions = redacted_texts(
        output=output, prompt=beside.prompt, what_happened=what_happened, expected=expected
    )
    kinds, uploads = chosen_categories(categories), read_uploads(files)
    row = {
        "categories": kinds,
        "severity": _severity(severity),
        "use_case": _use_case(pilot, use_case),
        "tool_version": clean(tool_version)[:80],
        "made_at": _made_at(made_at, at),
        "reporter": by if named else None,
        **_beside(pilot, beside, by, at),
        **_standing(pilot),
        **texts,
    }
    if not texts["output"] and not NEEDS_NO_OUTPUT.intersection(kinds):
        raise Refused("Paste the output, or say where it can be found.", field="output", code="missing")
    return _store(pilot, submission, row, redactions, uploads, by, at)


def _store(
    pilot: Pilot,
    submission: UUID,
    row: dict[str, Any],
    redactions: dict[str, int],
    uploads: Sequence[Upload],
    by: User | None,
    at: datetime,
) -> HandedIn:
    """Each try is the whole transaction: a savepoint for the row alone would be two more trips to the database."""
    token = link_token(pilot, submission)
    new = {**row, "redactions": redactions, "link_hash": hash_of(token), "reported_at": at}
    with no_file_left_behind() as written:
        for _ in range(_TRIES):
            try:
                with transaction.atomic():
                    before = find_sent_before(pilot, submission, row, at)
                    if before is not None:
                        return _sent_before(before, row)
                    flag = _insert(pilot, submission, new)
                    attach(flag, uploads, written, at=at)
                    _begin(flag, by, at)
                return HandedIn(flag, token, True)
            except IntegrityError as error:
                if (sent := _sent_at_once(pilot, submission, row)) is not None:
                    return _sent_before(sent, row)
                if not isinstance(error.__cause__, UniqueViolation):
                    raise
    raise RuntimeError("no free reference found")


def _begin(flag: Flag, by: User | None, at: datetime) -> None:
    """What a flag sets going, whichever door it came through."""
    publish_event(flag.pilot, "flag.handed_in", summary_of(flag))
    _receive(flag, at)
    open_escalation(flag, at=at)
    open_concern(flag, at=at)
    _put_on_record(flag, by, at)


def summary_of(flag: Flag) -> dict[str, Any]:
    """What other systems hear of a flag: nothing that anybody wrote."""
    case = flag.use_case.slug if flag.use_case else None
    level = flag.current_severity
    return {
        "reference": flag.reference,
        "categories": flag.categories,
        "severity": level,
        "use_case": case,
        "is_drill": flag.is_drill,
    }


def _require_door(by: User | None, pilot: Pilot, details: Details) -> None:
    """The token of a tool is a key of its own, whoever may use the form."""
    if details.source in DETECTED_ELSEWHERE:
        require(by or AnonymousUser(), Permission.TRIAGE_FLAGS, pilot)
    elif details.channel is None and not may_hand_in(by or AnonymousUser(), pilot):
        raise NotAllowed("Flags of this pilot come from people who are signed in.")


def _sent_before(flag: Flag, row: dict[str, Any]) -> HandedIn:
    return HandedIn(flag, link_token(flag.pilot, flag.submission) if says_the_same(flag, row) else "", False)


def _beside(pilot: Pilot, details: Details, by: User | None, at: datetime) -> dict[str, Any]:
    for name, choices in _CHOSEN.items():
        if getattr(details, name) not in ("", *choices):
            raise Refused("Choose from the list.", field=name, code="unknown")
    if details.channel is not None and details.channel.pilot_id != pilot.pk:
        raise NotAllowed("This channel is of another pilot.")
    if details.segment is not None and (details.segment.pilot_id != pilot.pk or details.segment.removed_at is not None):
        raise Refused("Choose a group of this pilot.", field="segment", code="unknown")
    chosen = details.chosen_pattern
    if chosen is not None and not patterns_offered(by, pilot).filter(pk=chosen.pk).exists():
        raise Refused("Choose a pattern that is shown.", field="chosen_pattern", code="unknown")
    if details.known_at is not None and details.known_at > at:
        raise Refused("It was first known in the past: give that moment.", field="known_at", code="future")
    kept = {field.name: getattr(details, field.name) for field in fields(details)}
    return kept | {"external_id": clean(details.external_id)[:80], "tell_whom": redact(details.tell_whom).text[:200]}


# As plain SQL because every flag asks it: a queryset took five times as long to put together as to answer.
_PHASE: Final = "SELECT kind FROM pilots_phase WHERE pilot_id = %s AND state = %s"


def _standing(pilot: Pilot) -> dict[str, Any]:
    """In which phase the pilot is, so that patterns can be read by it later."""
    with connection.cursor() as cursor:
        cursor.execute(_PHASE, [pilot.pk, Phase.State.CURRENT])
        current = cursor.fetchone()
    return {"phase": current[0] if current else ""}


# As plain SQL because every flag waits for it: as a model it took three times as long.
_RECEIVED: Final = """
    INSERT INTO feedback_reply (pilot_id, flag_id, step, key, text, words, told_at, role, before)
    VALUES (%s, %s, 'receipt', 'receipt', %s, '', %s, '', '{}')
"""


def _receive(flag: Flag, at: datetime) -> None:
    zone = ZoneInfo(flag.reporter.time_zone if flag.reporter else settings.TIME_ZONE)
    day = read_by(flag.reported_at, flag.severity, zone)
    text = steps.receipt(flag.reference, flag.severity, flag.categories, day)
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVED, [flag.pilot_id, flag.pk, text, at])


def _put_on_record(flag: Flag, by: User | None, at: datetime) -> None:
    """What is severe and what triage entered; else a flag is its own record."""
    severe = flag.severity >= SEVERE
    if severe:
        _raise_severe(flag, at)
    data: dict[str, Any] = {"severity": flag.severity, "categories": flag.categories}
    data["output"] = digest_of(flag.output)
    if flag.is_from_elsewhere:
        lender = acting_for(by, flag.pilot, Permission.TRIAGE_FLAGS) if by else None
        data |= {"source": flag.source}
        record("flag.entered", by=by, on_behalf_of=lender, pilot=flag.pilot, target=flag, data=data)
    elif severe:
        # No actor: the trail is read by people who may not know who reported, and the flag itself knows it.
        record("flag.handed_in", by=None, pilot=flag.pilot, target=flag, data=data)


def _raise_severe(flag: Flag, at: datetime) -> None:
    text = f"Flag {flag.reference} says: {flag.severity_word.lower()}. It waits to be assessed."
    tell_triage_of_severe(flag, "handed_in", text, at=at)


def redacted_texts(**texts: str) -> tuple[dict[str, str], dict[str, int]]:
    kinds: Counter[str] = Counter()
    kept = {}
    for name, text in texts.items():
        if len(clean(text)) > MOST_CHARACTERS[name]:
            raise Refused(f"Use at most {MOST_CHARACTERS[name]} characters.", field=name, code="too_long")
        redacted = redact(text)
        kept[name] = redacted.text
        kinds += redacted.kinds
    return kept, dict(kinds)


def chosen_categories(codes: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(codes))
    if not chosen:
        raise Refused("Choose what is wrong with the output.", field="categories", code="missing")
    if len(chosen) > MOST_CATEGORIES:
        raise Refused(f"Choose at most {MOST_CATEGORIES}.", field="categories", code="too_many")
    if not _CODES.issuperset(chosen):
        raise Refused("Choose from the list.", field="categories", code="unknown")
    return [Category(code).value for code in chosen]


def _severity(level: int) -> int:
    if level not in list(Severity):
        raise Refused("Choose what happened next.", field="severity", code="unknown")
    return int(level)


def _use_case(pilot: Pilot, use_case: UseCase | None) -> UseCase | None:
    if use_case is not None and (use_case.pilot_id != pilot.pk or use_case.removed_at is not None):
        raise Refused("Choose a use case of this pilot.", field="use_case", code="unknown")
    return use_case


def _made_at(made_at: datetime | None, at: datetime) -> datetime | None:
    if made_at is not None and made_at > at:
        raise Refused("The output was made in the past: give that moment.", field="made_at", code="future")
    return made_at


def _insert(pilot: Pilot, submission: UUID, row: dict[str, Any]) -> Flag:
    reference = "FL-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))
    return Flag.objects.create(pilot=pilot, submission=submission, reference=reference, **row)


def _sent_at_once(pilot: Pilot, submission: UUID, row: dict[str, Any]) -> Flag | None:
    """The race between two clicks is left to the unique columns: whoever loses finds the other's flag.

    None when it was the reference that is taken.
    """
    sent = Flag.objects.filter(submission=submission).select_related("pilot").first()
    return _same(sent, pilot, row) if sent is not None else find_record(pilot, row)


def _same(sent: Flag, pilot: Pilot, row: dict[str, Any]) -> Flag:
    """Who goes back, changes the text and sends again has not clicked twice; a guessed `submission` shows nothing."""
    if sent.pilot_id != pilot.pk or not says_the_same(sent, row):
        raise Refused(
            "You already sent a flag from this page, with other words. Send again to hand this in as another flag.",
            code="already_sent",
        )
    return sent
