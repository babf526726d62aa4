"""Reads the trail as the database holds it and runs the auditor's arithmetic (`verify_trail`) over it."""

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from json.encoder import encode_basestring
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from pilots.models import AuditEvent, AuditHead, Checkpoint
from pilots.models.audit_event import ORGANISATION_STREAM
from pilots.signing import is_signed, signer
from pilots.verify_trail import Checkpoint as Signed
from pilots.verify_trail import Event, Report, check_checkpoints, check_events, check_printed

BATCH: Final = 5000
# Columns that repeat the body for queries, as `_differing` names them.
_COLUMNS: Final = ("stream", "moment", "actor", "on behalf of", "pilot", "target", "its text", "its kind", "verb")


def verify_trail(*, stream: str | None = None, trusted: Iterable[str] = (), printed: Iterable[str] = ()) -> Report:
    """Everything, or one stream. `trusted`: fingerprints of earlier signing keys; `printed`: checkpoints on reports."""
    report = Report()
    with snapshot():
        checkpoints = _checkpoints(report)
        known = frozenset(trusted) | {signer().fingerprint}
        found = check_checkpoints(checkpoints, report, trusted=known, signed=is_signed)
        check_printed(printed, found, report)
        check_events(_agreeing(_rows(stream), report), found, report, only=stream)
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


@contextmanager
def snapshot() -> Iterator[None]:
    """One view of checkpoints, events and heads while people go on working."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
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


def _rows(stream: str | None) -> Iterator[tuple[Any, ...]]:
    """Read through a server-side cursor, so that a trail of any length takes the memory of two batches.

    While one is looked at, PostgreSQL already makes the next: 9 instead of 14 microseconds an event on two processors.
    """
    rows = AuditEvent.objects.order_by("stream", "sequence")
    if stream is not None:
        rows = rows.filter(stream=stream)
    ids = [Cast(name, TextField()) for name in ("actor_id", "on_behalf_of_id", "pilot_id")]
    chain, target = ("stream", "sequence", "previous_hash", "hash", "body"), ("target_id", "target_text", "target_type")
    query = rows.values_list(*chain, "at", *ids, *target, "verb").query
    with connection.chunked_cursor() as cursor, ThreadPoolExecutor(1) as ahead:
        cursor.execute(*query.sql_with_params())
        coming = ahead.submit(cursor.fetchmany, BATCH)
        while batch := coming.result():
            coming = ahead.submit(cursor.fetchmany, BATCH)
            yield from batch


def _agreeing(rows: Iterable[tuple[Any, ...]], report: Report) -> Iterator[Event]:
    """Hands each event on after comparing its columns with its body.

    The body is canonical, so the columns spell how it begins and ends: a quarter of the time of reading it.
    """
    for stream, sequence, previous, stated, body, at, actor, behalf, pilot, target, text, kind, verb in rows:
        begins = f'{{"actor":{_quoted(actor)},"at":"{at.isoformat()}","data":{{'
        ends = (
            f'}},"on_behalf_of":{_quoted(behalf)},"pilot":{_quoted(pilot)},"stream":"{stream}","target":{{"id":'
            f'"{target}","text":{encode_basestring(text)},"type":"{kind}"}},"verb":"{verb}"}}'
        )
        if not (body.startswith(begins) and body.endswith(ends)):
            columns = (stream, at.isoformat(), actor, behalf, pilot, target, text, kind, verb)
            report.add(stream, f"event {sequence}{_differing(body, columns)}")
        yield stream, sequence, previous, stated, body


def _quoted(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'


def _differing(body: str, columns: tuple[str | None, ...]) -> str:
    try:
        said = json.loads(body)
        target = said["target"]
        order = [said[name] for name in ("stream", "at", "actor", "on_behalf_of", "pilot")]
        order += [target["id"], target["text"], target["type"], said["verb"]]
    except (ValueError, LookupError, TypeError):
        return " cannot be read: its text was changed"
    wrong = [name for name, one, other in zip(_COLUMNS, columns, order, strict=True) if one != other]
    return f": the columns say something else than its text ({', '.join(wrong) or 'not canonical'})"


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
