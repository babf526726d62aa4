"""Verifies an export of RolloutGov's audit trail, with Python 3.11 and nothing else:

    python3 verify_trail.py audit.ndjson [--key FINGERPRINT] [--checkpoint FINGERPRINT]

Both fingerprints come from outside the export: that of the signing key from the administration page, that of a
checkpoint from any report printed since. Without them whoever could rewrite everything could also have signed it anew.
Exit status: 0 whole, 1 broken, 2 not readable.

The server runs these same functions for `manage.py verify_audit`, so what it believes an auditor can check by hand:

* Each stream counts its events from 1. An event's hash is SHA-256 over `previous hash\\nnumber\\nbody`.
* A checkpoint signs (Ed25519) the Merkle root over the heads of all streams and the hash of the checkpoint before it.
  It alone shows that a stream was cut short, taken away or hashed anew from somewhere on.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "rolloutgov-audit-1"
ORGANISATION = "organisation"
NOTHING = "0" * 64
Head = tuple[int, str]  # number and hash of a stream's last event
Event = tuple[str, int, str, str, str]  # stream, number, previous hash, hash, body


@dataclass(frozen=True)
class Problem:
    stream: str
    words: str

    def __str__(self) -> str:
        return f"{self.stream}: {self.words}"


@dataclass(frozen=True)
class Checkpoint:
    """`statement` is what is signed. `heads` are those that moved since the checkpoint `statement["base"]`, or all.

    `proof` stands instead of `heads` where only one stream is shown: its head, its place among all and its path.
    """

    statement: dict[str, Any]
    hash: str
    signature: str
    heads: dict[str, Head] = field(default_factory=dict)
    proof: dict[str, Any] | None = None

    @property
    def number(self) -> int:
        return int(self.statement["number"])


@dataclass
class Report:
    problems: list[Problem] = field(default_factory=list)
    events: int = 0
    heads: dict[str, Head] = field(default_factory=dict)
    checkpoints: int = 0
    keys: list[str] = field(default_factory=list)

    def add(self, stream: str, words: str) -> None:
        self.problems.append(Problem(stream, words))


# Hashes


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def key_fingerprint(public_key: str) -> str:
    return hashlib.sha256(unhex(public_key)).hexdigest()


def unhex(text: str) -> bytes:
    """Nothing for what is not hexadecimal: no key, signature or step of a path is as short."""
    return bytes.fromhex(text) if re.fullmatch("([0-9a-f]{2})*", text) else b""


def checkpoint_hash(statement: Mapping[str, Any]) -> str:
    return sha256(canonical(statement))


def leaf(stream: str, head: Head) -> bytes:
    return hashlib.sha256(b"\x00" + f"{stream}\n{head[0]}\n{head[1]}".encode()).digest()


def leaves_of(heads: Mapping[str, Head]) -> list[bytes]:
    return [leaf(stream, heads[stream]) for stream in sorted(heads)]


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1: one hash over all heads, against which a single one can be shown without the others."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    middle = _middle(len(leaves))
    return _node(merkle_root(leaves[:middle]), merkle_root(leaves[middle:]))


def merkle_path(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The hashes that, joined one by one with the leaf at `place`, give the root; the nearest first."""
    if len(leaves) == 1:
        return []
    middle = _middle(len(leaves))
    if place < middle:
        return [*merkle_path(leaves[:middle], place), merkle_root(leaves[middle:])]
    return [*merkle_path(leaves[middle:], place - middle), merkle_root(leaves[:middle])]


