from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rolloutgov import backup


class Command(BaseCommand):
    help = "Loads a backup into an empty database and an empty directory of files, then verifies it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument(
            "--key", action="append", default=[], metavar="FINGERPRINT", help="of another installation's key, trusted"
        )

    def handle(self, *args: Any, directory: Path, key: list[str], **options: Any) -> None:
        try:
            backup.restore(directory, self.stdout.write, tuple(key))
        except (backup.BackupRefused, OSError) as error:
            raise CommandError(str(error)) from None
