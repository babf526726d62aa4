"""A dossier verifies away from the application, and stops verifying when one byte of it changes."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from governance.actions.answers import propose_answer
from governance.actions.conditions import add_condition
from governance.actions.items import assign_items
from governance.actions.sign_offs import ask_sign_off, sign_off
from governance.dossier.bundle import make_dossier
from governance.models import Evidence, Gate, Item, SignOffRequest
from pilots.canonical import canonical
from pilots.models import Pilot, User
from pilots.signing import signer
from tests.cast import People
from tests.factories.governance import accept, gate_of, item_of, propose

TEXT = """We measured **forty letters** in three weeks, see [the note](https://records.example.org/note).

1. Twelve people, *all volunteers*
2. Nobody else

| share | n |
|---|---|
| 0.83 | 40 |

`#eval("no markup")` $x$ <b>no</b>"""


@pytest.fixture
def passed(governed: Pilot, people: People, at: datetime) -> Gate:
    """The first gate, passed with a condition by two people; one answer rests on a file."""
    file = SimpleUploadedFile("größe & figures.csv", b"letters,share\n40,0.83\n", content_type="text/csv")
    item = item_of(governed, "DEM-01")
    propose_answer(item=item, by=people.owner, at=at, kind="answered", text=TEXT, files=[file])
    accept(item_of(governed, "DEM-01"), people.change, at)
    gate = clear_rest(governed, people, at)
    add_condition(
        gate=gate,
        by=people.pm,
        at=at,
        text="Train the *night shift*",
        owner=people.change,
        due_on=at.date() + timedelta(days=30),
    )
    request = ask_sign_off(gate=gate_of(governed), by=people.pm, at=at, comment="Everything is answered.")
    for person in (people.triage, people.sponsor):
        sign(request, person, at)
    return gate_of(governed)


def clear_rest(pilot: Pilot, people: People, at: datetime) -> Gate:
    items = list(Item.objects.of(pilot).filter(phase="demonstration").select_related("pilot"))
    assign_items(pilot=pilot, items=items, by=people.pm, at=at, owner=people.evaluator)
    accept(propose(item_of(pilot, "DEM-02"), people.evaluator, at), people.change, at)
    return gate_of(pilot)


def sign(request: SignOffRequest, by: User, at: datetime) -> None:
    sign_off(
        request=request,
        by=by,
        at=at,
        decision="approved",
        comment="Read it all.",
        digest=request.digest,
        decision_id=uuid4(),
    )


def unpacked(gate: Gate, by: User, at: datetime, where: Path) -> Path:
    with make_dossier(gate, by=by, at=at) as made:
        zipfile.ZipFile(made).extractall(where)
    return next(where.iterdir())


def verify(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", "-S", "-E", str(folder / "verify.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={}, cwd="/", check=False)


@pytest.fixture
def dossier(passed: Gate, people: People, at: datetime, tmp_path: Path) -> Path:
    return unpacked(passed, people.leader, at, tmp_path)


def test_it_verifies_with_python_alone(dossier: Path) -> None:
    done = verify(dossier, "--key", signer().fingerprint)
    assert (done.stderr, done.returncode) == ("", 0), done.stdout
    assert "The dossier is whole." in done.stdout
    assert "checkpoints: 1." in done.stdout


def test_it_verifies_with_nothing_of_the_surroundings(dossier: Path) -> None:
    command = [sys.executable, "-B", "-I", "-S", str(dossier / "verify.py")]
    done = subprocess.run(command, capture_output=True, text=True, env={}, cwd="/", check=False)
    assert (done.stderr, done.returncode) == ("", 0)


def test_it_holds_pages_facts_evidence_trail_and_programs(dossier: Path) -> None:
    names = {path.relative_to(dossier).as_posix() for path in dossier.rglob("*") if path.is_file()}
    evidence = {name for name in names if name.startswith("evidence/")}
    assert names - evidence == {
        "dossier.json",
        "dossier.pdf",
        "manifest.json",
        "trail.ndjson",
        "verify.py",
        "verify_trail.py",
    }
    assert len(evidence) == 1
    assert (dossier / evidence.pop()).read_bytes() == b"letters,share\n40,0.83\n"
    assert (dossier / "dossier.pdf").read_bytes().startswith(b"%PDF")
    facts = json.loads((dossier / "dossier.json").read_text())
    assert facts["gate"]["state"] == "passed"
    assert {a["author"]["name"] for a in facts["answers"]} == {"Owen Archer", "Eva Lund"}


@pytest.mark.parametrize("name", ["dossier.json", "dossier.pdf", "trail.ndjson", "manifest.json", "evidence"])
def test_one_changed_byte_shows(dossier: Path, name: str) -> None:
    file = next((dossier / name).iterdir()) if name == "evidence" else dossier / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))
    assert verify(dossier).returncode in (1, 2)


@pytest.mark.parametrize("name", ["dossier.json", "trail.ndjson"])
def test_a_file_that_cannot_even_be_read_any_more_is_named(dossier: Path, name: str) -> None:
    with (dossier / name).open("a") as file:
        file.write("}")
    done = verify(dossier)
    assert done.returncode == 1
    assert f"BROKEN  {name}: was changed" in done.stdout
    assert "The dossier is broken." in done.stdout


def test_a_file_taken_away_or_slipped_in_shows(dossier: Path) -> None:
    (dossier / "evidence" / "another.txt").write_text("x")
    assert "does not belong to the dossier" in verify(dossier).stdout
    next(p for p in (dossier / "evidence").iterdir() if p.name != "another.txt").unlink()
    assert "is missing" in verify(dossier).stdout


FORGERIES: dict[str, tuple[Callable[[dict], None], str]] = {
    "a changed answer": (lambda d: d["answers"][0].update(text="All is well."), "are not those of its digest"),
    "another author": (lambda d: d["answers"][0]["author"].update(id=str(uuid4())), "are not those of its digest"),
    "another acceptor": (lambda d: d["answers"][0]["decided_by"].update(id=str(uuid4())), "decided on it"),
    "an easier question": (lambda d: d["answers"][0]["question"].update(question="Fine?"), "worded differently"),
    "another signer": (lambda d: d["requests"][0]["sign_offs"][0]["user"].update(id=str(uuid4())), "does not tell"),
    "a signature left out": (lambda d: d["requests"][0]["sign_offs"].pop(), "without two signatures"),
    "a condition left out of what was signed": (
        lambda d: d["requests"][0]["manifest"].update(conditions=[]),
        "does not match its digest",
    ),
    "an answer left out": (lambda d: d["answers"].pop(), "is missing"),
}


@pytest.mark.parametrize("forgery", FORGERIES, ids=str)
def test_a_forgery_signed_anew_still_shows(dossier: Path, forgery: str) -> None:
    """Somebody with the signing key writes another dossier.json: the digests and the trail contradict it."""
    change, words = FORGERIES[forgery]
    facts = json.loads((dossier / "dossier.json").read_text())
    change(facts)
    (dossier / "dossier.json").write_text(json.dumps(facts))
    sign_anew(dossier)
    done = verify(dossier)
    assert done.returncode == 1
    assert words in done.stdout


def sign_anew(dossier: Path) -> None:
    manifest = json.loads((dossier / "manifest.json").read_text())
    manifest["statement"]["files"]["dossier.json"] = hashlib.sha256((dossier / "dossier.json").read_bytes()).hexdigest()
    manifest["signature"] = signer().sign(canonical(manifest["statement"]).encode())
    (dossier / "manifest.json").write_text(json.dumps(manifest))


def test_evidence_that_is_gone_from_the_store_is_said_to_be_erased(
    passed: Gate, people: People, at: datetime, tmp_path: Path
) -> None:
    evidence = Evidence.objects.get(kind="file")
    evidence.file.storage.delete(evidence.file.name)
    folder = unpacked(passed, people.leader, at, tmp_path)
    assert verify(folder).returncode == 0
    assert not (folder / "evidence").exists()


def test_a_gate_that_is_not_decided_has_one_too(governed: Pilot, people: People, at: datetime, tmp_path: Path) -> None:
    folder = unpacked(gate_of(governed), people.pm, at, tmp_path)
    assert verify(folder).returncode == 0
    assert json.loads((folder / "dossier.json").read_text())["gate"]["state"] == "open"


def test_leads_and_leadership_download_it_and_members_do_not(
    passed: Gate, people: People, sign_in: Callable[[User], Client]
) -> None:
    address = "/pilots/letters/gates/demonstration/dossier/"
    response = sign_in(people.sponsor).get(address)
    assert response["Content-Type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))).namelist()
    assert "letters-demonstration-dossier/dossier.pdf" in names
    assert sign_in(people.leader).get(address).status_code == 200
    assert sign_in(people.member).get(address).status_code == 403
    assert sign_in(people.stranger).get(address).status_code == 404
    assert sign_in(people.pm).get("/pilots/letters/gates/nothing/dossier/").status_code == 404


def test_the_page_of_the_gate_offers_it_to_who_may_have_it(
    passed: Gate, people: People, sign_in: Callable[[User], Client]
) -> None:
    address = "/pilots/letters/gates/demonstration/"
    assert f'href="{address}dossier/"' in sign_in(people.sponsor).get(address).content.decode()
    assert "dossier/" not in sign_in(people.member).get(address).content.decode()
