from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rolloutgov.health import CHECKS, checks


class Command(BaseCommand):
    help = "Exit status 0 when these parts work (all, where none is named), else 1 with the reason."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("parts", nargs="*", choices=[*(check.__name__ for check in CHECKS), []])

    def handle(self, *args: Any, parts: list[str], **options: Any) -> None:
        wrong = [check for check in checks() if not check.ok and (check.name in parts or not parts)]
        if wrong:
            raise CommandError("; ".join(f"{check.name}: {check.reason}" for check in wrong))
