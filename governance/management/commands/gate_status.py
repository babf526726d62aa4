"""`manage.py gate_status PILOT PHASE`: may a deployment go ahead? Exit status 0 open, 1 blocked, 2 unknown."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseGone

from governance.models import Gate
from governance.reports.status import status_of
from pilots.clock import now


class Command(BaseCommand):
    help = "Say whether a gate is open: exit status 0 open, 1 blocked, 2 when there is no such gate or nobody to ask."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pilot", help="the pilot's name in addresses")
        parser.add_argument("phase", help="demonstration, stress_test, infrastructure_build or staged_rollout-N")

    def handle(self, *args: Any, **options: Any) -> None:
        phase, _, stage = options["phase"].partition("-")
        number = int(stage) if stage.isdecimal() else 0
        gate = Gate.objects.select_related("pilot").filter(pilot__slug=options["pilot"], phase=phase, stage=number)
        try:
            found = gate.first()
            status = status_of(found, now()) if found else None
        except DatabaseGone as error:
            # Python would end with 1, which a pipeline reads as an answer.
            self.stderr.write(f"The database gives no answer: {' '.join(str(error).split())}")
            sys.exit(2)
        if status is None:
            self.stderr.write(f"No gate “{options['phase']}” in a pilot “{options['pilot']}”.")
            sys.exit(2)
        self.stdout.write(f"{options['pilot']} {status.gate}: {status.status}")
        for reason in status.reasons:
            self.stdout.write(f"  {reason}")
        sys.exit(status.exit_status)
