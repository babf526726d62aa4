"""Django's command line, on the database role that the command needs."""

import os
import sys

# These change the database's structure or replace its content: the application's role may do neither.
OWNER_COMMANDS = frozenset({"migrate", "sqlmigrate", "grant_rights", "backup", "restore"})


def needs_owner(arguments: list[str]) -> bool:
    return bool(OWNER_COMMANDS.intersection(arguments[:1])) or (
        arguments[:1] == ["set_up"] and "structure" in arguments
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rolloutgov.settings")
    if needs_owner(sys.argv[1:]):
        os.environ.setdefault("DATABASE_ROLE", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
