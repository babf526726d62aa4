"""The trail: how fast it grows beside a table without triggers, and how fast it is verified."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from threading import Thread
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

import psycopg2
from psycopg2.extras import execute_values

from benchmarks.figures import ROUNDS, Figure, conclude, in_turn, say
from benchmarks.surroundings import surroundings
from tests.harness.servers import Servers, other_database

DATABASE: Final = "bench_audit"
WRITERS: Final = 8
STREAMS: Final = 20
EACH: Final = 150
EVENTS: Final = 200_000


@dataclass(frozen=True)
class Insert:
    """The statement that `pilots.audit.record` sends for one event, as it was seen, and its values by column."""

    statement: str
    values: dict[str, Any]

    def of(self, pilot: str, number: int) -> dict[str, Any]:
        """The same event in another stream. What the trigger works out is given, for the table that has none."""
        seen = self.values["pilot_id"]
        texts = ("stream", "body", "pilot_id", "target_id")
        own = {name: self.values[name].replace(seen, pilot) for name in texts}
        own |= {"id": str(uuid4()), "previous_hash": "0" * 64, "hash": "1" * 64}
        return {**self.values, **own, "sequence": number}


def seen_insert() -> Insert:
    """Records one event for real, and reads what went to the database."""
    from django.db import connection

    from pilots.audit import record
    from tests.factories.pilots import PilotFactory

    pilot = PilotFactory.create()
    data = {"number": 3, "kind": "answered", "digest": "5" * 64, "comment": "6" * 64, "valid_until": None}
    seen: list[tuple[str, Any]] = []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        record("answer.accepted", by=pilot.created_by, pilot=pilot, target=pilot, data=data)
    sql, params = next((sql, params) for sql, params in seen if sql.startswith("INSERT"))
    names = [part.strip(' "') for part in sql[sql.index("(") + 1 : sql.index(")")].split(",")]
    named = sql[: sql.index("VALUES")] + f"VALUES ({', '.join(f'%({name})s' for name in names)})"
    values = {
        name: str(value) if name.endswith("id") and value else value for name, value in zip(names, params, strict=True)
    }
    return Insert(named, values)


def writing(servers: Servers, insert: Insert, table: str) -> float:
    """Events a second that 8 connections write and commit one by one, each in another of 20 streams in turn."""
    pilots = [str(uuid4()) for _ in range(STREAMS)]
    statement = insert.statement.replace("pilots_auditevent", table)
    numbers = count(1)
    failed: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            connection = psycopg2.connect(other_database(servers.application, DATABASE))
            with connection.cursor() as cursor:
                for turn in range(EACH):
                    pilot = pilots[(writer * 7 + turn * 3) % STREAMS]
                    cursor.execute(statement, insert.of(pilot, next(numbers)))
                    connection.commit()
            connection.close()
        except BaseException as error:  # noqa: BLE001  raised below, in the thread that can tell
            failed.append(error)

    threads = [Thread(target=write, args=(number,)) for number in range(WRITERS)]
    begun = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return WRITERS * EACH / (perf_counter() - begun)


def make_plain_table(servers: Servers) -> None:
    """The same columns, checks and indexes, and no trigger."""
    connection = psycopg2.connect(other_database(servers.owner, DATABASE))
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE plain_event (LIKE pilots_auditevent INCLUDING ALL)")
        role = connection.info.user if servers.owner == servers.application else _name_of(servers.application)
        cursor.execute(f'GRANT SELECT, INSERT ON plain_event TO "{role}"')
    connection.close()


def _name_of(url: str) -> str:
    return url.partition("://")[2].partition(":")[0]


def fill(servers: Servers, insert: Insert) -> None:
    """A trail to verify, at rest: otherwise the first rounds share the machine with its vacuum and its checkpoint."""
    from django.db import connection

    names = list(insert.values)
    pilots = [str(uuid4()) for _ in range(STREAMS)]
    with connection.cursor() as cursor:
        rows = (insert.of(pilots[number % STREAMS], 0) for number in range(EVENTS))
        listed = ", ".join(f'"{name}"' for name in names)
        sql = f"INSERT INTO pilots_auditevent ({listed}) VALUES %s"  # noqa: S608  our own names
        execute_values(cursor.cursor, sql, ([row[name] for name in names] for row in rows), page_size=1000)
    admin = psycopg2.connect(other_database(servers.admin, DATABASE))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE pilots_auditevent")
        cursor.execute("CHECKPOINT")
    admin.close()


def verifying() -> float:
    """Events a second, verified as `manage.py verify_audit` does."""
    from pilots.verification import verify_trail

    begun = perf_counter()
    report = verify_trail()
    took = perf_counter() - begun
    assert not report.problems, report.problems[:3]
    return report.events / took


def main() -> int:
    with surroundings(DATABASE) as servers:
        insert = seen_insert()
        make_plain_table(servers)
        chained, plain, ratio = in_turn(
            lambda: writing(servers, insert, "pilots_auditevent"), lambda: writing(servers, insert, "plain_event")
        )
        say(f"Inserts a second, {WRITERS} writers over {STREAMS} streams: chained {chained:,.0f}, plain {plain:,.0f}")
        fill(servers, insert)
        speeds = sorted(verifying() for _ in range(ROUNDS))
        say(f"Verified events a second, {EVENTS:,} of them: {', '.join(f'{speed:,.0f}' for speed in speeds)}")
        return conclude(
            [
                Figure("audit insert, 8 writers, 20 streams / plain insert", ratio, 0.45, 0.6),
                Figure("audit verification", speeds[len(speeds) // 2], 80_000, 200_000, " /s"),
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
