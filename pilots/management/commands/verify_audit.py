import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pilots.models import Checkpoint, Pilot
from pilots.signing import signer
from pilots.verification import count_erased, stream_name, verify_trail


class Command(BaseCommand):
    help = "Verifies the audit trail: every stream, every signed checkpoint. Exit status 0 whole, 1 broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pilot", metavar="SLUG", help="only this pilot's stream")
        parser.add_argument(
            "--key", action="append", default=[], metavar="FINGERPRINT", help="of an earlier signing key, also trusted"
        )
        parser.add_argument(
            "--checkpoint", action="append", default=[], metavar="FINGERPRINT", help="that a report prints: is it here?"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = {str(pk): slug for pk, slug in Pilot.objects.values_list("pk", "slug")}
        began = time.perf_counter()
        stream = self._stream(options["pilot"])
        report = verify_trail(stream=stream, trusted=options["key"], printed=options["checkpoint"])
        seconds = time.perf_counter() - began
        for problem in report.problems:
            self.stdout.write(f"BROKEN  {stream_name(problem.stream, names)}: {problem.words}")
        self.stdout.write(
            f"Events: {report.events}; streams: {len(report.heads)}; checkpoints: {report.checkpoints}; "
            f"{seconds:.1f} s ({report.events / seconds:,.0f} events a second)."
        )
        if erased := count_erased(stream):
            self.stdout.write(f"Content erased: the texts of {erased} events, whose digests confirm nothing any more.")
        last = Checkpoint.objects.first()
        if last:
            self.stdout.write(f"Last checkpoint: {last.number} of {last.at:%Y-%m-%d %H:%M} UTC, {last.fingerprint}")
        else:
            self.stdout.write("No checkpoint has been signed yet: a cut end would not show.")
        self.stdout.write(f"Signing key: {signer().fingerprint}")
        if report.problems:
            raise CommandError(f"The trail is broken: {len(report.problems)} problems.", returncode=1)
        self.stdout.write("The trail is whole.")

    @staticmethod
    def _stream(slug: str | None) -> str | None:
        if slug is None:
            return None
        pilot = Pilot.objects.filter(slug=slug).first()
        if pilot is None:
            raise CommandError(f"There is no pilot “{slug}”.", returncode=2)
        return f"pilot:{pilot.pk}"
