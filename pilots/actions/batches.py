"""Evidence as it is sent: kept in pieces until it was looked through, matched, imported, or withdrawn."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from pilots.access import acting_for, require
from pilots.actions.evidence_columns import evidence_columns
from pilots.actions.pilots import lock_pilot, require_not_ended
from pilots.audit import PersonalText, digest_of, record
from pilots.changes import evidence_changed
from pilots.errors import Refused
from pilots.imports.checking import Match, key_of, match_header
from pilots.imports.stream import MOST_STREAMED, open_stream
from pilots.imports.table import Unreadable
from pilots.models import Batch, BatchPart, ColumnMapping, Participant, Pilot, User
from pilots.permissions import Permission

PROVENANCE: Final = ("title", "phase", "method", "measured_by", "stake", "had_consequences", "note")
_PIECE: Final = 1024 * 1024
# What was refused or never matched is kept so long, for who mends it.
KEPT: Final = timedelta(days=30)


def receive_batch(
    *,
    pilot: Pilot,
    kind: str,
    fields: Mapping[str, Any],
    content: Iterable[bytes],
    file_name: str,
    source: str,
    by: User,
    at: datetime,
    is_synthetic: bool = False,
) -> Batch:
    """Keeps the file and matches its columns by what was remembered; a task then checks it and takes it in."""
    require(by, Permission.IMPORT_EVIDENCE, pilot)
    with transaction.atomic():
        pilot = lock_pilot(pilot)
        require_not_ended(pilot)
        number = (Batch.objects.filter(pilot=pilot).aggregate(last=Max("number"))["last"] or 0) + 1
        given = {name: fields[name] for name in PROVENANCE if name in fields}
        batch = Batch(pilot=pilot, number=number, kind=kind, source=source, file_name=file_name[:120], **given)
        batch.uploaded_at, batch.uploaded_by, batch.is_synthetic = at, by, is_synthetic
        batch.save()
        batch.digest, batch.size = _keep(batch, content)
        _refuse_twice(batch)
        batch.mapping = remembered(pilot, kind)
        match = _match(batch, at)
        batch.state = Batch.State.WAITING if match.is_whole else Batch.State.MAPPING
        batch.save()
        data = {"batch": batch.pk, "kind": kind, "digest": fingerprint(batch), "bytes": batch.size}
        lender = acting_for(by, pilot, Permission.IMPORT_EVIDENCE)
        record("batch.received", by=by, on_behalf_of=lender, pilot=pilot, target=batch, data=data)
    return batch


def _match(batch: Batch, at: datetime) -> Match:
    try:
        header = header_of(batch)
    except Unreadable as unreadable:
        raise Refused(unreadable.message, field="file", code="unreadable") from unreadable
    return match_header(header, evidence_columns(batch.pilot, batch.kind, at.date()), batch.mapping)


def fingerprint(batch: Batch) -> str | PersonalText:
    """What the trail says of its file. The digest of a few answers at intake would confirm a guess of them."""
    return digest_of(batch.digest) if batch.is_personal else batch.digest


def _keep(batch: Batch, content: Iterable[bytes]) -> tuple[str, int]:
    """Its digest and size. Packed, since a table is mostly repetition."""
    seen, size = hashlib.sha256(), 0
    for number, piece in enumerate(_pieces(content)):
        seen.update(piece)
        size += len(piece)
        if size > MOST_STREAMED:
            most = MOST_STREAMED // 1024 // 1024
            raise Refused(f"The file has more than {most} MB. Split it.", field="file", code="too_large")
        BatchPart.objects.create(batch=batch, number=number, content=zlib.compress(piece, 1))
    if not size:
        raise Refused("The file is empty.", field="file", code="empty")
    return seen.hexdigest(), size


def _pieces(content: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in content:
        held += chunk
        while len(held) >= _PIECE:
            yield bytes(held[:_PIECE])
            del held[:_PIECE]
    if held:
        yield bytes(held)


def pieces_of(batch: Batch) -> Iterator[bytes]:
    parts = BatchPart.objects.filter(batch=batch).order_by("number").values_list("content", flat=True)
    for packed in parts.iterator(chunk_size=4):
        yield zlib.decompress(bytes(packed))


def header_of(batch: Batch) -> list[str]:
    """Raises Unreadable."""
    return open_stream(partial(pieces_of, batch)).header


def _refuse_twice(batch: Batch) -> None:
    same = Batch.objects.filter(pilot=batch.pilot, kind=batch.kind, digest=batch.digest).exclude(pk=batch.pk)
    there = same.counting().first()
    if there is not None:
        day = f"{there.imported_at:%-d %B %Y}"
        raise Refused(
            f"This very file was imported as {there.reference} on {day}: nothing changed.", field="file", code="twice"
        )
    if under_way := same.filter(state__in=[Batch.State.WAITING, Batch.State.CHECKING, Batch.State.IMPORTING]).first():
        raise Refused(f"This very file is being imported as {under_way.reference}.", field="file", code="twice")


def remembered(pilot: Pilot, kind: str) -> dict[str, str]:
    found = ColumnMapping.objects.filter(pilot=pilot, kind=kind)
    return dict(found.values_list("theirs", "ours"))


def match_columns(*, batch: Batch, mapping: Mapping[str, str], by: User, at: datetime) -> Batch:
    """`mapping`: each column of the file to one of ours, or to nothing. Remembered for the next file of its kind."""
    require(by, Permission.IMPORT_EVIDENCE, batch.pilot)
    with transaction.atomic():
        pilot = lock_pilot(batch.pilot)
        require_not_ended(pilot)
        batch = Batch.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch.pk)
        batch.pilot = pilot
        if batch.state not in {Batch.State.MAPPING, Batch.State.REFUSED}:
            raise Refused("Its columns are matched already.", code="matched")
        # Sent twice before its columns were matched, it waits in two batches.
        _refuse_twice(batch)
        batch.mapping = {key_of(theirs): ours for theirs, ours in mapping.items()}
        _require_whole(_match(batch, at))
        ColumnMapping.objects.bulk_create(
            [
                ColumnMapping(
                    pilot=batch.pilot, kind=batch.kind, theirs=theirs[:120], ours=ours, matched_at=at, matched_by=by
                )
                for theirs, ours in batch.mapping.items()
            ],
            update_conflicts=True,
            unique_fields=["pilot", "kind", "theirs"],
            update_fields=["ours", "matched_at", "matched_by"],
        )
        batch.state = Batch.State.WAITING
        batch.save(update_fields=["mapping", "state"])
        record(
            "batch.matched", by=by, pilot=batch.pilot, target=batch, data={"batch": batch.pk, "columns": batch.mapping}
        )
    return batch


def _require_whole(match: Match) -> None:
    if match.missing:
        names = ", ".join(column.name for column in match.missing)
        raise Refused(f"Nothing in the file is matched to: {names}.", field=match.missing[0].name, code="missing")
    if match.twice:
        raise Refused(f"Two columns of the file are matched to {match.twice[0]}.", field=match.twice[0])
    if match.unknown:
        raise Refused(f"Say what {match.unknown[0]} is, or leave it out.", code="unmatched")


def withdraw_batch(*, batch: Batch, by: User, at: datetime, reason: str) -> Batch:
    """Its rows stay and count no more."""
    require(by, Permission.IMPORT_EVIDENCE, batch.pilot)
    if not reason.strip():
        raise Refused("Say why it is withdrawn: figures change, and people will ask.", field="reason", code="missing")
    with transaction.atomic():
        pilot = lock_pilot(batch.pilot)
        batch = Batch.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch.pk)
        if batch.state == Batch.State.WITHDRAWN:
            raise Refused("It is withdrawn already.", code="withdrawn")
        if batch.is_under_way:
            raise Refused("It is just being imported. Wait for that.", code="under_way")
        batch.state, batch.withdrawn_at, batch.withdrawn_by = Batch.State.WITHDRAWN, at, by
        batch.withdrawn_because = reason.strip()
        batch.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_because"])
        BatchPart.objects.filter(batch=batch).delete()
        _forget_answers(batch)
        evidence_changed(pilot, reason=f"{batch.reference} was withdrawn")
        data = {"batch": batch.pk, "rows": batch.rows, "reason": digest_of(reason.strip())}
        lender = acting_for(by, pilot, Permission.IMPORT_EVIDENCE)
        record("batch.withdrawn", by=by, on_behalf_of=lender, pilot=pilot, target=batch, data=data)
    batch.pilot = pilot
    return batch


def _forget_answers(batch: Batch) -> None:
    """Of an intake: what it said of people is theirs no more."""
    Participant.objects.filter(intake=batch).update(
        expects_help=None,
        worries_about_role=None,
        has_time_to_learn=None,
        asked_on=None,
        workload="",
        comfort="",
        intake=None,
    )


def forget_batch_files(at: datetime) -> int:
    """Of what nobody mended; the batch with its problems stays."""
    stale = Batch.objects.filter(state__in=[Batch.State.REFUSED, Batch.State.MAPPING, Batch.State.FAILED])
    return BatchPart.objects.filter(batch__in=stale.filter(uploaded_at__lt=at - KEPT)).delete()[0]
