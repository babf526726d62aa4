"""Damage to the trail as only the owner of the database can do it: with the triggers switched off."""

from collections.abc import Callable
from typing import Any

import psycopg2
import pytest

from pilots.audit import record
from pilots.models import Pilot, User
from pilots.verification import verify_trail
from tests.factories.pilots import PilotFactory
from tests.harness.servers import Servers, other_database

Tamper = Callable[..., None]
_TABLES = ("pilots_auditevent", "pilots_audithead", "pilots_checkpoint")


@pytest.fixture
def tamper(committed_db: str, servers: Servers) -> Tamper:
    """`tamper(statement, *values)`, as the owner and with no trigger in the way."""

    def run(statement: str, *values: Any) -> None:
        connection = psycopg2.connect(other_database(servers.owner, committed_db))
        with connection, connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, values)
            for table in _TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        connection.close()

    return run


@pytest.fixture
def trail(committed_db: str) -> Pilot:
    """Two pilots with five events each, and three of the organisation; the first pilot."""
    first = PilotFactory.create(name="Letters “A”\n", slug="letters")
    for pilot in (first, PilotFactory.create(slug="other")):
        for number in range(5):
            write(pilot, first.created_by, number)
    for number in range(3):
        write(None, first.created_by, number)
    return first


def write(pilot: Pilot | None, by: User | None, number: int = 0) -> None:
    record("pilot.edited", by=by, pilot=pilot, target=pilot or PilotFactory.create(), data={"number": number, "ö": "“"})


def words(**only: Any) -> list[str]:
    """What verification says."""
    return [problem.words for problem in verify_trail(**only).problems]


# The chain as the trigger makes it, for somebody who hashes a stream anew after changing it.
REHASH = """
DO $$
DECLARE
    event record;
    head text;
    at_stream text := '';
BEGIN
    FOR event IN SELECT * FROM pilots_auditevent ORDER BY stream, sequence LOOP
        IF event.stream <> at_stream THEN
            head := repeat('0', 64);
            at_stream := event.stream;
        END IF;
        UPDATE pilots_auditevent SET previous_hash = head, hash = encode(sha256(convert_to(
            head || E'\\n' || event.sequence || E'\\n' || event.body, 'UTF8')), 'hex')
            WHERE id = event.id RETURNING hash INTO head;
        UPDATE pilots_audithead SET hash = head, sequence = event.sequence WHERE stream = event.stream;
    END LOOP;
END $$;
"""
