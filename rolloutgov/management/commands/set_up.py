from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from rolloutgov.static_files import collect_when_changed


class Command(BaseCommand):
    help = "Brings a new or an older installation up to date; doing it again changes nothing."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "part", choices=["structure", "content", "static"], help="structure as the owner, then content"
        )
        parser.add_argument("--demo", action="store_true", help="also play the demo story into an empty installation")

    def handle(self, *args: Any, part: str, demo: bool, **options: Any) -> None:
        if part == "structure":
            call_command("migrate", interactive=False, verbosity=0)
            call_command("grant_rights")
            return
        collect_when_changed()
        if part == "static":
            return
        commands = get_commands()
        if "load_catalogue" in commands:
            call_command("load_catalogue")
        if demo and "play_demo" in commands and not get_user_model()._default_manager.exists():
            call_command("play_demo")
