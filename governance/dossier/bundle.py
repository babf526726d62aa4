"""Puts the dossier together: facts, pages, evidence, trail, the programs that verify, and a signed list of all."""

import hashlib
import json
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.text import get_valid_filename

from governance.dossier.facts import Facts, facts_of
from governance.dossier.typeset import pages
from governance.models import Evidence, Gate
from governance.reports.history import events_of, lines_of
from pilots import verify_trail
from pilots.audit import stream_of
from pilots.canonical import canonical
from pilots.models import User
from pilots.signing import Signer, signer
from pilots.trail_export import latest_over, one_stream
from pilots.verification import view_of_trail

# Enough for the printed pages; the trail itself is complete.
PRINTED_EVENTS: Final = 400
_KEEP_IN_MEMORY: Final = 8 * 1024 * 1024
PROGRAMS: Final = {
    "verify.py": Path(__file__).with_name("verify.py"),
    "verify_trail.py": Path(verify_trail.__file__),
}


class Bundle:
    """A zip that remembers the hash of everything put into it."""

    def __init__(self, zipped: ZipFile, folder: str) -> None:
        self._zip, self._folder = zipped, folder
        self.files: dict[str, str] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        hashed = hashlib.sha256()
        with self._zip.open(f"{self._folder}/{name}", "w", force_zip64=True) as entry:
            for chunk in chunks:
                hashed.update(chunk)
                entry.write(chunk)
        self.files[name] = hashed.hexdigest()

    def sign(self, key: Signer, at: datetime) -> None:
        statement = {"files": self.files, "made_at": at.isoformat(), "key": key.public_key}
        signed = {"statement": statement, "signature": key.sign(canonical(statement).encode())}
        self._zip.writestr(f"{self._folder}/manifest.json", canonical(signed))


def filename_of(gate: Gate) -> str:
    return f"{gate.pilot.slug}-{gate.key}-dossier"


def make_dossier(gate: Gate, *, by: User, at: datetime) -> IO[bytes]:
    """An open temporary file at its beginning; closing it removes it."""
    out: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_KEEP_IN_MEMORY)  # noqa: SIM115  the response closes it
    key = signer()
    with ZipFile(out, "w", ZIP_DEFLATED) as zipped:
        bundle = Bundle(zipped, filename_of(gate))
        _fill(bundle, gate, by, at, key)
        bundle.sign(key, at)
    out.seek(0)
    return out


def _fill(bundle: Bundle, gate: Gate, by: User, at: datetime, key: Signer) -> None:
    with view_of_trail():
        facts = facts_of(gate, by=by, at=at)
        stream = stream_of(gate.pilot)
        _add_evidence(bundle, facts)
        facts["checkpoint"] = _checkpoint(stream)
        facts["key"] = {"public": key.public_key, "fingerprint": key.fingerprint}
        bundle.add("dossier.json", [canonical(facts).encode()])
        bundle.add("trail.ndjson", (f"{line}\n".encode() for line in one_stream(stream, at)))
        history = lines_of(list(events_of(stream)[:PRINTED_EVENTS]))
    # What a machine reads, so that the pages show nothing else.
    plain = json.loads(canonical(facts))
    bundle.add("dossier.pdf", [pages(plain, [(line.number, line.at, line.sentence) for line in history])])
    for name, program in PROGRAMS.items():
        bundle.add(name, [program.read_bytes()])


def _checkpoint(stream: str) -> dict[str, Any] | None:
    line = latest_over(stream)
    if line is None:
        return None
    statement = line["statement"]
    return {
        "number": statement["number"],
        "at": statement["at"],
        "hash": line["hash"],
        "events": line["proof"]["sequence"],
    }


def _add_evidence(bundle: Bundle, facts: Facts) -> None:
    """Each file once, under a name that says what it is. One that is gone from the store stays listed without it."""
    entries = [
        entry for answer in facts["answers"] for entry in answer["evidence"] if entry["kind"] == Evidence.Kind.FILE
    ]
    rows = Evidence.objects.in_bulk([entry["id"] for entry in entries])
    for entry in entries:
        name = f"evidence/{entry['digest'][:12]}-{get_valid_filename(entry['title'])[:80] or 'file'}"
        if name not in bundle.files:
            try:
                with rows[entry["id"]].file.open("rb") as content:
                    bundle.add(name, content.chunks())
            except FileNotFoundError:
                continue
        entry["file"] = name
