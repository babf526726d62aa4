"""Raising a concern, naming who answers it, answering it with what it changed, and erasing what it said."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from feedback.access import hash_of, may_hand_in
from feedback.actions.calling import those_in_charge
from feedback.actions.deciding import plain_text
from feedback.actions.owners import require_works_here
from feedback.actions.telling import tell_reporter
from feedback.models import Concern, Flag, Pattern
from feedback.models.concern import LONGEST_CHANGE
from feedback.redaction import clean, redact
from feedback.taxonomy import Category
from pilots.access import acting_for, can, holders, require
from pilots.actions.notifications import notify, tell
from pilots.audit import digest_of, erase_digests, record
from pilots.changes import announce
from pilots.errors import Conflict, NotAllowed, Refused
from pilots.models import AuditEvent, PhaseKind, Pilot, Segment, UseCase, User
from pilots.permissions import Permission, roles_with

MOST_CHARACTERS: Final = 4000
# Working days until it is answered.
ANSWERED_WITHIN: Final = 10
State, Kind = Concern.State, Concern.Changed


@dataclass(frozen=True)
class Raised:
    """`token` opens the private link of who raised it; only its hash is stored."""

    concern: Concern
    token: str


@dataclass(frozen=True)
class Change:
    """What an accepted concern changed: `kind`, the thing itself, what is different in words, and from which day."""

    kind: str
    what: str
    on: date | None
    phase: str = ""
    stage: int | None = None
    pattern: Pattern | None = None
    use_case: UseCase | None = None


def concern_token(pilot: Pilot, submission: UUID) -> str:
    return salted_hmac("feedback.concern.link", f"{pilot.pk}:{submission}", algorithm="sha256").hexdigest()[:48]


def raise_concern(
    *,
    pilot: Pilot,
    submission: UUID,
    text: str,
    segment: Segment | None = None,
    by: User | None,
    named: bool = True,
    at: datetime,
) -> Raised:
    """The same `submission` again is the same concern. Who raised it stands nowhere but in its own row."""
    if not may_hand_in(by or AnonymousUser(), pilot):
        raise NotAllowed("Concerns of this pilot come from people who are signed in.")
    redacted = redact(text)
    if not redacted.text:
        raise Refused("Say what makes your work harder, or what you fear.", field="text", code="missing")
    if len(clean(text)) > MOST_CHARACTERS:
        raise Refused(f"Use at most {MOST_CHARACTERS} characters.", field="text", code="too_long")
    if segment is not None and (segment.pilot_id != pilot.pk or segment.removed_at is not None):
        raise Refused("Choose a group of this pilot.", field="segment", code="unknown")
    token = concern_token(pilot, submission)
    try:
        with transaction.atomic():
            concern = Concern.objects.create(
                pilot=pilot,
                submission=submission,
                link_hash=hash_of(token),
                raiser=by if named else None,
                segment=segment,
                text=redacted.text,
                redactions=dict(redacted.kinds),
                raised_at=at,
                answer_by=answer_by(at),
            )
            _call_to_answer(concern, at)
            # No actor: the trail is read by people who may not know who raised it.
            _record("concern.raised", concern, None, {"text": digest_of(redacted.text)})
    except IntegrityError:
        sent = Concern.objects.filter(submission=submission, pilot=pilot).first()
        if sent is None or sent.text != redacted.text:
            raise Refused(
                "You already sent a concern from this page, with other words. Send again to raise another one.",
                code="already_sent",
            ) from None
        return Raised(sent, token)
    return Raised(concern, token)


def open_concern(flag: Flag, *, at: datetime) -> Concern | None:
    """Inside the transaction that hands the flag in, which is its record. None where it burdens nobody's work."""
    if Category.FIT not in flag.categories or flag.is_drill:
        return None
    concern, is_new = Concern.objects.get_or_create(
        flag=flag,
        defaults={
            "pilot": flag.pilot,
            "raiser": flag.reporter,
            "segment": flag.segment,
            "raised_at": at,
            "answer_by": answer_by(at),
        },
    )
    if is_new:
        _call_to_answer(concern, at)
    return concern


def answer_by(raised_at: datetime) -> date:
    day, left = raised_at.date(), ANSWERED_WITHIN
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day


def _call_to_answer(concern: Concern, at: datetime) -> None:
    pilot = concern.pilot
    people = [membership.user for membership in holders(pilot, roles_with(Permission.ANSWER_CONCERNS))]
    notify(
        dict.fromkeys(people or those_in_charge(pilot)),
        event=f"concern:{concern.pk}:raised",
        text=f"Somebody raised a concern in {pilot.name}. It waits for an answer.",
        at=at,
        pilot=pilot,
        url=reverse("concern", args=[pilot.slug, concern.pk]),
    )


def name_for_concern(*, concern: Concern, named: User, version: int, by: User, at: datetime) -> Concern:
    """Somebody else reads and answers it, because they know the work it is about."""
    require(by, Permission.ANSWER_CONCERNS, concern.pilot)
    with transaction.atomic():
        held = _hold(concern, version)
        require_works_here(named, held.pilot, "named")
        held.named = named
        _save(held)
        tell(
            named,
            event=f"concern:{held.pk}:named:{named.pk}",
            text=f"You were asked to answer a concern in {held.pilot.name}.",
            at=at,
            pilot=held.pilot,
            url=reverse("concern", args=[held.pilot.slug, held.pk]),
        )
        _record("concern.named", held, by, {"named": str(named.pk)})
    return held


