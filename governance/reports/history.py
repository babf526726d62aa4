"""The trail as people read it: each event a sentence, people by their names of today."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from feedback.summaries.patterns import ACTION_WORDS
from feedback.summaries.people import CHANGED_WORDS
from governance.sentences import SYSTEM, sentence_of, told, verbs_of
from pilots.models import AuditEvent, User
from pilots.models.audit_event import ORGANISATION_STREAM
from pilots.permissions import ORGANISATION_ROLES, ROLES
from pilots.when import day_in_words

_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ROLE_LABELS: Final = {
    **{role.value: description.label.lower() for role, description in ROLES.items()},
    **{role.value: description.label.lower() for role, description in ORGANISATION_ROLES.items()},
}
_CODES: Final = {"action": ACTION_WORDS, "changed": CHANGED_WORDS}
_DAYS: Final = {"first", "last", "until"}
CSV_HEADER: Final = ("Event", "Moment (UTC)", "Who", "On behalf of", "What", "Verb", "Target", "Data", "SHA-256")


@dataclass(frozen=True)
class Line:
    """One event in words."""

    number: int
    at: datetime
    who: str
    behalf: str
    sentence: str
    state: str
    verb: str
    target: str
    data: dict[str, Any]
    hash: str

    @property
    def detail(self) -> str:
        return f"For {self.behalf}" if self.behalf else ""


def events_of(stream: str, *, kind: str = "", person: str = "") -> QuerySet[AuditEvent]:
    """Newest first, narrowed to a kind of thing and to who did it."""
    events = AuditEvent.objects.filter(stream=stream).order_by("-sequence")
    if kind:
        events = events.filter(verb__in=verbs_of(kind))
    return events.filter(actor_id=person) if person else events


def people_in(stream: str) -> QuerySet[User]:
    actors = AuditEvent.objects.filter(stream=stream, actor_id__isnull=False).values("actor_id")
    return User.objects.filter(pk__in=actors.distinct()).order_by("name")


def lines_of(events: Sequence[AuditEvent]) -> list[Line]:
    """With the names that they speak of read in one query."""
    read = [(event, json.loads(event.body)["data"]) for event in events]
    mentioned = {UUID(found) for event, data in read for found in _ids(event, data)}
    names = {str(pk): name for pk, name in User.objects.filter(pk__in=mentioned).values_list("pk", "name")}
    return [_line(event, data, names) for event, data in read]


def csv_rows(events: QuerySet[AuditEvent], batch: int = 500) -> Iterator[Sequence[Any]]:
    for line in _in_batches(events, batch):
        data = json.dumps(line.data, ensure_ascii=False, sort_keys=True)
        yield (
            line.number,
            line.at,
            line.who,
            line.behalf,
            line.sentence,
            line.verb,
            line.target,
            data,
            line.hash,
        )


def _in_batches(events: QuerySet[AuditEvent], batch: int) -> Iterator[Line]:
    waiting: list[AuditEvent] = []
    for event in events.iterator(chunk_size=batch):
        waiting.append(event)
        if len(waiting) == batch:
            yield from lines_of(waiting)
            waiting.clear()
    yield from lines_of(waiting)


def _ids(event: AuditEvent, data: dict[str, Any]) -> Iterator[str]:
    yield from (str(pk) for pk in (event.actor_id, event.on_behalf_of_id) if pk)
    if _UUID.fullmatch(event.target_id):
        yield event.target_id
    yield from (value for value in data.values() if isinstance(value, str) and _UUID.fullmatch(value))


def _line(event: AuditEvent, data: dict[str, Any], names: dict[str, str]) -> Line:
    who = names.get(str(event.actor_id), "A person") if event.actor_id else SYSTEM
    words = {key: _word(key, value, names) for key, value in data.items()}
    words |= {"who": who, "target": event.target_text, "person": names.get(event.target_id, "a person")}
    if event.verb == "items.assigned":
        words["assigned"] = _assigned(data, words)
    sentence = told(event.verb, words)
    return Line(
        number=event.sequence,
        at=event.at,
        who=who,
        behalf=names.get(str(event.on_behalf_of_id), "another") if event.on_behalf_of_id else "",
        sentence=sentence[:1].upper() + sentence[1:],
        state=sentence_of(event.verb).state,
        verb=event.verb,
        target=event.target_text,
        data=data,
        hash=event.hash,
    )


def _assigned(data: dict[str, Any], words: dict[str, str]) -> str:
    """What was left as it is, is not said."""
    if not data.get("owner"):
        return f"made {words['items']} due on {words['due_on']}"
    due = f", due {words['due_on']}" if data.get("due_on") else ""
    return f"assigned {words['items']} to {words['owner']}{due}"


def _word(key: str, value: Any, names: dict[str, str]) -> str:
    if value is None:
        return {"owner": "nobody", "to": "nobody", "due_on": "no date"}.get(key, "none")
    if isinstance(value, dict):
        value = sorted(value)
    if isinstance(value, list):
        if key == "items":
            return "a question" if len(value) == 1 else f"{len(value)} questions"
        return ", ".join(_word("", one, names) for one in value) or "nothing"
    text = str(value)
    if _UUID.fullmatch(text):
        return names.get(text, "a person")
    if (key.endswith(("_at", "_on")) or key in _DAYS) and (moment := parse_datetime(text)):
        return day_in_words(moment.date())
    return _CODES.get(key, _ROLE_LABELS).get(text, text.replace("_", " "))


@dataclass(frozen=True)
class Verification:
    at: datetime
    by: str
    events: int
    problems: int
    first: list[str]


def last_verification() -> Verification | None:
    """What came out when somebody, or the daily job, last verified the trail."""
    event = AuditEvent.objects.filter(stream=ORGANISATION_STREAM, verb="trail.verified").order_by("-sequence").first()
    if event is None:
        return None
    data = json.loads(event.body)["data"]
    by = User.objects.filter(pk=event.actor_id).first() if event.actor_id else None
    return Verification(event.at, by.name if by else SYSTEM, data["events"], data["problems"], data["first"])
