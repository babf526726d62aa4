"""Whether each part works, in words; `/health/live` and `/health/ready` for whoever must decide by themselves."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseGone
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunSQL
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from pilots.clock import now
from pilots.models import Heartbeat

LATE = timedelta(seconds=30)
# Names as in the SQL of our migrations: create, drop, or let it fire for whoever asks.
TRIGGERS = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER (?P<made>\w+)\s.*?\sON (?P<on>\w+)"
    r"|DROP TRIGGER (?:IF EXISTS )?(?P<dropped>\w+) ON (?P<off>\w+)"
    r"|ALTER TABLE (?P<table>\w+) ENABLE ALWAYS TRIGGER (?P<always>\w+)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    reason: str = ""


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def migrations() -> str:
    missing = set(migrations_on_disk()) - set(MigrationRecorder(connection).applied_migrations())
    names = sorted(f"{app}.{name}" for app, name in missing)
    return f"not applied: {', '.join(names)}" if names else ""


@cache
def migrations_on_disk() -> tuple[tuple[str, str], ...]:
    return tuple(MigrationLoader(None).disk_migrations)


@cache
def expected_triggers() -> dict[tuple[str, str], str]:
    """Each trigger that a migration made, as (table, name), with how it must be enabled: "A" always, "O" ordinarily."""
    loader = MigrationLoader(None)
    found: dict[tuple[str, str], str] = {}
    order = [key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)]
    for key in dict.fromkeys(order):
        for operation in loader.disk_migrations[key].operations:
            if isinstance(operation, RunSQL) and isinstance(operation.sql, str):
                _read_triggers(operation.sql, found)
    return found


def _read_triggers(sql: str, found: dict[tuple[str, str], str]) -> None:
    for said in TRIGGERS.finditer(sql):
        if said["made"]:
            found[said["on"], said["made"]] = "O"
        elif said["dropped"]:
            found.pop((said["off"], said["dropped"]), None)
        else:
            found[said["table"], said["always"]] = "A"


def triggers() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal")
        there = {(table, name): enabled for table, name, enabled in cursor.fetchall()}
    wrong = [
        f"{name} on {table}" for (table, name), how in expected_triggers().items() if there.get((table, name)) != how
    ]
    return f"missing or disabled: {', '.join(sorted(wrong))}" if wrong else ""


def broker() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=0.5) as client:
        client.ping()
    return ""


def worker() -> str:
    """Its loop turns, and while beat sends tasks its children run them: a frozen child shows here."""
    if reason := overdue("worker", "no worker has given a sign of life"):
        return reason
    return overdue("jobs", "no task has run") if not beat() else ""


def beat() -> str:
    return overdue("beat", "the scheduler has given no sign of life")


def overdue(name: str, words: str) -> str:
    at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if at is None:
        return f"{words} yet"
    ago = now() - at
    return f"{words} for {int(ago.total_seconds())} s" if ago > LATE else ""


CHECKS: tuple[Callable[[], str], ...] = (database, migrations, triggers, broker, worker, beat)


def checks() -> Iterator[Check]:
    for check in CHECKS:
        try:
            reason = check()
        except (DatabaseGone, redis.RedisError, OSError) as error:
            reason = (
                f"does not answer: {' '.join(str(error).split())[:200]}" if check in {database, broker} else "unknown"
            )
        yield Check(check.__name__, not reason, reason)


@login_not_required
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    found = list(checks())
    ok = all(check.ok for check in found)
    body = {
        "status": "ok" if ok else "failing",
        "checks": {
            check.name: {"status": "ok"} if check.ok else {"status": "failing", "reason": check.reason}
            for check in found
        },
    }
    return JsonResponse(body, status=200 if ok else 503, headers={"Cache-Control": "no-store"})
