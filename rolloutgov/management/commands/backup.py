from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rolloutgov import backup


class Command(BaseCommand):
    help = (
        "Copies the database and the files into an empty directory, with a signed manifest. People may go on working."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        try:
            backup.make(directory, self.stdout.write)
        except (backup.BackupRefused, OSError) as error:
            raise CommandError(str(error)) from None
