"""A backup comes back as it was, and nothing else than a whole one comes back at all."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from feedback.actions.erasing import erase_flag
from feedback.models import Flag
from pilots import audit, clock
from pilots.models import AuditEvent, Pilot
from pilots.signing import signer
from pilots.verification import count_erased
from rolloutgov import backup
from rolloutgov.backup import BackupRefused
from rolloutgov.environment import database
from tests.factories.feedback import FlagFactory
from tests.factories.pilots import PilotFactory
from tests.harness.database import use_database
from tests.harness.servers import Servers

lines: list[str] = []
say = lines.append


@pytest.fixture
def installation(committed_db: str, tmp_path: Path, settings: object) -> Path:
    """One pilot, one event, one file."""
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]
    pilot = PilotFactory(slug="kept")
    audit.record("pilot.created", by=pilot.created_by, target=pilot, pilot=pilot)
    (tmp_path / "media" / "evidence").mkdir(parents=True)
    (tmp_path / "media" / "evidence" / "a.txt").write_text("seen with my own eyes")
    return tmp_path


@pytest.fixture
def new_installation(servers: Servers, installation: Path) -> Iterator[Callable[[], None]]:
    """Moves to an empty database, as its owner, and an empty place for files; the same signing key."""
    entry = connections.settings["default"]
    before = dict(entry)
    name = f"{before['NAME']}_new"

    def move() -> None:
        owner = database(servers.owner)
        servers.create_empty(name)
        use_database(name)
        entry.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])
        settings.MEDIA_ROOT = str(installation / "new-media")

    yield move
    use_database(before["NAME"])
    entry.update(before)
    servers.drop(name)


def test_a_backup_comes_back_as_it_was(installation: Path, new_installation: Callable[[], None]) -> None:
    backup.make(installation / "backup", say)
    new_installation()
    assert connections["default"].introspection.table_names() == []
    backup.restore(installation / "backup", say)
    assert Pilot.objects.get().slug == "kept"
    assert AuditEvent.objects.get().verb == "pilot.created"
    assert (installation / "new-media" / "evidence" / "a.txt").read_text() == "seen with my own eyes"
    assert lines[-1] == "The trail is whole: 1 events, 0 checkpoints."


def test_what_was_erased_stays_so_and_the_trail_verifies(
    installation: Path, new_installation: Callable[[], None]
) -> None:
    flag = FlagFactory.create(pilot=Pilot.objects.get(), output="Names.")
    audit.record("flag.handed_in", by=None, target=flag, pilot=flag.pilot, data={"output": audit.digest_of("Names.")})
    erase_flag(flag=flag, at=clock.now())
    backup.make(installation / "backup", say)
    new_installation()
    backup.restore(installation / "backup", say)
    assert Flag.objects.exclude(erased_at=None).get().output == ""
    assert count_erased() == 1
    assert lines[-1] == "The trail is whole: 3 events, 0 checkpoints."


def test_a_backup_never_writes_over_another(installation: Path) -> None:
    (installation / "backup").mkdir()
    (installation / "backup" / "mine").touch()
    with pytest.raises(BackupRefused, match="not empty"):
        backup.make(installation / "backup", say)


def test_nothing_is_restored_over_a_database_in_use(installation: Path) -> None:
    backup.make(installation / "backup", say)
    settings.MEDIA_ROOT = str(installation / "new-media")
    with pytest.raises(BackupRefused, match="database is not empty"):
        backup.restore(installation / "backup", say)


@pytest.mark.parametrize("victim", ["database.dump", "files/evidence/a.txt"])
def test_a_changed_file_is_found(installation: Path, victim: str) -> None:
    backup.make(installation / "backup", say)
    with (installation / "backup" / victim).open("ab") as file:
        file.write(b"x")
    with pytest.raises(BackupRefused, match="is not as it was"):
        backup.verify(installation / "backup", ())


def test_a_file_that_was_slipped_in_is_found(installation: Path) -> None:
    backup.make(installation / "backup", say)
    (installation / "backup" / "files" / "extra").write_text("x")
    with pytest.raises(BackupRefused, match="files/extra is not as it was"):
        backup.verify(installation / "backup", ())


def test_a_changed_manifest_is_found(installation: Path) -> None:
    backup.make(installation / "backup", say)
    manifest = installation / "backup" / "manifest.json"
    changed = json.loads(manifest.read_text())
    changed["tables"]["pilots_pilot"] = 7
    manifest.write_text(json.dumps(changed))
    with pytest.raises(BackupRefused, match="changed after it was signed"):
        backup.verify(installation / "backup", ())


def test_another_installations_key_must_be_named(installation: Path, settings: object) -> None:
    backup.make(installation / "backup", say)
    theirs = signer().fingerprint
    settings.SIGNING_KEY_FILE = str(installation / "another.pem")  # type: ignore[attr-defined]
    with pytest.raises(BackupRefused, match=theirs):
        backup.verify(installation / "backup", ())
    assert backup.verify(installation / "backup", (theirs,)).tables["pilots_pilot"] == 1


def test_a_backup_holds_neither_key_nor_password(installation: Path) -> None:
    backup.make(installation / "backup", say)
    kept = b"".join(path.read_bytes() for path in (installation / "backup").rglob("*") if path.is_file())
    assert Path(settings.SIGNING_KEY_FILE).read_bytes() not in kept
    assert str(connections["default"].settings_dict["PASSWORD"]).encode() not in kept