def root_from_path(one: bytes, place: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root that one leaf and its path give; None where they cannot belong to a tree of `count` leaves."""
    if count == 1:
        return one if place == 0 and not path else None
    if not path or not 0 <= place < count:
        return None
    middle = _middle(count)
    if place < middle:
        left = root_from_path(one, place, middle, path[:-1])
        return left and _node(left, path[-1])
    right = root_from_path(one, place - middle, count - middle, path[:-1])
    return right and _node(path[-1], right)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _middle(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


# Signatures: Ed25519 with integers alone (RFC 8032, section 5.1.7), good for checking public things and nothing else.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # X, Y, Z, T with x = X/Z, y = Y/Z and x·y = T/Z
SignatureCheck = Callable[[bytes, bytes, bytes], bool]


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, commitment = _decompress(public_key), _decompress(signature[:32])
    response = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or response >= ORDER:
        return False
    base = _decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    assert base is not None
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    left, right = _multiply(response, base), _add(commitment, _multiply(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _multiply(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _decompress(encoded: bytes) -> Point | None:
    """The point that 32 bytes stand for: y, with the sign of x in the highest bit; None where there is none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


# Checkpoints


class Heads:
    """What the checkpoints saw: for each stream, which hash stood at which number, and who says so."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[int, tuple[str, int]]] = {}
        self.hashes: dict[int, str] = {}

    def add(self, checkpoint: Checkpoint) -> None:
        heads = checkpoint.heads
        if checkpoint.proof:
            heads = {checkpoint.proof["stream"]: (checkpoint.proof["sequence"], checkpoint.proof["hash"])}
        for stream, (sequence, head) in heads.items():
            self.seen.setdefault(stream, {}).setdefault(sequence, (head, checkpoint.number))
        self.hashes[checkpoint.number] = checkpoint.hash


def check_checkpoints(
    checkpoints: Iterable[Checkpoint],
    report: Report,
    *,
    trusted: frozenset[str] = frozenset(),
    complete: bool = True,
    signed: SignatureCheck = is_signed,
) -> Heads:
    """Follows the chain of checkpoints from the first (`complete`) or over those that were picked out."""
    found, last = Heads(), None
    full: dict[int, dict[str, Head]] = {}
    for checkpoint in checkpoints:
        report.checkpoints += 1
        number, name = checkpoint.number, f"checkpoint {checkpoint.number}"
        expected = last.number + 1 if last else 1
        if complete and number != expected:
            report.add(name, f"checkpoint {expected} should stand here, it is missing")
        elif number == expected and checkpoint.statement["previous"] != (last.hash if last else NOTHING):
            report.add(name, "does not follow the checkpoint before it")
        for words in _faults(checkpoint, full, trusted, signed):
            report.add(name, words)
        if checkpoint.statement["base"] is None:
            full = {number: checkpoint.heads}
        if checkpoint.statement["key"] not in report.keys:
            report.keys.append(checkpoint.statement["key"])
        found.add(checkpoint)
        last = checkpoint
    return found


def _faults(
    checkpoint: Checkpoint, full: Mapping[int, dict[str, Head]], trusted: frozenset[str], signed: SignatureCheck
) -> Iterator[str]:
    statement = checkpoint.statement
    if checkpoint_hash(statement) != checkpoint.hash:
        yield "was changed after it was signed: its hash does not match what it states"
    if not signed(unhex(statement["key"]), canonical(statement).encode(), unhex(checkpoint.signature)):
        yield "its signature does not match"
    if trusted and key_fingerprint(statement["key"]) not in trusted:
        yield f"was signed with a key that is not trusted here ({key_fingerprint(statement['key'])[:12]}…)"
    if (proof := checkpoint.proof) is not None:
        one = leaf(proof["stream"], (proof["sequence"], proof["hash"]))
        root = root_from_path(one, proof["place"], statement["streams"], [unhex(step) for step in proof["path"]])
    elif statement["base"] is None or statement["base"] in full:
        root = merkle_root(leaves_of({**full.get(statement["base"], {}), **checkpoint.heads}))
    else:
        yield f"rests on checkpoint {statement['base']}, which is missing"
        return
    if root is None or root.hex() != statement["root"]:
        yield "the heads it lists are not those that were signed"


def check_printed(printed: Iterable[str], found: Heads, report: Report) -> None:
    for start in printed:
        if not any(whole.startswith(start) for whole in found.hashes.values()):
            report.add(f"checkpoint {start}", "is printed on a report and missing here")


# Events


def check_events(events: Iterable[Event], found: Heads, report: Report, *, only: str | None = None) -> None:
    """Follows each stream to its end; `events` come stream by stream, in order. `only`: no other stream is shown."""
    stream, number, head = "", 0, NOTHING
    wanted: dict[int, tuple[str, int]] = {}
    for name, sequence, previous, stated, body in events:
        if name != stream:
            _end(stream, number, head, wanted, report)
            stream, number, head = name, 0, NOTHING
            wanted = dict(found.seen.get(stream, {}))
        if sequence != number + 1:
            report.add(stream, _gap(number + 1, sequence))
        if previous != head:
            report.add(stream, f"event {sequence} does not follow the event before it")
        if hashlib.sha256(f"{previous}\n{sequence}\n{body}".encode()).hexdigest() != stated:
            report.add(stream, f"event {sequence} was changed after it was written: its hash does not match")
        seen = wanted.pop(sequence, None)
        if seen and seen[0] != stated:
            report.add(stream, f"checkpoint {seen[1]} saw another event {sequence}: the stream was hashed anew")
        if '"verb":"checkpoint.signed"' in body and stream == ORGANISATION:
            _check_mention(sequence, body, found, report)
        number, head = sequence, stated
        report.events += 1
    _end(stream, number, head, wanted, report)
    for gone in sorted(found.seen.keys() - report.heads.keys()):
        if only is None or gone == only:
            sequence, (_, by) = max(found.seen[gone].items())
            report.add(gone, f"checkpoint {by} saw {sequence} events; the whole stream is gone")


def _gap(expected: int, sequence: int) -> str:
    if sequence < expected:
        return f"event {sequence} stands there twice"
    missing = f"event {expected} is" if sequence == expected + 1 else f"events {expected} to {sequence - 1} are"
    return f"{missing} missing"


def _end(stream: str, number: int, head: str, wanted: Mapping[int, tuple[str, int]], report: Report) -> None:
    if not stream:
        return
    report.heads[stream] = (number, head)
    beyond = [(sequence, by) for sequence, (_, by) in wanted.items() if sequence > number]
    if beyond:
        sequence, by = max(beyond)
        report.add(stream, f"checkpoint {by} saw {sequence} events, {number} are left: the end was cut off")


def _check_mention(sequence: int, body: str, found: Heads, report: Report) -> None:
    """The trail names each checkpoint, so that taking the newest ones away shows as well."""
    data = json.loads(body)["data"]
    if found.hashes.get(data["number"]) != data["hash"]:
        words = f"event {sequence} tells of checkpoint {data['number']}, which is missing or another"
        report.add(ORGANISATION, words)


# The program


def checkpoint_of(line: Mapping[str, Any]) -> Checkpoint:
    heads = {stream: (int(head[0]), str(head[1])) for stream, head in (line.get("heads") or {}).items()}
    return Checkpoint(line["statement"], line["hash"], line["signature"], heads, line.get("proof"))


def verify(file: Path, trusted: frozenset[str] = frozenset(), printed: Iterable[str] = ()) -> Report:
    """Reads the export line by line: a header, all checkpoints, all events stream by stream, the count of events."""
    report, lines = Report(), map(json.loads, file.open(encoding="utf-8"))
    header = next(lines)
    if header.get("format") != FORMAT:
        raise ValueError(f"not an export of the form {FORMAT}")
    checkpoints: list[Checkpoint] = []
    end: dict[str, Any] = {}

    def events(line: dict[str, Any] | None) -> Iterator[Event]:
        while line and "body" in line:
            yield line["stream"], line["sequence"], line["previous_hash"], line["hash"], line["body"]
            line = next(lines, None)
        end.update(line or {})

    line = next(lines, None)
    while line and "statement" in line:
        checkpoints.append(checkpoint_of(line))
        line = next(lines, None)
    only = header["stream"]
    found = check_checkpoints(checkpoints, report, trusted=trusted, complete=only is None)
    check_printed(printed, found, report)
    check_events(events(line), found, report, only=only)
    if end.get("events") != report.events:
        report.add("export", "its end is missing: the file was cut short, or lines were added")
    return report


def tell(report: Report, trusted: frozenset[str]) -> Iterator[str]:
    for problem in report.problems:
        yield f"BROKEN  {problem}"
    for key in report.keys:
        judged = "as given" if key_fingerprint(key) in trusted else "compare it with the one you were told"
        yield f"Signed with the key {key_fingerprint(key)} ({judged})."
    yield f"Events: {report.events}; streams: {len(report.heads)}; checkpoints: {report.checkpoints}."
    yield f"Problems: {len(report.problems)}." if report.problems else "Whole."


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies an export of RolloutGov's audit trail.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", action="append", default=[], help="fingerprint of the signing key that you trust")
    parser.add_argument("--checkpoint", action="append", default=[], help="fingerprint that a report prints")
    arguments = parser.parse_args()
    trusted = frozenset(arguments.key)
    try:
        report = verify(arguments.file, trusted, arguments.checkpoint)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
        sys.stderr.write(f"Cannot be read: {error!r}\n")
        return 2
    sys.stdout.write("\n".join(tell(report, trusted)) + "\n")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
