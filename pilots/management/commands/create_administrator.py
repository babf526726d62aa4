"""`manage.py create_administrator EMAIL NAME`: the person who invites all the others."""

import os
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pilots.actions.administrators import create_administrator
from pilots.clock import now
from pilots.errors import Refused


class Command(BaseCommand):
    help = "Makes an administrator. The password comes from ADMINISTRATOR_PASSWORD, or is asked for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("ADMINISTRATOR_PASSWORD") or self._ask()
        try:
            person = create_administrator(email=options["email"], name=options["name"], password=password, at=now())
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write(f"{person.name} can sign in with {person.email}.")

    @staticmethod
    def _ask() -> str:
        password = getpass("Password: ")
        if password != getpass("Password again: "):
            raise CommandError("The passwords differ.")
        return password