def decide_concern(
    *,
    concern: Concern,
    accept: bool,
    reason: str,
    change: Change | None = None,
    version: int,
    by: User,
    at: datetime,
) -> Concern:
    """Accepted with what it changed, or not accepted; either with the reason that its raiser reads."""
    require_may_answer(concern, by)
    reason = plain_text(reason, field="reason", missing="Say why: whoever raised it reads this.")
    with transaction.atomic():
        held = _hold(concern, version)
        if held.raiser_id == by.pk:
            raise Refused("You raised it, so somebody else has to decide.", code="own_concern")
        if accept:
            _put_change(held, change)
        held.state = State.ACCEPTED if accept else State.NOT_ACCEPTED
        held.reason, held.decided_at, held.decided_by = reason, at, by
        _save(held)
        _tell_raiser(held, by, at)
        announce(held.pilot, reason=f"a concern was {held.state_word.lower()}")
        data: dict[str, object] = {"reason": digest_of(reason)}
        if accept:
            data |= {"changed": held.changed, "about": held.about, "on": str(held.changed_on)}
        _record("concern.accepted" if accept else "concern.not_accepted", held, by, data)
    return held


def require_may_answer(concern: Concern, by: User) -> None:
    if concern.named_id != by.pk or not can(by, Permission.VIEW_PILOT, concern.pilot):
        require(by, Permission.ANSWER_CONCERNS, concern.pilot)


def _put_change(concern: Concern, change: Change | None) -> None:
    """Accepting without a change would be noting it: what is different now, and from when, belongs to it."""
    if change is None or change.kind not in Kind:
        raise Refused("Choose what it changed. To take note of it is no answer.", field="changed", code="missing")
    what = clean(change.what)
    if not what:
        raise Refused("Say what is different now.", field="changed_what", code="missing")
    if len(what) > LONGEST_CHANGE:
        raise Refused(f"Use at most {LONGEST_CHANGE} characters.", field="changed_what", code="too_long")
    if change.on is None:
        raise Refused("Say from which day on.", field="changed_on", code="missing")
    kept: dict[str, Any] = {"changed": change.kind, "changed_what": what, "changed_on": change.on}
    if change.kind == Kind.GATE:
        if change.phase not in PhaseKind:
            raise Refused("Choose which gate.", field="changed_phase", code="missing")
        staged = change.phase == PhaseKind.STAGED_ROLLOUT
        kept |= {"changed_phase": change.phase, "changed_stage": change.stage if staged else None}
    elif change.kind == Kind.PATTERN:
        if change.pattern is None or change.pattern.pilot_id != concern.pilot_id:
            raise Refused("Choose a pattern of this pilot.", field="changed_pattern", code="missing")
        kept["changed_pattern"] = change.pattern
    elif change.kind == Kind.USE_CASE:
        if change.use_case is None or change.use_case.pilot_id != concern.pilot_id:
            raise Refused("Choose a use case of this pilot.", field="changed_use_case", code="missing")
        kept["changed_use_case"] = change.use_case
    for name, value in kept.items():
        setattr(concern, name, value)


def _tell_raiser(concern: Concern, by: User, at: datetime) -> None:
    word = concern.state_word.lower()
    if concern.flag is not None:
        text = f"What you said in {concern.flag.reference} about your work was {word}. Read why."
        tell_reporter(concern.flag, f"concern:{concern.pk}:decided", text, by=by, at=at)
    elif concern.raiser is not None:
        tell(
            concern.raiser,
            event=f"concern:{concern.pk}:decided",
            text=f"Your concern in {concern.pilot.name} was {word}. Read why.",
            at=at,
            pilot=concern.pilot,
            url=reverse("my_concerns"),
        )


def erase_concern(*, concern: Concern, at: datetime) -> Concern:
    """By the clock, and with all that a person wrote; what somebody raised with a flag is erased with that flag."""
    with transaction.atomic():
        held = _locked(concern)
        if held.erased_at is None:
            forget_concern(held, at)
            _record("concern.erased", held, None, {})
    return held


def forget_concern(held: Concern, at: datetime) -> None:
    """What it said, the reason that may quote it, and who raised it. Counts, decision and trail stay."""
    about = AuditEvent.objects.filter(target_type=Concern._meta.label_lower, target_id=str(held.pk))
    erase_digests(about, at)
    held.text, held.reason, held.raiser, held.link_hash = "", "", None, None
    held.redactions, held.erased_at = {}, at
    _save(held)


def _locked(concern: Concern) -> Concern:
    rows = Concern.objects.select_for_update(of=("self",))
    people = ("pilot", "raiser", "flag__reporter", "flag__pilot", "changed_pattern", "changed_use_case")
    return rows.select_related(*people).get(pk=concern.pk)


def _hold(concern: Concern, version: int) -> Concern:
    held = _locked(concern)
    if held.version != version:
        current = {"State": held.state_word, "Reason": held.reason}
        raise Conflict("Somebody else worked on this concern since you opened it.", current=current)
    if not held.is_open:
        raise Refused(f"It is {held.state_word.lower()} already.", code="wrong_state")
    return held


def _save(concern: Concern) -> None:
    concern.version += 1
    concern.save()


def _record(verb: str, concern: Concern, by: User | None, data: dict[str, object]) -> None:
    """In the organisation's stream and without the pilot: whoever reads a pilot's history, or takes its dossier along,
    would otherwise count there what is hidden everywhere under ten people."""
    lender = acting_for(by, concern.pilot, Permission.ANSWER_CONCERNS) if by else None
    record(verb, by=by, on_behalf_of=lender, target=concern, data=data)
