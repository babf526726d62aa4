"""`make run`, on real processes: it answers, it keeps its children alive, and it leaves nothing behind."""

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rolloutgov.environment import ROOT
from rolloutgov.processes import free_port
from tests.harness.servers import Servers

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def data(servers: Servers) -> Iterator[Path]:
    """Not pytest's tmp_path: where we are root, the database's account must be able to reach it."""
    made = Path(servers.data) / f"launched-{os.getpid()}-{time.monotonic_ns()}"
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def launch(data: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(before: Callable[[], None] | None = None, **surroundings: str) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        given = {
            "DATA_DIR": str(data),
            "PORT": str(free_port()),
            "DEMO": "0",
            "STATIC_ROOT": str(data.parent / "static"),
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "rolloutgov.launcher"],
            cwd=ROOT,
            env=kept | given | surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,  # noqa: PLW1509  # sets a limit, nothing else
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.kill()
        child.communicate()


def refusal(child: subprocess.Popen[str], data: Path) -> str:
    """The one line that a start which cannot succeed ends with."""
    _, said = child.communicate(timeout=60)
    assert child.returncode == 1
    assert not left_over(data)
    lines = said.strip().splitlines()
    assert len(lines) == 1, said
    return lines[0]


def left_over(data: Path) -> list[str]:
    """Command lines of processes that were started for this data directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            surroundings, state = (
                (entry / "environ").read_bytes(),
                (entry / "stat").read_text().rpartition(")")[2].split()[0],
            )
        except (OSError, PermissionError):
            continue
        if f"DATA_DIR={data}\0".encode() in surroundings and state != "Z":
            found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def gone(data: Path, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while left_over(data) and time.monotonic() < until:
        time.sleep(0.1)
    return not left_over(data)


def readiness(port: str) -> dict[str, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        body = json.load(error)
    except OSError:
        return {}
    return {name: check["status"] for name, check in body["checks"].items()}


def wait_until_ready(port: str, child: subprocess.Popen[str], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and child.poll() is None:
        found = readiness(port)
        if found and set(found.values()) == {"ok"}:
            return
        time.sleep(0.2)
    pytest.fail(f"not ready: {readiness(port)}; {child.stderr.read() if child.poll() and child.stderr else ''}")


@pytest.mark.slow
def test_everything_answers_survives_a_killed_worker_and_stops_without_a_trace(launch: Start, data: Path) -> None:
    port = str(free_port())
    child = launch(PORT=port)
    wait_until_ready(port, child)
    assert set(readiness(port)) == {"database", "migrations", "triggers", "broker", "worker", "beat"}

    os.kill(int(running("celery", "worker", data)[0]), signal.SIGKILL)
    said = said_until(child, "The worker ended (-9); starting it again")
    assert f"RolloutGov answers at http://127.0.0.1:{port}/" in said

    child.send_signal(signal.SIGINT)
    child.communicate(timeout=60)
    assert child.returncode == 0
    assert not left_over(data)

    again = launch(PORT=port)
    wait_until_ready(port, again)
    again.kill()  # without a chance to stop anything
    assert gone(data, seconds=30), left_over(data)


def said_until(child: subprocess.Popen[str], words: str) -> str:
    said = ""
    assert child.stdout
    for line in child.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(f"never said “{words}”: {said}")


def running(*words: object) -> list[str]:
    """Process numbers of ours whose command line and surroundings hold all words."""
    *in_command, data = words
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
            ours = f"DATA_DIR={data}\0".encode() in (entry / "environ").read_bytes()
        except OSError:
            continue
        if ours and all(str(word) in command for word in in_command):
            found.append(entry.name)
    return sorted(found, key=int)


def test_a_taken_port_is_said_in_one_line(launch: Start, data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        line = refusal(launch(PORT=port), data)
    assert line == f"127.0.0.1:{port} is taken by another program: set PORT (or HOST) and try again."


@pytest.mark.parametrize(
    ("surroundings", "line"),
    [
        ({"PORT": "99999"}, "PORT must be between 1 and 65535, not 99999."),
        ({"PORT": "0"}, "PORT must be between 1 and 65535, not 0."),
        ({"HOST": "203.0.113.7", "PORT": "8000"}, "203.0.113.7:8000 is no address to listen at here: Cannot assign"),
        ({"HOST": "not a host", "PORT": "8000"}, "not a host:8000 is no address to listen at here: "),
        ({"REDIS_URL": "localhost"}, "REDIS_URL must begin with redis://, rediss:// or unix://."),
        ({"REDIS_URL": "redis://:secret@127.0.0.1:x"}, "The broker at 127.0.0.1:x does not answer: "),
        ({"DATABASE_URL": "postgresql://me:secret@127.0.0.1:x/none"}, "The database at 127.0.0.1:x does not answer: "),
        ({"DATABASE_URL": "sqlite:///here"}, "DATABASE_URL must begin with postgresql://"),
    ],
)
def test_an_address_that_makes_no_sense_is_said_in_one_line(
    launch: Start, data: Path, surroundings: dict[str, str], line: str
) -> None:
    said = refusal(launch(**surroundings), data)
    assert said.startswith(line)
    assert "secret" not in said


def test_a_dead_database_is_said_in_one_line(launch: Start, data: Path) -> None:
    line = refusal(launch(DATABASE_URL="postgresql://me:secret@127.0.0.1:1/none"), data)
    assert line.startswith("The database at 127.0.0.1:1 does not answer:")
    assert "secret" not in line


def test_a_database_that_hangs_is_said_in_one_line(launch: Start, data: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        line = refusal(launch(DATABASE_URL=f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/none"), data)
    assert "does not answer" in line


def test_a_dead_broker_is_said_in_one_line_and_the_database_stops_again(launch: Start, data: Path) -> None:
    line = refusal(launch(REDIS_URL="redis://:secret@127.0.0.1:1/0"), data)
    assert line.startswith("The broker at 127.0.0.1:1 does not answer:")
    assert "secret" not in line


def test_a_disk_that_fills_up_is_said_in_one_line(launch: Start, data: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))

    line = refusal(launch(before=small), data)
    assert line.startswith(f"The disk of {data} is full:")


def test_a_data_directory_that_cannot_be_written_is_said_in_one_line(launch: Start, data: Path) -> None:
    line = refusal(launch(DATA_DIR="/dev/null/data"), Path("/dev/null/data"))
    assert line.startswith("DATA_DIR /dev/null/data cannot be written:")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("{", "Expecting property name"),
        ('{"provider_id": "work"}', "'str' object has no attribute 'keys'"),
        ('[{"provider_id": "work", "name": "Work", "client_id": "x", "settings": {}}]', "missing secret"),
        ('[{"provider_id": "w", "name": "W", "client_id": "x", "secret": "s", "settings": {}}]', "'server_url'"),
    ],
)
def test_providers_that_cannot_be_read_are_said_in_one_line(given: str, why: str) -> None:
    command = [sys.executable, "-c", "from rolloutgov.environment import providers; providers('OIDC_PROVIDERS')"]
    done = subprocess.run(command, env={"OIDC_PROVIDERS": given}, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(
        f"OIDC_PROVIDERS must be a list of providers in JSON, as docs/operations.md shows: {why}"
    )
    assert len(done.stderr.splitlines()) == 1


def test_a_number_that_is_none_is_said_in_one_line(launch: Start, data: Path) -> None:
    assert refusal(launch(PORT="http"), data) == "PORT must be a whole number, not 'http'."
