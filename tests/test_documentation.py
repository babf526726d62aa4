"""What README.md, CONTRIBUTING.md and docs/ name is there, and the first calls of docs/api.md work as written."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands
from django.test import Client
from django.urls import Resolver404, resolve

from pilots.models import Pilot
from rolloutgov.environment import ROOT
from tests.api.conftest import READ_AND_WRITE, Caller
from tests.cast import People
from tests.factories.governance import gate_of
from tests.feedback.channels import connect

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()}
ADDRESSES = ("/api/", "/account", "/administration/", "/admin/", "/flag/", "/health/", "/metrics", "/pilots/", "/my-")
WRITTEN = ("pilots", "feedback", "governance", "rolloutgov", "tests", "benchmarks")
SOURCES = [*(path for name in WRITTEN for path in (ROOT / name).rglob("*.py"))]
SOURCES += (ROOT / name for name in ("manage.py", "Makefile", "docker-compose.yml"))

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def code(document: Path) -> Iterator[str]:
    """Everything set as code: spans, and the lines of indented and fenced blocks."""
    text = document.read_text()
    fenced = re.findall(r"^```.*?\n(.*?)^```", text, re.M | re.S)
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    yield from (line for block in fenced for line in block.splitlines())
    yield from (line.strip() for line in text.splitlines() if line.startswith("    "))
    yield from re.findall(r"`([^`\n]+)`", text)


def named(document: Path, pattern: str) -> set[str]:
    return {found for piece in code(document) for found in re.findall(pattern, piece)}


@documents
def test_every_command_named_is_there(document: Path) -> None:
    assert named(document, r"manage\.py ([a-z_]+)") <= get_commands().keys()


@documents
def test_every_make_target_named_is_there(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert named(document, r"(?:^|\s)make ([a-z-]+)") <= targets


def is_an_address(path: str) -> bool:
    try:
        return resolve(path).url_name != "api_nothing_here"
    except Resolver404:
        return False


@documents
def test_every_address_named_is_one(document: Path) -> None:
    found = {path for path in named(document, r"(?<![\w.*])(/[a-z][\w/.-]*)") if path.startswith(ADDRESSES)}
    assert {path for path in found if path != "/api/v1/" and not is_an_address(path)} == set()


@documents
def test_every_file_named_is_there(document: Path) -> None:
    paths = {path for path in named(document, r"^(\.?[\w*][\w*./-]*)$") if "/" in path or path.endswith(".md")}
    ours = {path for path in paths if path.split("/")[0] in {*FOLDERS, "*"} or path.endswith(".md")}
    ours = {path for path in ours if not path.startswith(".data")}
    assert {path for path in ours if not any(ROOT.glob(path.rstrip("/") + "*"))} == set()


@documents
def test_every_setting_named_is_read_somewhere(document: Path) -> None:
    words = set(re.findall(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b", "\n".join(p.read_text() for p in SOURCES)))
    assert named(document, r"\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b") <= words


@documents
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", document.read_text())
    ours = {link for link in links if not urlsplit(link).scheme}
    assert {link for link in ours if not (document.parent / link).exists()} == set()


def calls() -> Iterator[tuple[str, str, dict[str, str], str]]:
    """Each curl of docs/api.md as (method, address, headers, body)."""
    text = (ROOT / "docs" / "api.md").read_text().replace("\\\n", " ")
    for line in re.findall(r"^ {4}(curl .*)$", text, re.M):
        words = shlex.split(line)[1:]
        headers, body, address, method = {}, "", "", ""
        while words:
            word = words.pop(0)
            if word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = words.pop(0)
            elif word == "-X":
                method = words.pop(0).lower()
            else:
                address = word.removeprefix("$ROLLOUTGOV")
        yield (method or ("post" if body else "get"), address, headers, body)


def test_the_calls_of_the_api_document_work_as_written(governed: Pilot, people: People) -> None:
    token = Caller(people.pm, READ_AND_WRITE).headers["Authorization"]
    tool = f"Bearer {connect(governed, people.integration).plain}"
    tried = list(calls())
    assert len(tried) >= 8
    for method, address, headers, body in tried:
        send: Callable[..., object] = getattr(Client(), method)
        headers["Authorization"] = (
            headers["Authorization"].replace("Bearer $TOKEN", token).replace("Bearer $TOOL_TOKEN", tool)
        )
        more = {"data": json.dumps(json.loads(body)), "content_type": headers.pop("Content-Type")} if body else {}
        answer = send(address, headers=headers, **more)
        assert getattr(answer, "status_code", 0) in {200, 201}, (address, answer)


def test_the_step_of_a_pipeline_reads_what_the_call_answers(governed: Pilot, people: People) -> None:
    gate = gate_of(governed, "staged_rollout", 1)
    answer = Caller(people.pm, READ_AND_WRITE).get(f"pilots/letters/gates/{gate.key}/status/")
    assert answer.json()["status"] == "blocked"
    assert 'print(json.load(sys.stdin)["status"])' in (ROOT / "docs" / "api.md").read_text()
