from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pilots.forecast_export import read_export, recompute
from pilots.sealing import Unsealable
from pilots.stats.forecast.record import code_version

_SHOWN: Final = (1, 10, 50, 90, 99)


class Command(BaseCommand):
    help = (
        "Works a forecast out again from its export. Exit status 0 the same quantiles, 1 others, 2 it cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="JSON, as the page of the forecast hands it out")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = read_export(options["file"].read_text())
            compared = list(recompute(document))
        except Unsealable as sealed:
            words = "It was sealed by another installation, or under another SECRET_KEY."
            raise CommandError(words, returncode=2) from sealed
        except (ValueError, OSError) as error:
            raise CommandError(str(error), returncode=2) from error
        if document["code_version"] != code_version():
            self.stdout.write(f"Worked out by {document['code_version']}, and now by {code_version()}.")
        for one in compared:
            self.stdout.write(f"{one.of}: {'the same' if one.is_same else f'up to {one.apart:g} apart'}")
            for at in _SHOWN:
                self.stdout.write(f"  {at:2} %  {one.said[at - 1]:.9f}  {one.now[at - 1]:.9f}")
        if not all(one.is_same for one in compared):
            raise CommandError("The quantiles are others.", returncode=1)
        self.stdout.write(f"{document['forecast']} comes out as it was said.")
