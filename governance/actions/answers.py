"""Answering, accepting, sending back, confirming; and what makes an answer lapse."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from governance.access import why_not_decide
from governance.actions.doubts import resolve_doubts
from governance.actions.gates import reevaluate
from governance.actions.items import done_once, hold_item
from governance.models import Answer, Doubt, Evidence, Item, Waiver
from pilots.access import acting_for, require
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import digest_of, record
from pilots.canonical import digest
from pilots.errors import Refused
from pilots.files import NoRoom, keep_file, no_file_left_behind
from pilots.models import Pilot, User
from pilots.permissions import Permission


@dataclass(frozen=True)
class Link:
    title: str
    url: str


@done_once
def propose_answer(
    *,
    item: Item,
    by: User,
    at: datetime,
    kind: str,
    text: str,
    files: Sequence[UploadedFile] = (),
    links: Sequence[Link] = (),
    keep: Sequence[UUID] = (),
    version: int | None = None,
) -> Answer:
    """A new version of the answer, waiting for a second person. `keep`: evidence of older answers carried on."""
    require(by, Permission.ANSWER_ITEMS, item.pilot)
    with no_file_left_behind() as written, transaction.atomic():
        pilot = lock_pilot(item.pilot)
        require_not_ended(pilot)
        item = hold_item(item, version, _written(by, kind, text, len(files), len(links)))
        _check(item, kind, text, files)
        kept = list(Evidence.objects.filter(pk__in=keep, answers__item=item).distinct())
        stored: list[Evidence] = []
        for file in files:
            stored.append(_file(file, pilot, by, at))
            written.append(stored[-1].file)
        evidence = kept + stored + [_link(link, pilot, by, at) for link in links]
        previous = _replace(item.answer)
        answer = Answer.objects.create(
            pilot=pilot,
            item=item,
            question=item.question,
            number=previous.number + 1 if previous else 1,
            kind=kind,
            text=text.strip(),
            author=by,
            on_behalf_of=acting_for(by, pilot, Permission.ANSWER_ITEMS),
            written_at=at,
            digest=answer_digest(kind, text.strip(), by.pk, [e.digest for e in evidence]),
        )
        answer.evidence.add(*evidence)
        _set_state(item, Item.State.PROPOSED, answer)
        reevaluate(pilot, at)
        record(
            "answer.proposed",
            by=by,
            on_behalf_of=answer.on_behalf_of,
            pilot=pilot,
            target=item,
            data={"number": answer.number, "kind": kind, "digest": answer.digest},
        )
    return answer


def _written(by: User, kind: str, text: str, files: int, links: int) -> Callable[[Item], Answer | None]:
    def same(item: Item) -> Answer | None:
        found = item.answer
        if found is None or (found.author_id, found.kind, found.text) != (by.pk, kind, text.strip()):
            return None
        kinds = [row.kind for row in found.evidence.all()]
        enough = kinds.count(Evidence.Kind.FILE) >= files and kinds.count(Evidence.Kind.LINK) >= links
        return found if enough and found.decision == Answer.Decision.PROPOSED else None

    return same


def _decided(by: User, decision: str, comment: str) -> Callable[[Item], Answer | None]:
    def same(item: Item) -> Answer | None:
        found = item.answer
        if found is None:
            return None
        made = (found.decided_by_id, found.decision, found.decision_comment)
        return found if made == (by.pk, decision, comment.strip()) else None

    return same


def _confirmed(by: User, comment: str) -> Callable[[Item], Answer | None]:
    def same(item: Item) -> Answer | None:
        resolved = Doubt.objects.filter(
            answer=item.answer_id,
            resolution=Doubt.Resolution.CONFIRMED,
            resolved_by=by,
            resolution_comment=comment.strip(),
        )
        return item.answer if item.state == Item.State.ACCEPTED and resolved.exists() else None

    return same


def _replace(previous: Answer | None) -> Answer | None:
    if previous is not None and previous.decision == Answer.Decision.PROPOSED:
        previous.decision = Answer.Decision.REPLACED
        previous.save(update_fields=["decision"])
    return previous


def answer_digest(kind: str, text: str, author: UUID, evidence: Sequence[str]) -> str:
    """What a sign-off is bound to: the words, who wrote them, and the bytes they rest on."""
    return digest({"kind": kind, "text": text, "author": author, "evidence": sorted(evidence)})


def _check(item: Item, kind: str, text: str, files: Sequence[UploadedFile]) -> None:
    if kind not in Answer.Kind.values:
        raise Refused("Choose what kind of answer this is.", field="kind", code="missing")
    if kind == Answer.Kind.NOT_MEASURED and not item.question.may_be_not_measured:
        raise Refused("“Not measured” is no answer to this question.", field="kind", code="must_be_answered")
    if not text.strip():
        what = "the answer" if kind == Answer.Kind.ANSWERED else "the reason"
        raise Refused(f"Write {what}.", field="text", code="missing")
    for file in files:
        if (file.size or 0) > settings.EVIDENCE_MAX_BYTES:
            limit = settings.EVIDENCE_MAX_BYTES // 1024**2
            raise Refused(
                f"{file.name} is larger than {limit} MB: make it smaller or link to it.",
                field="files",
                code="too_large",
            )
        if not file.size:
            raise Refused(f"{file.name} is empty.", field="files", code="empty")


def _file(file: UploadedFile, pilot: Pilot, by: User, at: datetime) -> Evidence:
    hashed = hashlib.sha256()
    for chunk in file.chunks():
        hashed.update(chunk)
    file.seek(0)
    evidence = Evidence(
        pilot=pilot,
        kind=Evidence.Kind.FILE,
        title=(file.name or "file")[:200],
        size=file.size or 0,
        content_type=(file.content_type or "")[:100],
        digest=hashed.hexdigest(),
        added_at=at,
        added_by=by,
    )
    _keep(evidence, file)
    evidence.save(force_insert=True)
    return evidence


def _keep(evidence: Evidence, file: UploadedFile) -> None:
    """Under a name that says nothing: the title keeps the person's."""
    try:
        keep_file(evidence.file, str(evidence.pk), file)
    except NoRoom as error:
        raise Refused(
            f"{evidence.title} was not kept: there is no room left for files. Tell an administrator, or link to it "
            "where it is now.",
            field="files",
            code="disk_full",
        ) from error


