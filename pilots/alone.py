"""Work on many rows that is done by one process at a time, however many workers there are, and less and less often
where it always fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.db import Error, connection

from pilots.clock import now
from pilots.models import Attempt

# A job whose worker was killed goes on at once; from the second time on it waits, each time twice as long.
_AT_ONCE: Final = 1
_WAIT: Final = timedelta(minutes=1)
_LONGEST: Final = timedelta(hours=6)
# Where somebody waits for it, from then on it is said to have failed.
MOST_TRIES: Final = 3


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


@contextmanager
def trying(job: str) -> Iterator[int]:
    """`alone`; which try it is, or 0 where it is not to be tried now. What raises is one that failed."""
    with alone(job) as mine:
        tries = _begin(job) if mine else 0
        yield tries
        if tries:
            Attempt.objects.filter(pk=job).delete()


def try_now(*jobs: str) -> None:
    """Something changed that they may have failed over."""
    Attempt.objects.filter(pk__in=jobs).update(again_at=now())


def _begin(job: str) -> int:
    at = now()
    attempt = Attempt.objects.filter(pk=job).first() or Attempt(job=job)
    if attempt.tries and attempt.again_at > at:
        return 0
    attempt.tries += 1
    attempt.again_at = at + _wait_after(attempt.tries)
    attempt.save()
    return attempt.tries


def _wait_after(tries: int) -> timedelta:
    if tries <= _AT_ONCE:
        return timedelta(0)
    # More doublings than these are longer than the longest.
    return min(_WAIT * 2 ** min(tries - _AT_ONCE - 1, 10), _LONGEST)


def _release(job: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [job])
    except Error:
        connection.close()
