"""Who may sign in to the demo. Without Django: the launcher prints it before Django is there."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import psycopg2
import yaml

from rolloutgov import environment as env

# Printed at every start, so it protects nothing; `play_demo` refuses it where others could reach the page.
DEFAULT_PASSWORD: Final = "for-demonstration-only"  # noqa: S105
_CAST: Final = Path(__file__).with_name("cast.yaml")


@dataclass(frozen=True)
class Person:
    key: str
    name: str
    email: str
    # The role whose one printed account this is; empty for those who only appear in the story.
    signs_in_as: str = ""
    organisation_roles: tuple[str, ...] = ()


@cache
def people() -> tuple[Person, ...]:
    rows: list[dict[str, Any]] = yaml.safe_load(_CAST.read_text())
    return tuple(Person(**{**row, "organisation_roles": tuple(row.get("organisation_roles", ()))}) for row in rows)


def password() -> str:
    return env.text("DEMO_PASSWORD") or DEFAULT_PASSWORD


def password_is_public() -> bool:
    return password() == DEFAULT_PASSWORD


def listing() -> str:
    """One account for each role, and the password of all."""
    shown = [person for person in people() if person.signs_in_as]
    width = max(len(person.signs_in_as) for person in shown)
    lines = [f"  {person.signs_in_as:<{width}}  {person.email}" for person in shown]
    shared = password() if password_is_public() else "the one given in DEMO_PASSWORD"
    return "\n".join(["Sign in to the demo (all of it is made up) as", *lines, f"  The password of all: {shared}"])


def sign_ins() -> str:
    """`listing()` where the demo was played into the database that runs here, else nothing."""
    url = env.text("DATABASE_URL") or env.running_services().get("database", "")
    return listing() if url and _was_played(url) else ""


def _was_played(url: str) -> bool:
    try:
        connection = psycopg2.connect(url, connect_timeout=5)
    except psycopg2.Error:
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pilots_pilot WHERE is_demo)")
            return bool(cursor.fetchone()[0])
    except psycopg2.Error:
        return False
    finally:
        connection.close()
