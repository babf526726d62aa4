import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pilots import verify_trail
from pilots.clock import now
from pilots.models import Pilot
from pilots.signing import signer
from pilots.trail_export import one_stream, whole_trail
from pilots.verification import view_of_trail


class Command(BaseCommand):
    help = (
        "Writes the audit trail with its checkpoints as lines of JSON, and beside it verify_trail.py, "
        "which verifies them with Python alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="where to write; standard output when not given")
        parser.add_argument("--pilot", metavar="SLUG", help="only this pilot's stream, with a proof of its end")

    def handle(self, *args: Any, file: Path | None, pilot: str | None, **options: Any) -> None:
        with view_of_trail():
            lines = self._lines(pilot)
            if file is None:
                return self._write(lines, sys.stdout)
            with file.open("w", encoding="utf-8") as out:
                self._write(lines, out)
        program = shutil.copy(verify_trail.__file__, file.parent / "verify_trail.py")
        self.stderr.write(f"Verify it with: python3 {program} {file} --key {signer().fingerprint}")
        return None

    @staticmethod
    def _lines(slug: str | None) -> Iterator[str]:
        if slug is None:
            return whole_trail(now())
        pilot = Pilot.objects.filter(slug=slug).first()
        if pilot is None:
            raise CommandError(f"There is no pilot “{slug}”.", returncode=2)
        return one_stream(f"pilot:{pilot.pk}", now())

    @staticmethod
    def _write(lines: Iterator[str], out: TextIO) -> None:
        for line in lines:
            out.write(line + "\n")
