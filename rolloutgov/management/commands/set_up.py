from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand
from django.db import connections

from rolloutgov.environment import database
from rolloutgov.static_files import collect_when_changed


class Command(BaseCommand):
    help = "Brings a new or an older installation up to date; doing it again changes nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        words = "structure: migrate and grant, as the owner; content: catalogue; static: collect files for the web"
        parser.add_argument("parts", nargs="+", choices=["structure", "content", "static"], help=words)
        parser.add_argument("--demo", action="store_true", help="also play the demo story into an empty installation")

    def handle(self, *args: Any, parts: list[str], demo: bool, **options: Any) -> None:
        if "structure" in parts:
            call_command("migrate", interactive=False, verbosity=0)
            call_command("grant_rights")
            become_the_application()
        if "static" in parts:
            collect_when_changed()
        if "content" in parts:
            self.fill(demo)

    def fill(self, demo: bool) -> None:
        commands = get_commands()
        if "load_catalogue" in commands:
            call_command("load_catalogue")
        if demo and "play_demo" in commands and not get_user_model()._default_manager.exists():
            call_command("play_demo")


def become_the_application() -> None:
    """What fills the tables is the role that will use them; a second process for it would cost a start two seconds."""
    connections.close_all()
    connections.settings["default"].update(database(settings.DATABASE_URL))
