"""A million observations through the complete import, beside a bare COPY of the same rows; and the most it ever held.

python -m benchmarks.importing [rows]
"""

import random
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final

import psycopg2

from benchmarks.figures import Figure, conclude, say
from benchmarks.surroundings import surroundings
from tests.harness.servers import Servers, other_database

DATABASE: Final = "bench_import"
ROWS: Final = 1_000_000
PEOPLE: Final = 5_000
ROUNDS: Final = 3
SEED: Final = 20_261_201
HEADER: Final = (
    "participant,route,use_case,segment,date,supported,trained,outcome,use_made,"
    "baseline_minutes,tool_minutes,learning_minutes,correcting_minutes,quality,reviewer_attitude\n"
)
COLUMNS: Final = (
    "pilot_id, batch_id, line, cell_id, participant_id, day, supported, trained, outcome, use_made, baseline_minutes,"
    " tool_minutes, learning_minutes, correcting_minutes, quality, reviewer_attitude"
)


def write_file(path: Path, rows: int) -> None:
    chance = random.Random(SEED)  # noqa: S311  nothing secret
    routes = [chance.choice(("volunteered", "nominated", "assigned")) for _ in range(PEOPLE)]
    outcomes = ("success", "success", "success", "wrong", "below the bar", "needed a human")
    with path.open("w") as file:
        file.write(HEADER)
        for _ in range(rows):
            person = chance.randrange(PEOPLE)
            minutes = [round(chance.gammavariate(2, 6), 1) for _ in range(4)]
            cells = (
                f"p-{person:05}",
                routes[person],
                f"Case {person % 8}",
                f"Segment {person % 6}",
                f"2026-{chance.randint(1, 9):02}-{chance.randint(1, 28):02}",
                chance.choice(("yes", "no")),
                chance.choice(("yes", "no", "")),
                chance.choice(outcomes),
                chance.choice(("as it was", "edited", "overridden", "")),
                *map(str, minutes),
                str(chance.randint(1, 5)),
                chance.choice(("sceptic", "neutral", "enthusiast", "")),
            )
            file.write(",".join(cells) + "\n")


class Memory:
    """The most that this process held, looked at every 50 ms."""

    def __enter__(self) -> "Memory":
        self.before = self.most = _resident()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            self.most = max(self.most, _resident())

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def make_pilot() -> Any:
    from tests.factories.pilots import MembershipFactory, PilotFactory, SegmentFactory, UseCaseFactory

    pilot = PilotFactory.create()
    MembershipFactory.create(pilot=pilot, user=pilot.created_by, role="evaluation_lead")
    for number in range(8):
        UseCaseFactory.create(pilot=pilot, name=f"Case {number}", slug=f"case-{number}")
    for number in range(6):
        SegmentFactory.create(pilot=pilot, name=f"Segment {number}", slug=f"segment-{number}")
    return pilot


def importing(path: Path, rows: int) -> tuple[float, Any]:
    """Rows a second from the file as it was received to rows that count, everything checked."""
    from pilots.actions.batches import receive_batch
    from pilots.actions.importing import import_batches
    from pilots.clock import now
    from pilots.models import Batch

    pilot = make_pilot()
    fields = {"title": "Log", "phase": "stress_test", "method": "log", "measured_by": "Audit", "stake": "none"}
    with path.open("rb") as file:
        content = iter(lambda: file.read(65536), b"")
        batch = receive_batch(
            pilot=pilot,
            kind="observations",
            fields=fields,
            content=content,
            file_name="log.csv",
            source="file",
            by=pilot.created_by,
            at=now(),
        )
    begun = perf_counter()
    import_batches()
    took = perf_counter() - begun
    batch = Batch.objects.get(pk=batch.pk)
    assert batch.state == "imported" and batch.rows == rows, (batch.state, batch.problems[:3])
    return rows / took, batch


def bare(servers: Servers, batch: Any, folder: Path) -> float:
    """Rows a second of COPY alone, of the same rows, into a table of the same columns without an index or a check."""
    connection = psycopg2.connect(other_database(servers.owner, DATABASE))
    with connection, connection.cursor() as cursor:
        table, copied = "bare_observation", folder / "rows.copy"
        cursor.execute(
            f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (LIKE pilots_observation INCLUDING IDENTITY)"
        )
        with copied.open("wb") as file:
            rows = f"SELECT {COLUMNS} FROM pilots_observation WHERE batch_id = {batch.pk}"  # noqa: S608  our own number
            cursor.copy_expert(f"COPY ({rows}) TO STDOUT", file)
        connection.commit()
        with copied.open("rb") as file:
            begun = perf_counter()
            cursor.copy_expert(f"COPY {table} ({COLUMNS}) FROM STDIN", file, 1 << 20)
            connection.commit()
            took = perf_counter() - begun
        cursor.execute(f"DROP TABLE {table}")
    connection.close()
    return batch.rows / took


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with TemporaryDirectory() as name, surroundings(DATABASE) as servers:
        folder = Path(name)
        path = folder / "log.csv"
        write_file(path, rows)
        say(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB of CSV")
        seen, most = [], 0
        for _ in range(ROUNDS):
            time.sleep(1)
            with Memory() as memory:
                ours, batch = importing(path, rows)
            copied = bare(servers, batch, folder)
            most = max(most, memory.most - memory.before)
            say(f"imported {ours:,.0f} rows/s, bare COPY {copied:,.0f} rows/s, held {memory.most / 1e6:.0f} MB")
            seen.append(ours / copied)
        ratio = sorted(seen)[len(seen) // 2]
        return conclude(
            [
                Figure("import of observations / bare COPY", ratio, 1 / 3, 1 / 2),
                Figure("memory taken on while importing", most / 1e6, 500, 200, " MB", less_is_better=True),
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
