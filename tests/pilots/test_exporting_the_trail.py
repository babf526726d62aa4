"""An auditor verifies an export with plain Python, away from the application."""

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command

from pilots.actions.checkpoints import sign_checkpoint
from pilots.models import Pilot
from pilots.signing import signer
from pilots.verify_trail import is_signed, leaf, leaves_of, merkle_path, merkle_root, root_from_path
from tests.trail import write


def verify(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As somebody who has this directory and nothing else: no packages, none of our environment."""
    program = file.parent / "verify_trail.py"
    command = [sys.executable, "-I", "-S", str(program), str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={}, cwd="/", check=False)


@pytest.fixture
def export(trail: Pilot, tmp_path: Path) -> Path:
    sign_checkpoint("test")
    write(trail, None)
    sign_checkpoint("test")
    call_command("export_audit", str(tmp_path / "audit.ndjson"))
    return tmp_path / "audit.ndjson"


def test_an_export_verifies_with_python_alone(export: Path) -> None:
    done = verify(export, "--key", signer().fingerprint)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Events: 16; streams: 3; checkpoints: 2.\nWhole." in done.stdout
    assert "(as given)" in done.stdout


def test_a_key_that_was_not_given_is_not_trusted(export: Path) -> None:
    done = verify(export, "--key", "0" * 64)
    assert done.returncode == 1
    assert "a key that is not trusted here" in done.stdout


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('\\"number\\":1', '\\"number\\":7'),
        ('"sequence":2', '"sequence":9'),
        ('"streams":3', '"streams":4'),
        ('"signature":"', '"signature":"0'),
        ('{"events":16}', '{"events":15}'),
    ],
)
def test_one_changed_word_shows(export: Path, old: str, new: str) -> None:
    text = export.read_text(encoding="utf-8")
    assert old in text
    export.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert verify(export).returncode == 1


def test_a_file_that_was_cut_short_shows(export: Path) -> None:
    lines = export.read_text(encoding="utf-8").splitlines()
    export.write_text("\n".join(lines[:-2]) + "\n", encoding="utf-8")
    assert "cut short" in verify(export).stdout


def test_something_else_than_an_export_exits_with_2(export: Path) -> None:
    export.write_text("[]\n")
    assert verify(export).returncode == 2


def test_one_pilot_is_exported_with_a_proof_and_without_the_others(trail: Pilot, tmp_path: Path) -> None:
    sign_checkpoint("test")
    file = tmp_path / "letters.ndjson"
    call_command("export_audit", str(file), pilot="letters")
    other = Pilot.objects.exclude(pk=trail.pk).filter(slug="other").get()
    assert str(other.pk) not in file.read_text(encoding="utf-8")
    assert "Events: 5; streams: 1; checkpoints: 1.\nWhole." in verify(file).stdout
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines[:-2], '{"events":4}']), encoding="utf-8")
    assert "the end was cut off" in verify(file).stdout


@pytest.mark.parametrize("message", [b"", b"x", b"rollout" * 100])
def test_signatures_are_judged_as_by_the_library(message: bytes) -> None:
    private = Ed25519PrivateKey.generate()
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert is_signed(public, message, signature)
    assert not is_signed(public, message + b".", signature)
    assert not is_signed(public, message, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not is_signed(bytes(32), message, signature)
    assert not is_signed(public, message, b"")


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_a_head_is_proved_without_the_others(count: int) -> None:
    heads = {f"stream {n}": (n, "ab") for n in range(count)}
    leaves = leaves_of(heads)
    for place in range(count):
        path = merkle_path(leaves, place)
        assert root_from_path(leaves[place], place, count, path) == merkle_root(leaves)
        assert root_from_path(leaf("another", (1, "ab")), place, count, path) != merkle_root(leaves)
