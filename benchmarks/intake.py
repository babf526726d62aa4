"""A flag through the complete endpoint, beside the row alone: how many a second, and what the web pays for each."""

import json
import sys
from collections.abc import Callable
from itertools import count, cycle
from statistics import median
from typing import Any, Final
from uuid import uuid4

import psycopg2

from benchmarks.figures import Figure, conclude, in_turn, say
from benchmarks.surroundings import surroundings
from benchmarks.web import Web, call, request, serving, together
from tests.harness.servers import Servers, other_database

DATABASE: Final = "bench_intake"
CONNECTIONS: Final = 8
# By each connection in each round, and rows for each of them: a round of either takes about as long.
FLAGS, ROWS = 40, 200
# Of as many people: each may hand in so many flags within ten minutes (`feedback.limits`), and no more.
TOKENS: Final = 80
FLAG: Final = {
    "categories": ["WRONG"],
    "severity": 1,
    "output": "The refund is due within 90 days of the day on which the goods arrived, whoever pays for their return.",
    "what_happened": "It says 90 days, and our terms say 30. A customer was told so before anybody looked.",
    "expected": "30 days",
    "tool_version": "2026-10",
}


def prepare() -> tuple[str, list[str]]:
    """A pilot's slug, and tokens of as many people."""
    from datetime import timedelta

    from pilots.actions.tokens import create_api_token
    from pilots.clock import now
    from pilots.models.token import Scope
    from tests.factories.pilots import PilotFactory, UserFactory

    pilot, at = PilotFactory.create(), now()
    people = [UserFactory.create() for _ in range(TOKENS)]
    given = {"name": "intake", "scopes": [Scope.FLAG], "expires_at": at + timedelta(days=1), "at": at}
    return pilot.slug, [create_api_token(by=person, **given).plain for person in people]


class Intake:
    """Flags a second through the endpoint, and of the web server's processor time what each took."""

    def __init__(self, web: Web, slug: str, tokens: list[str]) -> None:
        self.web = web
        body = json.dumps(FLAG).encode()
        path = f"/api/v1/flag/{slug}/"
        self.calls = cycle([request("POST", path, body, Authorization=f"Bearer {token}") for token in tokens])
        self.milliseconds: list[float] = []

    def round(self) -> float:
        before = self.web.processor_seconds()
        took = together(self._hand_in, CONNECTIONS)
        done = CONNECTIONS * FLAGS
        self.milliseconds.append(1000 * (self.web.processor_seconds() - before) / done)
        return done / took

    def _hand_in(self, number: int) -> None:
        with self.web.connected() as connection:
            for _ in range(FLAGS):
                answer = call(connection, next(self.calls))
                if answer.status != 201:
                    raise RuntimeError(f"{answer.status}: {answer.body.decode()[:300]}")


def seen_insert() -> tuple[str, dict[str, Any]]:
    """Hands a flag in for real, and reads what went to the database: the statement, and its values by column."""
    from django.db import connection

    from feedback.actions.flags import hand_in_flag
    from pilots.clock import now
    from tests.factories.pilots import PilotFactory

    pilot, seen = PilotFactory.create(), []

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        hand_in_flag(pilot=pilot, submission=uuid4(), by=pilot.created_by, at=now(), **FLAG)
    sql, params = next((sql, params) for sql, params in seen if sql.startswith("INSERT"))
    names = [part.strip(' "') for part in sql[sql.index("(") + 1 : sql.index(")")].split(",")]
    return sql, dict(zip(names, params, strict=True))


class Rows:
    """Rows a second: the statement that the endpoint sends, and a commit, and nothing else."""

    def __init__(self, servers: Servers, statement: str, values: dict[str, Any]) -> None:
        self.url, self.statement, self.values = other_database(servers.application, DATABASE), statement, values
        self.numbers = count(1)

    def round(self) -> float:
        return CONNECTIONS * ROWS / together(self._write, CONNECTIONS)

    def _write(self, number: int) -> None:
        connection = psycopg2.connect(self.url)
        with connection.cursor() as cursor:
            for _ in range(ROWS):
                row = next(self.numbers)
                own = {
                    "id": str(uuid4()),
                    "submission": str(uuid4()),
                    "reference": f"FL-{row}",
                    "link_hash": f"{row:064}",
                }
                cursor.execute(self.statement, list({**self.values, **own}.values()))
                connection.commit()
        connection.close()


def main() -> int:
    with surroundings(DATABASE) as servers:
        slug, tokens = prepare()
        rows = Rows(servers, *seen_insert())
        with serving(servers.data) as web:
            intake = Intake(web, slug, tokens)
            intake.round()
            intake.milliseconds.clear()
            flags, raw, ratio = in_turn(intake.round, rows.round)
        cost = median(intake.milliseconds)
        say(f"A second, on {CONNECTIONS} connections: {flags:,.0f} flags, {raw:,.0f} rows alone")
        return conclude(
            [
                Figure("flag intake, complete endpoint / raw INSERT and commit", ratio, 0.08, 0.15),
                Figure("processor time of the web per flag", cost, 4, 2.5, " ms", less_is_better=True),
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