def _link(link: Link, pilot: Pilot, by: User, at: datetime) -> Evidence:
    if not link.url.startswith(("https://", "http://")):
        raise Refused("A link starts with https:// or http://.", field="links", code="not_a_link")
    return Evidence.objects.create(
        pilot=pilot,
        kind=Evidence.Kind.LINK,
        title=(link.title.strip() or link.url)[:200],
        url=link.url,
        digest=hashlib.sha256(link.url.encode()).hexdigest(),
        added_at=at,
        added_by=by,
    )


def _set_state(item: Item, state: str, answer: Answer | None = None) -> None:
    item.state = state
    item.version += 1
    if answer is not None:
        item.answer = answer
    item.save(update_fields=["state", "version", "answer"])


@done_once
def accept_answer(*, item: Item, by: User, at: datetime, comment: str = "", version: int | None = None) -> Answer:
    """A second person says that it holds. Nobody accepts what they wrote or what was written for them."""
    require(by, Permission.ACCEPT_ANSWERS, item.pilot)
    with transaction.atomic():
        pilot = lock_pilot(item.pilot)
        require_not_ended(pilot)
        item = hold_item(item, version, _decided(by, Answer.Decision.ACCEPTED, comment))
        answer = _waiting_answer(item, by)
        if answer.question.meaning_digest != item.question.meaning_digest:
            raise Refused("It answers an earlier wording of the question: send it back.", code="older_wording")
        if answer.kind == Answer.Kind.ANSWERED and not answer.evidence.exists():
            raise Refused(
                "It rests on no file and no link. Send it back, or ask for evidence in a comment.", code="unevidenced"
            )
        days = item.question.valid_days
        answer.valid_until = at + timedelta(days=days) if days else None
        _decide(answer, Answer.Decision.ACCEPTED, by, at, comment)
        _set_state(item, Item.State.ACCEPTED)
        resolve_doubts(item, Doubt.Resolution.RENEWED, by=by, at=at, comment=comment)
        Waiver.objects.filter(item=item, state=Waiver.State.APPROVED).update(
            state=Waiver.State.ENDED, ended_at=at, end_reason="The question was answered and accepted."
        )
        reevaluate(pilot, at)
        _record_decision("answer.accepted", answer, by, comment)
    return answer


