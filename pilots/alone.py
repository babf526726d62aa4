"""Work on many rows that is done by one process at a time, however many workers there are."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection


@contextmanager
def alone(job: str) -> Iterator[bool]:
    """False where another process is at it: it, or the next run, finds what this one would have.

    The lock belongs to the connection, so that a process that is killed leaves none behind.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [job])
        (got,) = cursor.fetchone()
    try:
        yield got
    finally:
        if got:
            _release(job)


def _release(job: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [job])
    except Error:
        connection.close()
