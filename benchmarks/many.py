"""A thousand pilots and a million flags, made by the database itself so that it takes minutes. Invented, all of it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from psycopg2 import connect
from psycopg2.extras import execute_values

from feedback.grouping.vectors import DIMENSIONS, pack
from tests.harness.servers import Servers, other_database

# The tables of a pilot that pages and gates read, each after those that it points to.
_OF_A_PILOT: Final = (
    "pilots_pilot",
    "pilots_phase",
    "pilots_membership",
    "pilots_workflow",
    "governance_pilotcatalogue",
    "governance_item",
    "governance_gate",
    "governance_finding",
)
PATTERNS: Final = 20
DAYS: Final = 180
# A pilot like any other, but that everybody flags in.
LARGE: Final = 50_000
TEXTS: Final = (
    "It cites a ruling that does not exist",
    "The sum at the end is not the sum of the lines",
    "It answers in English although the letter is in German",
    "The refund period is the one of last year",
    "It leaves out the second page of the contract",
)


class Many:
    """As the owner of the tables, past what the application may do."""

    def __init__(self, servers: Servers, database: str, template: UUID, at: datetime) -> None:
        self.connection = connect(other_database(servers.owner, database))
        self.connection.autocommit = True
        self.template, self.at = str(template), at
        self.flags = 100_000_000

    def run(self, sql: str, **values: Any) -> int:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, {"template": self.template, "at": self.at, **values})
            return int(cursor.rowcount)

    def clone_pilot(self, copies: int) -> None:
        """Rows of the template's tables again for each copy, with other keys that point to each other alike."""
        for table in _OF_A_PILOT:
            columns = self._columns(table)
            own = "id" if table == "pilots_pilot" else "pilot_id"
            names = ", ".join(f'"{name}"' for name in columns)
            values = ", ".join(_copied(table, name, kind) for name, kind in columns.items())
            made = f"SELECT {values} FROM {table} t, generate_series(1, %(copies)s) n"  # noqa: S608  our own names
            self.run(f"INSERT INTO {table} ({names}) {made} WHERE t.{own} = %(template)s", copies=copies)

    def _columns(self, table: str) -> dict[str, str]:
        """Which of its columns are what: the key, a key of another table of the pilot, or a value as it is."""
        with self.connection.cursor() as cursor:
            cursor.execute(_COLUMNS, {"table": table})
            found = cursor.fetchall()
        return {name: _kind(name, other) for name, other, counted in found if not counted}

    def add_patterns(self, like: UUID) -> None:
        self._make("feedback_pattern", like, _PATTERN, _PATTERNS_OF)

    def add_flags(self, like: UUID, each: int, pilot: UUID | None = None) -> None:
        """So many to every pilot or to one, spread over the half year; a fifth of them lie unsorted."""
        given = {"each": each, "days": DAYS, "texts": list(TEXTS), "pilot": pilot and str(pilot)}
        self.flags += self._make("feedback_flag", like, _FLAG, _FLAGS_OF, first=self.flags, **given)

    def _make(self, table: str, like: UUID, differing: dict[str, str], made: str, **given: Any) -> int:
        columns = list(self._columns(table))
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(differing.get(name, f't."{name}"') for name in columns)
        sql = f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t, {made}"  # noqa: S608  our own names
        # LEFT JOIN binds closer than the comma, so the row that all are made from comes first.
        return self.run(f"{sql} WHERE t.id = %(like)s", like=str(like), many=PATTERNS, **given)

    def add_vectors(self, pilot: UUID, model: str) -> None:
        """Of each pattern around a direction of its own, and what lies unsorted anywhere."""
        random = np.random.default_rng(0)
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT id, pattern_id FROM feedback_flag WHERE pilot_id = %s ORDER BY id", [str(pilot)])
            flags = cursor.fetchall()
            codes = {pattern: number for number, pattern in enumerate(sorted({p for _, p in flags if p}))}
            heart = random.normal(size=(len(codes), DIMENSIONS))
            numbers = random.normal(size=(len(flags), DIMENSIONS)).astype(np.float32)
            for row, (_, pattern) in enumerate(flags):
                numbers[row] += 1.5 * heart[codes[pattern]] if pattern else 0
            numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
            rows = ((flag, str(pilot), model, pack(number)) for (flag, _), number in zip(flags, numbers, strict=True))
            execute_values(
                cursor, "INSERT INTO feedback_flagvector (flag_id, pilot_id, model, numbers) VALUES %s", rows
            )

    def settle(self) -> None:
        """As a database is that has been there for a while: vacuumed, with statistics, its log written out."""
        self.run("VACUUM ANALYZE")

    def close(self) -> None:
        self.connection.close()


# Identity columns fill themselves.
_COLUMNS: Final = """
    SELECT c.column_name, f.other, c.is_identity = 'YES' FROM information_schema.columns c
    LEFT JOIN (
        SELECT a.attname AS column_name, r.confrelid::regclass::text AS other FROM pg_constraint r
        JOIN pg_attribute a ON a.attrelid = r.conrelid AND a.attnum = r.conkey[1]
        WHERE r.contype = 'f' AND r.conrelid = %(table)s::regclass
    ) f ON f.column_name = c.column_name
    WHERE c.table_name = %(table)s AND c.is_generated = 'NEVER' ORDER BY c.ordinal_position
"""
# What differs from one made row to the next; all other columns are as in the row that they are made from.
_PATTERN: Final = {
    "id": "gen_random_uuid()",
    "pilot_id": "p.id",
    "number": "n",
    "title": "'Something goes wrong in way ' || n",
    "began_at": "%(at)s - interval '180 days'",
}
_PATTERNS_OF: Final = "pilots_pilot p, generate_series(1, %(many)s) AS n"
_FLAG: Final = {
    "id": "made.id",
    "submission": "made.id",
    "link_hash": "md5(made.id::text) || md5(made.n::text)",
    "reference": "'FL-' || %(first)s + row_number() OVER ()",
    "pilot_id": "made.pilot_id",
    "pattern_id": "pattern.id",
    "severity": "1 + made.n %% 2",
    "what_happened": "(%(texts)s)[1 + made.n %% 5]",
    "tool_version": "'2026-' || made.n %% 9",
    "reported_at": "made.moment",
    "placed_at": "made.moment",
}
_FLAGS_OF: Final = """(
        SELECT gen_random_uuid() AS id, p.id AS pilot_id, n,
            %(at)s - random() * %(days)s * interval '1 day' AS moment
        FROM pilots_pilot p, generate_series(1, %(each)s) AS n
        WHERE %(pilot)s::uuid IS NULL OR p.id = %(pilot)s::uuid
    ) made
    LEFT JOIN feedback_pattern pattern ON pattern.pilot_id = made.pilot_id AND pattern.number = 1 + made.n %% %(many)s
        AND made.n %% 5 <> 0
"""


def _kind(name: str, other: str | None) -> str:
    if name == "id" or other in _OF_A_PILOT:
        return "key"
    return "value"


def _copied(table: str, name: str, kind: str) -> str:
    if kind == "key":
        # The same key and the same copy give the same new key, wherever they stand.
        return f'md5(t."{name}"::text || n)::uuid'
    if table == "pilots_pilot" and name in {"slug", "name"}:
        return f"t.\"{name}\" || '-' || n"
    if name in {"open_blocking", "lapsed_open"}:
        return "0"  # triggers count the findings that follow
    return f't."{name}"'
