"""The database server of a test run: one of our own, or that of DATABASE_URL; and the template that tests clone.

A run of our own keeps its directory for the next one (under DATA_DIR/test/0, /1 … for runs at the same time), so that
only the first pays for making it and only a changed migration for migrating.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from psycopg2.sql import SQL, Identifier

from rolloutgov import environment as env
from rolloutgov.embedded import APPLICATION, OWNER, SUPERUSER, Postgres, Valkey

PASSED_ON = "ROLLOUTGOV_TEST_SERVERS"  # how xdist's workers learn what the first process started
GIVEN_APPLICATION = "rolloutgov_test_app"


def other_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@dataclass(frozen=True)
class Servers:
    """Addresses without a database's name: who may create databases, who owns them, whom the application is."""

    admin: str
    owner: str
    application: str
    redis: str
    data: str
    template: str = ""
    # Tells databases that are kept for the whole run from those of another one.
    run: str = ""

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        connection = psycopg2.connect(other_database(self.admin, "postgres"))
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def clone(self, name: str) -> str:
        """A new database like the template; the application's address of it."""
        owner = Identifier(urlsplit(self.owner).username or "")
        with self.cursor() as cursor:
            cursor.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
            # Copying files is fastest where nothing is flushed, as on a server of our own, and slow elsewhere.
            how = SQL("wal_log" if env.text("DATABASE_URL") else "file_copy")
            cursor.execute(
                SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY {}").format(
                    Identifier(name), Identifier(self.template), owner, how
                )
            )
        return other_database(self.application, name)

    def create_empty(self, name: str) -> None:
        owner = Identifier(urlsplit(self.owner).username or "")
        with self.cursor() as cursor:
            cursor.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), owner))

    def rename(self, name: str, other: str) -> None:
        with self.cursor() as cursor:
            cursor.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(other)))

    def drop_kept(self) -> None:
        """What the workers of this run made for each other (`filled_once`)."""
        for said in Path(self.data).glob(f"kept_{self.run}_*.txt"):
            self.drop(said.stem)
            said.unlink()

    def drop(self, name: str) -> None:
        with self.cursor() as cursor:
            cursor.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def with_template(self) -> "Servers":
        """Migrates as the owner and grants as in production, unless a template of these very migrations is there."""
        name = f"rolloutgov_template_{migrations_digest()}"
        with self.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^(rolloutgov_template|kept)_'")
            found = {row[0] for row in cursor.fetchall()}
        if name not in found:
            self._build(name)
        for old in found - {name} if not env.text("DATABASE_URL") else ():
            self.drop(old)
        return replace(self, template=name)

    def _build(self, name: str) -> None:
        building = f"building_{os.getpid()}"
        self.create_empty(building)
        surroundings = os.environ | {
            "DATABASE_URL": other_database(self.application, building),
            "DATABASE_OWNER_URL": other_database(self.owner, building),
            "DATA_DIR": self.data,
        }
        command = [sys.executable, "manage.py", "set_up", "structure"]
        done = subprocess.run(command, cwd=env.ROOT, env=surroundings, capture_output=True, text=True)
        if done.returncode != 0:
            self.drop(building)
            raise pytest.UsageError(f"The test database could not be migrated:\n{done.stderr[-3000:]}")
        self.rename(building, name)


@dataclass
class Run:
    """What one test run (or benchmark, on services that keep what they are given) started, and must stop."""

    folder: str = "test"
    durable: bool = False
    slot: int = -1
    started: list[Postgres | Valkey] = field(default_factory=list)
    servers: Servers | None = None

    def start(self) -> Servers:
        data = self._claim_slot()
        url = env.text("DATABASE_URL")
        admin, owner, application = given(url) if url else self._start_postgres(data)
        redis = env.text("REDIS_URL") or self._start_valkey(data)
        self.servers = Servers(admin, owner, application, redis, str(data), run=token_hex(4)).with_template()
        os.environ[PASSED_ON] = json.dumps(asdict(self.servers))
        return self.servers

    def _claim_slot(self) -> Path:
        """A directory that no other run uses now. The lock ends with the process, however it ends."""
        for number in range(100):
            data = env.data_dir() / self.folder / str(number)
            data.mkdir(mode=0o711, parents=True, exist_ok=True)
            lock = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            self.slot = lock
            return data
        raise pytest.UsageError("A hundred test runs at once?")

    def _start_postgres(self, data: Path) -> tuple[str, str, str]:
        server = Postgres(data, durable=self.durable)
        self.started.append(server)
        server.start()
        return server.url(SUPERUSER, ""), server.url(OWNER, ""), server.url(APPLICATION, "")

    def _start_valkey(self, data: Path) -> str:
        server = Valkey(data)
        self.started.append(server)
        server.start()
        return server.url()

    def stop(self) -> None:
        if self.servers:
            self.servers.drop_kept()
            self.servers = None
        while self.started:
            self.started.pop().stop()
        os.environ.pop(PASSED_ON, None)
        if self.slot >= 0:
            os.close(self.slot)
            self.slot = -1


def given(url: str) -> tuple[str, str, str]:
    """A server that was given, on whose account we may create a role of the application."""
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [GIVEN_APPLICATION])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute(
            SQL(verb + " ROLE {} LOGIN PASSWORD %s").format(Identifier(GIVEN_APPLICATION)), ["for-tests-only"]
        )
    connection.close()
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return url, url, urlunsplit(parts._replace(netloc=f"{GIVEN_APPLICATION}:for-tests-only@{place}"))


def passed_on() -> Servers | None:
    found = os.environ.get(PASSED_ON)
    return Servers(**json.loads(found)) if found else None


def migrations_digest() -> str:
    """Over everything that decides what a fresh database looks like."""
    files = [env.ROOT / "requirements.lock", env.ROOT / "rolloutgov" / "rights.py"]
    files += sorted(env.ROOT.glob("*/migrations/*.py"))
    seen = sha256()
    for file in files:
        seen.update(f"{file.name}\n".encode() + file.read_bytes())
    return seen.hexdigest()[:16]
