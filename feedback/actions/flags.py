"""Handing a flag in, and saying that it came back: what a reporter does, with or without a name."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from feedback.access import hash_of, link_token, may_hand_in
from feedback.actions.returns import reported_again
from feedback.actions.telling import tell_triage_of_severe
from feedback.models import Flag
from feedback.models.reporting import DidInstead, MinutesLost, Reached, Source
from feedback.redaction import clean, redact
from feedback.taxonomy import MOST_CATEGORIES, NEEDS_NO_OUTPUT, SEVERE, Category, Severity
from pilots.audit import digest_of, record
from pilots.changes import announce
from pilots.errors import NotAllowed, Refused
from pilots.models import Phase, Pilot, Segment, UseCase, User

# Neither of a pair that is read two ways: 0 and O, 1 and I and L, 2 and Z, 5 and S, 8 and B, U and V.
REFERENCE_LETTERS: Final = "23456789ACDEFGHJKMNPQRTVWXY"
MOST_CHARACTERS: Final = {"output": 8000, "prompt": 8000, "what_happened": 4000, "expected": 4000, "recurrence": 4000}
_CODES: Final = {category.value for category in Category}
_CHOSEN: Final = {"did_instead": DidInstead, "minutes_lost": MinutesLost, "reached": Reached, "source": Source}
_TRIES: Final = 6


@dataclass(frozen=True)
class HandedIn:
    """`token` opens the reporter's private link; only its hash is stored."""

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
    is_drill: bool = False


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
    by: User | None,
    named: bool = True,
    at: datetime,
) -> HandedIn:
    """The same `submission` again is the same flag. A flag is its own record; a severe one is in the trail too."""
    if not may_hand_in(by or AnonymousUser(), pilot):
        raise NotAllowed("Flags of this pilot come from people who are signed in.")
    beside = details or Details()
    texts, redactions = _redacted(output=output, prompt=beside.prompt, what_happened=what_happened, expected=expected)
    kinds = _categories(categories)
    row = {
        "categories": kinds,
        "severity": _severity(severity),
        "use_case": _use_case(pilot, use_case),
        "tool_version": clean(tool_version)[:80],
        "made_at": _made_at(made_at, at),
        "reporter": by if named else None,
        **_beside(pilot, beside),
        **_standing(pilot),
        **texts,
    }
    if not texts["output"] and not NEEDS_NO_OUTPUT.intersection(kinds):
        raise Refused("Paste the output, or say where it can be found.", field="output", code="missing")
    token = link_token(pilot, submission)
    flag, is_new = _insert(
        pilot, submission, {**row, "redactions": redactions, "link_hash": hash_of(token), "reported_at": at}
    )
    return HandedIn(flag, token, is_new)


def _beside(pilot: Pilot, details: Details) -> dict[str, Any]:
    for name, choices in _CHOSEN.items():
        if getattr(details, name) not in ("", *choices):
            raise Refused("Choose from the list.", field=name, code="unknown")
    if details.segment is not None and (details.segment.pilot_id != pilot.pk or details.segment.removed_at is not None):
        raise Refused("Choose a group of this pilot.", field="segment", code="unknown")
    kept = {field.name: getattr(details, field.name) for field in fields(details)}
    return kept | {"external_id": clean(details.external_id)[:80]}


# As plain SQL because every flag asks it: a queryset took five times as long to put together as to answer.
_PHASE: Final = "SELECT kind FROM pilots_phase WHERE pilot_id = %s AND state = %s"


def _standing(pilot: Pilot) -> dict[str, Any]:
    """In which phase the pilot is, so that patterns can be read by it later."""
    with connection.cursor() as cursor:
        cursor.execute(_PHASE, [pilot.pk, Phase.State.CURRENT])
        current = cursor.fetchone()
    return {"phase": current[0] if current else ""}


