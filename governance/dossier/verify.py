"""Verifies the decision dossier that it lies in, with Python 3.11 and nothing else:

    python3 verify.py [--key FINGERPRINT] [--checkpoint FINGERPRINT]

Both fingerprints are in dossier.pdf; hear that of the key once by another way (from the administrator, from an older
report), since whoever forges everything can also print another key. Exit status: 0 whole, 1 broken, 2 not readable.

What it checks: the signature over the list of files and the hash of every file; each answer's digest over its words,
author and evidence; what was signed off, over findings, answers, evidence and wording of the questions; the pilot's
audit trail and the signed checkpoint over it; and that the trail tells of each of these decisions by the same people.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))  # which `python3 -I` leaves out

from verify_trail import canonical, is_signed, key_fingerprint, sha256, tell, unhex  # type: ignore[import-not-found]
from verify_trail import verify as verify_trail

HERE = Path(__file__).resolve().parent
MANIFEST = "manifest.json"
Json = dict[str, Any]


def check_files(manifest: Json, trusted: frozenset[str]) -> Iterator[str]:
    statement, key = manifest["statement"], manifest["statement"]["key"]
    if not is_signed(unhex(key), canonical(statement).encode(), unhex(manifest["signature"])):
        yield f"{MANIFEST}: its signature does not match"
    if trusted and key_fingerprint(key) not in trusted:
        yield f"{MANIFEST}: signed with a key that you do not trust ({key_fingerprint(key)})"
    for name, digest in statement["files"].items():
        file = HERE / name
        if not file.resolve().is_relative_to(HERE):
            yield f"{name}: lies outside of the dossier"
        elif not file.is_file():
            yield f"{name}: is missing"
        elif _hash_of(file) != digest:
            yield f"{name}: was changed"
    present = {path.relative_to(HERE).as_posix() for path in HERE.rglob("*") if path.is_file()}
    for name in sorted(present - statement["files"].keys() - {MANIFEST}):
        if "__pycache__" not in name:
            yield f"{name}: does not belong to the dossier"


def _hash_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def check_answers(dossier: Json) -> Iterator[str]:
    for answer in dossier["answers"]:
        name, evidence = f"answer {answer['number']} to {answer['code']}", answer["evidence"]
        words = {"kind": answer["kind"], "text": answer["text"], "author": answer["author"]["id"]}
        if sha256(canonical({**words, "evidence": sorted(e["digest"] for e in evidence)})) != answer["digest"]:
            yield f"{name}: its words, author or evidence are not those of its digest"
        if sha256(canonical(answer["question"])) != answer["question_digest"]:
            yield f"{name}: the question is worded differently than when it was answered"
        for one in evidence:
            if one["kind"] == "link" and sha256(one["url"]) != one["digest"]:
                yield f"{name}: the link “{one['title']}” leads somewhere else"
            if one["file"] and _hash_of(HERE / one["file"]) != one["digest"]:
                yield f"{name}: the file “{one['title']}” is not the one that was handed in"


def check_sign_offs(dossier: Json) -> Iterator[str]:
    answers = {(a["item"], a["number"]): a for a in dossier["answers"]}
    for request in dossier["requests"]:
        name, manifest = f"sign-off asked at {request['asked_at']}", request["manifest"]
        if sha256(canonical(manifest)) != request["digest"]:
            yield f"{name}: what was asked does not match its digest"
        if manifest["gate"] != dossier["gate"]["id"]:
            yield f"{name}: belongs to another gate"
        for signed in request["sign_offs"]:
            if signed["digest"] != request["digest"]:
                yield f"{name}: {signed['user']['name']} signed something else"
        if request["state"] not in ("passed", "open"):
            continue
        for row in manifest["answers"]:
            answer = answers.get((row["item"], row["number"]))
            if answer is None:
                yield f"{name}: answer {row['number']} to {row['question']['code']} is missing"
            elif (answer["digest"], answer["question_digest"]) != (row["digest"], row["question"]["digest"]):
                yield f"{name}: answer {row['number']} to {answer['code']} is another than was signed"
    yield from _passed(dossier)


def _passed(dossier: Json) -> Iterator[str]:
    gate = dossier["gate"]
    if gate["state"] != "passed":
        return
    bound = [r for r in dossier["requests"] if r["state"] == "passed" and r["digest"] == gate["passed_digest"]]
    approved = [s for r in bound for s in r["sign_offs"] if s["decision"] == "approved"]
    if len({s["user"]["id"] for s in approved}) < 2 or not any(s["as_sponsor"] for s in approved):
        yield "gate: it is said to be passed without two signatures, the sponsor's among them"


def check_told(dossier: Json, bodies: Iterable[Json]) -> Iterator[str]:
    """The trail, which is signed and chained, tells of each decision by the same person about the same thing."""
    told = {
        (b["verb"].split(".")[0], b["target"]["id"], b["actor"], b["data"].get("digest"), b["verb"].split(".")[1])
        for b in bodies
    }
    for answer in dossier["answers"]:
        name, item, digest = f"answer {answer['number']} to {answer['code']}", answer["item"], answer["digest"]
        if ("answer", item, answer["author"]["id"], digest, "proposed") not in told:
            yield f"{name}: the trail does not tell that {answer['author']['name']} wrote it"
        decided = answer["decided_by"]
        if decided and ("answer", item, decided["id"], digest, answer["decision"]) not in told:
            yield f"{name}: the trail does not tell that {decided['name']} decided on it"
    for request in dossier["requests"]:
        for signed in request["sign_offs"]:
            verbs = ("refused",) if signed["decision"] == "refused" else ("signed_off", "passed")
            who = ("gate", dossier["gate"]["id"], signed["user"]["id"], signed["digest"])
            if not any((*who, verb) in told for verb in verbs):
                yield f"sign-off: the trail does not tell that {signed['user']['name']} {signed['decision']}"


def problems(trusted: frozenset[str], printed: list[str]) -> Iterator[str]:
    manifest = json.loads((HERE / MANIFEST).read_text(encoding="utf-8"))
    broken = list(check_files(manifest, trusted))
    yield from broken
    dossier = json.loads((HERE / "dossier.json").read_text(encoding="utf-8"))
    if not any(line.startswith("evidence/") for line in broken):
        yield from check_answers(dossier)
    yield from check_sign_offs(dossier)
    report = verify_trail(HERE / "trail.ndjson", trusted, printed)
    yield from (f"trail: {problem}" for problem in report.problems)
    report.problems.clear()
    sys.stdout.write("".join(f"{line}\n" for line in tell(report, trusted)))
    lines = (json.loads(line) for line in (HERE / "trail.ndjson").open(encoding="utf-8"))
    yield from check_told(dossier, (json.loads(line["body"]) for line in lines if "body" in line))


def main() -> int:
    parser = argparse.ArgumentParser(description="Verifies this decision dossier.")
    parser.add_argument("--key", action="append", default=[], help="fingerprint of the signing key that you trust")
    parser.add_argument("--checkpoint", action="append", default=[], help="fingerprint of a checkpoint, from a report")
    arguments = parser.parse_args()
    found: list[str] = []
    try:
        for problem in problems(frozenset(arguments.key), arguments.checkpoint):
            found.append(problem)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
        sys.stderr.write(f"Cannot be read: {error!r}\n")
        # A file that was changed is often one that cannot be read: which one it is was found before.
        if not found:
            return 2
    sys.stdout.write("".join(f"BROKEN  {words}\n" for words in found))
    sys.stdout.write("The dossier is broken.\n" if found else "The dossier is whole.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