@done_once
def return_answer(*, item: Item, by: User, at: datetime, comment: str, version: int | None = None) -> Answer:
    require(by, Permission.ACCEPT_ANSWERS, item.pilot)
    if not comment.strip():
        raise Refused("Say what is missing, so that the author can mend it.", field="comment", code="missing")
    with transaction.atomic():
        pilot = lock_pilot(item.pilot)
        require_not_ended(pilot)
        item = hold_item(item, version, _decided(by, Answer.Decision.RETURNED, comment))
        answer = _waiting_answer(item, by)
        _decide(answer, Answer.Decision.RETURNED, by, at, comment)
        _set_state(item, Item.State.RETURNED)
        reevaluate(pilot, at)
        _record_decision("answer.returned", answer, by, comment)
    return answer


def _waiting_answer(item: Item, by: User) -> Answer:
    answer = item.answer
    if answer is None or answer.decision != Answer.Decision.PROPOSED:
        raise Refused("There is no answer here that waits for a decision.", code="nothing_waiting")
    _require_other(answer, by)
    return answer


def _require_other(answer: Answer, by: User) -> None:
    why_not = why_not_decide(answer, by)
    if why_not:
        raise Refused(why_not, code="own_answer")


def _decide(answer: Answer, decision: str, by: User, at: datetime, comment: str) -> None:
    answer.decision, answer.decided_at, answer.decided_by = decision, at, by
    answer.decision_comment = comment.strip()
    answer.save(update_fields=["decision", "decided_at", "decided_by", "decision_comment", "valid_until"])


def _record_decision(verb: str, answer: Answer, by: User, comment: str) -> None:
    data: dict[str, Any] = {"number": answer.number, "digest": answer.digest, "comment": digest_of(comment.strip())}
    data["valid_until"] = answer.valid_until
    giver = acting_for(by, answer.pilot, Permission.ACCEPT_ANSWERS)
    record(verb, by=by, on_behalf_of=giver, pilot=answer.pilot, target=answer.item, data=data)


@done_once
def confirm_answer(*, item: Item, by: User, at: datetime, comment: str, version: int | None = None) -> Answer:
    """In doubt, looked at again by somebody other than its author, and found to hold."""
    require(by, Permission.ACCEPT_ANSWERS, item.pilot)
    if not comment.strip():
        raise Refused("Say why it still holds.", field="comment", code="missing")
    with transaction.atomic():
        pilot = lock_pilot(item.pilot)
        require_not_ended(pilot)
        item = hold_item(item, version, _confirmed(by, comment))
        if item.state != Item.State.IN_DOUBT or item.answer is None:
            raise Refused("Nothing puts this answer in doubt.", code="not_in_doubt")
        _require_other(item.answer, by)
        resolve_doubts(item, Doubt.Resolution.CONFIRMED, by=by, at=at, comment=comment)
        _set_state(item, Item.State.ACCEPTED)
        reevaluate(pilot, at)
        _record_decision("answer.confirmed", item.answer, by, comment)
    return item.answer


def lapse_answer(*, item: Item, at: datetime, reason: str, by: User | None = None, told: str = "") -> bool:
    """An accepted answer stops counting. The caller holds pilot and item, and works the gates out afterwards.

    `told`: what the trail says in place of a reason that somebody wrote.
    """
    if item.state not in (Item.State.ACCEPTED, Item.State.IN_DOUBT) or item.answer is None:
        return False
    item.answer.lapsed_at, item.answer.lapse_reason = at, reason[:300]
    item.answer.save(update_fields=["lapsed_at", "lapse_reason"])
    _set_state(item, Item.State.LAPSED)
    data = {"number": item.answer.number, "digest": item.answer.digest, "reason": told or reason[:300]}
    record("answer.lapsed", by=by, pilot=item.pilot, target=item, data=data)
    return True
