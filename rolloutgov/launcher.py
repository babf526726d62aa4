"""`make run`: everything that RolloutGov needs on one machine, until Ctrl-C.

With arguments: one command of manage.py on the embedded services (`make restore FROM=…`).
"""

import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.parse import urlsplit

import psycopg2
import redis

from rolloutgov import environment as env
from rolloutgov import processes
from rolloutgov.embedded import APPLICATION, OWNER, Postgres, Valkey, write_private
from rolloutgov.processes import Unavailable
from rolloutgov.supervisor import Child, Supervisor

FREE_FOR_NEW = 400 * 1024 * 1024  # a fresh PostgreSQL with its log of changes, static files, the demo
FREE_TO_RUN = 50 * 1024 * 1024
LAST_PORT = 65535
FULL_BELOW = 1024 * 1024
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FULL_WORDS = ("No space left on device", "Disk quota exceeded", "File too large", "DiskFull")
QUEUES = "default,evidence,gates,mail,patterns"
WORKER = ("-m", "celery", "-A", "rolloutgov", "--quiet", "worker", "-Q", QUEUES, "--concurrency", "2")


class Stopped(Exception):
    """Somebody asked us to stop."""


def say(line: str) -> None:
    print(line, flush=True)


@dataclass
class Launcher:
    data: Path = field(default_factory=env.data_dir)
    host: str = field(default_factory=lambda: env.text("HOST", "127.0.0.1"))
    port: int = field(default_factory=lambda: env.number("PORT", 8000))
    supervisor: Supervisor = field(default_factory=lambda: Supervisor(say))
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    setting_up: subprocess.Popen[bytes] | None = None
    postgres: Postgres | None = None
    valkey: Valkey | None = None
    lock: int = -1

    @property
    def address(self) -> str:
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104  # compared, not bound
        return f"http://{shown}:{self.port}/"

    def run(self) -> None:
        prove_address(self.host, self.port)
        self.claim_data_dir()
        self.start_services()
        self.set_up()
        self.start_application()
        self.wait_until_it_answers()
        self.supervisor.watch()

    def run_one(self, arguments: Sequence[str]) -> int:
        """A single command of manage.py on the embedded services, which stop again after it."""
        self.claim_data_dir()
        self.start_services()
        return subprocess.run([sys.executable, "manage.py", *arguments], cwd=env.ROOT, check=False).returncode

    def claim_data_dir(self) -> None:
        """Ours alone, writable, with room left."""
        new = not (self.data / "services.json").exists()
        try:
            self.data.mkdir(mode=env.data_dir_mode(), parents=True, exist_ok=True)
            self.lock = os.open(self.data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            probe = self.data / "probe"
            probe.write_bytes(b"\0" * 65536)
            probe.unlink()
        except BlockingIOError:
            raise Unavailable(f"RolloutGov already runs on {self.data}: stop that one, or set DATA_DIR.") from None
        except OSError as error:
            if error.errno in FULL:
                raise
            raise Unavailable(f"DATA_DIR {self.data} cannot be written: {error.strerror}.") from None
        need, free = (FREE_FOR_NEW if new else FREE_TO_RUN), shutil.disk_usage(self.data).free
        if free < need:
            mb = 1024 * 1024
            raise Unavailable(f"The disk of {self.data} is full: {free // mb} MB free, {need // mb} MB needed.")

    def start_services(self) -> None:
        found: dict[str, str] = {}
        if url := env.text("DATABASE_URL"):
            for given in {url, env.text("DATABASE_OWNER_URL", url)}:
                prove_database(given)
        else:
            self.postgres = postgres = Postgres(self.data)
            self.supervisor.add(Child("database", lambda: started(postgres), 120, lambda: "", signal.SIGINT))
            found |= {"database": postgres.url(APPLICATION), "database_owner": postgres.url(OWNER)}
            found["database_port"] = str(postgres.port)
        if url := env.text("REDIS_URL"):
            prove_broker(url)
        else:
            self.valkey = valkey = Valkey(self.data)
            self.supervisor.add(Child("broker", lambda: started(valkey), 10, lambda: ""))
            found |= {"redis": valkey.url(), "redis_port": str(valkey.port)}
        write_private(self.data / "services.json", json.dumps(found))

    def set_up(self) -> None:
        demo = [] if env.text("DEMO") in {"0", "no", "false"} else ["--demo"]
        self.manage("set_up", "structure", "static", "content", *demo)

    def manage(self, *arguments: str) -> None:
        log = self.data / "log" / "set-up.log"
        with processes.open_log(log) as out:
            command = [sys.executable, "manage.py", *arguments]
            self.setting_up = processes.start(command, log=out, cwd=env.ROOT, env=self.environment)
            self.setting_up.wait()
        if self.setting_up.returncode != 0:
            raise Unavailable(f"Set-up failed at “{' '.join(arguments)}”: {processes.last_line(log)} (more in {log})")

    def start_application(self) -> None:
        web = ["-m", "gunicorn", "--config", "python:rolloutgov.web_server", "rolloutgov.wsgi"]
        beat = ["-m", "celery", "-A", "rolloutgov", "--quiet", "beat", "--pidfile=", "-s", str(self.data / "beat")]
        self.child("worker", WORKER, seconds=15)
        self.child("beat", beat, seconds=5)
        self.child("web", web, seconds=15)

    def child(self, name: str, arguments: Sequence[str], seconds: float) -> None:
        log = self.data / "log" / f"{name}.log"

        def start() -> subprocess.Popen[bytes]:
            out: IO[bytes]
            with processes.open_log(log) as out:
                surroundings = {**self.environment, "PROCESS": name}
                # Without us its database and broker go at the same moment: it would wait for them to end in peace.
                end = signal.SIGKILL if name == "worker" else signal.SIGTERM
                command = [sys.executable, *arguments]
                return processes.start(command, log=out, ends_by=end, cwd=env.ROOT, env=surroundings)

        self.supervisor.add(Child(name, start, seconds, lambda: f"{processes.last_line(log)} (more in {log})"))

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            for child in self.supervisor.children:
                if line := child.look(time.monotonic()):
                    say(line)
            try:
                with urllib.request.urlopen(f"{self.address}health/live", timeout=2):  # noqa: S310  # our own address
                    self.greet()
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise Unavailable(f"The web server does not answer at {self.address} (more in {self.data / 'log' / 'web.log'})")

    def greet(self) -> None:
        say(f"\nRolloutGov answers at {self.address}")
        if find_spec("rolloutgov.demo") and find_spec("rolloutgov.demo.accounts"):
            say(import_module("rolloutgov.demo.accounts").sign_ins())
        say(f"Logs: {self.data / 'log'}   Ctrl-C stops everything.\n")

    def end(self) -> None:
        if self.setting_up and self.setting_up.poll() is None:
            processes.stop(self.setting_up, signal.SIGTERM, 5)
        self.supervisor.end()
        # A server that failed while it started is no child yet.
        for service in (self.valkey, self.postgres):
            if service:
                service.stop()


def started(service: Postgres | Valkey) -> subprocess.Popen[bytes]:
    service.start()
    assert service.process
    return service.process


def prove_address(host: str, port: int) -> None:
    if not 0 < port <= LAST_PORT:
        raise Unavailable(f"PORT must be between 1 and {LAST_PORT}, not {port}.")
    error = processes.why_no_listening(host, port)
    if error is None:
        return
    if error.errno == errno.EADDRINUSE:
        raise Unavailable(f"{host}:{port} is taken by another program: set PORT (or HOST) and try again.")
    raise Unavailable(f"{host}:{port} is no address to listen at here: {error.strerror}. Set HOST (or PORT).")


def prove_database(url: str) -> None:
    if urlsplit(url).scheme not in {"postgres", "postgresql"}:
        raise Unavailable("DATABASE_URL must begin with postgresql:// — RolloutGov runs on PostgreSQL only.")
    try:
        connection = psycopg2.connect(url, connect_timeout=5)
    except psycopg2.Error as error:
        why = " ".join(str(error).split())
        raise Unavailable(f"The database at {shown(url)} does not answer: {why}") from None
    version = connection.server_version
    connection.close()
    if version < 150000:
        raise Unavailable(f"RolloutGov needs PostgreSQL 15 or later; {shown(url)} is {version // 10000}.")


def prove_broker(url: str) -> None:
    if urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise Unavailable("REDIS_URL must begin with redis://, rediss:// or unix://.")
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise Unavailable(f"The broker at {shown(url)} does not answer: {error}") from None


def shown(url: str) -> str:
    """An address without its password."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return parts.path
    usual = 6379 if parts.scheme.startswith("redis") else 5432
    try:
        port = str(parts.port or usual)
    except ValueError:
        port = parts.netloc.rpartition(":")[2]  # no number: shown as it was written
    return f"{parts.hostname or 'localhost'}:{port}"


def stop_on(signal_number: int, frame: FrameType | None) -> None:
    raise Stopped


def plain(error: OSError | Unavailable, data: Path) -> str:
    text = " ".join(str(error).split())
    full = isinstance(error, OSError) and error.errno in FULL
    # What failed for want of space may have had none left to say so.
    full = full or (data.exists() and shutil.disk_usage(data).free < FULL_BELOW)
    if full or any(word in text for word in FULL_WORDS):
        return text if text.startswith("The disk of") else f"The disk of {data} is full: {text}"
    return text


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_on)
    # A write past a file size limit is an error to report, not a death.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    if arrange := processes.die_with_parent(signal.SIGTERM):
        arrange()
    launcher = Launcher()
    code = 0
    try:
        if sys.argv[1:]:
            code = launcher.run_one(sys.argv[1:])
        else:
            launcher.run()
    except Stopped:
        say("Stopping …")
    except (Unavailable, OSError) as error:
        print(plain(error, launcher.data), file=sys.stderr, flush=True)
        code = 1
    # From here nothing interrupts: a second Ctrl-C must not leave a process behind.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    launcher.end()
    return code


if __name__ == "__main__":
    sys.exit(main())
