"""The trail as lines of JSON that `verify_trail.py` reads: a header, all checkpoints, all events, their count."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pilots.canonical import canonical
from pilots.models import AuditEvent, Checkpoint
from pilots.verification import checkpoint_from, latest_full
from pilots.verify_trail import FORMAT, Head, leaf, leaves_of, merkle_path
from pilots.verify_trail import Checkpoint as Signed


def whole_trail(at: datetime) -> Iterator[str]:
    yield canonical({"format": FORMAT, "at": at, "stream": None})
    for row in Checkpoint.objects.order_by("number").iterator(chunk_size=200):
        signed = checkpoint_from(row)
        yield canonical({**_signature(signed), "heads": signed.heads})
    yield from _events(AuditEvent.objects.all())


def one_stream(stream: str, at: datetime) -> Iterator[str]:
    """A stream with the latest checkpoint over it, from which nothing about other streams can be read."""
    yield canonical({"format": FORMAT, "at": at, "stream": stream})
    checkpoint = latest_over(stream)
    if checkpoint:
        yield canonical(checkpoint)
    yield from _events(AuditEvent.objects.filter(stream=stream))


def latest_over(stream: str) -> dict[str, Any] | None:
    """The newest checkpoint as it is exported for one stream: statement, signature and the proof of its head."""
    row = Checkpoint.objects.order_by("-number").first()
    if row is None:
        return None
    signed, heads = checkpoint_from(row), heads_at(row)
    if stream not in heads:
        return None
    place = sorted(heads).index(stream)
    leaves = leaves_of(heads)
    assert leaves[place] == leaf(stream, heads[stream])
    proof = {
        "stream": stream,
        "sequence": heads[stream][0],
        "hash": heads[stream][1],
        "place": place,
        "path": [step.hex() for step in merkle_path(leaves, place)],
    }
    return {**_signature(signed), "proof": proof}


def heads_at(row: Checkpoint) -> dict[str, Head]:
    """All heads that a checkpoint signs, also those that it leaves to its base."""
    full = latest_full(row)
    return {**(checkpoint_from(full).heads if full else {}), **checkpoint_from(row).heads}


def _signature(signed: Signed) -> dict[str, Any]:
    return {"statement": signed.statement, "hash": signed.hash, "signature": signed.signature}


def _events(events: Any) -> Iterator[str]:
    count = 0
    names = ("stream", "sequence", "previous_hash", "hash", "body")
    for row in events.order_by("stream", "sequence").values_list(*names).iterator(chunk_size=5000):
        yield canonical(dict(zip(names, row, strict=True)))
        count += 1
    yield canonical({"events": count})
