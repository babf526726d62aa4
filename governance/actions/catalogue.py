"""The catalogue of questions: loading the shipped one, and an organisation's own edits in the one draft."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import connection, transaction

from governance.catalogue.difference import LABELS, difference, merge, place_after_phase
from governance.catalogue.entry import Entry, content, problems_of
from governance.catalogue.loader import load
from governance.frameworks import known_parts
from governance.models import CatalogueVersion, Question
from pilots.access import require
from pilots.audit import digest_of, record
from pilots.canonical import digest
from pilots.errors import Conflict, Refused
from pilots.models import User
from pilots.permissions import Permission

SHIPPED: Final = Path(__file__).parents[1] / "catalogue" / "questions.yaml"


@dataclass(frozen=True)
class Loaded:
    """What became of the shipped file, and the sentence that says so."""

    sentence: str
    version: CatalogueVersion | None = None


def load_shipped_catalogue(*, at: datetime, file: Path = SHIPPED) -> Loaded:
    """Publishes the shipped questions, or proposes them as a draft where people have edited their own.

    A file loaded before changes nothing, whatever became of it since. Raises `CatalogueError`.
    """
    text = file.read_text(encoding="utf-8")
    source = hashlib.sha256(text.encode()).hexdigest()
    theirs = load(text)
    with transaction.atomic():
        _hold_catalogue()
        if CatalogueVersion.objects.filter(source_digest=source).exists():
            return Loaded("The shipped questions are loaded already.")
        current = CatalogueVersion.objects.published().first()
        if CatalogueVersion.objects.draft() is not None:
            return Loaded("The shipped questions changed. Publish or discard the open draft, then load them again.")
        if current is None or _is_as_shipped(current):
            version = _create(theirs, at=at, source=source, note="As shipped with RolloutGov.")
            version.state, version.published_at = CatalogueVersion.State.PUBLISHED, at
            version.save(update_fields=["state", "published_at"])
            record("catalogue.loaded", by=None, target=version, data=_facts(version, len(theirs)))
            return Loaded(f"Published the shipped questions as {version}: {len(theirs)} questions.", version)
        return _propose(current, theirs, at=at, source=source)


def _is_as_shipped(version: CatalogueVersion) -> bool:
    return version.created_by_id is None and version.published_by_id is None


def _propose(current: CatalogueVersion, theirs: Sequence[Entry], *, at: datetime, source: str) -> Loaded:
    shipped = CatalogueVersion.objects.published().filter(created_by=None, published_by=None).first()
    base = shipped.entries() if shipped else []
    merged = merge(base, current.entries(), theirs)
    note = f"Proposed by an update of RolloutGov: its changes since {shipped or 'the start'}, carried into {current}."
    if merged.kept:
        note += f" Both changed {', '.join(merged.kept)}: your wording stayed."
    version = _create(merged.entries, at=at, source=source, note=note)
    record("catalogue.proposed", by=None, target=version, data=_facts(version, len(merged.entries)))
    return Loaded(f"The shipped questions changed. Proposed them as a draft, {version}.", version)


def _hold_catalogue() -> None:
    """Writers of the catalogue go one at a time, until their transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('governance.catalogue'))")


def _create(
    entries: Sequence[Entry], *, at: datetime, by: User | None = None, source: str = "", note: str = ""
) -> CatalogueVersion:
    newest = CatalogueVersion.objects.first()
    version = CatalogueVersion.objects.create(
        number=newest.number + 1 if newest else 1, created_at=at, created_by=by, source_digest=source, note=note
    )
    Question.objects.bulk_create([Question.of(entry, version, place) for place, entry in enumerate(entries, 1)])
    return version


def _facts(version: CatalogueVersion, questions: int) -> dict[str, object]:
    return {"number": version.number, "questions": questions, "source": version.source_digest}


def start_draft(*, by: User, at: datetime) -> CatalogueVersion:
    """A copy of the newest published version, for editing."""
    require(by, Permission.EDIT_CATALOGUE)
    with transaction.atomic():
        _hold_catalogue()
        draft = CatalogueVersion.objects.draft()
        if draft is not None:
            whose = draft.created_by.name if draft.created_by else "an update of RolloutGov"
            raise Refused(f"There is a draft already, started by {whose}: edit that one.", code="draft_exists")
        current = CatalogueVersion.objects.published().first()
        version = _create(current.entries() if current else [], at=at, by=by)
        record("catalogue.draft_started", by=by, target=version, data={"from": current.number if current else None})
    return version


def _hold_draft() -> CatalogueVersion:
    _hold_catalogue()
    draft = CatalogueVersion.objects.draft()
    if draft is None:
        raise Refused("The draft is gone: somebody published or discarded it.", code="no_draft")
    return draft


