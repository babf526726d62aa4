from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from rolloutgov.environment import database
from rolloutgov.rights import grant


class Command(BaseCommand):
    help = "Gives the application's database role its rights on every table. Run by the owner after each migration."

    def handle(self, *args: Any, **options: Any) -> None:
        role = database(settings.DATABASE_URL)["USER"]
        if not role or role == connection.settings_dict["USER"]:
            self.stderr.write("One role owns and uses the database: set DATABASE_OWNER_URL to part them.")
            return
        grant(role)
        self.stdout.write(f"{role} has its rights.")
