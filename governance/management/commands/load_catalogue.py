from typing import Any

from django.core.management.base import BaseCommand, CommandError

from governance.actions.catalogue import load_shipped_catalogue
from governance.catalogue.loader import CatalogueError
from pilots.clock import now


class Command(BaseCommand):
    help = "Loads the governance questions that come with RolloutGov; doing it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_shipped_catalogue(at=now())
        except CatalogueError as broken:
            raise CommandError(f"The shipped questions cannot be loaded:\n{broken}") from broken
        self.stdout.write(loaded.sentence)
