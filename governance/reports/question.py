"""All that is known about one question of a pilot, for its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.urls import reverse

from governance.models import Answer, Comment, Doubt, Evidence, Item, Waiver
from governance.renewal import sentence_of
from pilots.models import Pilot


@dataclass(frozen=True)
class Version:
    """One answer, and the words of the one before it."""

    answer: Answer
    before: str | None
    files: list[dict[str, Any]]


def versions_of(item: Item) -> list[Version]:
    """Newest first."""
    people = ("author", "on_behalf_of", "decided_by", "question")
    answers = list(item.answers.select_related(*people).prefetch_related("evidence__added_by"))
    texts = (answer.text for answer in answers[1:])
    return [
        Version(answer, before, files_of(item.pilot, answer.evidence.all()))
        for answer, before in zip_longest(answers, texts)
    ]


def files_of(pilot: Pilot, evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """As templates/components/_files.html takes them."""
    return [
        {
            "name": row.title,
            "url": row.url or reverse("evidence", kwargs={"slug": pilot.slug, "evidence_id": row.pk}),
            "size": row.size if row.kind == Evidence.Kind.FILE else None,
            "digest": row.digest if row.kind == Evidence.Kind.FILE else "",
            "by": row.added_by.name,
            "at": row.added_at,
            "note": "" if row.kind == Evidence.Kind.FILE else row.url,
        }
        for row in evidence
    ]


def doubts_of(item: Item) -> list[Doubt]:
    """Unresolved ones about the present answer."""
    found = Doubt.objects.filter(item=item, resolved_at__isnull=True, answer=item.answer_id)
    return list(found.select_related("raised_by"))


def waiver_of(item: Item, at: datetime) -> Waiver | None:
    """The one that is in force or waits for a decision."""
    found = item.waivers.filter(state__in=(Waiver.State.ASKED, Waiver.State.APPROVED), ends_at__gt=at)
    return found.select_related("requested_by", "decided_by", "on_behalf_of").first()


def thread_of(item: Item, versions: Iterable[Version]) -> list[dict[str, Any]]:
    """Comments with what was said when answers, doubts and waivers were decided, oldest first."""
    said = [_said(row.author.name, row.written_at, row.text) for row in _comments(item)]
    for version in versions:
        answer = version.answer
        if answer.decided_by is not None and answer.decision_comment:
            verb = "accepted" if answer.decision == Answer.Decision.ACCEPTED else "sent back"
            note = f"{verb} answer {answer.number}"
            said.append(_said(answer.decided_by.name, answer.decided_at, answer.decision_comment, note))
    for doubt in item.doubts.select_related("raised_by", "resolved_by", "answer"):
        number = doubt.answer.number
        name = doubt.raised_by.name if doubt.raised_by else "RolloutGov"
        said.append(_said(name, doubt.raised_at, doubt.reason, f"put answer {number} in doubt"))
        if doubt.resolved_by is not None and doubt.resolution == Doubt.Resolution.CONFIRMED:
            note = f"confirmed answer {number}"
            said.append(_said(doubt.resolved_by.name, doubt.resolved_at, doubt.resolution_comment, note))
    return sorted(said, key=lambda row: row["at"])


def _comments(item: Item) -> Iterable[Comment]:
    return item.comments.select_related("author")


def _said(author: str, at: datetime | None, body: str, note: str = "") -> dict[str, Any]:
    return {"author": author, "at": at, "body": body, "note": note}


def past_waivers(item: Item, at: datetime) -> list[Waiver]:
    over = item.waivers.exclude(state=Waiver.State.ASKED).exclude(state=Waiver.State.APPROVED, ends_at__gt=at)
    return list(over.select_related("requested_by", "decided_by", "on_behalf_of"))


def lapses_when(item: Item) -> list[str]:
    """What ends the validity of an accepted answer, each in one sentence."""
    question = item.question
    sentences = [f"{question.valid_days} days have passed since it was accepted."] if question.valid_days else []
    return sentences + [sentence_of(event) for event in question.renew_events]
