"""How long after its answer a flag is in a pattern and the gates took it in, with web, worker and beat running."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import perf_counter, sleep
from typing import Any, Final

import numpy as np
import psycopg2

from benchmarks.web import Web, call, request
from feedback.actions.placing import look_again, place_flags
from feedback.grouping.embedding import Embedder
from pilots.changes import announce
from pilots.clock import now
from rolloutgov import environment as env
from rolloutgov.launcher import WORKER
from rolloutgov.processes import start, stop
from tests.factories.feedback import FlagFactory

LONGEST: Final = 60
# After one flag in so many there is news for the gates too.
NEWS: Final = 4
# A flag is in its pattern once it was looked at and put there, and its pilot's news were taken in by the gates.
_DONE: Final = """
    SELECT flag.reference FROM feedback_flag flag WHERE flag.reference = ANY(%s) AND flag.pattern_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM pilots_change change WHERE change.pilot_id = flag.pilot_id)
"""


@contextmanager
def working(data: str) -> Iterator[None]:
    """The worker and beat, as the launcher starts them."""
    beat = ("-m", "celery", "-A", "rolloutgov", "--quiet", "beat", "--pidfile=", "-s", str(Path(data) / "beat"))
    running: list[subprocess.Popen[bytes]] = []
    try:
        for name, arguments in (("worker", WORKER), ("beat", beat)):
            with (Path(data) / f"{name}.log").open("wb") as log:
                here = os.environ | {"PROCESS": name}
                running.append(start([sys.executable, *arguments], log=log, cwd=env.ROOT, env=here))
        yield
    finally:
        for process in running:
            stop(process, signal.SIGTERM, 30)


class Arrivals:
    """Flags handed in one after the other, and a watch that asks the database ten times a second what is done."""

    def __init__(self, web: Web, url: str, pilots: Sequence[Any], tokens: Sequence[str]) -> None:
        self.web, self.pilots, self.tokens, self.url = web, pilots, tokens, url
        self.said: dict[str, float] = {}
        self.done: dict[str, float] = {}
        self.ended = False

    def seconds(self, rate: float, flags: int) -> list[float]:
        """Of each flag; infinite where it was not done a minute after the last."""
        watch = Thread(target=self._watch)
        watch.start()
        try:
            self._hand_in(rate, flags)
        finally:
            self.ended = True
            watch.join()
        return [self.done.get(reference, np.inf) - moment for reference, moment in self.said.items()]

    def _hand_in(self, rate: float, flags: int) -> None:
        begun = perf_counter()
        with self.web.connected() as connection:
            for number in range(flags):
                pilot = self.pilots[number % len(self.pilots)]
                answer = call(connection, _flag(pilot.slug, self.tokens[number % len(self.tokens)], number))
                if answer.status != 201:
                    raise RuntimeError(f"{answer.status}: {answer.body.decode()[:300]}")
                if number % NEWS == 0:
                    announce(pilot, reason="as if triage had found it severe")
                self.said[json.loads(answer.body)["reference"]] = perf_counter()
                sleep(max(0.0, begun + (number + 1) / rate - perf_counter()))

    def _watch(self) -> None:
        connection = psycopg2.connect(self.url)
        connection.autocommit = True
        last = perf_counter()
        with connection.cursor() as cursor:
            while not self.ended or (len(self.done) < len(self.said) and perf_counter() < last + LONGEST):
                last = last if self.ended else perf_counter()
                cursor.execute(_DONE, [[one for one in list(self.said) if one not in self.done]])
                moment = perf_counter()
                self.done.update({row[0]: moment for row in cursor.fetchall()})
                sleep(0.1)
        connection.close()


def _flag(slug: str, token: str, number: int) -> bytes:
    said = {"what_happened": f"It cites a ruling that does not exist, number {number}", "output": "See case 77."}
    body = json.dumps({"categories": ["MADEUP"], "severity": 1, **said}).encode()
    return request("POST", f"/api/v1/flag/{slug}/", body, Authorization=f"Bearer {token}")


def begin_patterns(pilots: Sequence[Any], people: Sequence[Any], embed: Embedder) -> None:
    """In each pilot one pattern that the flags to come belong to."""
    for pilot in pilots:
        for number, person in enumerate(people[:4]):
            FlagFactory.create(
                pilot=pilot,
                reporter=person,
                what_happened=f"It cites a ruling that does not exist: {number}",
                output="-",
            )
        place_flags(pilot=pilot, embed=embed, at=now())
        look_again(pilot=pilot, embed=embed, at=now())


def p95(seconds: list[float]) -> float:
    return float(np.percentile(np.array(seconds), 95, method="higher"))
