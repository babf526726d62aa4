"""A copy of the product as `make run` starts it, and its processes by what they are, so that a test can harm one."""

import contextlib
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import redis

from rolloutgov.environment import ROOT
from rolloutgov.processes import arguments_of, free_port

ALL = {"database", "migrations", "triggers", "broker", "worker", "beat"}


def within(seconds: float, true: Callable[[], Any], what: str) -> Any:
    """The first answer that is true; after so long the test fails with `what`."""
    until = time.monotonic() + seconds
    while True:
        if found := true():
            return found
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            words = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(words[1]) == pid and words[0] != "Z":
                found.append(int(entry.name))
    return sorted(found)


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@contextmanager
def frozen(*pids: int) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


@contextmanager
def no_file_larger_than(size: int, *pids: int) -> Iterator[None]:
    """What these processes and those that they start write beyond so many bytes fails, as on a full disk."""
    for pid in pids:
        limit_files(pid, str(size))
    try:
        yield
    finally:
        for limited in [*pids, *itertools.chain.from_iterable(map(children_of, pids))]:
            limit_files(limited, "unlimited")


def limit_files(pid: int, size: str) -> None:
    """As the account that the process runs as: root's own limits of rights end there. The process may be gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return
    user, group = (int(re.findall(rf"^{name}:\s+(\d+)", status, re.M)[0]) for name in ("Uid", "Gid"))
    account = {"user": user, "group": group, "extra_groups": []} if user != os.geteuid() else {}
    command = ["prlimit", f"--pid={pid}", f"--fsize={size}:unlimited"]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", **account)
    assert done.returncode == 0 or not Path(f"/proc/{pid}").exists(), done.stderr


@dataclass
class Product:
    data: Path
    port: int = field(default_factory=free_port)
    launcher: subprocess.Popen[bytes] | None = None

    def start(self, **surroundings: str) -> None:
        """Until everything is well."""
        self.launch(**surroundings)
        within(90, lambda: self.wrong() == {}, f"ready; the last words are in {self.data / 'launcher.log'}")

    def launch(self, **surroundings: str) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        with self.data.with_suffix(".log").open("ab") as log:
            self.launcher = subprocess.Popen(
                [sys.executable, "-m", "rolloutgov.launcher"],
                cwd=ROOT,
                env=self.environment | surroundings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        place = {"DATA_DIR": str(self.data), "PORT": str(self.port), "STATIC_ROOT": str(self.data.parent / "static")}
        return kept | place | {"DEMO": "0"}

    def stop(self) -> None:
        if self.launcher and self.launcher.poll() is None:
            self.launcher.terminate()
            try:
                self.launcher.wait(60)
            except subprocess.TimeoutExpired:
                self.launcher.kill()
                self.launcher.wait()

    def manage(self, *arguments: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *arguments]
        env = self.environment | surroundings
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=100)

    # What it says of itself

    def checks(self) -> dict[str, dict[str, str]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=5) as answer:
                found: dict[str, dict[str, str]] = json.load(answer)["checks"]
        except urllib.error.HTTPError as error:
            try:
                found = json.load(error)["checks"]
            except ValueError:
                return {}
        except (OSError, ValueError):
            return {}
        return found

    def wrong(self) -> dict[str, str]:
        """The parts that do not work, and why; all of them when nobody answers."""
        found = self.checks()
        said = {name: check.get("reason", "") for name, check in found.items() if check["status"] != "ok"}
        return said if found else dict.fromkeys(ALL, "nobody answers")

    # Its processes

    def child(self, *words: str) -> int:
        """The launcher's child whose command line holds these words; waits while it is being started again."""
        launcher = self.launcher
        assert launcher

        def one() -> int:
            found = [pid for pid in children_of(launcher.pid) if all(w in arguments_of(pid) for w in words)]
            return found[0] if found else 0

        pid: int = within(60, one, f"a process {words}")
        return pid

    def worker(self) -> int:
        return self.child("celery", "worker")

    def pool(self) -> list[int]:
        """The processes in which tasks run."""
        found: list[int] = within(30, lambda: children_of(self.worker()), "children of the worker")
        return found

    def beat(self) -> int:
        return self.child("celery", "beat")

    def web(self) -> int:
        return self.child("gunicorn")

    def web_workers(self) -> list[int]:
        found: list[int] = within(30, lambda: children_of(self.web()), "workers of the web server")
        return found

    def broker(self) -> int:
        return self.child("valkey-server")

    def database(self) -> int:
        return self.child("postgres", "-D")

    # Its services, from outside

    def services(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.data / "services.json").read_text())
        return found

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        connection = psycopg2.connect(self.services()["database_owner"], connect_timeout=5)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def redis(self) -> "redis.Redis[Any]":
        return redis.Redis.from_url(self.services()["redis"], socket_timeout=5)
