"""All figures of a million observations, beside counting the same rows in the database; and the most it ever held.

python -m benchmarks.working_out [rows]
"""

import sys
from time import perf_counter
from typing import Any, Final

import benchmarks.one_thread  # noqa: F401  before NumPy, as the worker does it
from benchmarks.figures import Figure, conclude, say
from benchmarks.importing import PEOPLE, ROWS, Memory, make_pilot
from benchmarks.surroundings import surroundings

DATABASE: Final = "bench_figures"
BATCHES: Final = 20
# Straight into the table: who imports a file is measured by `benchmarks.importing`.
_FILL: Final = """
    INSERT INTO pilots_observation (pilot_id, batch_id, cell_id, participant_id, line, day, supported, trained, outcome,
        use_made, baseline_minutes, tool_minutes, learning_minutes, correcting_minutes, quality, reviewer_attitude)
    SELECT %(pilot)s, (%(batches)s::bigint[])[1 + floor(number::bigint * {batches} / %(rows)s)::int],
        (%(cells)s::bigint[])[1 + person %% 48], (%(people)s::bigint[])[1 + person], number,
        DATE '2026-01-01' + (random() * 250)::int, random() < 0.5, random() < 0.7, (random() * 4)::int,
        (random() * 2)::int, random() * 20, random() * 15, random() * 3, random() * 4, 1 + (random() * 4)::int, NULL
    FROM (
        SELECT number, (number::bigint * 7919) %% {people} AS person FROM generate_series(0, %(rows)s - 1) number
    ) made
"""


def fill(rows: int) -> Any:
    from django.db import connection

    from pilots.changes import evidence_changed
    from pilots.models import Batch, Cell, Participant, Segment, UseCase
    from tests.factories.batches import BatchFactory

    pilot = make_pilot()
    routes = ("volunteered", "nominated", "assigned")
    people = [
        Participant(
            pilot=pilot,
            pseudonym=f"p-{number}",
            route=routes[number % 3],
            expects_help=number % 5 - 2,
            asked_on="2026-01-01",
        )
        for number in range(PEOPLE)
    ]
    Participant.objects.bulk_create(people)
    cells = [
        Cell.objects.create(
            pilot=pilot,
            use_case=case,
            segment=segment,
            tasks_a_month=100,
            counted_at=pilot.created_at,
            counted_by=pilot.created_by,
        )
        for case in UseCase.objects.filter(pilot=pilot)
        for segment in Segment.objects.filter(pilot=pilot)
    ]
    batches = [BatchFactory.create(pilot=pilot, uploaded_by=pilot.created_by) for _ in range(BATCHES)]
    parts = (("batches", batches), ("cells", cells), ("people", people))
    values = {
        "pilot": pilot.pk,
        "rows": rows,
        **{name: [row.pk for row in made] for name, made in parts},
    }
    with connection.cursor() as cursor:
        cursor.execute(_FILL.format(batches=BATCHES, people=PEOPLE), values)
    Batch.objects.filter(pilot=pilot).update(rows=rows // BATCHES)
    evidence_changed(pilot, reason="filled")
    return pilot


def counted(pilot: Any) -> float:
    """Seconds that the database takes to count tasks and people of every cell, which is the least of it."""
    from django.db import connection

    begun = perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cell_id, supported, count(*), count(DISTINCT participant_id) FROM pilots_observation"
            " WHERE pilot_id = %s GROUP BY cell_id, supported",
            [pilot.pk],
        )
        assert len(cursor.fetchall()) == 96
    return perf_counter() - begun


def main() -> int:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with surroundings(DATABASE):
        from pilots.actions.figures import work_out_figures
        from pilots.changes import evidence_changed
        from pilots.models import Figure as Row

        pilot = fill(rows)
        seconds, most = [], 0.0
        for _ in range(2):
            evidence_changed(pilot, reason="again")
            with Memory() as memory:
                begun = perf_counter()
                assert work_out_figures() == 1
                seconds.append(perf_counter() - begun)
            most = max(most, memory.most)
            least = counted(pilot)
            say(f"{seconds[-1]:.1f} s, {memory.most / 1e6:.0f} MB; counting alone {least:.1f} s")
        there = Row.objects.filter(pilot=pilot)
        say(f"{there.count()} figures, {there.filter(is_hidden=True).count()} hidden")
        return conclude(
            [
                Figure("seconds for all figures", max(seconds), 120, 60, " s", less_is_better=True),
                Figure("memory held while working them out", most / 1e6, 1500, 1000, " MB", less_is_better=True),
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
