"""Reads the trail as the database holds it and runs the auditor's arithmetic (`verify_trail`) over it."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final

from django.db import connection

from pilots.models import AuditEvent, AuditHead, AuditSalt, Checkpoint
from pilots.models.audit_event import ORGANISATION_STREAM
from pilots.signing import is_signed, trusted_fingerprints
from pilots.snapshot import snapshot
from pilots.verify_trail import Checkpoint as Signed
from pilots.verify_trail import Event, Report, check_checkpoints, check_events, check_printed

BATCH: Final = 10_000
_EVENTS: Final = """
    SELECT stream, sequence, previous_hash, hash, body FROM pilots_auditevent
    WHERE %(stream)s::text IS NULL OR stream = %(stream)s
    ORDER BY stream, sequence
"""
# The body is canonical, so the columns that repeat it for queries spell how it begins and how it ends. PostgreSQL
# spells and compares them, on all its processors: doing it here, or row by row as the events are read, took twice as
# long. Moments are as Python writes them, with six digits behind the second or none.
_DIFFERING: Final = """
    SELECT stream, sequence, body, begins || ends
    FROM pilots_auditevent,
        LATERAL (SELECT extract(microseconds FROM at)::int) AS fraction(microseconds),
        LATERAL (SELECT
            '{"actor":' || coalesce('"' || actor_id || '"', 'null') || ',"at":' || CASE
                WHEN mod(microseconds, 10) > 0 OR mod(microseconds, 1000000) = 0 THEN to_json(at)::text
                ELSE '"' || to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') || '"'
            END || ',"data":{',
            '},"on_behalf_of":' || coalesce('"' || on_behalf_of_id || '"', 'null') ||
            ',"pilot":' || coalesce('"' || pilot_id || '"', 'null') || ',"stream":"' || stream ||
            '","target":{"id":"' || target_id || '","text":' || to_json(target_text) || ',"type":"' || target_type ||
            '"},"verb":"' || verb || '"}'
        ) AS spelt(begins, ends)
    WHERE (%(stream)s::text IS NULL OR stream = %(stream)s)
        AND NOT (starts_with(body, begins) AND right(body, length(ends)) = ends)
    ORDER BY stream, sequence
"""


def verify_trail(*, stream: str | None = None, trusted: Iterable[str] = (), printed: Iterable[str] = ()) -> Report:
    """Everything, or one stream. `trusted`: fingerprints of keys beside our own; `printed`: checkpoints on reports."""
    report = Report()
    with view_of_trail():
        checkpoints = _checkpoints(report)
        known = trusted_fingerprints() | set(trusted)
        found = check_checkpoints(checkpoints, report, trusted=known, signed=is_signed)
        check_printed(printed, found, report)
        check_events(_events(stream), found, report, only=stream)
        _check_columns(stream, report)
        _check_heads(stream, report)
    return report


def checkpoint_from(row: Checkpoint) -> Signed:
    body = json.loads(row.body)
    heads = {stream: (int(head[0]), str(head[1])) for stream, head in body["heads"].items()}
    return Signed(body["statement"], row.hash, row.signature, heads)


def latest_full(row: Checkpoint) -> Checkpoint | None:
    """The checkpoint that `row` rests on: itself when it lists every head."""
    base = json.loads(row.body)["statement"]["base"]
    return row if base is None else Checkpoint.objects.filter(number=base).first()


def count_erased(stream: str | None = None) -> int:
    """Events whose texts were erased since: their digests confirm nothing any more, and the chain holds."""
    erased = AuditSalt.objects.filter(erased_at__isnull=False)
    if stream is not None:
        erased = erased.filter(event_id__in=AuditEvent.objects.filter(stream=stream).values("pk"))
    return erased.count()


@contextmanager
def view_of_trail() -> Iterator[None]:
    """One view of checkpoints, events and heads while people go on working."""
    with snapshot():
        with connection.cursor() as cursor:
            # Putting the events in order is most of the work of reading them.
            cursor.execute("SET LOCAL work_mem = '64MB'")
        yield


def _checkpoints(report: Report) -> Iterator[Signed]:
    for row in Checkpoint.objects.order_by("number").iterator(chunk_size=200):
        name = f"checkpoint {row.number}"
        try:
            checkpoint = checkpoint_from(row)
            stated = checkpoint.statement
            columns = (row.number, row.at.isoformat(), row.reason, row.previous_hash)
            said = (stated["number"], stated["at"], stated["reason"][:120], stated["previous"])
        except (ValueError, LookupError, TypeError, AttributeError):
            report.add(name, "cannot be read: its text was changed")
            continue
        if columns != said:
            report.add(name, "its columns say something else than what was signed")
        yield checkpoint


def _events(stream: str | None) -> Iterator[Event]:
    """Read through a server-side cursor, so that a trail of any length takes the memory of two batches.

    While one is looked at, PostgreSQL already makes the next; the thread that asks for it gets its turn only after
    some milliseconds, so a batch has to last longer. `make bench-audit` says how many events a second that gives.
    """
    with connection.chunked_cursor() as cursor, ThreadPoolExecutor(1) as ahead:
        cursor.execute(_EVENTS, {"stream": stream})
        coming = ahead.submit(cursor.fetchmany, BATCH)
        while batch := coming.result():
            coming = ahead.submit(cursor.fetchmany, BATCH)
            yield from batch


def _check_columns(stream: str | None, report: Report) -> None:
    """Where the columns of an event are not what its body says."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, {"stream": stream})
        for name, sequence, body, columns in cursor:
            report.add(name, f"event {sequence}{_differing(body, columns)}")


def _differing(body: str, columns: str) -> str:
    """In words. What the columns spell is a body too, with nothing in its data."""
    try:
        said, other = (_parts(json.loads(text)) for text in (body, columns))
    except (ValueError, LookupError, TypeError):
        return " cannot be read: its text was changed"
    wrong = [name for name, value in said.items() if value != other[name]]
    return f": the columns say something else than its text ({', '.join(wrong) or 'not canonical'})"


def _parts(body: dict[str, Any]) -> dict[str, Any]:
    target = body["target"]
    return {
        "stream": body["stream"],
        "moment": body["at"],
        "actor": body["actor"],
        "on behalf of": body["on_behalf_of"],
        "pilot": body["pilot"],
        "target": target["id"],
        "its text": target["text"],
        "its kind": target["type"],
        "verb": body["verb"],
    }


def _check_heads(stream: str | None, report: Report) -> None:
    heads = AuditHead.objects.all() if stream is None else AuditHead.objects.filter(stream=stream)
    present = {head.stream: (head.sequence, head.hash) for head in heads}
    for name, (number, head) in report.heads.items():
        if name not in present:
            report.add(name, "its head is missing")
        elif present[name] != (number, head):
            report.add(name, f"its head says {present[name][0]} events, its last event is {number}")
    for name in sorted(present.keys() - report.heads.keys()):
        report.add(name, f"its head says {present[name][0]} events, none is left")


def stream_name(stream: str, names: dict[str, str]) -> str:
    """A stream in words; `names` are those of the pilots by id."""
    if stream == ORGANISATION_STREAM:
        return "organisation"
    name = names.get(stream.removeprefix("pilot:"))
    return f"pilot {name}" if name else stream
