"""Signs of life of background work, as rows that any web server can read: tasks' runs, worker's pulse, beat's tick."""

import logging
import time
from typing import Any

from celery import Task, bootsteps
from celery.beat import PersistentScheduler
from django.db import Error as DatabaseGone
from django.db import connection

from rolloutgov.logs import without_what_people_wrote

logger = logging.getLogger(__name__)
PULSE_SECONDS = 5

STARTED = """
INSERT INTO pilots_jobrun (task, runs, failures, last_started_at, last_error)
VALUES (%s, 1, 0, clock_timestamp(), '')
ON CONFLICT (task) DO UPDATE SET runs = pilots_jobrun.runs + 1, last_started_at = clock_timestamp()
"""
SUCCEEDED = """
UPDATE pilots_jobrun SET last_finished_at = clock_timestamp(), last_ok_at = clock_timestamp(), last_duration_ms = %s
WHERE task = %s
"""
FAILED = """
UPDATE pilots_jobrun SET last_finished_at = clock_timestamp(), last_duration_ms = %s, failures = failures + 1,
    last_error = %s, last_error_at = clock_timestamp()
WHERE task = %s
"""
PULSE = """
INSERT INTO pilots_heartbeat (name, at) VALUES (%s, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET at = excluded.at
"""


def _write(statement: str, *values: Any) -> None:
    """A sign of life that cannot be left must not stop the life."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseGone as error:
        logger.warning("could not record a sign of life: %s", error)
        connection.close()


def pulse(name: str) -> None:
    _write(PULSE, name)


class RecordedTask(Task):
    """Every task's base: one row a task says when it last ran, how long, and how it failed."""

    abstract = True
    _began = 0.0

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        self._began = time.monotonic()
        _write(STARTED, self.name)

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        _write(SUCCEEDED, self._milliseconds(), self.name)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        why = without_what_people_wrote(f"{type(exc).__name__}: {exc}").strip()
        _write(FAILED, self._milliseconds(), why[:2000], self.name)

    def _milliseconds(self) -> int:
        return round((time.monotonic() - self._began) * 1000) if self._began else 0


class WorkerPulse(bootsteps.StartStopStep):
    """The worker's own loop says that it turns, whether or not beat sends anything.

    A step of the consumer, so that it starts again with each connection: losing the broker empties the loop's timer.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **options: Any) -> None:
        self.entry: Any = None

    def start(self, parent: Any) -> None:
        self.entry = parent.timer.call_repeatedly(PULSE_SECONDS, self.beat, priority=10)
        self.beat()

    def beat(self) -> None:
        pulse("worker")
        connection.close()  # children are forked from this process and must not inherit it

    def stop(self, parent: Any) -> None:
        if self.entry:
            self.entry.cancel()


class Scheduler(PersistentScheduler):
    """Beat that leaves a sign each time it looks at its schedule."""

    _last = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() - self._last >= PULSE_SECONDS:
            self._last = time.monotonic()
            pulse("beat")
        return super().tick(*args, **kwargs)
