"""Signed checkpoints over the ends of all streams: daily, and after each gate decision."""

from datetime import timedelta
from typing import Any, Final

from django.db import connection, transaction

from pilots.audit import record
from pilots.canonical import canonical
from pilots.clock import now
from pilots.models import AuditHead, Checkpoint, User
from pilots.signing import signer
from pilots.verification import checkpoint_from, latest_full
from pilots.verify_trail import NOTHING, Head, checkpoint_hash, leaves_of, merkle_root

# In between, checkpoints list only the heads that moved, so that a gate decision costs no list of every pilot.
FULL_EVERY: Final = timedelta(hours=20)
_LOCK: Final = 7_201_402  # of this action alone, anywhere in the database


@transaction.atomic
def sign_checkpoint(reason: str, by: User | None = None) -> Checkpoint:
    """Signs what the trail is at this moment. Call it after the commit of what it shall cover.

    It never judges the trail: a checkpoint over a damaged one does not hide the damage, since verifying looks at all.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    at, key = now(), signer()
    last = Checkpoint.objects.order_by("-number").first()
    full = latest_full(last) if last else None
    heads = {head.stream: (head.sequence, head.hash) for head in AuditHead.objects.all()}
    base = checkpoint_from(full) if full and at - full.at < FULL_EVERY else None
    if base and base.heads.keys() - heads.keys():
        base = None  # a stream is gone: list what is left
    moved = {stream: head for stream, head in heads.items() if base is None or base.heads.get(stream) != head}
    statement: dict[str, Any] = {
        "number": last.number + 1 if last else 1,
        "at": at.isoformat(),
        "reason": reason,
        "by": str(by.pk) if by else None,
        "previous": last.hash if last else NOTHING,
        "base": base.number if base else None,
        "streams": len(heads),
        "root": merkle_root(leaves_of(heads)).hex(),
        "key": key.public_key,
    }
    checkpoint = _keep(statement, moved, key.sign(canonical(statement).encode()), key.fingerprint)
    record(
        "checkpoint.signed",
        by=by,
        target=checkpoint,
        data={"number": checkpoint.number, "hash": checkpoint.hash, "reason": reason},
    )
    return checkpoint


def _keep(statement: dict[str, Any], moved: dict[str, Head], signature: str, fingerprint: str) -> Checkpoint:
    return Checkpoint.objects.create(
        number=statement["number"],
        at=statement["at"],
        reason=statement["reason"][:120],
        body=canonical({"statement": statement, "heads": moved}),
        previous_hash=statement["previous"],
        hash=checkpoint_hash(statement),
        signature=signature,
        key_fingerprint=fingerprint,
    )