def _raise_severe(flag: Flag, at: datetime) -> None:
    text = f"Flag {flag.reference} says: {flag.severity_word.lower()}. It waits to be assessed."
    tell_triage_of_severe(flag, "handed_in", text, at=at)
    data = {"severity": flag.severity, "categories": flag.categories, "output": digest_of(flag.output)}
    # No actor: the trail is read by people who may not know who reported, and the flag itself knows it.
    record("flag.handed_in", by=None, pilot=flag.pilot, target=flag, data=data)


def _redacted(**texts: str) -> tuple[dict[str, str], dict[str, int]]:
    kinds: Counter[str] = Counter()
    kept = {}
    for name, text in texts.items():
        if len(clean(text)) > MOST_CHARACTERS[name]:
            raise Refused(f"Use at most {MOST_CHARACTERS[name]} characters.", field=name, code="too_long")
        redacted = redact(text)
        kept[name] = redacted.text
        kinds += redacted.kinds
    return kept, dict(kinds)


def _categories(codes: Sequence[str]) -> list[str]:
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


def _insert(pilot: Pilot, submission: UUID, row: dict[str, Any]) -> tuple[Flag, bool]:
    """Leaves the race between two clicks to the unique columns: whoever loses finds the other's flag.

    Each try is the whole transaction: a savepoint for the row alone would be two more trips to the database.
    """
    for _ in range(_TRIES):
        reference = "FL-" + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))
        try:
            with transaction.atomic():
                flag = Flag.objects.create(pilot=pilot, submission=submission, reference=reference, **row)
                if flag.severity >= SEVERE:
                    _raise_severe(flag, row["reported_at"])
                return flag, True
        except IntegrityError:
            sent = Flag.objects.filter(submission=submission).select_related("pilot").first()
            if sent is not None:
                return _same(sent, pilot, row), False
    raise RuntimeError("no free reference found")


def _same(sent: Flag, pilot: Pilot, row: dict[str, Any]) -> Flag:
    """Who goes back, changes the text and sends again has not clicked twice; a guessed `submission` shows nothing."""
    compared = ("categories", "severity", "use_case", "output", "what_happened", "expected", "reporter")
    if sent.pilot_id != pilot.pk or any(getattr(sent, name) != row[name] for name in compared):
        raise Refused(
            "You already sent a flag from this page, with other words. Send again to hand this in as another flag.",
            code="already_sent",
        )
    return sent


def reopen_flag(*, flag: Flag, note: str = "", at: datetime) -> Flag:
    """By its reporter, whom the link or the account proves and nobody needs to know.

    It waits for triage anew: the level that it had is dropped, so that a click from outside cannot stop a stage.
    """
    texts, redactions = _redacted(recurrence=note)
    with transaction.atomic():
        flag = Flag.objects.select_for_update(of=("self",)).select_related("pilot", "reporter").get(pk=flag.pk)
        if flag.state != Flag.State.CLOSED:
            raise Refused("It is open: somebody still owes you an answer.", code="not_closed")
        was_severe = (flag.assessed_severity or 0) >= SEVERE
        flag.state = Flag.State.NEW
        flag.assessed_severity = flag.assessed_at = flag.assessed_by = None
        flag.carried_at = flag.carried_by = None
        flag.recurred_at, flag.recurrence = at, texts["recurrence"]
        flag.recurrences += 1
        flag.redactions = dict(Counter(flag.redactions) + Counter(redactions))
        flag.version += 1
        flag.save()
        if was_severe or flag.severity >= SEVERE:
            text = f"Flag {flag.reference} came back after it was closed. It waits to be assessed again."
            tell_triage_of_severe(flag, f"reopened:{flag.version}", text, at=at)
        announce(flag.pilot, reason=f"flag {flag.reference} was opened again by its reporter")
        reported_again(flag, flag.recurrence, at=at)
        data = {"recurrences": flag.recurrences, "note": digest_of(flag.recurrence)}
        record("flag.reopened", by=None, pilot=flag.pilot, target=flag, data=data)
    return flag