def _hold_question(question: Question, seen: str) -> Question:
    """The question as it stands now in the draft; Conflict when that is not what `seen` (a content digest) saw."""
    draft = _hold_draft()
    held = Question.objects.filter(pk=question.pk, catalogue=draft).first()
    if held is None:
        raise Conflict("Somebody removed this question from the draft, or the draft is gone.")
    if held.content_digest != seen:
        raise Conflict("Somebody else changed this question while you were editing it.", current=_shown(held))
    return held


def _shown(question: Question) -> dict[str, str]:
    return {LABELS[name]: getattr(question, name) for name in ("question", "good_answer", "evidence")}


def _refuse_problems(entry: Entry) -> None:
    for problem in problems_of(entry, known_parts()):
        raise Refused(str(problem), field=problem.field, code="invalid")


def edit_question(*, question: Question, entry: Entry, seen: str, by: User) -> Question:
    """Put `entry` in place of the draft's question. Its code stays, since answers hang on it."""
    require(by, Permission.EDIT_CATALOGUE)
    with transaction.atomic():
        held = _hold_question(question, seen)
        if entry.code != held.code:
            raise Refused(f"The code stays {held.code}.", field="code", code="code_fixed")
        _refuse_problems(entry)
        edited = Question.of(entry, held.catalogue, held.position)
        edited.pk = held.pk
        edited.save(force_update=True)
        record("catalogue.question_edited", by=by, target=held.catalogue, data=_of(edited))
    return edited


def _of(question: Question) -> dict[str, str]:
    return {"question": question.code, "content": question.content_digest}


def add_question(*, entry: Entry, by: User) -> Question:
    """At the end of its phase in the draft."""
    require(by, Permission.EDIT_CATALOGUE)
    with transaction.atomic():
        draft = _hold_draft()
        _refuse_problems(entry)
        there = list(draft.questions.all())
        if entry.code in {question.code for question in there}:
            raise Refused(f"{entry.code} is taken: give the question another code.", field="code", code="code_taken")
        added = Question.of(entry, draft, 0)
        there.insert(place_after_phase([question.entry for question in there], entry.phase), added)
        added.position = there.index(added) + 1
        _number(there)
        added.save(force_insert=True)
        record("catalogue.question_added", by=by, target=draft, data=_of(added))
    return added


def _number(questions: Sequence[Question]) -> None:
    moved = []
    for place, question in enumerate(questions, 1):
        if question.position != place:
            question.position = place
            moved.append(question)
    Question.objects.bulk_update(moved, ["position"])


def remove_question(*, question: Question, seen: str, by: User) -> None:
    """Pilots that move to the next version stop being asked; their answers stay readable."""
    require(by, Permission.EDIT_CATALOGUE)
    with transaction.atomic():
        held = _hold_question(question, seen)
        facts = _of(held)
        held.delete()
        _number(list(held.catalogue.questions.all()))
        record("catalogue.question_removed", by=by, target=held.catalogue, data=facts)


def discard_draft(*, by: User, at: datetime) -> CatalogueVersion:
    """It stays readable and is never used; the next draft gets the next number."""
    require(by, Permission.EDIT_CATALOGUE)
    with transaction.atomic():
        draft = _hold_draft()
        draft.state, draft.discarded_at, draft.discarded_by = CatalogueVersion.State.DISCARDED, at, by
        draft.save(update_fields=["state", "discarded_at", "discarded_by"])
        record("catalogue.draft_discarded", by=by, target=draft, data={"number": draft.number})
    return draft


def draft_digest(entries: Sequence[Entry]) -> str:
    """What a person who publishes has seen."""
    return digest([content(entry) for entry in entries])


def publish_draft(*, note: str, seen: str, by: User, at: datetime) -> CatalogueVersion:
    """From now on new pilots start with it, and pilots in flight may move to it. `seen` is a `draft_digest`."""
    require(by, Permission.EDIT_CATALOGUE)
    if not note.strip():
        raise Refused("Say what changed and why.", field="note", code="missing")
    with transaction.atomic():
        draft = _hold_draft()
        entries = draft.entries()
        if draft_digest(entries) != seen:
            raise Conflict("Somebody changed the draft while you were about to publish it. Look at it again.")
        if not entries:
            raise Refused("A version needs at least one question.", code="empty")
        current = CatalogueVersion.objects.published().first()
        if current is not None and not difference(current.entries(), entries):
            raise Refused(f"Nothing differs from {current}: there is nothing to publish.", code="no_difference")
        for entry in entries:
            for problem in problems_of(entry, known_parts()):
                raise Refused(f"{entry.code}: {problem}", code="invalid")
        draft.state, draft.published_at, draft.published_by = CatalogueVersion.State.PUBLISHED, at, by
        draft.note = note.strip()
        draft.save(update_fields=["state", "published_at", "published_by", "note"])
        facts = {"number": draft.number, "questions": len(entries), "content": seen, "note": digest_of(draft.note)}
        record("catalogue.published", by=by, target=draft, data=facts)
    return draft
