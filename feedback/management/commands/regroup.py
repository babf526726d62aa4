"""Groups flags anew from the beginning; what people decided stays. Safe to repeat and to interrupt."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from feedback.actions.regrouping import regroup
from feedback.grouping.embedding import embedder
from pilots.clock import now
from pilots.models import Pilot


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pilots", nargs="*", help="short names of pilots; none: all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["pilots"]
        pilots = Pilot.objects.filter(slug__in=wanted) if wanted else Pilot.objects.all()
        if missing := set(wanted) - set(pilots.values_list("slug", flat=True)):
            raise CommandError(f"There is no pilot {', '.join(sorted(missing))}.")
        for pilot in pilots.order_by("slug"):
            done = regroup(pilot=pilot, embed=embedder(), at=now())
            self.stdout.write(
                f"{pilot.slug}: {done.read} flags read anew, {done.begun} patterns begun, {done.moved} moved"
            )
