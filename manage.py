"""Django's command line, on the database role that the command needs."""

import os
import sys

# These change the database's structure or replace its content: the application's role may do neither.
OWNER_COMMANDS = frozenset({"migrate", "sqlmigrate", "grant_rights", "backup", "restore"})


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rolloutgov.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ.setdefault("DATABASE_ROLE", "owner")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
